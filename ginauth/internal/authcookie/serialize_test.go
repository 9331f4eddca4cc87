package authcookie

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestValidate(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want string // in the error; empty: valid
	}{
		{"authjs.session-token", Options{Path: "/", HTTPOnly: true, SameSite: http.SameSiteLaxMode}, ""},
		{"__Secure-authjs.session-token", Options{Path: "/", Secure: true}, ""},
		{"__Host-authjs.csrf-token", Options{Path: "/", Secure: true}, ""},
		{"n", Options{Domain: ".example.test"}, ""},
		{"n", Options{Domain: "app.example.test", Path: "/a b/"}, ""},
		{"", Options{}, "name"},
		{"a b", Options{}, "name"},
		{"a;b", Options{}, "name"},
		{"a=b", Options{}, "name"},
		{"a\nb", Options{}, "name"},
		{"é", Options{}, "name"},
		{"n", Options{Path: "a"}, "path"},
		{"n", Options{Path: "/a;b"}, "path"},
		{"n", Options{Path: "/a\r\nSet-Cookie: x=y"}, "path"},
		{"n", Options{Path: "/\n"}, "path"},
		{"n", Options{Domain: "exa mple"}, "domain"},
		{"n", Options{Domain: "example.test; Secure"}, "domain"},
		{"n", Options{Domain: "example.test\n"}, "domain"},
		{"n", Options{Domain: "-a.test"}, "domain"},
		{"__Secure-n", Options{}, "__Secure-"},
		{"__secure-n", Options{}, "__Secure-"},
		{"__Host-n", Options{Path: "/"}, "__Host-"},
		{"__Host-n", Options{Path: "/a", Secure: true}, "__Host-"},
		{"__Host-n", Options{Path: "/", Secure: true, Domain: "a.test"}, "__Host-"},
		{"n", Options{SameSite: http.SameSiteNoneMode}, "SameSite"},
		{"n", Options{Partitioned: true}, "Partitioned"},
	}
	for _, tt := range tests {
		err := Validate(tt.name, tt.o)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("Validate(%q, %+v) = %v, want %q", tt.name, tt.o, err, tt.want)
		}
	}
	if err := Validate("a b", Options{Path: "x"}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two mistakes gave %v", err)
	}
}

func TestLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now() // midnight, 1 January 2000 in a bubble
		for _, tt := range []struct {
			life Lifetime
			want string
		}{
			{Lifetime{}, "n=v"},
			{Until(now), "n=v; Expires=Sat, 01 Jan 2000 00:00:00 GMT"},
			{For(15 * time.Minute), "n=v; Max-Age=900; Expires=Sat, 01 Jan 2000 00:15:00 GMT"},
		} {
			if got := Serialize("n", "v", Options{}, tt.life); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		}
	})
	if got, want := Clear("n", Options{Path: "/", HTTPOnly: true}), "n=; Max-Age=0; Path=/; HttpOnly"; got != want {
		t.Errorf("Clear: got %s, want %s", got, want)
	}
}

func BenchmarkParse(b *testing.B) {
	header := "authjs.csrf-token=0123456789abcdef%7C0123456789abcdef; authjs.callback-url=http%3A%2F%2Flocalhost%3A3000; authjs.session-token=" + strings.Repeat("x", 600)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, _ := Join(Parse(header), "authjs.session-token"); !ok {
			b.Fatal("no session")
		}
	}
}
