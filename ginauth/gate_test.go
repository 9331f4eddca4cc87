package ginauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// R5: the SignIn callback runs before anything is written, and what it says holds.
// Lesson of GHSA-xg6x-h9c9-2m83: no session before every gate has let the person pass.
func TestR5_Gate(t *testing.T) {
	for _, g := range []struct {
		name     string
		decision ginauth.Decision
		err      error
		want     string
	}{
		{"deny", ginauth.Deny(), nil, siteOrigin + "/auth/error?error=AccessDenied"},
		{"zero decision", ginauth.Decision{}, nil, siteOrigin + "/auth/error?error=AccessDenied"},
		{"error", ginauth.Allow(), errors.New("ledger is down"), siteOrigin + "/auth/error?error=AccessDenied"},
		{"redirect", ginauth.RedirectTo("/pay?x=1"), nil, siteOrigin + "/pay?x=1"},
		{"redirect to another site", ginauth.RedirectTo("https://evil.example"), nil, siteOrigin},
		{"redirect that is none", ginauth.RedirectTo("javascript:alert(1)"), nil, siteOrigin},
	} {
		for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
			open := true
			var seen ginauth.SignInParams
			s := newSite(t, strategy, func(c *ginauth.Config) {
				c.Callbacks.SignIn = func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
					if seen = p; open {
						return ginauth.Allow(), nil
					}
					return g.decision, g.err
				}
				c.Events.SignIn = func(context.Context, ginauth.SignInEvent) {
					if !open {
						t.Errorf("%s: the sign-in event was told", g.name)
					}
				}
			})
			c := s.browser(t)
			c.SignUp("ada@example.com")
			if seen.User.Email != "ada@example.com" || seen.Account.Type != ginauth.KindWebAuthn || seen.Account.ProviderAccountID == "" {
				t.Errorf("the gate saw %+v", seen)
			}
			open = false
			before := written(s)

			session := c.Cookie(sessionCookie)
			first := c.OtherDevice()
			if a := c.AddPasskey(); a.URL() != g.want || c.Cookie(sessionCookie) != session {
				t.Errorf("%s, add: %s", g.name, a.Body)
			}
			wroteNothing(t, before, written(s))

			stranger := s.browser(t)
			if a := stranger.Register("eve@example.com"); a.URL() != g.want || stranger.Cookie(sessionCookie) != "" {
				t.Errorf("%s, register: %s", g.name, a.Body)
			}
			wroteNothing(t, before, written(s))

			stranger.Passkeys = first
			if a := stranger.Authenticate(); a.URL() != g.want || stranger.Cookie(sessionCookie) != "" {
				t.Errorf("%s, authenticate: %s", g.name, a.Body)
			}
			if seen.User.ID == "" || seen.User.Email != "ada@example.com" {
				t.Errorf("%s: the gate saw %+v", g.name, seen)
			}
			wroteNothing(t, before, written(s))
			if g.err != nil && !strings.Contains(s.logs.String(), "ledger is down") {
				t.Error("the callback's error was not logged")
			}
		}
	}
}

// The gate runs after the proof: a wrong answer never reaches it.
func TestR5_GateSeesProvenIdentitiesOnly(t *testing.T) {
	calls := 0
	s := newSite(t, func(c *ginauth.Config) {
		c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) {
			calls++
			return ginauth.Allow(), nil
		}
	})
	for _, w := range append(wrongAlways(), wrongRegistrations()...) {
		if a := s.browser(t).Register("ada@example.com", w.change); a.ErrorCode() == "" || calls != 0 {
			t.Fatalf("%s: %s, %d calls", w.name, a.Body, calls)
		}
	}
}
