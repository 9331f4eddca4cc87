package ginauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
)

// everyRoute is a request for each of the routes and guards.
var everyRoute = []string{
	"GET /auth/session", "POST /auth/session", "GET /auth/csrf", "GET /auth/providers", "GET /auth/signin", "POST /auth/signin/passkey", "GET /auth/signout", "POST /auth/signout",
	"GET /auth/error", "GET /auth/verify-request", "GET /auth/callback/passkey", "POST /auth/callback/passkey", "GET /auth/callback/nobody", "GET /auth/webauthn-options/passkey",
	"GET /auth", "GET /auth/", "GET /auth/nope", "PUT /auth/session", "HEAD /auth/csrf", "GET /auth/a/b/c",
	"GET /me", "GET /page", "GET /maybe",
}

// S21: what is too large is refused everywhere before any of it is decoded.
func TestS21_TooLarge(t *testing.T) {
	s := newSite(t)
	cookie := func(size int) []string {
		return []string{"Cookie", sessionCookie + "=" + strings.Repeat("%41", size/3)[:size-len(sessionCookie)-1]}
	}
	several := func(size int) (header []string) {
		for range 64 {
			header = append(header, cookie(size/64)...)
		}
		return header
	}
	many := func(size int) []string { return []string{"Cookie", strings.Repeat("a=;", size)[:size]} }
	for _, tt := range []struct {
		name   string
		query  string
		header []string
		status int
	}{
		{"64 KiB of cookies", "", cookie(64 << 10), 0},
		{"64 KiB and a byte", "", cookie(64<<10 + 1), http.StatusRequestHeaderFieldsTooLarge},
		{"a megabyte of cookies", "", cookie(1 << 20), http.StatusRequestHeaderFieldsTooLarge},
		{"64 KiB in several fields", "", several(64 << 10), 0},
		{"more in several fields", "", several(65 << 10), http.StatusRequestHeaderFieldsTooLarge},
		{"many cookies", "", many(1 << 20), http.StatusRequestHeaderFieldsTooLarge},
		{"16 KiB of query", strings.Repeat("a&", 8<<10), nil, 0},
		{"16 KiB and a byte", strings.Repeat("a&", 8<<10) + "a", nil, http.StatusRequestURITooLong},
		{"a megabyte of query", strings.Repeat("%41=%42&", 1<<17), nil, http.StatusRequestURITooLong},
	} {
		for _, route := range everyRoute {
			method, path, _ := strings.Cut(route, " ")
			w := s.ask(method, path+"?"+tt.query, hereAddr, tt.header...)
			refused := w.Code == http.StatusRequestHeaderFieldsTooLarge || w.Code == http.StatusRequestURITooLong
			if tt.status == 0 && refused || tt.status != 0 && w.Code != tt.status {
				t.Errorf("%s, %s: %d %.80s", tt.name, route, w.Code, w.Body)
			}
			if !refused {
				continue
			}
			want := map[int]string{http.StatusRequestHeaderFieldsTooLarge: `"Cookies too large."`, http.StatusRequestURITooLong: `"Query too long."`}[tt.status]
			switch {
			case method == http.MethodHead:
				want = ""
			case path == "/auth/session" && method != http.MethodPut:
				want = "null"
			case !strings.HasPrefix(path, "/auth"):
				want = `{"error":` + strings.ToLower(strings.TrimSuffix(want, `."`)) + `"}`
			}
			if got := w.Body.String(); got != want {
				t.Errorf("%s, %s: %s, want %s", tt.name, route, got, want)
			}
			if h := w.Header(); len(h["Set-Cookie"]) > 0 || h.Get("Cache-Control") != "private, no-cache, no-store" || h.Get("Location") != "" {
				t.Errorf("%s, %s: headers %v", tt.name, route, h)
			}
		}
	}
}

// S21: refusing a megabyte costs no more than refusing nothing.
func TestS21_NothingLargeIsParsed(t *testing.T) {
	s := newSite(t, withJWT)
	s.engine.POST("/remove", func(c *gin.Context) {
		if err := s.auth.RemovePasskey(c, []byte("x")); !errors.Is(err, ginauth.ErrSignInNeeded) {
			t.Errorf("RemovePasskey: %v", err)
		}
		c.Status(http.StatusForbidden)
	})
	cookies := strings.Repeat("a%41=%41;", 1<<17)
	query := strings.Repeat("a%41=%41&", 1<<17)
	bearer := "Bearer " + strings.Repeat("%41", 1<<18)
	for _, route := range append([]string{"POST /remove"}, everyRoute...) {
		method, path, _ := strings.Cut(route, " ")
		for what, change := range map[string]func(*http.Request){
			"cookies": func(r *http.Request) { r.Header["Cookie"] = []string{cookies} },
			"query":   func(r *http.Request) { r.URL.RawQuery = query },
			"bearer":  func(r *http.Request) { r.Header["Authorization"] = []string{bearer} },
			"path":    func(r *http.Request) { r.URL.Path += strings.Repeat("/a", 1<<19) },
		} {
			if what == "path" && !strings.HasPrefix(path, "/auth/") || what == "query" && path == "/remove" {
				continue
			}
			r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
			change(r)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s.engine.ServeHTTP(httptest.NewRecorder(), r)
			runtime.ReadMemStats(&after)
			// A page takes some; what came takes a megabyte.
			if n := after.TotalAlloc - before.TotalAlloc; n > 300<<10 {
				t.Errorf("%s with a megabyte of %s: %d bytes were allocated", route, what, n)
			}
		}
	}
}
