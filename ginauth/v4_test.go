package ginauth_test

import (
	"net/http"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// The client of next-auth 4 asks for JSON with a form field. Without the setting the answer is that
// of a version 5 server.
func TestAcceptV4_JSONField(t *testing.T) {
	for _, accept := range []bool{true, false} {
		s := newSite(t, func(c *ginauth.Config) { c.Cookies.AcceptV4 = accept })
		c := s.browser(t)
		c.Header.Del("X-Auth-Return-Redirect")
		a := c.Post("/signout", map[string]string{"json": "true", "callbackUrl": "/bye", "csrfToken": c.CSRF()})
		want := http.StatusFound
		if accept {
			want = http.StatusOK
		}
		if a.Status != want {
			t.Errorf("AcceptV4 %v: status %d, want %d: %s", accept, a.Status, want, a.Body)
		}
	}
}
