package ginauth

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

const redirectOrigin = "https://app.example.com"

// redirectSite is a site whose redirects can be asked for without an adapter.
func redirectSite(t testing.TB, change ...func(*Config)) (*Auth, http.Handler) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	cfg := Config{
		BaseURL: redirectOrigin, Secret: "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL",
		TrustedOrigins: []string{"https://admin.example.com"},
		Providers: []Provider{&CredentialsProvider{ID: "credentials", Authorize: func(context.Context, map[string]string, *http.Request) (*User, error) {
			return nil, nil
		}}},
		RateLimit: RateLimitConfig{Disabled: true},
		Logger:    slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&cfg)
	}
	r := gin.New()
	a, err := Register(r, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

// signOutTo signs out with a callback URL and returns where the browser is sent.
func signOutTo(t testing.TB, a *Auth, h http.Handler, where, raw string) string {
	t.Helper()
	token, cookie := a.csrf.Make()
	form := url.Values{"csrfToken": {token}}
	target := "/auth/signout"
	cookies := "__Host-authjs.csrf-token=" + authcookie.EncodeURIComponent(cookie)
	switch where {
	case "body":
		form.Set("callbackUrl", raw)
	case "query":
		target += "?" + encodeForm("callbackUrl", raw)
	case "cookie":
		cookies += "; __Secure-authjs.callback-url=" + authcookie.EncodeURIComponent(raw)
	}
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookies)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusFound {
		t.Fatalf("%s %q: status %d", where, raw, w.Code)
	}
	return w.Header().Get("Location")
}

// R16, and the lessons of CVE-2022-24858, CVE-2022-29214, CVE-2022-31093, CVE-2024-56734,
// CVE-2025-27143 and GO-2026-4653: in the query, the body and the cookie, what is hostile or
// unparsable becomes the public origin and never an error.
func TestRedirect_Table(t *testing.T) {
	a, h := redirectSite(t)
	for _, row := range redirectRows {
		want := row.want
		if want == "" {
			want = redirectOrigin
		}
		if got := a.redirects.check(row.raw, redirectOrigin); got != want {
			t.Errorf("row %d, %q: %q, want %q", row.row, row.raw, got, want)
		}
		if !utf8.ValidString(row.raw) {
			continue // on the way through a form it becomes U+FFFD, which is a character like others
		}
		for _, where := range []string{"body", "query", "cookie"} {
			if got := signOutTo(t, a, h, where, row.raw); got != escapeNonASCII(want) {
				t.Errorf("row %d in the %s, %q: %q, want %q", row.row, where, row.raw, got, want)
			}
		}
	}
}

// A Redirect callback decides, but what it answers has to be an address of the web.
func TestRedirect_Callback(t *testing.T) {
	answer := ""
	var asked [2]string
	a, h := redirectSite(t, func(c *Config) {
		c.Callbacks.Redirect = func(_ context.Context, url, baseURL string) string {
			asked = [2]string{url, baseURL}
			return answer
		}
	})
	for in, want := range map[string]string{
		"https://elsewhere.example/x": "https://elsewhere.example/x",
		"http://elsewhere.example":    "http://elsewhere.example",
		"":                            redirectOrigin,
		"/path":                       redirectOrigin,
		"javascript:alert(1)":         redirectOrigin,
		"https://a@b.example":         redirectOrigin,
		"https://b.example/\r\nX: y":  redirectOrigin,
		`https:\\b.example`:           redirectOrigin,
		"https:b.example":             redirectOrigin,
		"https://b.example/" + strings.Repeat("a", 2048): redirectOrigin,
	} {
		answer = in
		if got := signOutTo(t, a, h, "body", "whatever"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if asked != [2]string{"whatever", redirectOrigin} {
		t.Errorf("the callback was asked %q", asked)
	}
}

// FuzzCallbackURL: whatever goes in, what comes out is on an allowed origin as a browser reads it,
// and goes into a header as it is. Seeds are the table and GINAUTH_CASES generated ones.
func FuzzCallbackURL(f *testing.F) {
	seedCallbackURLs(f)
	policy := newRedirectPolicy("/auth", []string{"https://admin.example.com"})
	allowed := []string{redirectOrigin, "https://admin.example.com"}
	f.Fuzz(func(t *testing.T, raw string) {
		got := policy.check(raw, redirectOrigin)
		origin, rest, _ := cutOrigin(got)
		if !slices.Contains(allowed, origin) {
			t.Fatalf("%q leads to %q", raw, got)
		}
		// A browser ends the authority at one of these; anything else would belong to the host.
		if rest != "" && !strings.ContainsAny(rest[:1], "/?#") {
			t.Fatalf("%q leads to %q", raw, got)
		}
		if strings.HasPrefix(rest, "//") || strings.ContainsAny(got, "\\ \t\r\n") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("%q leads to %q", raw, got)
		}
		if again := policy.check(got, redirectOrigin); again != got && len(got) <= maxRedirect {
			t.Fatalf("%q leads to %q and that to %q", raw, got, again)
		}
		if u, err := url.Parse(escapeNonASCII(got)); err != nil || u.User != nil || u.Scheme != "https" {
			t.Fatalf("%q leads to %q: %v", raw, got, err)
		}
	})
}

// cutOrigin splits behind scheme and host by the rules of browsers, which know no user info here.
func cutOrigin(s string) (origin, rest string, ok bool) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return "", "", false
	}
	host := rest
	if i := strings.IndexAny(rest, "/?#\\"); i >= 0 {
		host = rest[:i]
	}
	return scheme + "://" + host, rest[len(host):], true
}
