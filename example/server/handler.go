package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// healthTime is how long the database may take to answer.
const healthTime = time.Second

// newHandler mounts every route.
func newHandler(cfg settings, db *bun.DB, adapter userStore, log *slog.Logger) (http.Handler, error) {
	r := gin.New()
	r.RedirectTrailingSlash = false
	// No address is taken from a header: nothing here depends on it.
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	r.Use(recovery(log))

	config := ginauth.Config{
		BaseURL:    cfg.authURL,
		BasePath:   cfg.basePath,
		Secret:     cfg.secret,
		OldSecrets: cfg.oldSecrets,
		Adapter:    adapter,
		Providers:  []ginauth.Provider{providers.Passkey()},
		Session:    ginauth.SessionConfig{Strategy: cfg.strategy},
		Callbacks:  profile{users: adapter}.callbacks(),
		RateLimit:  ginauth.RateLimitConfig{Disabled: !cfg.limited, TrustedProxies: cfg.proxies},
		Logger:     log,
	}
	// Both matter: a proxy on this machine may show a local server to the world.
	if cfg.local() && isLoopback(cfg.host) {
		mail := &mailCatcher{}
		config.Providers = append(config.Providers, &ginauth.EmailProvider{ID: "email", Name: "Email", Send: mail.send, Notify: mail.notify})
		r.GET("/dev/mail", onlyLoopback, mail.show)
	} else if cfg.local() {
		log.Warn("no sign-in by e-mail: other machines could read the links; set HOST to 127.0.0.1 to have it", slog.String("host", cfg.host))
	}
	if cfg.oidc != nil {
		config.Providers = append(config.Providers, cfg.oidc)
	}
	auth, err := ginauth.Register(r, config)
	if err != nil {
		return nil, err
	}
	r.GET("/", auth.LoadSession(), home(cfg))
	r.GET("/healthz", health(db, adapter))
	r.GET("/favicon.ico", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	r.GET("/api/me", auth.RequireSession(), func(c *gin.Context) {
		c.JSON(http.StatusOK, ginauth.SessionFrom(c).User)
	})
	mountPasskeys(r, auth, log)
	return r, nil
}

// health tells a load balancer whether this server can work, which it cannot without its tables.
func health(db *bun.DB, adapter userStore) gin.HandlerFunc {
	ready := func(ctx context.Context) error { return ping(ctx, db) }
	if a, ok := adapter.(interface {
		Ping(ctx context.Context) error
	}); ok {
		ready = a.Ping
	}
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), healthTime)
		defer cancel()
		c.Header("Cache-Control", "no-store")
		if err := ready(ctx); err != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"ok": false})
			return
		}
		c.JSON(http.StatusOK, gin.H{"ok": true})
	}
}

// recovery answers 500 after a panic. Gin's own would print the request, and cookies are in it.
func recovery(log *slog.Logger) gin.HandlerFunc {
	return gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, err any) {
		log.Error("panic", slog.String("path", c.Request.URL.Path), slog.Any("error", err))
		c.AbortWithStatus(http.StatusInternalServerError)
	})
}
