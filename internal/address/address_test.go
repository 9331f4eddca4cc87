package address_test

import (
	"slices"
	"testing"

	"github.com/ginauth/ginauth/internal/address"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"ann@example.com":                 "ann@example.com",
		" Ann@Example.COM\u00a0":          "ann@example.com",
		"user@localhost":                  "user@localhost",
		"ann@my_host":                     "ann@my_host",
		"ａｎｎ＠example.com":                 "ann@example.com",
		"zoë@BÜCHER.example":              "zoë@bücher.example",
		"zoë@xn--bcher-kva.example":       "zoë@bücher.example",
		"ann@faß.example":                 "ann@faß.example",
		"ann@ΑΣ.example":                  "ann@ασ.example",
		"ann@example\u3002com":            "ann@example.com",
		"ann@example\uff0ecom":            "ann@example.com",
		"ann@example\uff61com":            "ann@example.com",
		"ann@xn--mgba3gch31f060k.example": "ann@xn--mgba3gch31f060k.example", // has a zero-width joiner
		"\U0001f511@example.com":          "\U0001f511@example.com",
		".a..b.@example.com":              ".a..b.@example.com",
		"o'neil+x/dept=1@example.com":     "o'neil+x/dept=1@example.com",

		"":                           "",
		"ann":                        "",
		"not an address":             "",
		"@":                          "",
		"@example.com":               "",
		"ann@":                       "",
		"ann@example.com,bob@b.test": "",
		"ann@example.com,b.test":     "",
		"ann,bob@example.com":        "",
		"<img src=x>@example.com":    "",
		"ann@<img>":                  "",
		"ann@@example.com":           "",
		"ann@example.com.":           "",
		"ann@example.com\u3002":      "",
		"ann@.example.com":           "",
		"ann@example..com":           "",
		"ann@-example.com":           "",
		"ann@example-.com":           "",
		"null@null":                  "",
		"ann@Undefined":              "",
		"ann@127.0.0.1":              "",
		"ann@[127.0.0.1]":            "",
		"ann@0x7f.1":                 "",
		"ann@exa mple.com":           "",
		"ann@exa/mple.com":           "",
		"ann@example.com:25":         "",
		"ann\ufe0f@example.com":      "",
		"ann@example\ufe0f.com":      "",
		"ann@example\u00ad.com":      "",
		"ann\u200b@example.com":      "",
		"ann\u034f@example.com":      "",
		"ann\u3164@example.com":      "",
		"ann\U000e0100@example.com":  "",
		"ann@exam\u202eple.com":      "",
		"ann\u00adx@example.com":     "",
		"ann@example.com\x00":        "",
	} {
		got, err := address.Normalize(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Normalize(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestSpellings(t *testing.T) {
	for in, want := range map[string][]string{
		"ann@example.com":           {"ann@example.com"},
		"Ann@Example.com":           {"Ann@Example.com", "ann@example.com"},
		"ann@xn--bcher-kva.example": {"ann@xn--bcher-kva.example", "ann@bücher.example"},
		"ann@bücher.example":        {"ann@bücher.example", "ann@xn--bcher-kva.example"},
		"Ann@bücher.example":        {"Ann@bücher.example", "ann@bücher.example", "ann@xn--bcher-kva.example"},
		"ann":                       {"ann"},
	} {
		if got := address.Spellings(in); !slices.Equal(got, want) {
			t.Errorf("Spellings(%q) = %q, want %q", in, got, want)
		}
	}
}
