package ginauth

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalizeAddress(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"ann@example.com", "ann@example.com"},
		{"  Ann@Example.COM\n", "ann@example.com"},
		{"ann+tag@example.com", "ann+tag@example.com"},
		{"o'neil/dept=1@example.com", "o'neil/dept=1@example.com"},
		{"zoë@exämple.test", "zoë@exämple.test"},
		{"zoe\u0308@example.com", "zoë@example.com"},
		{"ａｎｎ＠example.com", "ann@example.com"},
		{"ann\uFE6Bexample.com", "ann@example.com"},
		{"ann@example.com,evil.example", "ann@example.com"},
		{"ΑΣ@example.com", "ας@example.com"},
		// Lower-case İ is i with a dot above, not i.
		{"İ@example.com", "i\u0307@example.com"},
		{strings.Repeat("a", 242) + "@example.com", strings.Repeat("a", 242) + "@example.com"},

		{"", ""},
		{"ann", ""},
		{"@", ""},
		{"ann@", ""},
		{"@example.com", ""},
		{"ann@,example.com", ""},
		{"ann@b@example.com", ""},
		{"ann@example.com＠evil.example", ""},
		{`"ann@evil.example"@example.com`, ""},
		{"＂ann＂@example.com", ""},
		{"ann,bob@example.com", ""},
		{"ann bob@example.com", ""},
		{"ann\u3000bob@example.com", ""},
		{"ann@exa mple.com", ""},
		{"ann\r\nBcc: bob@example.com", ""},
		{"ann\x00@example.com", ""},
		{"ann\u0085@example.com", ""},
		{"ann\u200b@example.com", ""},
		{"ann\u202e@example.com", ""},
		{"ann\xff@example.com", ""},
		{"ann\uFFFD@example.com", ""},
		{"Ann <ann@example.com>", ""},
		{"<a href=x>@example.com", ""},
		{"ann(comment)@example.com", ""},
		{"ann;bob@example.com", ""},
		{`ann\@example.com`, ""},
		{"ann@[192.0.2.1]", ""},
		{strings.Repeat("a", 243) + "@example.com", ""},
		{strings.Repeat("ﷺ", 80) + "@example.com", ""},
	} {
		got, err := normalizeAddress(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("normalizeAddress(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func FuzzNormalizeAddress(f *testing.F) {
	for _, s := range []string{"Ann@Example.COM", "a@b,c", "a\u212a@b.test", "ΑΣ@b.test", "İ@b", "a＠b", `"a"@b`, "a@b@c", "\u1e9b\u0323@b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := normalizeAddress(in)
		if err != nil {
			return
		}
		if again, err := normalizeAddress(got); err != nil || again != got {
			t.Errorf("%q normalizes to %q and then to %q, %v", in, got, again, err)
		}
		if len(got) > maxAddress || !utf8.ValidString(got) || strings.Count(got, "@") != 1 || strings.ContainsAny(got, " \r\n\t\x00\",<>") {
			t.Errorf("%q normalizes to %q", in, got)
		}
	})
}
