package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
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
	if limit := cmp.Or(getenv("RATE_LIMIT"), "off"); limit != "off" {
		errs = append(errs, fmt.Errorf("RATE_LIMIT is %q; only off is known: let the proxy in front limit requests", limit))
	}
	return s, errors.Join(errs...)
}

// local says whether the site is seen on this machine alone.
func (s settings) local() bool {
	u, err := url.Parse(s.authURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}
