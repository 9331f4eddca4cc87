package ginauth

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"github.com/ginauth/ginauth/ginauth/internal/csrf"
	"github.com/ginauth/ginauth/ginauth/internal/flow"
	"github.com/ginauth/ginauth/ginauth/jwt"
	"github.com/ginauth/ginauth/pages"
)

// Router is where routes are mounted: a *gin.Engine or a *gin.RouterGroup.
type Router interface {
	gin.IRouter
	BasePath() string
}

// Auth is a mounted configuration. Its methods make middleware for the application's own routes.
// It is safe for concurrent use; several may live in one process.
type Auth struct {
	cfg    Config
	logger *slog.Logger
	// origin is the public one, or empty with TrustHost.
	origin string
	// base is the path before the action, router group included, without a slash at its end.
	base string

	store     storage
	sessions  sessionStrategy
	csrf      *csrf.Signer
	tokens    *jwt.Codec
	tokensV4  *jwt.Codec // nil unless Cookies.AcceptV4
	flows     *flow.Store
	pages     *pages.Renderer
	redirects redirectPolicy
	limiting  *limiting
	providers map[string]Provider
	oauth     map[string]*oauthClient
	// stepUp is what changing a user asks for where no provider's own setting decides.
	stepUp stepUp
	// plain and secure are the cookies for http and https.
	plain, secure cookieSet

	// fitWarning limits what is logged of session tokens that are too long.
	fitWarning rate.Sometimes
	// recorded counts records of what was used or ended, to sweep old ones now and then.
	recorded atomic.Uint64
	// bodyRead and bodyMissing: what is logged of bodies that middleware has read.
	bodyRead, bodyMissing sync.Once
}

// Register checks cfg and mounts its routes below cfg.BasePath. The error names every mistake and
// what to do about each; it wraps [ErrConfig]. An adapter that can check its tables (see
// bunadapter) is asked to, as far as they will be used.
//
// It mounts a catch-all below the base path, so the application cannot add routes of its own there. A
// route that is there already is a mistake like any other: nothing is mounted then. A group whose
// base path holds parameters cannot be used.
func Register(r Router, cfg Config) (*Auth, error) {
	routerPath, err := basePathOf(r)
	if err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	if err := cfg.validate(routerPath); err != nil {
		return nil, err
	}
	if strings.ContainsAny(routerPath, ":*") {
		return nil, fmt.Errorf("%w: the router group is %q; mount on one without parameters, because every address that is sent names its path", ErrConfig, routerPath)
	}
	if err := checkTables(cfg); err != nil {
		return nil, err
	}
	if err := checkTx(cfg); err != nil {
		return nil, err
	}
	cfg.warn()
	secrets := append([]string{cfg.Secret}, cfg.OldSecrets...)
	a := &Auth{
		cfg:       cfg,
		logger:    cfg.Logger,
		base:      strings.TrimSuffix(routerPath, "/") + cfg.BasePath,
		store:     newStorage(cfg.Adapter),
		csrf:      csrf.NewSigner(secrets),
		providers: map[string]Provider{},
		oauth:     map[string]*oauthClient{},
		stepUp:    strictestStepUp(cfg.Providers),
		plain:     newCookieSet(cfg.Cookies, false),
		secure:    newCookieSet(cfg.Cookies, true),
	}
	a.sessions = newSessions(a)
	a.fitWarning.First, a.fitWarning.Interval = 10, 10*time.Second
	if cfg.BaseURL != "" {
		a.origin, _ = parseOrigin(cfg.BaseURL)
	}
	a.redirects = newRedirectPolicy(a.base, cfg.TrustedOrigins)
	for _, p := range cfg.Providers {
		a.providers[p.ProviderID()] = p
		if p, ok := p.(*OAuthProvider); ok {
			a.oauth[p.ID] = newOAuthClient(p)
		}
	}
	if a.tokens, err = jwt.New(secrets, jwt.Options{MaxAge: cfg.Session.MaxAge}); err != nil {
		return nil, fmt.Errorf("%w: Secret: %w", ErrConfig, err)
	}
	if cfg.Cookies.AcceptV4 {
		if a.tokensV4, err = jwt.NewV4(secrets, jwt.Options{MaxAge: cfg.Session.MaxAge}); err != nil {
			return nil, fmt.Errorf("%w: Secret: %w", ErrConfig, err)
		}
	}
	if cfg.FlowStore != nil {
		a.flows = flow.New(cfg.FlowStore)
	} else if a.flows, err = flow.NewCookie(secrets); err != nil {
		return nil, fmt.Errorf("%w: Secret: %w", ErrConfig, err)
	}
	if a.pages, err = pages.New(cfg.Theme); err != nil {
		return nil, fmt.Errorf("%w: Theme: %w", ErrConfig, err)
	}
	if a.limiting, err = newLimiting(cfg); err != nil {
		return nil, fmt.Errorf("%w: RateLimit: %w", ErrConfig, err)
	}
	if err := mount(r, cfg.BasePath, a.base, a.handle); err != nil {
		return nil, err
	}
	return a, nil
}

// cookiesFor returns the cookies for a public origin.
func (a *Auth) cookiesFor(origin string) *cookieSet {
	secure := strings.HasPrefix(origin, "https:")
	if a.cfg.Cookies.Secure != nil {
		secure = *a.cfg.Cookies.Secure
	}
	if secure {
		return &a.secure
	}
	return &a.plain
}
