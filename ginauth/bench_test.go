package ginauth_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

func withoutLogs(c *ginauth.Config) { c.Logger = quiet() }

// benchmarkGet measures one GET with the cookies of a browser.
func benchmarkGet(b *testing.B, s *site, c *testclient.Client, path string) {
	var cookies []string
	for _, k := range c.Cookies() {
		cookies = append(cookies, k.Name+"="+k.Value)
	}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Cookie", strings.Join(cookies, "; "))
		w := httptest.NewRecorder()
		s.engine.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			body, _ := io.ReadAll(w.Body)
			b.Fatalf("%d %s", w.Code, body)
		}
	}
}

func BenchmarkSessionJWT(b *testing.B) {
	s := newSite(b, withJWT, withoutLogs)
	c := s.browser(b)
	c.SignUp("ada@example.com")
	benchmarkGet(b, s, c, "/auth/session")
}

func BenchmarkSessionDatabase(b *testing.B) {
	s := newSite(b, withoutLogs)
	c := s.browser(b)
	c.SignUp("ada@example.com")
	benchmarkGet(b, s, c, "/auth/session")
}

func BenchmarkGuardJWT(b *testing.B) {
	s := newSite(b, withJWT, withoutLogs)
	c := s.browser(b)
	c.SignUp("ada@example.com")
	benchmarkGet(b, s, c, "/me")
}

func BenchmarkOptions(b *testing.B) {
	s := newSite(b, withoutLogs)
	c := s.browser(b)
	c.SignUp("ada@example.com")
	c.SignOut()
	benchmarkGet(b, s, c, "/auth/webauthn-options/passkey?action=authenticate")
}

// BenchmarkSignIn is a whole sign-in: CSRF token, options, callback, with the authenticator's work.
func BenchmarkSignIn(b *testing.B) {
	s := newSite(b, withoutLogs)
	c := s.browser(b)
	c.SignUp("ada@example.com")
	c.SignOut()
	b.ReportAllocs()
	for b.Loop() {
		c.DropCookie(sessionCookie)
		c.SignIn()
	}
}
