package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// What a person did or a client sent is a warning, whatever the browser is told. What is broken is an error.
func TestLogs_Levels(t *testing.T) {
	boom := errors.New("boom")
	email := &ginauth.EmailProvider{ID: "email", Name: "E-mail", Send: func(context.Context, ginauth.SignInLink) error { return boom }}
	credentials := &ginauth.CredentialsProvider{ID: "password", Name: "Password", Authorize: func(_ context.Context, c map[string]string, _ *http.Request) (*ginauth.User, error) {
		if c["password"] == "boom" {
			return nil, boom
		}
		return nil, nil
	}}
	for _, tt := range []struct {
		name, level string
		config      func(*ginauth.Config)
		do          func(c *testclient.Client)
	}{
		{"a page by the wrong method", "WARN", nil, func(c *testclient.Client) { c.Get("/callback/passkey") }},
		{"an action by the wrong method", "WARN", nil, func(c *testclient.Client) { c.Post("/providers", nil) }},
		{"no CSRF token", "WARN", nil, func(c *testclient.Client) { c.Post("/signout", nil) }},
		{"a wrong link", "WARN", nil, func(c *testclient.Client) { c.Get("/callback/email?token=x&email=ada@example.com") }},
		{"an address that is none", "WARN", nil, func(c *testclient.Client) {
			c.Post("/signin/email", map[string]string{"csrfToken": c.CSRF(), "email": "nobody"})
		}},
		{"a wrong password", "WARN", withJWT, func(c *testclient.Client) {
			c.Post("/callback/password", map[string]string{"csrfToken": c.CSRF(), "password": "x"})
		}},
		{"the application refuses", "WARN", func(c *ginauth.Config) {
			c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) { return ginauth.Deny(), nil }
		}, func(c *testclient.Client) { c.Register("ada@example.com") }},
		{"the gate fails", "ERROR", func(c *ginauth.Config) {
			c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) { return ginauth.Allow(), boom }
		}, func(c *testclient.Client) { c.Register("ada@example.com") }},
		{"the gate panics", "ERROR", func(c *ginauth.Config) {
			c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) { panic("boom") }
		}, func(c *testclient.Client) { c.Register("ada@example.com") }},
		{"Authorize fails", "ERROR", withJWT, func(c *testclient.Client) {
			c.Post("/callback/password", map[string]string{"csrfToken": c.CSRF(), "password": "boom"})
		}},
		{"the mail server fails", "ERROR", nil, func(c *testclient.Client) {
			c.Post("/signin/email", map[string]string{"csrfToken": c.CSRF(), "email": "ada@example.com"})
		}},
		{"UserInfo fails", "ERROR", func(c *ginauth.Config) {
			p := passkeyProvider("passkey")
			p.UserInfo = func(context.Context, ginauth.UserInfoRequest) (*ginauth.UserInfo, error) { return nil, boom }
			c.Providers = []ginauth.Provider{p}
		}, func(c *testclient.Client) { c.Get("/webauthn-options/passkey") }},
		{"storage fails", "ERROR", withFaults(&faults{armed: true, at: -1}), func(c *testclient.Client) {
			c.Get("/webauthn-options/passkey?email=ada@example.com")
		}},
		{"the store of flows fails", "ERROR", func(c *ginauth.Config) { c.FlowStore = &mapStore{fail: boom} }, func(c *testclient.Client) { c.Get("/webauthn-options/passkey") }},
	} {
		if tt.config == nil {
			tt.config = func(*ginauth.Config) {}
		}
		s := newSite(t, func(c *ginauth.Config) { c.Providers = append(c.Providers, email, credentials) }, tt.config)
		tt.do(s.browser(t))
		if line := lastLog(t, s); line["level"] != tt.level || line["msg"] != "ginauth: request failed" {
			t.Errorf("%s: log %v, want level %s", tt.name, line, tt.level)
		}
	}
}

// A client that hangs up is not an outage.
func TestLogs_ClientWentAway(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, siteOrigin+"/auth/webauthn-options/passkey?email=ada@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := testclient.Handler(s.engine).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if line := lastLog(t, s); line["level"] != "WARN" || line["cause"] != "client went away" {
		t.Errorf("log %v", line)
	}
}
