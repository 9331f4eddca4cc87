package ginauth

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginauth/ginauth/ginauth/internal/testnode"
)

// FuzzCallbackURLVsNode: the oracle of FuzzCallbackURL. The origin of what comes out is allowed by
// Node's URL, which is the parser of browsers; as text, and as the header has it.
func FuzzCallbackURLVsNode(f *testing.F) {
	node := testnode.Start(f)
	seedCallbackURLs(f)
	policy := newRedirectPolicy("/auth", []string{"https://admin.example.com"})
	allowed := []string{redirectOrigin, "https://admin.example.com"}
	f.Fuzz(func(t *testing.T, raw string) {
		got := policy.check(raw, redirectOrigin)
		if !utf8.ValidString(got) {
			t.Fatalf("%q leads to %q", raw, got)
		}
		for _, address := range []string{got, escapeNonASCII(got)} {
			var origin string
			if err := node.Ask(map[string]any{"op": "origin", "url": address}, &origin); err != nil {
				t.Fatalf("%q leads to %q: %v", raw, address, err)
			}
			if !slices.Contains(allowed, origin) {
				t.Fatalf("%q leads to %q, which is on %q", raw, address, origin)
			}
		}
	})
}

func seedCallbackURLs(f *testing.F) {
	for _, row := range redirectRows {
		f.Add(row.raw)
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range testnode.Cases(f) {
		f.Add(randomCallbackURL(random))
	}
}

// randomCallbackURL puts the pieces of attacks together.
func randomCallbackURL(r *rand.Rand) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	scheme := pick("https:", "https:", "HTTPS:", "http:", "javascript:", "data:", "blob:", "file:", "ht\ntps:", "", "", "", "")
	slashes := pick("//", "//", "//", "/", "///", "", `\\`, `/\`, "/\t/", "%2f%2f")
	user := pick("", "", "", "", "@", "user:pw@", "app.example.com@", "%40")
	host := pick("app.example.com", "app.example.com", "admin.example.com", "evil.example", "APP.EXAMPLE.COM", "app。example。com", "аpp.example.com", "app.example.com.", "[::1]", "127.1", "app.example.com%2eevil.example", "xn--pp-uia.example.com", "app.\u00adexample.com", "")
	port := pick("", "", "", ":443", ":0443", ":80", ":444", ":", ":x", ":65536", ":4４3")
	var path strings.Builder
	for range r.IntN(4) {
		path.WriteString(pick("/", "/", "/ok", "/größe", "..", ".", "%2e%2e", "//", `\`, "%5c", "%2f", "%00", "%0d%0a", "\r\n", "/auth/signout", "/auth/callback/passkey", "@evil.example", ":", "*", "\u202e", "\u200b", "🔑", "%", "%zz", "|", "^", "`", "<", "{"))
	}
	tail := pick("", "", "", "?a=1", "?next=//evil.example", "#f", "#@evil.example", "?\\", "?é=%", "#\t", "?"+strings.Repeat("a", r.IntN(2100)))
	return scheme + slashes + user + host + port + path.String() + tail
}
