package ginauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// authorizer answers Authorize with whatever a test set last.
type authorizer struct {
	user *ginauth.User
	err  error
	got  map[string]string
}

func (a *authorizer) provider() *ginauth.CredentialsProvider {
	return &ginauth.CredentialsProvider{ID: "credentials", Name: "Password", Authorize: func(_ context.Context, c map[string]string, r *http.Request) (*ginauth.User, error) {
		if r == nil {
			return nil, errors.New("no request")
		}
		a.got = c
		return a.user, a.err
	}}
}

func enter(c *testclient.Client) testclient.Answer {
	return c.Post("/callback/credentials", map[string]string{"csrfToken": c.CSRF(), "username": "ann", "password": "x y", "callbackUrl": "/in"})
}

func TestCredentials(t *testing.T) {
	for _, adapter := range []bool{true, false} {
		t.Run(fmt.Sprintf("adapter %t", adapter), func(t *testing.T) {
			door := authorizer{user: &ginauth.User{ID: "7", Name: "Ann", Email: "ann@example.com"}}
			var token map[string]any
			var event ginauth.SignInEvent
			s := newSite(t, func(c *ginauth.Config) {
				c.Session.Strategy, c.Providers = ginauth.StrategyJWT, []ginauth.Provider{door.provider()}
				if !adapter {
					c.Adapter = nil
				}
				c.Events.SignIn = func(_ context.Context, e ginauth.SignInEvent) { event = e }
			})
			c := s.browser(t)
			a := enter(c)
			if a.Status != 200 || a.URL() != siteOrigin+"/in" {
				t.Fatalf("answer %d %s", a.Status, a.Body)
			}
			want := map[string]string{"csrfToken": c.CSRF(), "username": "ann", "password": "x y", "callbackUrl": "/in"}
			if !reflect.DeepEqual(door.got, want) {
				t.Errorf("Authorize got %v", door.got)
			}
			// What Authorize did not tell is absent, and so not null in the session either.
			token = c.User()
			if !reflect.DeepEqual(token, map[string]any{"name": "Ann", "email": "ann@example.com"}) {
				t.Errorf("session of %v", token)
			}
			if event.Account != (ginauth.Account{Type: ginauth.KindCredentials, Provider: "credentials", ProviderAccountID: "7"}) || event.User.ID != "7" || event.IsNewUser {
				t.Errorf("event %+v", event)
			}
			if tables := s.Dump(); len(tables.Users)+len(tables.Accounts)+len(tables.Sessions) != 0 {
				t.Errorf("wrote %+v", tables)
			}
			door.user = &ginauth.User{Name: "No Id"}
			enter(c)
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(event.User.ID) {
				t.Errorf("id %q", event.User.ID)
			}
			if door.user.ID != "" {
				t.Error("the application's user was written to")
			}
		})
	}
}

func TestCredentialsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		user *ginauth.User
		err  error
		page string
	}{
		{"nobody", nil, nil, "/auth/signin?error=CredentialsSignin&code=credentials"},
		{"sentinel", nil, fmt.Errorf("locked: %w", ginauth.ErrCredentials), "/auth/signin?error=CredentialsSignin&code=credentials"},
		{"code", nil, &ginauth.CredentialsError{Code: "totp required"}, "/auth/signin?error=CredentialsSignin&code=totp+required"},
		{"wrapped code", nil, fmt.Errorf("second step: %w", &ginauth.CredentialsError{Code: "totp"}), "/auth/signin?error=CredentialsSignin&code=totp"},
		{"empty code", nil, &ginauth.CredentialsError{}, "/auth/signin?error=CredentialsSignin&code=credentials"},
		{"failure", nil, errors.New("directory down"), "/auth/error?error=Configuration"},
		{"failure beats user", &ginauth.User{ID: "7"}, errors.New("directory down"), "/auth/error?error=Configuration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			door := authorizer{user: tt.user, err: tt.err}
			s := newSite(t, withJWT, with(door.provider()))
			c := s.browser(t)
			if a := enter(c); a.Status != 200 || a.URL() != siteOrigin+tt.page {
				t.Errorf("answer %d %s", a.Status, a.URL())
			}
			if c.User() != nil {
				t.Error("somebody is signed in")
			}
			if strings.Contains(s.logs.String(), "x y") {
				t.Error("the password is in the log")
			}
		})
	}
	t.Run("no CSRF token", func(t *testing.T) {
		door := authorizer{user: &ginauth.User{ID: "7"}}
		s := newSite(t, withJWT, with(door.provider()))
		a := s.browser(t).Post("/callback/credentials", map[string]string{"username": "ann"})
		if a.ErrorCode() != "MissingCSRF" || door.got != nil {
			t.Errorf("answer %s, Authorize got %v", a.URL(), door.got)
		}
	})
	t.Run("GET", func(t *testing.T) {
		door := authorizer{user: &ginauth.User{ID: "7"}}
		s := newSite(t, withJWT, with(door.provider()))
		if a := s.browser(t).Get("/callback/credentials?username=ann"); a.ErrorCode() != "Configuration" || door.got != nil {
			t.Errorf("answer %s, Authorize got %v", a.URL(), door.got)
		}
	})
}

func TestCredentialsGate(t *testing.T) {
	door := authorizer{user: &ginauth.User{ID: "7", Email: "ann@example.com"}}
	var asked ginauth.SignInParams
	answer := ginauth.Deny()
	s := newSite(t, withJWT, with(door.provider()), func(c *ginauth.Config) {
		c.Callbacks.SignIn = func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
			asked = p
			return answer, nil
		}
	})
	c := s.browser(t)
	if a := enter(c); a.ErrorCode() != "AccessDenied" || c.User() != nil {
		t.Errorf("denied: %s", a.URL())
	}
	if asked.Credentials["username"] != "ann" || asked.User.ID != "7" || asked.Account.ProviderAccountID != "7" {
		t.Errorf("asked %+v", asked)
	}
	answer = ginauth.RedirectTo("/change-password")
	if a := enter(c); a.URL() != siteOrigin+"/change-password" || c.User() != nil {
		t.Errorf("redirected: %s", a.URL())
	}
}

func TestCredentialsJSONBody(t *testing.T) {
	door := authorizer{user: &ginauth.User{ID: "7"}}
	s := newSite(t, withJWT, with(door.provider()))
	c := s.browser(t)
	body := `{"csrfToken":"` + c.CSRF() + `","pin":1234567,"remember":true,"nothing":null,"list":["a",1]}`
	if a := c.Do(http.MethodPost, "/auth/callback/credentials", "application/json", body); a.ErrorCode() != "" {
		t.Fatalf("answer %d %s", a.Status, a.Body)
	}
	want := map[string]string{"csrfToken": c.CSRF(), "pin": "1234567", "remember": "true", "nothing": "", "list": `["a",1]`}
	if !reflect.DeepEqual(door.got, want) {
		t.Errorf("Authorize got %v", door.got)
	}
}

// With sessions in the database, who signs in must be in it too.
func TestCredentialsDatabaseSession(t *testing.T) {
	var door authorizer
	var event ginauth.SignInEvent
	s := newSite(t, with(door.provider()), func(c *ginauth.Config) {
		c.Events.SignIn = func(_ context.Context, e ginauth.SignInEvent) { event = e }
	})
	for _, user := range []ginauth.User{{ID: "unknown", Email: "ann@example.com"}, {Email: "ann@example.com"}} {
		door.user = &user
		c := s.browser(t)
		if a := enter(c); a.ErrorCode() != "Configuration" || c.User() != nil || len(s.Dump().Sessions) != 0 {
			t.Errorf("user %+v: %s", user, a.URL())
		}
		if !strings.Contains(s.logs.String(), "StrategyJWT") {
			t.Errorf("the log names no remedy: %s", s.logs)
		}
	}
	stored, err := s.CreateUser(t.Context(), ginauth.User{Name: "Ann", Email: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	// The row counts, not what Authorize made of it.
	door.user = &ginauth.User{ID: stored.ID, Email: "mallory@example.com"}
	c := s.browser(t)
	if a := enter(c); a.ErrorCode() != "" || c.Email() != "ann@example.com" {
		t.Errorf("answer %s, signed in as %q", a.URL(), c.Email())
	}
	if event.User.Email != "ann@example.com" || event.Account.UserID != stored.ID {
		t.Errorf("event of %+v", event)
	}
	first := c.Cookie(sessionCookie)
	enter(c)
	if sessions := s.Dump().Sessions; len(sessions) != 1 || sessions[0].Token == first || sessions[0].UserID != stored.ID {
		t.Errorf("sessions %+v", sessions)
	}
}
