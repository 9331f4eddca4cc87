package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// R10: a session that was ended authorizes nothing, on any route or guard, whoever kept a copy of it,
// and an answer that was under way meanwhile does not bring it back.
func TestR10_EndedSession(t *testing.T) {
	for _, name := range []string{"database", "revocable"} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, sessionKinds[name])
			c := s.browser(t)
			c.SignUp("ada@example.com")
			other, thief := s.browser(t), c.Clone()
			other.Passkeys = c.Passkeys
			other.SignIn()
			renewed := c.Clone()
			renewed.Get("/session") // another token of the same session
			c.SignOut()
			for what, copied := range map[string]string{"copied": thief.Cookie(sessionCookie), "renewed": renewed.Cookie(sessionCookie)} {
				for _, path := range []string{"/me", "/page"} {
					thief.SetCookie(sessionCookie, copied)
					if a := thief.Do(http.MethodGet, path, "", ""); a.Status == http.StatusOK {
						t.Errorf("%s: %s is open", what, path)
					}
				}
				if a := s.browser(t).Do(http.MethodGet, "/me", "", "", "Authorization", "Bearer "+copied); a.Status != http.StatusUnauthorized {
					t.Errorf("%s, as a bearer: %d", what, a.Status)
				}
				thief.SetCookie(sessionCookie, copied)
				if a := thief.Get("/webauthn-options/passkey?action=register"); a.Status != http.StatusBadRequest {
					t.Errorf("%s: may add a passkey: %s", what, a.Body)
				}
				thief.SetCookie(sessionCookie, copied)
				if a := thief.Get("/session"); a.Body != "null" || thief.Cookie(sessionCookie) != "" {
					t.Errorf("%s: %s", what, a.Body)
				}
			}
			if other.Email() != "ada@example.com" {
				t.Error("signing out in one browser ended the session of another")
			}
			c.SignIn()
			old := c.Clone()
			c.SignIn()
			if old.User() != nil || c.Email() != "ada@example.com" {
				t.Error("signing in again must end the session before, and only that")
			}
		})
	}
}

// EndSessions ends every session of one person at that moment; who signs in after it stays, however
// soon that is and whatever the clocks of the instances say.
func TestEndSessions(t *testing.T) {
	for _, name := range []string{"database", "revocable"} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, sessionKinds[name])
			ada, bob := s.browser(t), s.browser(t)
			ada.SignUp("ada@example.com")
			bob.SignUp("bob@example.com")
			user := authenticatorOf(t, s, ada).UserID
			for range 3 { // in the same second
				phone := ada.Clone()
				ada.DropCookie(sessionCookie)
				ada.SignIn()
				if err := s.auth.EndSessions(t.Context(), user); err != nil {
					t.Fatal(err)
				}
				if ada.User() != nil || phone.User() != nil {
					t.Errorf("%s: a session survived", name)
				}
				ada.SignIn()
				if ada.Email() != "ada@example.com" {
					t.Errorf("%s: the next session is ended as well", name)
				}
			}
			time.Sleep(29 * 24 * time.Hour)
			ada.User()
			time.Sleep(29 * 24 * time.Hour)
			if ada.Email() != "ada@example.com" {
				t.Errorf("%s: a session that is in use must go on", name)
			}
			if err := s.auth.EndSessions(t.Context(), "nobody"); !errors.Is(err, ginauth.ErrNotFound) {
				t.Errorf("%s: of nobody: %v", name, err)
			}
		})
	}
	s := newSite(t, withJWT)
	if err := s.auth.EndSessions(t.Context(), "ada"); !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "Revocable") {
		t.Errorf("tokens that nothing ends: %v", err)
	}
}

// A JWT callback that builds its claims anew cannot make a session that nothing ends.
func TestR10_CallbackCannotLoseTheSession(t *testing.T) {
	s := newSite(t, withRevocable, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			return jwt.Claims{"sub": p.Token.Subject(), "email": p.Token.String("email"), "sid": "chosen", "gen": 1 << 40}, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.User()
	copied := c.Clone()
	c.SignOut()
	if copied.User() != nil {
		t.Error("still signed in")
	}
	c.SignIn()
	if err := s.auth.EndSessions(t.Context(), authenticatorOf(t, s, c).UserID); err != nil || c.User() != nil {
		t.Errorf("still signed in, error %v", err)
	}
}

// Tokens that nothing could end are not taken: those from before the setting, and of other servers.
func TestR10_OlderTokens(t *testing.T) {
	before, s := newSite(t, withJWT), newSite(t, withRevocable)
	c := before.browser(t)
	c.SignUp("ada@example.com")
	d := s.browser(t)
	d.SetCookie(sessionCookie, c.Cookie(sessionCookie))
	if d.User() != nil {
		t.Error("accepted")
	}
}

// What could not end a session, or would not, keeps the server from starting.
func TestR10_RevocableConfig(t *testing.T) {
	for want, change := range map[string]func(*ginauth.Config){
		"Adapter is missing: Session.Revocable": func(c *ginauth.Config) {
			c.Adapter = nil
			c.Providers = []ginauth.Provider{&ginauth.CredentialsProvider{ID: "credentials", Name: "Password", Authorize: func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) { return nil, nil }}}
		},
		"no ManagementAdapter: Session.Revocable": func(c *ginauth.Config) {
			c.Adapter = struct {
				ginauth.Adapter
				ginauth.TokenAdapter
				ginauth.TokenLookupAdapter
				ginauth.PasskeyAdapter
				ginauth.TxAdapter
			}{c.Adapter, whole(c.Adapter), whole(c.Adapter), whole(c.Adapter), whole(c.Adapter)}
		},
		"AcceptV4":       func(c *ginauth.Config) { c.Cookies.AcceptV4 = true },
		"Session.MaxAge": func(c *ginauth.Config) { c.Session.MaxAge = 401 * 24 * time.Hour },
	} {
		cfg := ginauth.Config{
			BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(),
			Providers: []ginauth.Provider{passkeyProvider("passkey")},
			Session:   ginauth.SessionConfig{Strategy: ginauth.StrategyJWT, Revocable: true},
		}
		change(&cfg)
		if _, err := ginauth.Register(gin.New(), cfg); !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A credentials sign-in makes a session that can be ended as well, and ends the one before.
func TestR10_Credentials(t *testing.T) {
	var user ginauth.User
	s := newSite(t, withRevocable, with(&ginauth.CredentialsProvider{
		ID: "credentials", Name: "Password",
		Authorize: func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) { return &user, nil },
	}))
	var err error
	if user, err = s.CreateUser(t.Context(), ginauth.User{Email: "ada@example.com"}); err != nil {
		t.Fatal(err)
	}
	c := s.browser(t)
	signIn := func() {
		t.Helper()
		if a := c.Post("/callback/credentials", map[string]string{"csrfToken": c.CSRF(), "password": "x"}); a.ErrorCode() != "" || c.User() == nil {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	signIn()
	before := c.Clone()
	signIn()
	if before.User() != nil {
		t.Error("the session before still lives")
	}
	if err := s.auth.EndSessions(t.Context(), user.ID); err != nil || c.User() != nil {
		t.Errorf("still signed in, %v", err)
	}
	signIn()
}

// R10: a token says when it ends, and keeps that when MaxAge is lowered. The record that a session was ended
// goes MaxAge later, but copies of its token do not come back.
func TestR10_MaxAgeIsLowered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := newSite(t, withRevocable)
		c := before.browser(t)
		c.SignUp("ada@example.com")
		kept := c.Cookie(sessionCookie)
		after := newSite(t, withRevocable, func(cfg *ginauth.Config) { cfg.Adapter, cfg.Session.MaxAge = before.Memory, time.Hour })
		copied := func() string {
			thief := after.browser(t)
			thief.SetCookie(sessionCookie, kept)
			return thief.Email()
		}
		if copied() != "ada@example.com" {
			t.Error("signed out when MaxAge was lowered")
		}
		c = after.browser(t)
		c.SetCookie(sessionCookie, kept)
		c.SignOut()
		for range 5 {
			if who := copied(); who != "" {
				t.Errorf("%q is in after the sign-out", who)
			}
			time.Sleep(time.Hour)
			if err := before.DeleteExpiredVerificationTokens(t.Context(), time.Now(), 1000); err != nil {
				t.Error(err)
			}
		}
	})
}

// What ended all plain tokens of a user is recorded for 400 days. A token that was renewed for longer adds
// and links nothing afterwards either.
func TestPlainTokenOutlivesTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		s := newSite(t, withJWT, with(svc.oidc("svc")), func(c *ginauth.Config) { c.Session.AbsoluteAge = -1 })
		c := s.browser(t)
		c.SignUp("ada@example.com")
		thief := c.Clone()
		if err := s.auth.EndSessions(t.Context(), authenticatorOf(t, s, c).UserID); !errors.Is(err, ginauth.ErrConfig) {
			t.Fatal(err)
		}
		for range 14 {
			time.Sleep(29 * 24 * time.Hour)
			thief.User()
		}
		if err := s.DeleteExpiredVerificationTokens(t.Context(), time.Now(), 1000); err != nil {
			t.Fatal(err)
		}
		if action, _ := thief.Options("?action=register"); action != "authenticate" {
			t.Errorf("may %s", action)
		}
		if a := svc.signInWith(thief, "svc", "eve"); a.ErrorCode() != "OAuthAccountNotLinked" {
			t.Errorf("linked an account: %s", a.URL())
		}
		c.SignIn()
		if action, _ := c.Options("?action=register"); action != "register" {
			t.Errorf("after another sign-in: %s", action)
		}
	})
}

// A session that is found by its user keeps the user's ID, whatever the JWT callback makes of the claims.
func TestR10_CallbackCannotRenameTheUser(t *testing.T) {
	for what, renames := range map[string]func(p ginauth.JWTParams) bool{
		"at sign-in": func(p ginauth.JWTParams) bool { return p.User != nil },
		"at reading": func(p ginauth.JWTParams) bool { return p.User == nil },
		"at update":  func(p ginauth.JWTParams) bool { return p.Trigger == ginauth.TriggerUpdate },
	} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t, withRevocable, func(c *ginauth.Config) {
				c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
					if renames(p) {
						p.Token["sub"] = "crm-1"
					}
					return p.Token, nil
				}
			})
			c := s.browser(t)
			c.Register("ada@example.com")
			kept := c.Clone()
			kept.Post("/session", map[string]string{"csrfToken": c.CSRF()})
			if !strings.Contains(s.logs.String(), "put other identifiers into claims of their own") {
				t.Errorf("the log does not tell the remedy: %s", s.logs)
			}
			if err := s.auth.EndSessions(t.Context(), s.Dump().Users[0].ID); err != nil {
				t.Fatal(err)
			}
			for _, c := range []*testclient.Client{c, kept} {
				if a := c.Do(http.MethodGet, "/me", "", ""); a.Status == http.StatusOK {
					t.Error("the session lives on")
				}
			}
		})
	}
}
