package ginauth_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// A plain token may outlive its user, and a passkey that is added with it makes a user anew. The address
// that the token names is then brought into normal form like any other.
func TestAddress_OfToken(t *testing.T) {
	for told, want := range map[string]string{"Ann＠Example.com": "ann@example.com", "a@x,b@y": "", "not an address": ""} {
		before, s := newSite(t, withJWT, func(c *ginauth.Config) {
			c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
				p.Token["email"] = told
				return p.Token, nil
			}
		}), newSite(t, withJWT)
		c := before.browser(t)
		c.Register("ann@example.com")
		d := s.browser(t)
		d.SetCookie(sessionCookie, c.Cookie(sessionCookie))
		d.OtherDevice()
		if a := d.AddPasskey(); a.ErrorCode() != "" {
			t.Fatalf("%q: %s", told, a.Body)
		}
		if users := s.Dump().Users; len(users) != 1 || users[0].Email != want {
			t.Errorf("%q: stored %+v", told, users)
		}
	}
}

// Links stand in one table with the records of what was used and ended. A link is refused under the
// identifier of such records, even where identifiers need not be addresses: a claim would delete them.
func TestLinkUnderIdentifierOfRecords(t *testing.T) {
	var office post
	s := newSite(t, withRevocable, with(office.provider(func(p *ginauth.EmailProvider) {
		p.Normalize = func(text string) (string, error) { return text, nil }
	})))
	ann := s.browser(t)
	ann.SignUp("ann@example.com")
	copied := ann.Clone()
	ann.SignOut()
	for _, id := range []string{"ginauth:ended-session", "GinAuth:ended-session", "ｇinauth:ended-session"} {
		if _, err := s.CreateUser(t.Context(), ginauth.User{Email: id}); err != nil {
			t.Fatal(err)
		}
		if askLink(s.browser(t), id); len(office.links) > 0 {
			follow(s.browser(t), office.last(t).URL)
			t.Errorf("%s was sent a link", id)
		}
	}
	if a := copied.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("a session that was ended: %d", a.Status)
	}
	if askLink(s.browser(t), "+491701"); len(office.links) != 1 {
		t.Error("identifiers without an @ are refused")
	}
}
