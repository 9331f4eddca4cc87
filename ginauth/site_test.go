package ginauth_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const (
	siteOrigin = "https://app.example.com"
	siteSecret = "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"

	sessionCookie   = "__Secure-authjs.session-token"
	challengeCookie = "__Secure-authjs.challenge"
	callbackCookie  = "__Secure-authjs.callback-url"
	csrfCookie      = "__Host-authjs.csrf-token"
)

// site is a server with an application on it: /me for signed-in users, /page for browsers.
type site struct {
	*adaptertest.Memory
	auth   *ginauth.Auth
	engine *gin.Engine
	logs   *logBuffer
}

// newSite starts a site with passkeys and sessions in memory; the functions change its configuration.
func newSite(tb testing.TB, change ...func(*ginauth.Config)) *site {
	tb.Helper()
	gin.SetMode(gin.TestMode)
	s := &site{Memory: adaptertest.NewMemory(), engine: gin.New(), logs: &logBuffer{}}
	cfg := ginauth.Config{
		BaseURL:   siteOrigin,
		Secret:    siteSecret,
		Adapter:   s.Memory,
		Providers: []ginauth.Provider{passkeyProvider("passkey")},
		// The tests of the limits turn them on.
		RateLimit: ginauth.RateLimitConfig{Disabled: true},
		Logger:    slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if s.auth, err = ginauth.Register(s.engine, cfg); err != nil {
		tb.Fatal(err)
	}
	s.engine.GET("/me", s.auth.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, ginauth.SessionFrom(c).User.Email) })
	s.engine.GET("/page", s.auth.RequireSignIn(), func(c *gin.Context) { c.String(http.StatusOK, ginauth.SessionFrom(c).User.Email) })
	s.engine.GET("/maybe", s.auth.LoadSession(), func(c *gin.Context) {
		if who := ginauth.SessionFrom(c); who != nil {
			c.String(http.StatusOK, who.User.Email)
			return
		}
		c.String(http.StatusOK, "nobody")
	})
	return s
}

// browser is a fresh browser on the site.
func (s *site) browser(tb testing.TB) *testclient.Client {
	return testclient.New(tb, s.engine, siteOrigin)
}

func withJWT(c *ginauth.Config) { c.Session.Strategy = ginauth.StrategyJWT }

// withRevocable makes sessions tokens that can be ended.
func withRevocable(c *ginauth.Config) {
	c.Session.Strategy, c.Session.Revocable = ginauth.StrategyJWT, true
}

// sessionKinds are the ways to keep sessions.
var sessionKinds = map[string]func(*ginauth.Config){
	"database": func(*ginauth.Config) {}, "jwt": withJWT, "revocable": withRevocable,
}

func passkeyProvider(id string) *ginauth.WebAuthnProvider {
	return &ginauth.WebAuthnProvider{
		ID: id, Name: "Passkey",
		Registration:   ginauth.RegistrationOptions{ResidentKey: "required", UserVerification: "required"},
		Authentication: ginauth.AuthenticationOptions{UserVerification: "required"},
	}
}

// logBuffer collects log lines.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Reset forgets what was logged so far.
func (l *logBuffer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// written is everything in the tables but the records of used challenges, which a failed attempt
// leaves on purpose.
func written(s *site) adaptertest.Tables {
	t := s.Dump()
	t.VerificationTokens = nil
	return t
}

// wroteNothing fails the test when the tables are not what they were.
func wroteNothing(tb testing.TB, before, after adaptertest.Tables) {
	tb.Helper()
	if !reflect.DeepEqual(before, after) {
		tb.Errorf("rows were written\nbefore %+v\nafter  %+v", before, after)
	}
}

// consistent checks the invariants that hold after whatever happened: nobody without a way to sign
// in, nothing that belongs to nobody.
func consistent(tb testing.TB, s *site) {
	tb.Helper()
	t := s.Dump()
	users, accounts, keys := map[string]bool{}, map[string]int{}, map[string]int{}
	for _, u := range t.Users {
		users[u.ID] = true
	}
	for _, a := range t.Accounts {
		accounts[a.UserID]++
		if !users[a.UserID] {
			tb.Errorf("account %s of a missing user", a.ProviderAccountID)
		}
	}
	for _, a := range t.Authenticators {
		keys[a.UserID]++
		if !users[a.UserID] {
			tb.Errorf("authenticator %s of a missing user", a.ProviderAccountID)
		}
	}
	for _, x := range t.Sessions {
		if !users[x.UserID] {
			tb.Error("session of a missing user")
		}
	}
	for id := range users {
		if accounts[id] == 0 || accounts[id] != keys[id] {
			tb.Errorf("user %s has %d accounts and %d authenticators", id, accounts[id], keys[id])
		}
	}
}

// authenticatorOf returns the one stored authenticator of a browser's newest passkey.
func authenticatorOf(tb testing.TB, s *site, c *testclient.Client) ginauth.Authenticator {
	tb.Helper()
	a, err := s.AuthenticatorByCredentialID(context.Background(), newest(c).ID)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func newest(c *testclient.Client) *testauthn.Passkey {
	return c.Passkeys.Passkeys[len(c.Passkeys.Passkeys)-1]
}
