package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// authorisesNothing fails the test when the browser's session is good for anything: at the routes,
// at the guards, to add a passkey, or to keep somebody else from signing in.
func authorisesNothing(t *testing.T, c *testclient.Client) {
	t.Helper()
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/me":    {http.StatusUnauthorized, `{"error":"unauthorized"}`},
		"/page":  {http.StatusFound, ""},
		"/maybe": {http.StatusOK, "nobody"},
	} {
		if a := c.Do(http.MethodGet, path, "", ""); a.Status != want.status || a.Body != want.body {
			t.Errorf("GET %s: %d %q", path, a.Status, a.Body)
		}
	}
	if a := c.Get("/webauthn-options/passkey?action=register"); a.Status != http.StatusBadRequest {
		t.Errorf("options to add a passkey: %d %s", a.Status, a.Body)
	}
	if a := c.Get("/webauthn-options/passkey?email=free@example.com"); a.Status != http.StatusOK || !strings.Contains(a.Body, `"action":"register"`) {
		t.Errorf("options as a stranger: %d %s", a.Status, a.Body)
	}
	if strings.Contains(c.Get("/webauthn-options/passkey?action=authenticate").Body, "allowCredentials") {
		t.Error("the options list somebody's passkeys")
	}
	update := c.Clone().Post("/session", map[string]string{"csrfToken": c.Clone().CSRF()})
	if update.Body == "" || strings.Contains(update.Body, "user") {
		t.Errorf("update: %s", update.Body)
	}
	dead := c.Cookie(sessionCookie)
	a := c.Get("/session")
	if a.Status != http.StatusOK || a.Body != "null" {
		t.Errorf("GET /session: %d %s", a.Status, a.Body)
	}
	if dead != "" && c.Cookie(sessionCookie) != "" {
		t.Error("the dead cookie was not cleared")
	}
}

// R6: nothing but a living session authorizes anything.
// Lessons of CVE-2024-28197 and CVE-2024-38513 (a session that the client chose is never adopted),
// GO-2026-4573 (a truncated token) and GO-2026-5341 (a dead cookie is cleared).
func TestR6_DeadSessionAuthorisesNothing(t *testing.T) {
	flip := func(v string, i int) string {
		b := []byte(v)
		if b[i]++; b[i] > 'z' {
			b[i] = 'A'
		}
		return string(b)
	}
	forged := map[string]func(good string) string{
		"unknown":   func(string) string { return "2f1c4f0e-3b1a-4b5c-9d0e-1f2a3b4c5d6e" },
		"prefix":    func(v string) string { return v[:len(v)-1] },
		"suffix":    func(v string) string { return v[1:] },
		"longer":    func(v string) string { return v + "a" },
		"flipped":   func(v string) string { return flip(v, len(v)/2) },
		"capitals":  strings.ToUpper,
		"star":      func(string) string { return "*" },
		"percent":   func(string) string { return "%25" },
		"no escape": func(string) string { return "%zz" },
		"huge":      func(string) string { return strings.Repeat("a", 5000) },
		"twice":     func(v string) string { return v + "." + v },
		"control":   func(v string) string { return v + "%00" },
		"replaced":  func(v string) string { return v + "%EF%BF%BD" },
		"dots":      func(string) string { return "...." },
	}
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		s := newSite(t, strategy)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		good := c.Cookie(sessionCookie)
		rows := s.Dump().Sessions
		for name, forge := range forged {
			t.Run(name, func(t *testing.T) {
				f := s.browser(t)
				f.SetCookie(sessionCookie, forge(good))
				authorisesNothing(t, f)
				if got := s.Dump().Sessions; len(got) != len(rows) {
					t.Errorf("sessions %v", got)
				}
				// Fixation: who signs in with a planted cookie gets another one.
				f.SetCookie(sessionCookie, forge(good))
				planted := f.Cookie(sessionCookie)
				f.Passkeys = c.Passkeys
				if f.SignIn(); f.Cookie(sessionCookie) == planted || f.Email() != "ada@example.com" {
					t.Error("the planted cookie stayed")
				}
				f.SignOut()
			})
		}
		if c.Email() != "ada@example.com" {
			t.Error("the good session suffered")
		}
	}
}

// R6: expired, with both strategies, by the server's clock alone.
func TestR6_ExpiredSession(t *testing.T) {
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, strategy)
			c := s.browser(t)
			c.SignUp("ada@example.com")
			kept := c.Cookie(sessionCookie)
			time.Sleep(30*24*time.Hour - time.Minute)
			if a := c.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusOK {
				t.Errorf("a minute before: %d", a.Status)
			}
			time.Sleep(2 * time.Minute)
			c.SetCookie(sessionCookie, kept)
			authorisesNothing(t, c)
			if n := len(s.Dump().Sessions); n != 0 {
				t.Errorf("%d rows of expired sessions were kept", n)
			}
		})
	}
}

// A session in use lives on: by a new token at each read, or by moving the row once in a day.
func TestSession_RollsOn(t *testing.T) {
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, strategy)
			c := s.browser(t)
			c.SignUp("ada@example.com")
			for range 10 {
				time.Sleep(20 * 24 * time.Hour)
				if c.Email() != "ada@example.com" {
					t.Fatal("signed out while in use")
				}
			}
			time.Sleep(31 * 24 * time.Hour)
			if c.User() != nil {
				t.Error("an idle session lives on")
			}
		})
	}
}

func TestSession_UpdateAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		first := s.Dump().Sessions[0].Expires
		time.Sleep(24*time.Hour - time.Minute)
		if c.User(); !s.Dump().Sessions[0].Expires.Equal(first) {
			t.Error("moved within the day")
		}
		time.Sleep(2 * time.Minute)
		a := c.Get("/session")
		if want := time.Now().Add(30 * 24 * time.Hour); !s.Dump().Sessions[0].Expires.Equal(want.Truncate(time.Millisecond)) {
			t.Errorf("expires %s, want %s", s.Dump().Sessions[0].Expires, want)
		}
		if k := a.Cookie(sessionCookie); k == nil || time.Until(k.Expires) < 30*24*time.Hour-time.Second {
			t.Errorf("cookie %v", k)
		}
	})
}

// R10: each sign-in and sign-out changes the token, and the old one is dead in the database.
// Lesson of CVE-2022-25896 (session not regenerated).
func TestR10_TokenChanges(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	seen := map[string]bool{}
	step := func(what string) {
		t.Helper()
		token := c.Cookie(sessionCookie)
		if token == "" || seen[token] {
			t.Errorf("%s: token %q", what, token)
		}
		for old := range seen {
			stale := s.browser(t)
			stale.SetCookie(sessionCookie, old)
			authorisesNothing(t, stale)
		}
		if n := len(s.Dump().Sessions); n != 1 {
			t.Errorf("%s: %d rows", what, n)
		}
		seen[token] = true
	}
	c.SignUp("ada@example.com")
	step("sign-up")
	c.SignIn()
	step("sign-in while signed in")
	c.OtherDevice()
	if a := c.AddPasskey(); a.ErrorCode() != "" {
		t.Fatal(a.Body)
	}
	step("passkey added")
	c.SignOut()
	if n := len(s.Dump().Sessions); n != 0 {
		t.Errorf("sign-out left %d rows", n)
	}
	c.SignIn()
	step("sign-in")
}

// R10: a JWT session can be revoked by the JWT callback, and what that cannot tell ends nothing.
func TestR10_RevokedToken(t *testing.T) {
	state := "good"
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			switch state {
			case "revoked":
				return nil, nil
			case "unknown":
				return nil, errors.New("list of revoked tokens is down")
			}
			return p.Token, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	state = "unknown"
	if a := c.Get("/session"); a.Status != http.StatusServiceUnavailable || a.Body != "null" || len(a.Header["Set-Cookie"]) > 1 {
		t.Errorf("GET /session: %d %s %v", a.Status, a.Body, a.Header["Set-Cookie"])
	}
	if a := c.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusServiceUnavailable {
		t.Errorf("GET /me: %d", a.Status)
	}
	if c.Cookie(sessionCookie) == "" {
		t.Fatal("the session ended because nobody could tell")
	}
	state = "good"
	if c.Email() != "ada@example.com" {
		t.Error("the session did not come back")
	}
	kept := c.Cookie(sessionCookie)
	state = "revoked"
	authorisesNothing(t, c)
	c.SetCookie(sessionCookie, kept)
	if a := c.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("GET /me: %d", a.Status)
	}
}

// A late answer must not bring back a session that was signed out in the meantime.
func TestR10_LateAnswer(t *testing.T) {
	var tab *testclient.Client
	s := newSite(t, func(c *ginauth.Config) {
		c.Session.UpdateAge = -1
		c.Adapter = beforeUpdate{everyAdapter: whole(c.Adapter), do: func() {
			if tab != nil {
				tab.SignOut()
			}
		}}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	tab = c.Clone()
	a := c.Get("/session")
	if a.Body != "null" || c.Cookie(sessionCookie) != "" || len(s.Dump().Sessions) != 0 {
		t.Errorf("%s, cookie %q, rows %v", a.Body, c.Cookie(sessionCookie), s.Dump().Sessions)
	}
}

// everyAdapter is an adapter with all that can be asked of one.
type everyAdapter interface {
	ginauth.Adapter
	ginauth.SessionAdapter
	ginauth.TokenAdapter
	ginauth.TokenLookupAdapter
	ginauth.PasskeyAdapter
	ginauth.TxAdapter
	ginauth.ClaimAdapter
	ginauth.ManagementAdapter
}

// beforeUpdate lets something happen before a session is moved.
type beforeUpdate struct {
	everyAdapter
	do func()
}

func (b beforeUpdate) UpdateSession(ctx context.Context, s ginauth.StoredSession) error {
	b.do()
	return b.everyAdapter.UpdateSession(ctx, s)
}
