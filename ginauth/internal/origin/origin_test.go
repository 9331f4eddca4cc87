package origin_test

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/origin"
	"github.com/ginauth/ginauth/ginauth/internal/testnode"
)

// sites are origins as people write them, and as browsers send them; none where they are refused.
var sites = map[string]string{
	"https://app.example.com":           "https://app.example.com",
	"https://app.example.com/":          "https://app.example.com",
	"HTTPS://App.Example.COM:443":       "https://app.example.com",
	"https://app.example.com:0443":      "https://app.example.com",
	"https://app.example.com:":          "https://app.example.com",
	"http://app.example.com:80":         "http://app.example.com",
	"http://app.example.com:0080":       "http://app.example.com",
	"http://app.example.com:443":        "http://app.example.com:443",
	"https://app.example.com:08443":     "https://app.example.com:8443",
	"http://localhost:3000":             "http://localhost:3000",
	"http://my_service:8080":            "http://my_service:8080",
	"https://пример.рф":                 "https://xn--e1afmkfd.xn--p1ai",
	"https://BÜCHER.example:8443":       "https://xn--bcher-kva.example:8443",
	"https://b%C3%BCcher.example":       "https://xn--bcher-kva.example",
	"https://bu\u0308cher.example":      "https://xn--bcher-kva.example",
	"https://XN--BCHER-KVA.example":     "https://xn--bcher-kva.example",
	"https://faß.example":               "https://xn--fa-hia.example",
	"https://app。example．com":           "https://app.example.com",
	"http://127.0.0.1:3000":             "http://127.0.0.1:3000",
	"http://１２７.0.0.1":                  "http://127.0.0.1",
	"http://[::1]:3000":                 "http://[::1]:3000",
	"http://[0:0:0:0:0:0:0:1]:3000":     "http://[::1]:3000",
	"http://[2001:DB8:0:0:1:0:0:1]":     "http://[2001:db8::1:0:0:1]",
	"http://[::ffff:1.2.3.4]":           "http://[::ffff:102:304]",
	"http://[::FFFF:0102:0304]":         "http://[::ffff:102:304]",
	"https://r3---sn-ab5l6n7e.example/": "https://r3---sn-ab5l6n7e.example",

	"":                                         "",
	"app.example.com":                          "",
	"//app.example.com":                        "",
	"https:app.example.com":                    "",
	"https://":                                 "",
	"https://:443":                             "",
	"https://user@app.example.com":             "",
	"https://app.example.com/path":             "",
	"https://app.example.com?":                 "",
	"https://app.example.com#":                 "",
	"https://app.example.com:65536":            "",
	"https://app.example.com:0":                "",
	"https://app.example.com.":                 "",
	"https://.example.com":                     "",
	"https://app..example.com":                 "",
	"https://-app.example.com":                 "",
	"https://app example.com":                  "",
	"https://app.example.com%2e":               "",
	"https://xn--a.example":                    "",
	"https://*.example.com":                    "",
	"http://127.1":                             "",
	"http://0x7f.1":                            "",
	"http://0177.0.0.1":                        "",
	"http://2130706433":                        "",
	"http://127.0.0.1.":                        "",
	"http://1.2.3.4.5":                         "",
	"http://256.0.0.1":                         "",
	"http://[::1%25eth0]":                      "",
	"http://[::g]":                             "",
	"ftp://app.example.com":                    "",
	"javascript://app.example.com/%0aalert(1)": "",
	"capacitor://localhost":                    "",
}

func TestParse(t *testing.T) {
	for in, want := range sites {
		got, err := origin.Parse(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Parse(%q) = %q, %v, want %q", in, got, err, want)
		}
		if again, err := origin.Parse(got); want != "" && (again != got || err != nil) {
			t.Errorf("Parse(%q) = %q, %v", got, again, err)
		}
	}
}

func TestParseAny(t *testing.T) {
	for in, want := range map[string]string{
		"capacitor://localhost":           "capacitor://localhost",
		"Capacitor://localhost/":          "capacitor://localhost",
		"ionic://localhost:8100":          "ionic://localhost:8100",
		"chrome-extension://abcdefghijkl": "chrome-extension://abcdefghijkl",
		"app://Main":                      "app://Main",
		"https://BÜCHER.example":          "https://xn--bcher-kva.example",

		"capacitor:":                        "",
		"capacitor:localhost":               "",
		"capacitor://":                      "",
		"capacitor://localhost/x":           "",
		"capacitor://u@localhost":           "",
		"capacitor://localhost:":            "",
		"capacitor://*":                     "",
		"capacitor://lo cal":                "",
		"javascript://localhost":            "",
		"JavaScript://localhost":            "",
		"data://localhost":                  "",
		"vbscript://localhost":              "",
		"file://localhost":                  "",
		"blob://localhost":                  "",
		"about://localhost":                 "",
		"filesystem://localhost":            "",
		"view-source://localhost":           "",
		"ws://localhost":                    "",
		"ftp://localhost":                   "",
		"null":                              "",
		"android:apk-key-hash:AAAAAAAAAAAA": "",
	} {
		got, err := origin.ParseAny(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseAny(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestIsLocal(t *testing.T) {
	for o, want := range map[string][2]bool{
		"http://localhost:3000": {true, false}, "http://app.localhost": {true, false}, "http://127.0.0.1": {true, true}, "http://[::1]:3000": {true, true},
		"http://example.com": {false, false}, "http://192.0.2.1": {false, true}, "http://notlocalhost": {false, false},
	} {
		if got := [2]bool{origin.IsLocal(o), origin.IsIP(o)}; got != want {
			t.Errorf("%s: local, IP %v, want %v", o, got, want)
		}
	}
}

// TestOfVsNode: what is taken for an origin is what browsers make of it. Node has their parser.
func TestOfVsNode(t *testing.T) {
	node := testnode.Start(t)
	check := func(in string) {
		u, err := url.Parse(in)
		if err != nil {
			return
		}
		got, err := origin.Of(u)
		if err != nil {
			return
		}
		var want string
		if err := node.Ask(map[string]any{"op": "origin", "url": in}, &want); err != nil || got != want {
			t.Errorf("Of(%q) = %q, browsers make %q of it (%v)", in, got, want, err)
		}
	}
	for in := range sites {
		check(in)
	}
	random := rand.New(rand.NewPCG(7, 8))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range testnode.Cases(t) {
		var parts []string
		for range 1 + random.IntN(4) {
			parts = append(parts, pick("app", "Ex", "ü", "ß", "Σ", "ς", "。", ".", "-", "_", "1", "0x", "xn--", "ＸN-－", "x\ufe0fn--", "bcher-kva", "\u0308", "\u00ad", "\ufe0f", "ⓔ", "K", "א", "127.0.0.1", "[::1]", "[1:0::ffff:1.2.3.4]", "%C3%BC", "рф", "\u200d", "İ"))
		}
		check(pick("http://", "https://", "HTTP://") + strings.Join(parts, "") + pick("", "", ":", ":80", ":443", ":0443", ":8080", ":00") + pick("", "/", "/x?y#z"))
	}
}
