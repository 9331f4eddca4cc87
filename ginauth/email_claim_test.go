package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// squatters are the ways to make a user under an address that is not one's own.
var squatters = map[string]func(t *testing.T, svc *service, c *testclient.Client){
	"by passkey": func(_ *testing.T, _ *service, c *testclient.Client) { c.SignUp("ann@example.com") },
	"by passkey, with an account": func(t *testing.T, svc *service, c *testclient.Client) {
		c.SignUp("ann@example.com")
		if a := svc.signInWith(c, "svc", "eve"); a.ErrorCode() != "" {
			t.Fatal(a.URL())
		}
	},
	"at a service": func(t *testing.T, svc *service, c *testclient.Client) {
		svc.claims = func(claims map[string]any) { claims["email"] = "ann@example.com" }
		if a := svc.signInWith(c, "svc", "eve"); a.ErrorCode() != "" {
			t.Fatal(a.URL())
		}
		svc.claims = nil
	},
	"at a service that says the address is not proven": func(t *testing.T, svc *service, c *testclient.Client) {
		svc.claims = func(claims map[string]any) { claims["email"], claims["email_verified"] = "ann@example.com", false }
		svc.userInfo = svc.claims
		if a := svc.signInWith(c, "plain", "eve"); a.ErrorCode() != "" {
			t.Fatal(a.URL())
		}
		c.AddPasskey()
		svc.claims, svc.userInfo = nil, nil
	},
}

// R8: an address that is proven takes its user away from everyone who came before: no passkey, account,
// session, token or link of theirs signs in as that user any more, or changes anything.
func TestR8_EmailClaimsUser(t *testing.T) {
	for name, sessions := range sessionKinds {
		for how, squat := range squatters {
			t.Run(name+", "+how, func(t *testing.T) {
				var office post
				var told []ginauth.ClaimEvent
				svc := newService(t)
				s := withRemoval(newSite(t, sessions, with(office.provider(), svc.oidc("svc"), svc.oauth("plain")), func(c *ginauth.Config) {
					c.Events.ClaimAddress = func(_ context.Context, e ginauth.ClaimEvent) { told = append(told, e) }
				}))
				eve := s.browser(t)
				squat(t, svc, eve)
				if eve.Email() != "ann@example.com" {
					t.Fatal(s.logs)
				}
				before := s.Dump()
				askLink(eve, "ann@example.com") // which reaches Ann, who does not know what it is
				outstanding := office.last(t).URL
				askLink(s.browser(t), "ann@example.com")
				ann := s.browser(t)
				if follow(ann, office.last(t).URL); ann.Email() != "ann@example.com" {
					t.Fatalf("signed in as %q: %s", ann.Email(), s.logs)
				}
				tables := s.Dump()
				if len(tables.Users) != 1 || tables.Users[0].EmailVerified.IsZero() || len(tables.Authenticators)+len(tables.Accounts)+len(linksOf(s)) != 0 {
					t.Errorf("left: %+v", tables)
				}
				if len(told) != 1 || len(told[0].Passkeys) != len(before.Authenticators) || len(told[0].Accounts) != len(before.Accounts) || told[0].User.EmailVerified.IsZero() || told[0].Provider != "email" {
					t.Errorf("told of %+v", told)
				}

				if signedIn := eve.User() != nil; signedIn != (name == "jwt") {
					t.Errorf("the session from before reads: %v", signedIn)
				}
				stale := eve.Clone()
				if action := stale.Get("/webauthn-options/passkey?action=register"); strings.Contains(action.Body, `"action":"register"`) {
					t.Errorf("the session from before may add a passkey: %s", action.Body)
				}
				if name == "jwt" {
					svc.signInWith(stale, "svc", "mallory")
				}
				for _, id := range []string{"svc", "plain"} {
					for _, c := range []*testclient.Client{s.browser(t), eve.Clone()} {
						if svc.signInWith(c, id, "eve"); c.Cookie(sessionCookie) != eve.Cookie(sessionCookie) && c.Email() == "ann@example.com" {
							t.Errorf("the account at %s still signs in", id)
						}
					}
				}
				if len(eve.Passkeys.Passkeys) > 0 {
					c := s.browser(t)
					if c.Passkeys = eve.Passkeys; c.Authenticate().ErrorCode() == "" {
						t.Error("the passkey still signs in")
					}
				}
				if a := openLink(s.browser(t), outstanding); a.ErrorCode() != "Verification" {
					t.Errorf("a link from before: %d %s", a.Status, a.URL())
				}
				var owned int
				for _, a := range s.Dump().Accounts {
					if a.UserID == tables.Users[0].ID {
						owned++
					}
				}
				if owned != 0 {
					t.Errorf("%d accounts came back", owned)
				}

				// Ann's own are never touched again.
				if a := ann.AddPasskey(); a.ErrorCode() != "" {
					t.Fatal(a.Body)
				}
				askLink(ann, "ann@example.com")
				if a := openLink(ann, office.last(t).URL); a.Status != http.StatusFound || len(s.Dump().Authenticators) != 1 || len(told) != 1 {
					t.Errorf("proven again: %d, %d passkeys", a.Status, len(s.Dump().Authenticators))
				}
			})
		}
	}
}

// In their own session, in the browser that asked, people prove their own address and lose nothing.
func TestR8_OwnSession(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var office post
			s := withWhen(newSite(t, sessions, with(office.provider())))
			c := s.browser(t)
			c.SignUp("bob@example.com")
			phone := s.browser(t)
			phone.Passkeys = c.Passkeys
			phone.SignIn()
			askLink(c, "bob@example.com")
			c.OtherDevice()
			if a := c.AddPasskey(); a.ErrorCode() != "" { // another session, of the same person
				t.Fatal(a.Body)
			}
			if a := openLink(c, office.last(t).URL); a.Status != http.StatusFound || len(s.Dump().Authenticators) != 2 || c.Email() != "bob@example.com" {
				t.Fatalf("%d %s, %d passkeys, signed in as %q", a.Status, a.URL(), len(s.Dump().Authenticators), c.Email())
			}
			if s.Dump().Users[0].EmailVerified.IsZero() || !strings.Contains(when(c), "otp") {
				t.Errorf("%+v, %s", s.Dump().Users, when(c))
			}
			if phone.Email() != "bob@example.com" {
				t.Error("the other device is signed out")
			}
		})
	}
}

// Any other session does not count as one's own: not that of a browser which did not ask, not one that
// came into the browser afterwards, not one that asked elsewhere.
func TestR8_OtherSessions(t *testing.T) {
	for name, sessions := range sessionKinds {
		for what, arrange := range map[string]func(s *site, eve, ann *testclient.Client){
			"opened in another browser of the user": func(_ *site, eve, ann *testclient.Client) {
				askLink(eve, "ann@example.com")
				eve.DropCookie(sessionCookie)
				ann.Passkeys = eve.Passkeys
				ann.SignIn()
			},
			"asked signed out, session planted afterwards": func(_ *site, eve, ann *testclient.Client) {
				askLink(ann, "ann@example.com")
				ann.SetCookie(sessionCookie, eve.Cookie(sessionCookie))
			},
			"session that asked, planted": func(_ *site, eve, ann *testclient.Client) {
				askLink(eve, "ann@example.com")
				ann.SetCookie(sessionCookie, eve.Cookie(sessionCookie))
			},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				var office post
				s := newSite(t, sessions, with(office.provider()))
				eve, ann := s.browser(t), s.browser(t)
				eve.SignUp("ann@example.com")
				arrange(s, eve, ann)
				follow(ann, office.last(t).URL)
				if n := len(s.Dump().Authenticators); n != 0 || ann.Email() != "ann@example.com" {
					t.Errorf("%d passkeys from before, signed in as %q", n, ann.Email())
				}
			})
		}
	}
}

// The own session has to live when the address is proven.
func TestR8_OwnSessionEndsMeanwhile(t *testing.T) {
	for _, name := range []string{"database", "revocable"} {
		var office post
		var end func()
		s := newSite(t, sessionKinds[name], with(office.provider()), withHook(func() {
			if do := end; do != nil {
				end = nil
				do()
			}
		}))
		c := s.browser(t)
		c.SignUp("bob@example.com")
		askLink(c, "bob@example.com")
		user := authenticatorOf(t, s, c).UserID
		end = func() {
			if err := s.auth.EndSessions(context.Background(), user); err != nil {
				t.Error(err)
			}
		}
		if a := openLink(c, office.last(t).URL); a.ErrorCode() != "Configuration" || len(s.Dump().Sessions) != 0 || !s.Dump().Users[0].EmailVerified.IsZero() {
			t.Errorf("%s: %d %s, %+v", name, a.Status, a.URL(), s.Dump())
		}
		if len(linksOf(s)) != 1 {
			t.Errorf("%s: the link is used up", name)
		}
	}
}

// R8: a service that proves the address of a sign-up leaves nothing to claim.
func TestR8_ServiceProvesAddress(t *testing.T) {
	for told, want := range map[any]bool{true: true, false: false, nil: false, "maybe": false, 1: false} {
		var office post
		svc := newService(t)
		svc.claims = func(c map[string]any) {
			if c["email_verified"] = told; told == nil {
				delete(c, "email_verified")
			}
		}
		s := newSite(t, with(office.provider(), svc.oidc("svc")))
		ann := s.browser(t)
		svc.signInWith(ann, "svc", "ann")
		ann.AddPasskey()
		if got := !s.Dump().Users[0].EmailVerified.IsZero(); got != want {
			t.Errorf("email_verified %v: proven is %v", told, got)
		}
		askLink(s.browser(t), "ann@example.net")
		follow(s.browser(t), office.last(t).URL)
		if kept := len(s.Dump().Accounts) == 2 && len(s.Dump().Authenticators) == 1; kept != want {
			t.Errorf("email_verified %v: kept is %v", told, kept)
		}
	}
}

// R8: linking by address to a user whose address was never proven claims that user first, and a service
// that does not say that the address is proven links nothing.
func TestR8_LinkingByAddressClaims(t *testing.T) {
	for name, sessions := range sessionKinds {
		for told, want := range map[any]bool{true: true, false: false, nil: false} {
			t.Run(name, func(t *testing.T) {
				svc := newService(t)
				var claimed []ginauth.ClaimEvent
				s := newSite(t, sessions, with(svc.oidc("other"), svc.oidc("trusted", func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true })),
					func(c *ginauth.Config) {
						c.Events.ClaimAddress = func(_ context.Context, e ginauth.ClaimEvent) { claimed = append(claimed, e) }
					})
				eve := s.browser(t)
				eve.SignUp("ann@example.net")
				svc.signInWith(eve, "other", "eve")
				svc.claims = func(c map[string]any) {
					if c["email_verified"] = told; told == nil {
						delete(c, "email_verified")
					}
				}
				ann := s.browser(t)
				before := written(s)
				a := svc.signInWith(ann, "trusted", "ann")
				if !want {
					if a.ErrorCode() != "OAuthAccountNotLinked" {
						t.Errorf("email_verified %v: %s", told, a.URL())
					}
					wroteNothing(t, before, written(s))
					return
				}
				tables := s.Dump()
				if ann.Email() != "ann@example.net" || len(tables.Users) != 1 || tables.Users[0].EmailVerified.IsZero() || len(claimed) != 1 {
					t.Errorf("signed in as %q, %+v", ann.Email(), tables.Users)
				}
				if len(tables.Accounts) != 1 || tables.Accounts[0].Provider != "trusted" || len(tables.Authenticators) != 0 {
					t.Errorf("left %+v", tables)
				}
				if signedIn := eve.User() != nil; signedIn != (name == "jwt") {
					t.Errorf("the session from before reads: %v", signedIn)
				}
			})
		}
	}
}

// What a configuration promises, its adapter must be able to keep: in transactions as well.
func TestR8_AdapterMustKeepPromises(t *testing.T) {
	var office post
	svc := newService(t)
	withoutClaims := func(a ginauth.Adapter) ginauth.Adapter {
		return struct {
			ginauth.Adapter
			ginauth.SessionAdapter
			ginauth.TokenAdapter
			ginauth.TokenLookupAdapter
			ginauth.PasskeyAdapter
			ginauth.TxAdapter
			ginauth.ManagementAdapter
		}{a, whole(a), whole(a), whole(a), whole(a), whole(a), whole(a)}
	}
	for what, tt := range map[string]struct {
		change func(*ginauth.Config)
		want   string
	}{
		"links":           {with(office.provider()), "ClaimAdapter: e-mail sign-in"},
		"links by e-mail": {with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true })), "ClaimAdapter: DangerouslyLinkByEmail"},
		"passkeys alone":  {func(*ginauth.Config) {}, ""},
	} {
		for where, wrap := range map[string]func(ginauth.Adapter) ginauth.Adapter{
			"the adapter":     withoutClaims,
			"its transaction": func(a ginauth.Adapter) ginauth.Adapter { return poorTx{whole(a), withoutClaims} },
		} {
			s := newSite(t)
			cfg := ginauth.Config{BaseURL: siteOrigin, Secret: siteSecret, Adapter: wrap(s.Memory), Logger: quiet(), Providers: []ginauth.Provider{passkeyProvider("passkey")}}
			tt.change(&cfg)
			_, err := ginauth.Register(gin.New(), cfg)
			if (err == nil) != (tt.want == "") || err != nil && (!errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%s, %s: %v", what, where, err)
			}
		}
	}
}

// poorTx is an adapter whose transactions can do less than it can.
type poorTx struct {
	everyAdapter
	poor func(ginauth.Adapter) ginauth.Adapter
}

func (p poorTx) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return p.everyAdapter.InTx(ctx, func(tx ginauth.Adapter) error { return fn(p.poor(tx)) })
}

// Register says what plain tokens cannot keep beside links, and beside linking by address, which claims too.
func TestPlainTokensBesideLinksAreWarnedOf(t *testing.T) {
	var office post
	svc := newService(t)
	for name, sessions := range sessionKinds {
		for what, tt := range map[string]struct {
			want   bool
			change func(*ginauth.Config)
		}{
			"passkeys alone":     {false, func(*ginauth.Config) {}},
			"links":              {true, with(office.provider())},
			"OAuth":              {false, with(svc.oidc("svc"))},
			"linking by address": {true, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true }))},
		} {
			s := newSite(t, sessions, tt.change)
			if got := strings.Contains(s.logs.String(), "cannot be ended"); got != (tt.want && name == "jwt") {
				t.Errorf("%s, %s: warned is %v", name, what, got)
			}
		}
	}
}

// Links that nobody opens are swept away, where they are all that is ever stored, too.
func TestUnusedLinksAreSwept(t *testing.T) {
	var office post
	s := newSite(t, func(c *ginauth.Config) {
		c.Providers = []ginauth.Provider{office.provider(func(p *ginauth.EmailProvider) { p.MaxAge = time.Nanosecond })}
	})
	c := s.browser(t)
	for range 200 {
		askLink(c, "ann@example.com")
	}
	if n := len(s.Dump().VerificationTokens); n > 150 {
		t.Errorf("%d rows are left of 200 links", n)
	}
}
