package ginauth

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// flowCookieAge is how long browsers keep a flow cookie; the flow inside may end sooner.
const flowCookieAge = 15 * time.Minute

// cookieSpec is one cookie with everything decided.
type cookieSpec struct {
	name string
	// formerNames are the cookie's names with other prefixes: those of another scheme of the public
	// origin, or of another setting.
	formerNames []string
	options     authcookie.Options
	maxAge      time.Duration
}

// cookieSet is all cookies for one scheme of the public origin.
type cookieSet struct {
	session, callbackURL, csrf            cookieSpec
	challenge, pkceVerifier, state, nonce cookieSpec
}

func newCookieSet(cfg CookieConfig, secure bool) cookieSet {
	prefix, hostPrefix := "", ""
	if secure {
		prefix, hostPrefix = "__Secure-", "__Host-"
	}
	spec := func(name string, c Cookie) cookieSpec {
		s := cookieSpec{name: name, maxAge: flowCookieAge, options: authcookie.Options{
			Path: "/", HTTPOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
		}}
		if c.Name != "" {
			s.name = c.Name
		}
		if c.Path != "" {
			s.options.Path = c.Path
		}
		if c.SameSite != 0 {
			s.options.SameSite = c.SameSite
		}
		if c.Secure != nil {
			s.options.Secure = *c.Secure
		}
		if c.HTTPOnly != nil {
			s.options.HTTPOnly = *c.HTTPOnly
		}
		if c.MaxAge != 0 {
			s.maxAge = c.MaxAge
		}
		s.options.Domain = c.Domain
		s.options.Partitioned = c.Partitioned
		s.formerNames = otherPrefixes(s.name)
		return s
	}
	return cookieSet{
		session:      spec(prefix+"authjs.session-token", cfg.SessionToken),
		callbackURL:  spec(prefix+"authjs.callback-url", cfg.CallbackURL),
		csrf:         spec(hostPrefix+"authjs.csrf-token", cfg.CSRFToken),
		challenge:    spec(prefix+"authjs.challenge", cfg.Challenge),
		pkceVerifier: spec(prefix+"authjs.pkce.code_verifier", cfg.PKCECodeVerifier),
		state:        spec(prefix+"authjs.state", cfg.State),
		nonce:        spec(prefix+"authjs.nonce", cfg.Nonce),
	}
}

// otherPrefixes lists the names that differ from a cookie's in the prefix alone.
func otherPrefixes(name string) (others []string) {
	prefixes := [...]string{"", "__Secure-", "__Host-"}
	bare := strings.TrimPrefix(strings.TrimPrefix(name, prefixes[1]), prefixes[2])
	for _, prefix := range prefixes {
		if other := prefix + bare; other != name {
			others = append(others, other)
		}
	}
	return others
}

func (s cookieSet) all() []cookieSpec {
	return []cookieSpec{s.session, s.callbackURL, s.csrf, s.challenge, s.pkceVerifier, s.state, s.nonce}
}

// validate reports names that browsers refuse and names that are used twice.
func (s cookieSet) validate() []error {
	var errs []error
	seen := map[string]bool{}
	for _, c := range s.all() {
		if err := authcookie.Validate(c.name, c.options); err != nil {
			errs = append(errs, fmt.Errorf("Cookies: %w", err))
		}
		if seen[c.name] {
			errs = append(errs, fmt.Errorf("Cookies: %q is the name of two cookies; give each its own", c.name))
		}
		seen[c.name] = true
	}
	if s.session.name == proxyStateSalt {
		errs = append(errs, fmt.Errorf("Cookies.SessionToken.Name %q is the salt of the states that RedirectProxyURL seals; choose another name", proxyStateSalt))
	}
	return errs
}

// validateScopes reports cookies that browsers would not keep, or would never send to the base path. The
// origin is not known where TrustHost takes its place.
func (s cookieSet) validateScopes(baseURL, base string) []error {
	var errs []error
	public, err := parseOrigin(baseURL)
	host := hostOfOrigin(public)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	for _, c := range s.all() {
		domain := strings.ToLower(strings.TrimPrefix(c.options.Domain, "."))
		if err == nil && domain != "" && !isDomainOf(host, domain) {
			errs = append(errs, fmt.Errorf("Cookies: cookie %s: browsers refuse domain %q from %s; use its host or a domain above that, or leave Domain empty", c.name, c.options.Domain, public))
		}
		path := strings.TrimSuffix(c.options.Path, "/")
		if !hasPathPrefix(base, path) && !hasPathPrefix(path, base) {
			errs = append(errs, fmt.Errorf("Cookies: cookie %s: browsers do not send a cookie for path %q to %s; use / or a path that covers it", c.name, c.options.Path, base))
		}
	}
	return errs
}

// isDomainOf reports whether browsers take a cookie with this Domain from a host: the host itself, or a
// name above it that has a dot.
func isDomainOf(host, domain string) bool {
	return host == domain || net.ParseIP(host) == nil && strings.Contains(domain, ".") && strings.HasSuffix(host, "."+domain)
}

// hasPathPrefix reports whether a path is another one or lies below it.
func hasPathPrefix(path, above string) bool { return strings.HasPrefix(path+"/", above+"/") }
