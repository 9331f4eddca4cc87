package authcookie

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"unicode/utf8"
)

func TestConflict(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   bool
	}{
		{"", false},
		{"a=1", false},
		{"a=1; a=1", false},
		{"a=1; a=%31", false},
		{"a=1; A=2", false},
		{"a=1; a=2", true},
		{"a=1; a=2; a=1", true},
		{"a=1; a=1; a=2", true},
		{"a=; a=1", true},
		{"a=1; b=2; b=3", false},
	} {
		if got := Parse(tt.header).Conflict("a"); got != tt.want {
			t.Errorf("Parse(%q).Conflict(a) = %t, want %t", tt.header, got, tt.want)
		}
	}
}

func TestFromHeader(t *testing.T) {
	for _, tt := range []struct {
		fields []string
		want   []string
	}{
		{nil, nil},
		{[]string{"a=1; b=2"}, []string{"a", "b"}},
		{[]string{"b=2", "a=1"}, []string{"b", "a"}},
		{[]string{"a=1", "a=2", "c=3"}, []string{"a", "c"}},
	} {
		jar := FromHeader(http.Header{"Cookie": tt.fields})
		var got []string
		for name := range jar.All() {
			got = append(got, name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("FromHeader(%q) has %q, want %q", tt.fields, got, tt.want)
		}
	}
	if !FromHeader(http.Header{"Cookie": {"a=1", "a=2"}}).Conflict("a") {
		t.Error("a conflict across two header fields went unnoticed")
	}
}

func TestAllCanBeLeft(t *testing.T) {
	var got []string
	for name := range Parse("a=1; b=2; c=3").All() {
		if got = append(got, name); name == "b" {
			break
		}
	}
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q", got)
	}
}

func TestGetTellsEmptyFromAbsent(t *testing.T) {
	jar := Parse("a=")
	if value, ok := jar.Get("a"); value != "" || !ok {
		t.Errorf("Get(a) = %q, %t", value, ok)
	}
	if value, ok := jar.Get("b"); value != "" || ok {
		t.Errorf("Get(b) = %q, %t", value, ok)
	}
	if value, ok := (Jar{}).Get("a"); value != "" || ok {
		t.Errorf("zero Jar: Get(a) = %q, %t", value, ok)
	}
}

func TestDecodeURIComponentRefuses(t *testing.T) {
	for _, s := range []string{
		"%", "x%", "%2", "%zz", "%2z", "%C3", "%C3x", "%C3%", "%C3%4", "%C3%41", "%80", "%FF", "%C0%80",
		"%ED%A0%80", "%F4%90%80%80", "%F8%88%80%80%80", "ok%20%", "%C3\xa9",
	} {
		if got, err := DecodeURIComponent(s); !errors.Is(err, ErrEscape) {
			t.Errorf("DecodeURIComponent(%q) = %q, %v, want ErrEscape", s, got, err)
		}
	}
}

func TestEncodeURIComponentReplacesInvalidUTF8(t *testing.T) {
	if got, want := EncodeURIComponent("a\xffb"), "a%EF%BF%BDb"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range golden[parseCase](f, "parse.json") {
		f.Add(c.Header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		jar := Parse(header)
		count := 0
		for name, value := range jar.All() {
			count++
			if got, ok := jar.Get(name); !ok || got != value {
				t.Errorf("Get(%q) = %q, %t, but All has %q", name, got, ok, value)
			}
		}
		if count > len(header) {
			t.Errorf("%d cookies in %d bytes", count, len(header))
		}
		// The parser must read back whatever the writer writes.
		if utf8.ValidString(header) {
			const name = "authjs.n"
			sent := Serialize(name, header, Options{}, Lifetime{})
			if got, _ := Parse("x=1; " + sent + "; y=2").Get(name); got != header {
				t.Errorf("sent %q, read %q", header, got)
			}
		}
	})
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "a|b", "%", "%C3%A9", "é", "🔑", "a b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if text, err := DecodeURIComponent(s); err == nil && utf8.ValidString(s) && !utf8.ValidString(text) {
			t.Errorf("DecodeURIComponent(%q) = %q is not UTF-8", s, text)
		}
		back, err := DecodeURIComponent(EncodeURIComponent(s))
		if err != nil || utf8.ValidString(s) && back != s {
			t.Errorf("%q came back as %q, %v", s, back, err)
		}
	})
}
