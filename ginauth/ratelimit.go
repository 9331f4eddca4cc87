package ginauth

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// Limit is how many requests are allowed in a time. All of them may come at once; after that one
// more is allowed every Per/Requests, so that nobody who waits is kept out for long.
type Limit struct {
	// Requests is 1 or more. In [RateLimits] zero is the default, and less turns the limit off.
	Requests int
	Per      time.Duration
}

// RateLimiter counts requests. All instances of a server share the counts only if the limiter does:
// the one in memory does not, that of the module ginauth/redislimit does.
//
// A key is at most 128 bytes of printable ASCII and always comes with the same limit. An error says
// that nothing could be counted; the request is then allowed and the error logged. Calls are
// concurrent, and their context ends after a fraction of a second.
type RateLimiter interface {
	// Take counts one request against key. When the limit is reached it counts nothing and returns
	// how long to wait until the next request; zero means that this one is allowed.
	Take(ctx context.Context, key string, limit Limit) (wait time.Duration, err error)
	// Peek returns what Take would, and counts nothing.
	Peek(ctx context.Context, key string, limit Limit) (wait time.Duration, err error)
}

// RateLimitConfig says how often the same client may ask. Limits are on by default.
//
// Limits per address count the peer of the connection, IPv6 by /64. Behind a proxy that is the
// proxy, so name it in TrustedProxies. As long as there is none, requests from loopback and private
// addresses are taken for a proxy's and have no limits per address; a warning says so once.
type RateLimitConfig struct {
	// Disabled turns every limit off.
	Disabled bool
	// Limiter keeps the counts; nil keeps those of 100,000 keys in memory.
	Limiter RateLimiter
	// TrustedProxies are the addresses whose X-Forwarded-For is believed: the client is its
	// right-most entry that is not itself one of them. Name only proxies that add the address they
	// see, or anybody can make one up; and not the networks that people come from, because who is
	// known by a proxy's address alone has no limits per address. A plain Next.js rewrite passes
	// the header on as it came.
	TrustedProxies []netip.Prefix
	Limits         RateLimits
}

// RateLimits are the limits that differ from their defaults.
//
// Limits per person count failures alone, or what must not be had in numbers. Whoever is kept out by
// them may be the victim of somebody else's attempts: that is the price of bounding the attempts.
type RateLimits struct {
	// Options is for GET /webauthn-options, per address: 30 a minute.
	Options Limit
	// OptionsTogether is for GET /webauthn-options of everybody together, at this instance alone: 300
	// a second. It bounds the work that a crowd of addresses can ask for before anybody has signed in.
	OptionsTogether Limit
	// Callback is for /callback and, counted apart, POST /signin, per address: 10 a minute.
	Callback Limit
	// Read is for each of /csrf, /providers and /session, per address: 120 a minute. A page that
	// loads makes two calls of /session at most.
	Read Limit
	// Register is for passkeys that are registered, per address: 5 an hour.
	Register Limit
	// RegisterEmail is for passkeys that are registered by somebody new, per e-mail address: 3 an hour.
	RegisterEmail Limit
	// SignInLink is for sign-in links, per e-mail address that they are sent to: 5 an hour.
	SignInLink Limit
	// Failures is for sign-ins that fail, per passkey and per user: 5 a minute. What is typed counts
	// per account too, as far as one can tell: by the fields email and username of a credentials
	// provider. Failures of storage, or of this limiter, are nobody's.
	Failures Limit
}

// namedLimit is one field of RateLimits with its default.
type namedLimit struct {
	name     string
	limit    *Limit
	standard Limit
}

func (l *RateLimits) each() []namedLimit {
	return []namedLimit{
		{"Options", &l.Options, Limit{30, time.Minute}},
		{"OptionsTogether", &l.OptionsTogether, Limit{300, time.Second}},
		{"Callback", &l.Callback, Limit{10, time.Minute}},
		{"Read", &l.Read, Limit{120, time.Minute}},
		{"Register", &l.Register, Limit{5, time.Hour}},
		{"RegisterEmail", &l.RegisterEmail, Limit{3, time.Hour}},
		{"SignInLink", &l.SignInLink, Limit{5, time.Hour}},
		{"Failures", &l.Failures, Limit{5, time.Minute}},
	}
}

// withDefaults returns a copy with everything filled in but the limiter.
func (c RateLimitConfig) withDefaults() RateLimitConfig {
	for _, l := range c.Limits.each() {
		if *l.limit == (Limit{}) {
			*l.limit = l.standard
		}
	}
	proxies := make([]netip.Prefix, len(c.TrustedProxies))
	for i, p := range c.TrustedProxies {
		// Addresses are compared as IPv4 wherever they can be.
		if p.IsValid() && p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		proxies[i] = p
	}
	c.TrustedProxies = proxies
	return c
}

func (c *RateLimitConfig) validate() (errs []error) {
	for _, l := range c.Limits.each() {
		if l.limit.Requests == 0 || l.limit.Requests > 0 && l.limit.Per <= 0 {
			errs = append(errs, fmt.Errorf("RateLimit.Limits.%s is %d in %s; set Requests and Per, leave both zero for %d in %s, or turn it off with a negative Requests",
				l.name, l.limit.Requests, l.limit.Per, l.standard.Requests, l.standard.Per))
		}
	}
	for i, p := range c.TrustedProxies {
		switch {
		case !p.IsValid():
			errs = append(errs, fmt.Errorf("RateLimit.TrustedProxies[%d] is no network; write netip.MustParsePrefix(\"10.0.0.7/32\")", i))
		case p.Bits() == 0:
			errs = append(errs, fmt.Errorf("RateLimit.TrustedProxies[%d] is %s, everybody: whoever connects could choose an address; name the proxies", i, p))
		}
	}
	return errs
}
