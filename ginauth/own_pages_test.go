package ginauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// The application's own pages: where each request leads, errors included, and that a query can add
// to the address but never end it.
func TestOwnPages(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) {
		c.Pages = ginauth.PagesConfig{SignIn: "/in?x=1", SignOut: "/out", Error: "/oops", VerifyRequest: "/mail", NewUser: "/welcome"}
	})
	c := s.browser(t)
	for path, want := range map[string]string{
		"/auth/signin": "/in?x=1&callbackUrl=https%3A%2F%2Fapp.example.com",
		"/auth/signin?error=a%26b&callbackUrl=/x": "/in?x=1&callbackUrl=https%3A%2F%2Fapp.example.com%2Fx&error=a%26b",
		"/auth/signout":                         "/out",
		"/auth/error?error=AccessDenied":        "/oops?error=AccessDenied",
		"/auth/error":                           "/oops?error=undefined",
		"/auth/error?error=a%0D%0AX:y%23%5C%20": "/oops?error=a%0D%0AX:y%23%5C%20",
		"/auth/error?error=%C3%BC%7F":           "/oops?error=%C3%BC%7F",
		"/auth/verify-request?a=1&b=%0A":        "/mail?a=1&b=%0A",
		"/auth/verify-request":                  "/mail",
		"/page?a=1":                             siteOrigin + "/in?x=1&callbackUrl=https%3A%2F%2Fapp.example.com%2Fpage%3Fa%3D1",
	} {
		a := s.browser(t).Do(http.MethodGet, path, "", "", "X-Auth-Return-Redirect", "")
		if got := a.Header.Get("Location"); a.Status != http.StatusFound || got != want {
			t.Errorf("GET %s: %d %s, want %s", path, a.Status, got, want)
		}
	}
	if a := c.Post("/signout", nil); a.URL() != siteOrigin+"/in?x=1&error=MissingCSRF" {
		t.Errorf("an error of the sign-in page: %s", a.URL())
	}
	if a := c.Register("ada@example.com"); a.URL() != siteOrigin+"/welcome?callbackUrl=https%3A%2F%2Fapp.example.com" && !strings.HasPrefix(a.URL(), "/welcome?callbackUrl=") {
		t.Errorf("a new user goes to %s", a.URL())
	}
	c.SignOut()
	if a := c.SignIn(); strings.Contains(a.URL(), "welcome") {
		t.Errorf("a known user goes to %s", a.URL())
	}
}
