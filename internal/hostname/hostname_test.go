package hostname_test

import (
	"strings"
	"testing"

	"github.com/ginauth/ginauth/internal/hostname"
)

func TestASCII(t *testing.T) {
	for in, want := range map[string]string{
		"example.com":                    "example.com",
		"EXAMPLE.com":                    "example.com",
		"localhost":                      "localhost",
		"my_service":                     "my_service",
		"r3---sn-apo3qvuoxuxbt.example":  "r3---sn-apo3qvuoxuxbt.example",
		"bücher.example":                 "xn--bcher-kva.example",
		"BÜCHER.example":                 "xn--bcher-kva.example",
		"bu\u0308cher.example":           "xn--bcher-kva.example",
		"xn--bcher-kva.example":          "xn--bcher-kva.example",
		"XN--BCHER-KVA.example":          "xn--bcher-kva.example",
		"faß.example":                    "xn--fa-hia.example",
		"fass.example":                   "fass.example",
		"пример.рф":                      "xn--e1afmkfd.xn--p1ai",
		"ΑΣ.example":                     "xn--mxa0b.example",
		"example。com":                    "example.com",
		"example．com":                    "example.com",
		"example｡com":                    "example.com",
		"ｅxample.com":                    "example.com",
		"exa\u00admple.com":              "example.com",
		"exa\ufe0fmple.com":              "example.com",
		"K.example":                      "k.example", // the Kelvin sign
		"127.0.0.1":                      "127.0.0.1",
		strings.Repeat("a", 63) + ".com": strings.Repeat("a", 63) + ".com",

		"":                               "",
		".":                              "",
		"example.com.":                   "",
		".example.com":                   "",
		"example..com":                   "",
		"example.com。":                   "",
		"-example.com":                   "",
		"example-.com":                   "",
		"example.-com":                   "",
		"exa mple.com":                   "",
		"exa/mple.com":                   "",
		"example.com:80":                 "",
		"exa@mple.com":                   "",
		"<img>.example":                  "",
		"℀.example":                      "",
		"exa\x00mple.com":                "",
		"exa\u202emple.com":              "",
		"exa\xffmple.com":                "",
		"xn--a.example":                  "",
		"xn--bücher.example":             "",
		"\u0308a.example":                "",
		"אa.example":                     "",
		strings.Repeat("a", 64) + ".com": "",
		strings.Repeat("abcdefghi.", 25) + "example": "",
	} {
		got, err := hostname.ASCII(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ASCII(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestEndsInNumber(t *testing.T) {
	for name, want := range map[string]bool{
		"127.0.0.1": true, "127.1": true, "2130706433": true, "0x7f.1": true, "a.0x": true, "1.2.3.0x1f": true,
		"example.com": false, "1.2.3.x": false, "1a": false, "0xg": false, "1.example": false,
	} {
		if got := hostname.EndsInNumber(name); got != want {
			t.Errorf("EndsInNumber(%q) = %v", name, got)
		}
	}
}

func TestUnicode(t *testing.T) {
	for ascii, want := range map[string]string{"xn--bcher-kva.example": "bücher.example", "example.com": "example.com", "xn--fa-hia.example": "faß.example"} {
		if got := hostname.Unicode(ascii); got != want {
			t.Errorf("Unicode(%q) = %q, want %q", ascii, got, want)
		}
	}
}

// FuzzASCII: what comes out is ASCII, and comes out of itself and of its Unicode form.
func FuzzASCII(f *testing.F) {
	for _, s := range []string{"bücher.example", "ΑΣ.example", "example。com", "xn--fa-hia", "\u200c", "ⓔvil", "א.example", "x_y", "１.2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := hostname.ASCII(in)
		if err != nil {
			return
		}
		for _, again := range []string{got, strings.ToUpper(got), hostname.Unicode(got)} {
			if a, err := hostname.ASCII(again); err != nil || a != got {
				t.Errorf("%q became %q, and %q %q, %v", in, got, again, a, err)
			}
		}
	})
}
