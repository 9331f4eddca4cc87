package ginauth

import (
	"maps"
	"net/url"
	"testing"
	"unicode/utf8"
)

// What JavaScript's URLSearchParams makes of a query, with Object.fromEntries behind it.
func TestDecodeForm(t *testing.T) {
	for in, want := range map[string]map[string]string{
		"":                        {},
		"&&":                      {},
		"a":                       {"a": ""},
		"a=":                      {"a": ""},
		"=":                       {"": ""},
		"=b":                      {"": "b"},
		"a=b=c":                   {"a": "b=c"},
		"a=1&a=2":                 {"a": "2"},
		"a=1&b=2&":                {"a": "1", "b": "2"},
		"a+b=c+d":                 {"a b": "c d"},
		"a%20b=%2B":               {"a b": "+"},
		"a=%":                     {"a": "%"},
		"a=%4":                    {"a": "%4"},
		"a=%zz":                   {"a": "%zz"},
		"a=%4g%41":                {"a": "%4gA"},
		"a=%%41":                  {"a": "%A"},
		"a=%C3%BC":                {"a": "ü"},
		"a=%FF":                   {"a": "\uFFFD"},
		"a=\xff":                  {"a": "\uFFFD"},
		"a=%00":                   {"a": "\x00"},
		"a;b=c":                   {"a;b": "c"},
		"%61=1":                   {"a": "1"},
		"csrfToken=x&csrfToken=y": {"csrfToken": "y"},
		"?a=1":                    {"?a": "1"},
	} {
		if got := decodeForm(in); !maps.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFirstValue(t *testing.T) {
	for query, want := range map[string]string{
		"error=a&error=b": "a", "error": "", "x=1&error=%61": "a", "%65rror=a": "a", "": "none", "xerror=a": "none", "error=&error=b": "",
	} {
		got, ok := firstValue(query, "error")
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

// What URLSearchParams.toString writes: everything but letters, digits and *-._ is escaped.
func TestEncodeForm(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.b/c?d=e&f#g": "v=https%3A%2F%2Fa.b%2Fc%3Fd%3De%26f%23g",
		"a b+c~*-._":            "v=a+b%2Bc%7E*-._",
		"ü":                     "v=%C3%BC",
		"\r\n":                  "v=%0D%0A",
		"":                      "v=",
	} {
		if got := encodeForm("v", in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := encodeForm("a", "1", "b", "2"); got != "a=1&b=2" {
		t.Errorf("two pairs: %q", got)
	}
}

// FuzzForm: decoding never fails and gives valid text; what is encoded comes back; where Go's strict
// parser accepts the input and no name occurs twice, the two agree.
func FuzzForm(f *testing.F) {
	for _, s := range []string{"a=b&c=d", "%zz=%4", "a=%FF&b=+", "=&=", "a;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := decodeForm(s)
		for name, value := range got {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				t.Fatalf("invalid UTF-8 in %q", got)
			}
			if again := decodeForm(encodeForm(name, value)); again[name] != value {
				t.Fatalf("%q became %q", value, again[name])
			}
			if first, ok := firstValue(s, name); !ok || !utf8.ValidString(first) {
				t.Fatalf("no first value of %q", name)
			}
		}
		strict, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		for name, values := range strict {
			if utf8.ValidString(name) && len(values) == 1 && utf8.ValidString(values[0]) && got[name] != values[0] {
				t.Fatalf("%q is %q, want %q", name, got[name], values[0])
			}
		}
	})
}
