package ginauth_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// R3: what another request stores between the decision and the transaction is found by the unique
// keys, and then nothing of this one stays: neither its user nor a session.
func TestR3_StoredMeanwhile(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for name, other := range map[string]struct {
			email  string
			change []testclient.Change
		}{
			"the same credential ID": {"eve@example.com", []testclient.Change{credentialID(32)}},
			"the same address":       {"ada@example.com", nil},
		} {
			t.Run(kind+", "+name, func(t *testing.T) {
				var meanwhile func()
				s := newSite(t, sessions, withHook(func() {
					if do := meanwhile; do != nil {
						meanwhile = nil
						do()
					}
				}))
				slow, fast := s.browser(t), s.browser(t)
				late := answered(slow, "?action=register&email=ada@example.com", other.change...)
				early := answered(fast, "?action=register&email="+other.email, other.change...)
				var stored func()
				meanwhile = func() {
					if a := early(); a.ErrorCode() != "" {
						t.Errorf("the faster one: %s", a.Body)
					}
					before := written(s)
					stored = func() { wroteNothing(t, before, written(s)) }
				}
				if a := late(); a.ErrorCode() != "AccountNotLinked" || a.Cookie(sessionCookie) != nil {
					t.Errorf("the slower one: %s", a.Body)
				}
				stored()
				if fast.Email() != other.email || slow.User() != nil {
					t.Errorf("signed in as %q and %v", fast.Email(), slow.User())
				}
			})
		}
	}
}

// R9: of several passkey providers the strictest decides over what none of them is asked for, such as
// linking an account.
func TestR9_StrictestProviderDecides(t *testing.T) {
	for _, within := range [][2]time.Duration{{10 * time.Minute, time.Hour}, {time.Hour, 10 * time.Minute}} {
		synctest.Test(t, func(t *testing.T) {
			svc := newService(t)
			s := newSite(t, func(c *ginauth.Config) {
				one, two := passkeyProvider("passkey"), passkeyProvider("other")
				one.AddWithin, two.AddWithin = within[0], within[1]
				c.Providers = []ginauth.Provider{one, two, svc.oidc("svc")}
			})
			c := s.browser(t)
			c.SignUp("ada@example.com")
			time.Sleep(11 * time.Minute)
			if a := svc.signInWith(c, "svc", "eve"); a.ErrorCode() != "OAuthAccountNotLinked" {
				t.Errorf("%v: linked after 11 minutes: %s", within, a.URL())
			}
			c.SignIn()
			if a := svc.signInWith(c, "svc", "ada"); a.ErrorCode() != "" {
				t.Errorf("%v: %s", within, a.URL())
			}
		})
	}
}
