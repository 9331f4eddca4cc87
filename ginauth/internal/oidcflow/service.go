// Package oidcflow speaks OAuth 2 and OpenID Connect with one service: discovery, token request,
// ID token, user info. It keeps no state of a sign-in and knows no user.
//
// Its errors name hosts and error codes, never a code, a token or a secret.
package oidcflow

import (
	"context"
	"net/http"
	"net/url"
	"sync"
)

// Config says how to reach a service and what to expect of it. It is not written to.
type Config struct {
	// OIDC demands an ID token and verifies its signature.
	OIDC bool
	// Issuer's discovery document gives the endpoints that are empty.
	Issuer           string
	AuthorizationURL string
	TokenURL         string
	UserInfoURL      string
	JWKSURL          string

	ClientID string
	// Secret makes the client secret; nil for a public client.
	Secret func(ctx context.Context) (string, error)
	Auth   Auth
	// TokenParams are added to the token request.
	TokenParams url.Values
	// AdjustToken repairs the body of a token answer before it is read; may be nil.
	AdjustToken func(body []byte) ([]byte, error)

	// IDTokenAlg is the only algorithm of ID tokens; when empty, those that discovery lists, or any
	// asymmetric one where it lists none or JWKSURL is configured.
	IDTokenAlg string
	// TokenIssuer names the issuer that the ID token must have; nil means the discovered one.
	TokenIssuer func(issuer, discovered string, claims map[string]any) (string, error)

	UserInfoMethod string
	UserInfoHeader http.Header

	// Client makes all calls; nil means one with default settings.
	Client *http.Client
}

// Service is one service. It is safe for concurrent use.
type Service struct {
	cfg Config
	// direct follows no redirects: what carries a code or a token goes to one host.
	direct *http.Client
	// open follows redirects, for the application's own calls.
	open *http.Client

	// found is the discovery document.
	found shared[*discovered]
	// keys are those of the discovery document, at keysURI.
	keysMu  sync.Mutex
	keysURI string
	keys    *keySet
	// fixedKeys verify ID tokens of a service whose JWKSURL is configured; else nil.
	fixedKeys *keySet
}

// New returns the service. Nothing is fetched yet.
func New(cfg Config) *Service {
	s := &Service{cfg: cfg, direct: newClient(cfg.Client), open: newClient(cfg.Client)}
	s.direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.found.fetch, s.found.timeout, s.found.age = s.fetchDiscovery, s.direct.Timeout, discoveryAge
	if cfg.JWKSURL != "" {
		s.fixedKeys = s.keysAt(cfg.JWKSURL)
	}
	return s
}

// Client makes further calls to the service. It adds no access token.
func (s *Service) Client() *http.Client { return s.open }

// AuthorizationEndpoint is where browsers are sent.
func (s *Service) AuthorizationEndpoint(ctx context.Context) (string, error) {
	return s.endpoint(ctx, s.cfg.AuthorizationURL, "authorization_endpoint", func(d *discovered) string { return d.AuthorizationEndpoint })
}
