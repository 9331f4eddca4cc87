package ginauth

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-contrib/sessions"

	"github.com/ginauth/ginauth/pages"
)

// Config is everything that [Register] needs to know. Zero values are the defaults; the struct is
// copied and never written to.
type Config struct {
	// BaseURL is the public origin, for instance "https://app.example.com": where browsers see the
	// site. Redirects, cookies and the relying party come from it. It may have no path. A host in
	// Unicode is used in its ASCII form, as browsers do.
	BaseURL string
	// TrustHost, instead of BaseURL, takes the origin of each request from X-Forwarded-Proto and
	// X-Forwarded-Host, else from Host. A client that can send such headers past the proxy then chooses
	// where people are redirected: prefer BaseURL.
	TrustHost bool
	// BasePath is where the routes are mounted below the router; "/auth" when empty.
	BasePath string

	// Secret encrypts session tokens and flow state: at least 32 bytes of randomness, the same as
	// AUTH_SECRET of an Auth.js server that shares the sessions. `openssl rand -base64 33` makes one.
	Secret string
	// OldSecrets are still read but make nothing new; newest first.
	OldSecrets []string

	// Providers are the ways to sign in, in the order in which they are shown.
	Providers []Provider
	// Adapter stores users. Only credentials and OAuth with the JWT strategy do without.
	Adapter Adapter
	// FlowStore keeps challenges and OAuth states between two requests: any gin-contrib/sessions
	// store. The default is an encrypted cookie.
	FlowStore sessions.Store
	// TrustedOrigins are further exact origins: of callback URLs, and of pages whose requests are
	// accepted. That of an application in a web view may have a scheme of its own, such as
	// capacitor://localhost. Defaults to none, for only the site itself is known to be safe.
	TrustedOrigins []string

	Session   SessionConfig
	Cookies   CookieConfig
	Pages     PagesConfig
	Theme     pages.Theme
	Callbacks Callbacks
	Events    Events
	// RateLimit says how often the same client may ask. Set its TrustedProxies behind a proxy.
	RateLimit RateLimitConfig
	// Logger gets what goes wrong; slog.Default when nil. It is never given a secret, a token, a
	// challenge or an e-mail address.
	Logger *slog.Logger
}

// PagesConfig replaces built-in pages by the application's own: a path on the public origin, or an
// absolute URL. Errors arrive there as the query parameter `error`.
type PagesConfig struct {
	SignIn        string
	SignOut       string
	Error         string
	VerifyRequest string
	// NewUser is where a person goes once, after signing up; the callback URL is in its query.
	NewUser string
}

// CookieConfig changes names and attributes of cookies. Every field may stay zero.
type CookieConfig struct {
	// Secure sets the Secure attribute and the __Secure- and __Host- name prefixes. The default
	// follows the scheme of the public origin.
	Secure *bool
	// AcceptV4 also reads the session cookies of next-auth 4, where the request has none of
	// version 5: a site moves without signing everybody out. GET /session replaces them by new ones.
	// It also answers redirects as JSON when a form has json=true, as the client of next-auth 4 asks.
	AcceptV4 bool

	SessionToken     Cookie
	CallbackURL      Cookie
	CSRFToken        Cookie
	Challenge        Cookie
	PKCECodeVerifier Cookie
	State            Cookie
	Nonce            Cookie
}

// Cookie overrides one cookie; zero fields keep the default.
type Cookie struct {
	// Name replaces the whole name, prefix included. The session cookie's name is also the salt
	// of its key: tell getToken the same cookieName and salt.
	Name        string
	Domain      string
	Path        string
	SameSite    http.SameSite
	Secure      *bool
	HTTPOnly    *bool
	Partitioned bool
	// MaxAge is how long the browser keeps a flow cookie; 15 minutes when zero. The session
	// cookie lives as long as the session, whatever stands here.
	MaxAge time.Duration
}
