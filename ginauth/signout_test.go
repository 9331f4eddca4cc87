package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// signOutBringing posts a sign-out with these cookies, and those that its CSRF token needs.
func (s *site) signOutBringing(t *testing.T, pairs ...string) testclient.Answer {
	t.Helper()
	c := s.browser(t)
	token := c.CSRF()
	for _, k := range c.Cookies() {
		pairs = append(pairs, k.Name+"="+k.Value)
		c.DropCookie(k.Name)
	}
	c.Header.Set("Cookie", strings.Join(pairs, "; "))
	return c.Post("/signout", map[string]string{"csrfToken": token})
}

// A sign-out ends every session whose cookie came, and reports each to the event.
func TestSignOut_EndsEverySession(t *testing.T) {
	for _, kind := range []string{"database", "revocable"} {
		for _, size := range []int{0, 4000} {
			if kind == "database" && size > 0 {
				continue // the cookie is short
			}
			var told []string
			luggage := size
			s := newSite(t, append(carrying(kind, &luggage), func(c *ginauth.Config) {
				c.Events.SignOut = func(_ context.Context, e ginauth.SignOutEvent) { told = append(told, e.UserID) }
			})...)
			people := map[string]*testclient.Client{}
			for _, name := range []string{"ann", "bob", "eve"} {
				people[name] = s.browser(t)
				people[name].SignUp(name + "@example.com")
				luggage = 0 // hers is in chunks, theirs are whole
			}
			var pairs []string
			for _, name := range []string{"ann", "bob", "eve"} {
				pairs = append(pairs, pairsOf(people[name], sessionCookie)...)
			}
			t.Run(fmt.Sprintf("%s of %d bytes", kind, size), func(t *testing.T) {
				if a := s.signOutBringing(t, append(pairs, sessionCookie+"=planted")...); a.Status != http.StatusOK || a.ErrorCode() != "" {
					t.Fatalf("%d %s", a.Status, a.Body)
				}
				for name, c := range people {
					if c.Email() != "" {
						t.Errorf("%s is still signed in", name)
					}
				}
				if slices.Sort(told); len(told) != 3 || len(slices.Compact(told)) != 3 {
					t.Errorf("the event was told of %q", told)
				}
			})
		}
	}
}

// A sign-out also ends the sessions of next-auth 4 cookies and of those with another prefix.
func TestSignOut_EndsOtherNames(t *testing.T) {
	for name, tt := range map[string]struct {
		other  string
		change func(*ginauth.Config)
	}{
		"version 4": {jwt.SecureCookieNameV4, func(c *ginauth.Config) { c.Cookies.AcceptV4 = true }},
		"no prefix": {"authjs.session-token", func(*ginauth.Config) {}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, tt.change)
			one, other, third := s.browser(t), s.browser(t), s.browser(t)
			one.SignUp("ann@example.com")
			other.SignUp("bob@example.com")
			third.SignUp("eve@example.com")
			pairs := append(pairsOf(one, sessionCookie), pairsOf(other, tt.other)...)
			a := s.signOutBringing(t, append(pairs, pairsOf(third, tt.other)...)...)
			if a.ErrorCode() != "" || len(s.Dump().Sessions) != 0 {
				t.Errorf("%s, and %d sessions live on", a.Body, len(s.Dump().Sessions))
			}
			for _, name := range []string{sessionCookie, tt.other} {
				if k := a.Cookie(name); k == nil || k.MaxAge >= 0 {
					t.Errorf("%s is not expired", name)
				}
			}
		})
	}
	// With the JWT strategy a token made for the other name is ended by its ID.
	plain := newSite(t, withRevocable, withPrefixes(false))
	c := plain.browser(t)
	c.SignUp("ann@example.com")
	s := newSite(t, withRevocable, func(c *ginauth.Config) { c.Adapter = plain.Memory })
	if a := s.signOutBringing(t, "authjs.session-token="+c.Cookie("authjs.session-token")); a.ErrorCode() != "" {
		t.Error(a.Body)
	}
	if c.Email() != "" {
		t.Error("the token of the other name still signs in")
	}
}

// A sign-out with more values than are tried fails, ends those it can, and expires the cookies.
func TestSignOut_TooManyCookies(t *testing.T) {
	for _, kind := range []string{"database", "revocable", "jwt"} {
		s := newSite(t, sessionKinds[kind])
		ann := s.browser(t)
		ann.SignUp("ann@example.com")
		pairs := pairsOf(ann, sessionCookie)
		for i := range 20 {
			pairs = append(pairs, fmt.Sprintf("%s=planted%d", sessionCookie, i))
		}
		a := s.signOutBringing(t, pairs...)
		if a.ErrorCode() != "Configuration" {
			t.Errorf("%s: %d %s", kind, a.Status, a.Body)
		}
		if k := a.Cookie(sessionCookie); k == nil || k.MaxAge >= 0 {
			t.Errorf("%s: the cookies are not expired: %q", kind, a.Header["Set-Cookie"])
		}
		if kind != "jwt" && ann.Email() != "" {
			t.Errorf("%s: the session that could be ended was not", kind)
		}
	}
}

// lagging reads sessions from a replica that has seen none of them yet.
type lagging struct{ everyAdapter }

func (lagging) SessionAndUser(context.Context, string) (ginauth.StoredSession, ginauth.User, error) {
	return ginauth.StoredSession{}, ginauth.User{}, ginauth.ErrNotFound
}

// A session that cannot be read, or not yet, is deleted all the same.
func TestSignOut_DeletesWhatItCannotRead(t *testing.T) {
	for _, event := range []bool{false, true} {
		f := &faults{}
		listening := func(c *ginauth.Config) {
			if event {
				c.Events.SignOut = func(context.Context, ginauth.SignOutEvent) {}
			}
		}
		s := newSite(t, withFaults(f), listening)
		replica := newSite(t, listening, func(c *ginauth.Config) { c.Adapter = lagging{whole(s.Memory)} })
		ann := s.browser(t)
		ann.SignUp("ann@example.com")
		if a := replica.signOutBringing(t, pairsOf(ann, sessionCookie)...); a.ErrorCode() != "" || len(s.Dump().Sessions) != 0 {
			t.Errorf("behind a replica: %s, %d sessions live on", a.Body, len(s.Dump().Sessions))
		}
		ann.SignIn()
		f.arm(1, false)
		a := s.signOutBringing(t, pairsOf(ann, sessionCookie)...)
		f.disarm()
		// Without an event there is nothing to read, so it is the deletion that failed.
		if ended := len(s.Dump().Sessions) == 0; ended != event || (a.Status == http.StatusOK) != event {
			t.Errorf("event %t: %d %s, %d sessions", event, a.Status, a.Body, len(s.Dump().Sessions))
		}
	}
}

// When one of several sessions cannot be ended the sign-out fails, and the browser keeps its cookies.
func TestSignOut_FailsWithOneOfSeveral(t *testing.T) {
	f := &faults{}
	s := newSite(t, withFaults(f))
	ann, bob := s.browser(t), s.browser(t)
	ann.SignUp("ann@example.com")
	bob.SignUp("bob@example.com")
	pairs := append(pairsOf(ann, sessionCookie), pairsOf(bob, sessionCookie)...)
	f.arm(2, false)
	a := s.signOutBringing(t, pairs...)
	f.disarm()
	if a.Status != http.StatusServiceUnavailable || a.Cookie(sessionCookie) != nil {
		t.Errorf("%d %s %q", a.Status, a.Body, a.Header["Set-Cookie"])
	}
	if a := s.signOutBringing(t, pairs...); a.ErrorCode() != "" || len(s.Dump().Sessions) != 0 {
		t.Errorf("the next attempt: %s, %d sessions", a.Body, len(s.Dump().Sessions))
	}
}
