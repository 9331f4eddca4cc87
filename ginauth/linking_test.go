package ginauth_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// stepUpSite demands a sign-in of the last ten minutes before anything is added, and can link accounts.
func stepUpSite(t *testing.T, sessions func(*ginauth.Config), providers ...ginauth.Provider) *site {
	return withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
		p := passkeyProvider("passkey")
		p.AddWithin = 10 * time.Minute
		c.Providers = append([]ginauth.Provider{p}, providers...)
	}))
}

// R9: a copy of an old session links no account, so it cannot make itself a fresh sign-in that way, and
// then add a passkey or remove the owner's.
func TestR9_LinkingNeedsAFreshSignIn(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
			synctest.Test(t, func(t *testing.T) {
				svc := newService(t)
				p := svc.oidc("svc")
				if kind == ginauth.KindOAuth {
					p = svc.oauth("svc")
				}
				s := stepUpSite(t, sessions, p)
				ada := s.browser(t)
				first, _ := twoPasskeys(ada)
				thief := ada.Clone()
				time.Sleep(5 * 24 * time.Hour)
				thief.User()
				before := written(s)
				a := svc.signInWith(thief, "svc", "eve")
				if u, err := url.Parse(a.URL()); err != nil || u.Query().Get("error") != "OAuthAccountNotLinked" || u.Query().Get("code") != "reauth_required" {
					t.Errorf("%s, %s: linking with an old session: %s", name, kind, a.URL())
				}
				wroteNothing(t, before, written(s))
				if action, _ := thief.Options("?action=register"); action != "authenticate" {
					t.Errorf("%s, %s: may %s afterwards", name, kind, action)
				}
				if a := removal(thief, first); a.Status != http.StatusForbidden {
					t.Errorf("%s, %s: removing afterwards: %d", name, kind, a.Status)
				}
				if stranger := s.browser(t); svc.signInWith(stranger, "svc", "eve").ErrorCode() == "" && stranger.Email() == "ada@example.com" {
					t.Errorf("%s, %s: the thief's account signs in", name, kind)
				}

				ada.SignIn()
				if a := svc.signInWith(ada, "svc", "ada"); a.ErrorCode() != "" || len(s.Dump().Accounts) != 4 {
					t.Errorf("%s, %s: linking after a sign-in: %s, %d accounts", name, kind, a.URL(), len(s.Dump().Accounts))
				}
			})
		}
	}
}

// R9: linking and adding prove nothing new about the user, so the sign-in stays as old as it is.
func TestR9_LinkingIsNoSignIn(t *testing.T) {
	for name, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			svc := newService(t)
			s := stepUpSite(t, sessions, svc.oidc("svc"))
			ada := s.browser(t)
			ada.SignUp("ada@example.com")
			time.Sleep(4 * time.Minute)
			if a := svc.signInWith(ada, "svc", "ada"); a.ErrorCode() != "" {
				t.Fatal(a.URL())
			}
			time.Sleep(4 * time.Minute)
			ada.OtherDevice()
			if a := ada.AddPasskey(); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			time.Sleep(3 * time.Minute)
			if action, _ := ada.Options("?action=register"); action != "authenticate" {
				t.Errorf("%s: 11 minutes after the sign-in: %s", name, action)
			}
			if a := svc.signInWith(ada, "svc", "another"); a.ErrorCode() != "OAuthAccountNotLinked" {
				t.Errorf("%s: 11 minutes after the sign-in: linked, %s", name, a.URL())
			}
			// An account that was linked while the session was fresh proves who one is.
			if a := svc.signInWith(ada, "svc", "ada"); a.ErrorCode() != "" {
				t.Fatal(a.URL())
			}
			if action, _ := ada.Options("?action=register"); action != "register" {
				t.Errorf("%s: after a sign-in with the account: %s", name, action)
			}
		})
	}
}

// R9: as soon as one provider demands a recent sign-in, the others are no way around it.
func TestR9_EveryProviderDemandsIt(t *testing.T) {
	for name, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			s := stepUpSite(t, sessions, passkeyProvider("lax"))
			ada := s.browser(t)
			ada.SignUp("ada@example.com")
			time.Sleep(11 * time.Minute)
			tab := ada.Clone()
			tab.Provider = "lax"
			if action, _ := tab.Options("?action=register"); action != "authenticate" {
				t.Errorf("%s: a provider without AddWithin: %s", name, action)
			}
		})
	}
}

// R9: with AddWithPasskey a link in a mail, or another service, is not proof enough to add or remove a
// passkey, unless there is none to ask for.
func TestR9_RecentMeansByPasskey(t *testing.T) {
	for name, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			var office post
			svc := newService(t)
			s := withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
				p := passkeyProvider("passkey")
				p.AddWithin, p.AddWithPasskey = 10*time.Minute, true
				c.Providers = []ginauth.Provider{p, office.provider(), svc.oidc("svc")}
			}))
			ada := s.browser(t)
			if askLink(ada, "ada@example.com"); follow(ada, office.last(t).URL).ErrorCode() != "" {
				t.Fatal(s.logs)
			}
			if action, _ := ada.Options("?action=register"); action != "register" {
				t.Errorf("%s: the first passkey: %s", name, action)
			}
			if a := ada.AddPasskey(); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			expect := func(when, want string, removing, linking int) {
				t.Helper()
				if action, _ := ada.Options("?action=register"); action != want {
					t.Errorf("%s, %s: %s", name, when, action)
				}
				if a := removal(ada, newest(ada)); a.Status != removing {
					t.Errorf("%s, %s: removing %d", name, when, a.Status)
				}
				before := len(s.Dump().Accounts)
				if svc.signInWith(ada, "svc", when); len(s.Dump().Accounts)-before != linking {
					t.Errorf("%s, %s: %d accounts linked", name, when, len(s.Dump().Accounts)-before)
				}
			}
			ada.SignIn()
			expect("by-passkey", "register", http.StatusNoContent, 1)
			ada.OtherDevice()
			if a := ada.AddPasskey(); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			askLink(ada, "ada@example.com")
			follow(ada, office.last(t).URL)
			expect("by-link", "authenticate", http.StatusForbidden, 0)
			svc.signInWith(ada, "svc", "by-passkey")
			expect("by-service", "authenticate", http.StatusForbidden, 0)
		})
	}
}

// R9: a passkey provider that takes any recent sign-in does not help to avoid one that wants a passkey.
func TestR9_EveryProviderMeansByPasskey(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var office post
			s := withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
				strict, lax := passkeyProvider("passkey"), passkeyProvider("lax")
				strict.AddWithin, strict.AddWithPasskey, lax.AddWithin = 10*time.Minute, true, 10*time.Minute
				c.Providers = []ginauth.Provider{lax, strict, office.provider()}
			}))
			ada := s.browser(t)
			ada.SignUp("ada@example.com")
			askLink(ada, "ada@example.com")
			openLink(ada, office.last(t).URL)
			ada.SignIn()
			ada.OtherDevice()
			ada.Provider = "lax"
			if a := ada.AddPasskey(); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			askLink(ada, "ada@example.com")
			thief := s.browser(t)
			if follow(thief, office.last(t).URL); thief.Email() != "ada@example.com" {
				t.Fatal(s.logs)
			}
			for _, id := range []string{"lax", "passkey"} {
				thief.Provider = id
				if action, _ := thief.Clone().Options("?action=register"); action != "authenticate" {
					t.Errorf("%s: a link may %s", id, action)
				}
			}
			for _, p := range ada.Passkeys.Passkeys {
				if a := removal(thief, p); a.Status != http.StatusForbidden {
					t.Errorf("removing: %d", a.Status)
				}
			}
		})
	}
}

// A setting that would demand nothing keeps the server from starting.
func TestR9_PasskeyWithoutTime(t *testing.T) {
	p := passkeyProvider("passkey")
	p.AddWithPasskey = true
	cfg := ginauth.Config{BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(), Providers: []ginauth.Provider{p}}
	if _, err := ginauth.Register(gin.New(), cfg); !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "AddWithin; set that as well") {
		t.Error(err)
	}
}

// What rests on a session is bound to it when it is committed: sessions that are ended in between leave
// no account, no passkey and no session behind.
func TestR10_LinkingIsBoundToTheSession(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			svc := newService(t)
			var end func()
			s := newSite(t, sessions, with(svc.oidc("svc")), withHook(func() {
				if do := end; do != nil {
					end = nil
					do()
				}
			}))
			ada := s.browser(t)
			ada.SignUp("ada@example.com")
			user := authenticatorOf(t, s, ada).UserID
			for what, act := range map[string]func(c *testclient.Client) testclient.Answer{
				"linking": func(c *testclient.Client) testclient.Answer { return svc.signInWith(c, "svc", "ada") },
				"adding": func(c *testclient.Client) testclient.Answer {
					c.OtherDevice()
					return c.AddPasskey()
				},
			} {
				c := ada.Clone()
				before := len(s.Dump().Accounts)
				end = func() {
					if err := s.auth.EndSessions(t.Context(), user); err != nil && !(name == "jwt" && errors.Is(err, ginauth.ErrConfig)) {
						t.Error(err)
					}
				}
				a := act(c)
				if a.ErrorCode() != "Configuration" || a.Cookie(sessionCookie) != nil {
					t.Errorf("%s: %d %s", what, a.Status, a.URL())
				}
				if tables := s.Dump(); len(tables.Accounts) != before || len(tables.Sessions) != 0 {
					t.Errorf("%s: %d accounts, %d sessions", what, len(tables.Accounts), len(tables.Sessions))
				}
				ada.DropCookie(sessionCookie)
				ada.SignIn()
				if a := act(ada.Clone()); a.ErrorCode() != "" {
					t.Errorf("%s afterwards: %s %s", what, a.URL(), s.logs)
				}
				ada.DropCookie(sessionCookie)
				ada.SignIn()
			}
		})
	}
}

// R10: an answer that a service posts comes without the session's cookie; the session ends all the same.
func TestR10_FormPostEndsTheSession(t *testing.T) {
	for _, name := range []string{"database", "revocable"} {
		t.Run(name, func(t *testing.T) {
			svc := newService(t)
			s := newSite(t, sessionKinds[name], with(svc.oidc("svc", func(p *ginauth.OAuthProvider) {
				p.AuthParams = url.Values{"response_mode": {"form_post"}}
			})))
			post := func(c *testclient.Client, sub string) testclient.Answer {
				answer := svc.consent(start(c, "svc"), sub)
				kept := c.Cookie(sessionCookie)
				c.DropCookie(sessionCookie)
				a := c.Do(http.MethodPost, "/auth/callback/svc", "application/x-www-form-urlencoded", answer.Encode(), "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "")
				if a.ErrorCode() != "" && kept != "" {
					c.SetCookie(sessionCookie, kept)
				}
				return a
			}
			c := s.browser(t)
			post(c, "ann")
			before := c.Clone()
			if before.Email() != "ann@example.net" {
				t.Fatal(s.logs)
			}
			if a := post(c, "bob"); a.ErrorCode() != "" || c.Email() != "bob@example.net" {
				t.Fatalf("%s %s", a.URL(), s.logs)
			}
			if before.User() != nil {
				t.Error("the session before lives on")
			}
			if n := len(s.Dump().Sessions); name == "database" && n != 1 {
				t.Errorf("%d sessions", n)
			}
			if strings.Contains(s.logs.String(), "ERROR") {
				t.Error(s.logs)
			}
		})
	}
}
