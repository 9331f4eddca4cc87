package ginauth_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// R9: with AddWithin, a further passkey needs a sign-in that is fresh; the options route asks for one
// of the person's own passkeys otherwise, and after that it adds. Reading the session does not
// refresh it, and neither does adding for as long as another provider allows.
func TestR9_AddingNeedsAFreshSignIn(t *testing.T) {
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, strategy, func(c *ginauth.Config) {
				strict, lax := passkeyProvider("passkey"), passkeyProvider("lax")
				strict.AddWithin, lax.AddWithin = 10*time.Minute, time.Hour
				c.Providers = []ginauth.Provider{strict, lax}
			})
			c := s.browser(t)
			c.SignUp("ada@example.com")
			expect := func(when, provider, want string) {
				t.Helper()
				tab := c.Clone()
				tab.Provider = provider
				if got, _ := tab.Options("?action=register"); got != want {
					t.Errorf("%s: %s, want %s", when, got, want)
				}
			}
			expect("at once", "passkey", "register")
			expect("asked twice", "passkey", "register")
			time.Sleep(9 * time.Minute)
			c.User()
			expect("after 9 minutes", "passkey", "register")
			time.Sleep(2 * time.Minute)
			c.User()
			expect("after 11 minutes", "passkey", "authenticate")
			expect("after 11 minutes", "lax", "register")

			before := len(s.Dump().Authenticators)
			if a := c.AddPasskey(); a.ErrorCode() != "" || len(s.Dump().Authenticators) != before {
				t.Errorf("the step up: %s, %d passkeys", a.Body, len(s.Dump().Authenticators))
			}
			expect("after the step up", "passkey", "register")
			c.OtherDevice()
			if a := c.AddPasskey(); a.ErrorCode() != "" || len(s.Dump().Authenticators) != before+1 {
				t.Errorf("adding: %s, %d passkeys", a.Body, len(s.Dump().Authenticators))
			}
			time.Sleep(61 * time.Minute)
			expect("after an hour", "lax", "authenticate")
		})
	}
}

// R9: somebody else's passkey is no step up.
func TestR9_StepUpIsPersonal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, func(c *ginauth.Config) {
			p := passkeyProvider("passkey")
			p.AddWithin = 10 * time.Minute
			c.Providers = []ginauth.Provider{p}
		})
		ada, eve := s.browser(t), s.browser(t)
		ada.SignUp("ada@example.com")
		eve.SignUp("eve@example.com")
		time.Sleep(time.Hour)
		action, options := ada.Options("?action=register")
		if action != "authenticate" {
			t.Fatalf("action %s", action)
		}
		answer := string(eve.Passkeys.Assert(newest(eve), requestFor(t, options)))
		if a := ada.Callback(action, answer, nil); a.ErrorCode() != "AccountNotLinked" {
			t.Errorf("answer %s", a.Body)
		}
		if action, _ := ada.Options("?action=register"); action != "authenticate" || ada.Email() != "ada@example.com" {
			t.Errorf("afterwards: %s, %s", action, ada.Email())
		}
	})
}

// R9: the time limit holds for the moment when the passkey is added, not only when it was asked for.
func TestR9_RegistrationEndsWithFreshness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, func(c *ginauth.Config) {
			p := passkeyProvider("passkey")
			p.AddWithin = 10 * time.Minute
			c.Providers = []ginauth.Provider{p}
		})
		c := s.browser(t)
		c.SignUp("ada@example.com")
		before := len(s.Dump().Authenticators)
		c.OtherDevice()
		time.Sleep(9 * time.Minute)
		action, options := c.Options("?action=register")
		answer := c.Perform(action, options)
		time.Sleep(2 * time.Minute)
		if a := c.Callback(action, answer, nil); a.ErrorCode() != "Configuration" || len(s.Dump().Authenticators) != before {
			t.Errorf("answer %s, %d passkeys", a.Body, len(s.Dump().Authenticators))
		}
	})
}
