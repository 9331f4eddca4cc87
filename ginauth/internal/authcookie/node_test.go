package authcookie

import (
	"errors"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginauth/ginauth/ginauth/internal/testnode"
)

// ourNames are cookies that somebody looks at.
var ourNames = []string{
	"authjs.session-token", "__Secure-authjs.session-token", "authjs.session-token.0", "authjs.session-token.1",
	"authjs.csrf-token", "__Host-authjs.csrf-token", "authjs.callback-url", "authjs.challenge", "__Secure-authjs.state",
}

// FuzzCookieHeader: a Cookie header says to Go what it says to Auth.js, every name and every value.
// Two different values under one name are one value there and a conflict here. The seeds are
// generated, GINAUTH_CASES of them.
func FuzzCookieHeader(f *testing.F) {
	node := testnode.Start(f)
	for _, c := range golden[parseCase](f, "parse.json") {
		f.Add(c.Header)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range testnode.Cases(f) {
		f.Add(randomHeader(random))
	}
	f.Fuzz(func(t *testing.T, header string) {
		if !utf8.ValidString(header) || len(header) > 64<<10 {
			t.Skip("no text of JavaScript's")
		}
		var pairs [][2]string
		err := node.Ask(map[string]any{"op": "cookies", "header": header}, &pairs)
		if errors.Is(err, testnode.ErrThrown) {
			t.Fatalf("Auth.js does not read %q", header)
		} else if err != nil {
			t.Fatal(err)
		}
		theirs := make(map[string]string)
		for _, p := range pairs {
			theirs[p[0]] = p[1]
		}
		jar := Parse(header)
		if ours := maps.Collect(jar.All()); !maps.Equal(ours, theirs) {
			t.Fatalf("%q\n    Go %q\nAuth.js %q", header, ours, theirs)
		}
		for _, name := range ourNames {
			values := make(map[string]bool)
			for pair := range strings.SplitSeq(header, ";") {
				if got, value, ok := strings.Cut(pair, "="); ok && len(header) > 1 && strings.Trim(got, " \t") == name {
					values[unescape(strings.Trim(value, " \t"))] = true
				}
			}
			if jar.Conflict(name) != (len(values) > 1) {
				t.Fatalf("%q: %s has %d values, conflict: %t", header, name, len(values), jar.Conflict(name))
			}
		}
	})
}

// randomHeader is a Cookie header with some of our cookies between others, not always well formed.
func randomHeader(r *rand.Rand) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	for range r.IntN(8) {
		if r.IntN(3) > 0 {
			b.WriteString(pick(ourNames...))
		} else {
			b.WriteString(pick("a", "_ga", "", " ", "é", "__proto__", "toString", "authjs.session-token.00", "authjs.session-tokens", "AUTHJS.session-token", "a%3Db"))
		}
		b.WriteString(pick("=", "=", "=", "=", " = ", "\t=", "", "=="))
		for range r.IntN(6) {
			b.WriteString(pick("eyJhbGciOiJkaXIifQ", "..", "%7C", "|", "%", "%zz", "%C3%A9", "%c3", "%F0%9F%94%91", "%ED%A0%80", "%00", "%25", "é", "🔑", `"`, ",", " ", "\t", "=", "http%3A%2F%2Fx", "+", "\x00", "\u00a0", "\ufeff", "\ufffd", strings.Repeat("x", r.IntN(4000))))
		}
		b.WriteString(pick("; ", "; ", "; ", ";", ";;", " ;\t", ";\n", ""))
	}
	return b.String()
}
