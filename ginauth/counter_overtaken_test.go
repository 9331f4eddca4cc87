package ginauth_test

import (
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// A sign-in whose counter was good when it was verified fails when another one with a higher counter
// is stored first: then the counter goes back, as with a copied passkey. Nothing is left of it.
func TestCounters_Overtaken(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var first func()
			s := newSite(t, sessions, withHook(func() {
				if do := first; do != nil {
					first = nil
					do()
				}
			}))
			c := s.browser(t)
			c.Register("ada@example.com", func(c *testauthn.Ceremony) { c.Counter = 6 })
			c.SignOut()
			late, early := c.Clone(), c.Clone()
			attempt := answered(late, "?action=authenticate", func(c *testauthn.Ceremony) { c.Counter = 7 })
			overtake := answered(early, "?action=authenticate", func(c *testauthn.Ceremony) { c.Counter = 8 })
			first = func() {
				if a := overtake(); a.ErrorCode() != "" {
					t.Errorf("the faster one: %s", a.Body)
				}
			}
			a := attempt()
			if a.ErrorCode() != "WebAuthnVerificationError" || a.Cookie(sessionCookie) != nil || late.User() != nil {
				t.Errorf("the slower one: %s", a.Body)
			}
			if got := authenticatorOf(t, s, c).Counter; got != 8 || len(s.Dump().Sessions) > 1 {
				t.Errorf("counter %d, %d sessions", got, len(s.Dump().Sessions))
			}
			if early.Email() != "ada@example.com" {
				t.Error("the faster one is signed out")
			}
		})
	}
}
