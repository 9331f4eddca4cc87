package ginauth_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// R8: nor does a sign-in that was under way when the address was proven, with whatever is gone by then.
func TestR8_SignInUnderWay(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, how := range []string{"oidc", "oauth", "form_post", "passkey"} {
			t.Run(name+", "+how, func(t *testing.T) {
				var office post
				var meanwhile func()
				svc := newService(t)
				svc.claims = func(c map[string]any) { c["email"] = "ann@example.com" }
				svc.userInfo = svc.claims
				p := svc.oidc("svc")
				switch how {
				case "oauth":
					p = svc.oauth("svc")
				case "form_post":
					p.AuthParams = url.Values{"response_mode": {"form_post"}}
				}
				s := newSite(t, sessions, with(office.provider(), p), withHook(func() {
					if do := meanwhile; do != nil {
						meanwhile = nil
						do()
					}
				}))
				signIn := func(c *testclient.Client) testclient.Answer {
					answer := svc.consent(start(c, "svc"), "eve")
					if how != "form_post" {
						return finish(c, "svc", answer)
					}
					fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state")}
					return c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "")
				}
				want := "OAuthAccountNotLinked"
				eve, ann := s.browser(t), s.browser(t)
				if how == "passkey" {
					signIn, want = func(c *testclient.Client) testclient.Answer { return c.Authenticate() }, "WebAuthnVerificationError"
					eve.SignUp("ann@example.com")
				} else {
					signIn(eve)
				}
				if eve.Email() != "ann@example.com" {
					t.Fatal(s.logs)
				}
				eve.DropCookie(sessionCookie)
				askLink(ann, "ann@example.com")
				meanwhile = func() { follow(ann, office.last(t).URL) }
				a := signIn(eve)
				if a.ErrorCode() != want || eve.Cookie(sessionCookie) != "" {
					t.Errorf("the sign-in under way: %d %s", a.Status, a.URL())
				}
				tables := s.Dump()
				if ann.Email() != "ann@example.com" || len(tables.Accounts)+len(tables.Authenticators) != 0 || name == "database" && len(tables.Sessions) != 1 {
					t.Errorf("%q is in, left %+v", ann.Email(), tables)
				}
			})
		}
	}
}

// A user is locked before anything is read in the transaction. Databases with repeatable reads would
// otherwise show, once the lock is there, what stood in the tables before it.
func TestUserIsLockedFirst(t *testing.T) {
	for what, act := range map[string]func(t *testing.T, s *site, office *post, svc *service, c *testclient.Client){
		"claim": func(t *testing.T, s *site, office *post, _ *service, c *testclient.Client) {
			askLink(c, "ann@example.com")
			follow(s.browser(t), office.last(t).URL)
		},
		"own link": func(t *testing.T, _ *site, office *post, _ *service, c *testclient.Client) {
			askLink(c, "ann@example.com")
			openLink(c, office.last(t).URL)
		},
		"linking": func(_ *testing.T, _ *site, _ *post, svc *service, c *testclient.Client) {
			svc.signInWith(c, "svc", "ann")
		},
		"adding": func(_ *testing.T, _ *site, _ *post, _ *service, c *testclient.Client) {
			c.OtherDevice()
			c.AddPasskey()
		},
		"sign-in with an account": func(_ *testing.T, _ *site, _ *post, svc *service, c *testclient.Client) {
			svc.signInWith(c, "svc", "ann")
			svc.signInWith(c, "svc", "ann")
		},
	} {
		t.Run(what, func(t *testing.T) {
			f, office, svc := &faults{}, &post{}, newService(t)
			s := newSite(t, withFaults(f), with(office.provider(), svc.oidc("svc")))
			c := s.browser(t)
			c.SignUp("ann@example.com")
			f.arm(0, false)
			act(t, s, office, svc, c)
			calls := slices.Clone(f.calls)
			f.disarm()
			n := 0
			for i, call := range calls {
				if call == "InTx" && i+1 < len(calls) {
					if n++; calls[i+1] != "LockUser" {
						t.Errorf("begins with %s", calls[i+1])
					}
				}
			}
			if n == 0 {
				t.Errorf("no transaction in %v", calls)
			}
		})
	}
}
