package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// settings are what the environment says. loadSettings checks what ginauth does not check itself.
type settings struct {
	host, port  string
	authURL     string
	basePath    string
	secret      string
	oldSecrets  []string
	strategy    ginauth.Strategy
	databaseURL string
	pool        int
	// limited reports whether requests are counted, proxies whose word on addresses is taken for it.
	limited bool
	proxies []netip.Prefix
	// oidc is an OpenID Connect service to sign in at, or nil.
	oidc *ginauth.OAuthProvider
}

// loadSettings reads the environment. The error names every mistake, and none of the values that
// may be secret.
func loadSettings(getenv func(string) string) (settings, error) {
	s := settings{
		host:        cmp.Or(getenv("HOST"), "127.0.0.1"),
		port:        cmp.Or(getenv("PORT"), "8080"),
		authURL:     strings.TrimSuffix(cmp.Or(getenv("AUTH_URL"), "http://localhost:3000"), "/"),
		basePath:    cmp.Or(getenv("AUTH_BASE_PATH"), "/auth"),
		strategy:    ginauth.Strategy(cmp.Or(getenv("SESSION_STRATEGY"), "jwt")),
		databaseURL: getenv("DATABASE_URL"),
	}
	// As with Auth.js, AUTH_SECRET_3 to _1 are newer than AUTH_SECRET; the newest makes tokens.
	var secrets []string
	for _, name := range []string{"AUTH_SECRET_3", "AUTH_SECRET_2", "AUTH_SECRET_1", "AUTH_SECRET"} {
		if value := getenv(name); value != "" {
			secrets = append(secrets, value)
		}
	}
	if len(secrets) > 0 {
		s.secret, s.oldSecrets = secrets[0], secrets[1:]
	}

	var errs []error
	if n, err := strconv.ParseUint(s.port, 10, 16); err != nil {
		errs = append(errs, fmt.Errorf("PORT is %q; use a number up to 65535, or 0 for a free port", s.port))
	} else {
		s.port = strconv.FormatUint(n, 10)
	}
	pool := cmp.Or(getenv("POOL"), "20")
	var err error
	if s.pool, err = strconv.Atoi(pool); err != nil || s.pool < 1 || s.pool > 1000 {
		errs = append(errs, fmt.Errorf("POOL is %q; use a number of database connections from 1 to 1000", pool))
	}
	if s.strategy != ginauth.StrategyJWT && s.strategy != ginauth.StrategyDatabase {
		errs = append(errs, fmt.Errorf("SESSION_STRATEGY is %q; use jwt or database", s.strategy))
	}
	switch limit := cmp.Or(getenv("RATE_LIMIT"), "on"); limit {
	case "on", "off":
		s.limited = limit == "on"
	default:
		errs = append(errs, fmt.Errorf("RATE_LIMIT is %q; use on or off", limit))
	}
	if s.proxies, err = parseProxies(getenv("TRUSTED_PROXIES")); err != nil {
		errs = append(errs, err)
	}
	if s.oidc, err = oidcProvider(getenv); err != nil {
		errs = append(errs, err)
	}
	return s, errors.Join(errs...)
}

// oidcProvider is nil when the environment names no issuer. Its variables are those that
// ginauth.ConfigFromEnv reads for a provider with the id oidc; Register checks their values.
func oidcProvider(getenv func(string) string) (*ginauth.OAuthProvider, error) {
	issuer, id, secret := getenv("AUTH_OIDC_ISSUER"), getenv("AUTH_OIDC_ID"), getenv("AUTH_OIDC_SECRET")
	switch {
	case issuer == "" && (id != "" || secret != ""):
		return nil, errors.New("AUTH_OIDC_ISSUER is not set; set it to the service that AUTH_OIDC_ID and AUTH_OIDC_SECRET are for, or remove these")
	case issuer == "":
		return nil, nil
	}
	p := providers.OIDC("oidc", cmp.Or(getenv("AUTH_OIDC_NAME"), "OpenID Connect"), issuer, id, secret)
	// PKCE binds the code to this browser; the nonce binds the ID token to it as well.
	p.Nonce = true
	return p, nil
}

// parseProxies reads addresses and networks that are separated by commas.
func parseProxies(list string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if addr, err := netip.ParseAddr(item); err == nil && addr.Zone() == "" {
			proxies = append(proxies, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(item)
		if err != nil {
			return nil, fmt.Errorf("TRUSTED_PROXIES has %q; use addresses or networks such as 10.0.0.7 or 10.0.0.0/24, separated by commas", item)
		}
		proxies = append(proxies, network)
	}
	return proxies, nil
}

// local reports whether browsers are told that the site is on this machine.
func (s settings) local() bool {
	u, err := url.Parse(s.authURL)
	return err == nil && isLoopback(u.Hostname())
}
