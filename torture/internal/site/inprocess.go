// Package site runs servers with ginauth: in this process, or as processes of the example server.
package site

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gin-contrib/sessions"
	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
	"github.com/ginauth/ginauth/torture/internal/browser"
)

// Options are the settings that differ between tests.
type Options struct {
	Adapter    ginauth.Adapter
	Strategy   ginauth.Strategy // StrategyDatabase when empty
	Revocable  bool
	Secret     string // a random one when empty
	OldSecrets []string
	FlowStore  sessions.Store
	AddWithin  time.Duration
	UpdateAge  time.Duration
	// HideAccounts is that of the passkey provider.
	HideAccounts bool
	// Mail, when set, is where sign-in links go; without it there are none.
	Mail func(to, link string)
	// RateLimit is disabled when nil: in most tests everybody comes from one address.
	RateLimit *ginauth.RateLimitConfig
}

// InProcess is a server without a network.
type InProcess struct {
	handler http.Handler
	// Panics counts what ginauth had to recover from.
	Panics atomic.Int64
}

// New mounts ginauth on an engine of its own.
//
//nolint:contextcheck,nolintlint // Register takes no context; the one linter obeys this line, the other thinks that it does nothing
func New(o Options) (*InProcess, error) {
	s := &InProcess{}
	r := gin.New()
	passkey := providers.Passkey()
	passkey.AddWithin, passkey.HideAccounts = o.AddWithin, o.HideAccounts
	limits := ginauth.RateLimitConfig{Disabled: true}
	if o.RateLimit != nil {
		limits = *o.RateLimit
	}
	if o.Secret == "" {
		o.Secret = NewSecret()
	}
	if o.Strategy == "" {
		o.Strategy = ginauth.StrategyDatabase
	}
	list := []ginauth.Provider{passkey}
	if o.Mail != nil {
		list = append(list, &ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(_ context.Context, l ginauth.SignInLink) error {
			o.Mail(l.To, l.URL)
			return nil
		}})
	}
	auth, err := ginauth.Register(r, ginauth.Config{
		BaseURL:    browser.Origin,
		Secret:     o.Secret,
		OldSecrets: o.OldSecrets,
		Adapter:    o.Adapter,
		FlowStore:  o.FlowStore,
		Providers:  list,
		Session:    ginauth.SessionConfig{Strategy: o.Strategy, Revocable: o.Revocable, UpdateAge: o.UpdateAge},
		RateLimit:  limits,
		Logger:     slog.New(panicCounter{&s.Panics}),
	})
	if err != nil {
		return nil, err
	}
	mountPasskeys(r, auth)
	s.handler = r
	return s, nil
}

// mountPasskeys lets people remove passkeys, as the example server does, and sign out everywhere.
func mountPasskeys(r gin.IRouter, auth *ginauth.Auth) {
	answer := func(c *gin.Context, err error) {
		status := http.StatusServiceUnavailable
		switch {
		case err == nil:
			status = http.StatusNoContent
		case errors.Is(err, ginauth.ErrSignInNeeded), errors.Is(err, ginauth.ErrMissingCSRF):
			status = http.StatusForbidden
		case errors.Is(err, ginauth.ErrNotFound):
			status = http.StatusNotFound
		case errors.Is(err, ginauth.ErrLastPasskey):
			status = http.StatusConflict
		}
		c.Status(status)
	}
	mine := r.Group("/api", auth.RequireSession())
	mine.DELETE("/passkeys/:id", func(c *gin.Context) {
		id, err := base64.RawURLEncoding.DecodeString(c.Param("id"))
		if err == nil {
			err = auth.RemovePasskey(c, id)
		}
		answer(c, err)
	})
	mine.DELETE("/sessions", func(c *gin.Context) {
		answer(c, auth.EndSessions(c.Request.Context(), ginauth.SessionFrom(c).User.ID))
	})
}

// NewSecret returns a good secret.
func NewSecret() string { return rand.Text() + rand.Text() }

// TrustedProxy is where every request comes from, which tells the client's address in X-Forwarded-For.
func TrustedProxy() netip.Prefix { return netip.MustParsePrefix("127.0.0.1/32") }

const proxyAddress = "127.0.0.1:1024"

// Send is a [browser.Instance].
func (s *InProcess) Send(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.RemoteAddr = proxyAddress
	s.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// panicCounter is a log that only looks for panics.
type panicCounter struct{ n *atomic.Int64 }

func (panicCounter) Enabled(context.Context, slog.Level) bool { return true }

func (p panicCounter) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "ginauth: panic" {
		p.n.Add(1)
	}
	return nil
}

func (p panicCounter) WithAttrs([]slog.Attr) slog.Handler { return p }
func (p panicCounter) WithGroup(string) slog.Handler      { return p }
