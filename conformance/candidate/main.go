// Command candidate is the server that the conformance suite compares with the published Auth.js:
// ginauth with the same providers, users and callbacks as reference.mjs, on the in-memory adapter.
// README.md in the folder above lists its environment and test hooks.
package main

import (
	"cmp"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	store := &storage{Memory: adaptertest.NewMemory()}
	mails := &mailbox{}
	cfg, err := configuration(store, mails)
	if err != nil {
		log.Fatal(err)
	}
	r := gin.New()
	r.RedirectTrailingSlash = false
	mountHooks(r, store, mails)
	if _, err := ginauth.Register(r, cfg); err != nil {
		// The suite also asks what a misconfigured server answers: as Auth.js, an error on every route.
		fmt.Fprintln(os.Stderr, err)
		mountMisconfigured(r, cfg.BasePath)
	}
	server := &http.Server{
		Addr:              "127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "4020"),
		Handler:           r,
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func configuration(store ginauth.Adapter, mails *mailbox) (ginauth.Config, error) {
	cfg := ginauth.Config{
		BaseURL:   os.Getenv("AUTH_URL"),
		BasePath:  cmp.Or(os.Getenv("AUTH_BASE_PATH"), "/auth"),
		Providers: providerList(cmp.Or(os.Getenv("OIDC_ISSUER"), "http://127.0.0.1:4090"), store, mails),
		Adapter:   store,
		Session:   ginauth.SessionConfig{Strategy: ginauth.Strategy(cmp.Or(os.Getenv("SESSION_STRATEGY"), "jwt"))},
		Logger:    slog.New(slog.DiscardHandler),
		RateLimit: limits(),
	}
	cfg.TrustHost = cfg.BaseURL == "" && os.Getenv("RIG_TRUST_HOST") != "0"
	if os.Getenv("RIG_TRUST_HOST") == "0" {
		cfg.BaseURL = ""
	}
	if os.Getenv("RIG_NO_SECRET") == "" {
		cfg.Secret = cmp.Or(os.Getenv("AUTH_SECRET"), "rig-secret-0123456789abcdef0123456789abcdef")
	}
	if old := os.Getenv("AUTH_SECRET_OLD"); old != "" {
		cfg.OldSecrets = []string{old}
	}
	cfg.Cookies.AcceptV4 = os.Getenv("RIG_ACCEPT_V4") != ""
	if os.Getenv("RIG_LOG") != "" {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if os.Getenv("RIG_FORM_POST") != "" {
		cfg.Providers = append(cfg.Providers, apple(os.Getenv("OIDC_ISSUER")))
	}
	if os.Getenv("RIG_PAGES") != "" {
		cfg.Pages = ginauth.PagesConfig{SignIn: "/my/signin", SignOut: "/my/signout", Error: "/my/error", VerifyRequest: "/my/verify", NewUser: "/my/welcome"}
	}
	if os.Getenv("RIG_CALLBACKS") != "" {
		cfg.Callbacks = callbacks()
	}
	var err error
	if cfg.Session.MaxAge, err = seconds("SESSION_MAX_AGE"); err != nil {
		return cfg, err
	}
	cfg.Session.UpdateAge, err = seconds("SESSION_UPDATE_AGE")
	if cfg.Session.UpdateAge == 0 && os.Getenv("SESSION_UPDATE_AGE") != "" {
		cfg.Session.UpdateAge = -1
	}
	return cfg, err
}

// limits are off: Auth.js has none, and the suite fails on purpose more often than people do.
func limits() ginauth.RateLimitConfig {
	if os.Getenv("RIG_RATE_LIMIT") == "" {
		return ginauth.RateLimitConfig{Disabled: true}
	}
	once := ginauth.Limit{Requests: 1, Per: time.Hour}
	return ginauth.RateLimitConfig{
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		Limits:         ginauth.RateLimits{Options: once, Callback: once, Read: once},
	}
}

func seconds(name string) (time.Duration, error) {
	text := os.Getenv(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return time.Duration(n) * time.Second, nil
}
