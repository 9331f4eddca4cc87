package ginauth

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// Limit is how many requests are allowed in a time. All of them may come at once; after that one
// more is allowed every Per/Requests, so that a client that waits is not kept out for long.
type Limit struct {
	// Requests is 1 or more. In [RateLimits] zero is the default, and less turns the limit off.
	Requests int
	Per      time.Duration
}

// RateLimiter counts requests. All instances of a server share the counts only if the limiter does:
// the one in memory does not, that of the module ginauth/redislimit does.
//
// A key is at most 128 bytes of printable ASCII and always comes with the same limit. An error says
// that nothing could be counted: the error is logged and the request allowed, but for sign-ins that
// fail, which each instance then counts by itself. Calls are concurrent, and their context ends after
// a fraction of a second.
type RateLimiter interface {
	// Take counts one request against key. When the limit is reached it counts nothing and returns
	// how long to wait until the next request; zero means that this one is allowed.
	Take(ctx context.Context, key string, limit Limit) (wait time.Duration, err error)
	// Peek returns what Take would, and counts nothing.
	Peek(ctx context.Context, key string, limit Limit) (wait time.Duration, err error)
}

// ReturningLimiter is a [RateLimiter] that can take a count back. The limits of failed sign-ins use
// it: an attempt is counted before its proof is looked at, and given back when the proof was right.
// Any number of guesses at the same time, at all instances that share the limiter, then reach the
// application no more often than the limit says.
//
// With a limiter that does not implement it, the attempts of one account or passkey run one after
// the other at each instance, and N instances let up to N-1 attempts too many pass.
type ReturningLimiter interface {
	RateLimiter
	// GiveBack makes one call of Take that allowed a request uncounted.
	GiveBack(ctx context.Context, key string, limit Limit) error
}

// RateLimitConfig says how often the same client may ask. Limits are on by default.
//
// Limits per address count the peer of the connection, IPv6 by /64. Behind a proxy that is the
// proxy, so name it in TrustedProxies. As long as there is none, requests from loopback and private
// addresses are taken for a proxy's and have no limits per address; a warning says so once.
type RateLimitConfig struct {
	// Disabled turns every limit off.
	Disabled bool
	// Limiter keeps the counts. One that several instances share should be a [ReturningLimiter].
	// Defaults to the counts of 100,000 keys in memory.
	Limiter RateLimiter
	// TrustedProxies are the addresses whose X-Forwarded-For is believed: the client is its
	// right-most entry that is not itself one of them. Name only proxies that add the address they
	// see, or clients could choose theirs. Do not name the networks that clients come from, because
	// a client that is known by a proxy's address alone has no limits per address. A plain Next.js
	// rewrite passes the header on as it came.
	TrustedProxies []netip.Prefix
	Limits         RateLimits
}

// RateLimits are the limits that differ from their defaults.
//
// Limits per person count failures alone, or what must not be had in numbers. A person may be kept
// out by attempts of others: that is the price of bounding the attempts.
//
// Limits "together" bound what an instance does before anybody has signed in, for however many
// addresses, and behind a proxy that TrustedProxies does not name. Clients without a cookie of
// ginauth, clients with a valid CSRF cookie, and clients with a valid session token (StrategyJWT)
// each have the whole limit for their group. A flood of the first kind therefore keeps out no client
// that already has a cookie, and a single cookie uses up no group's share. The limits do not protect
// a group against a client that collects many cookies of it first: CSRF cookies are limited
// together, and by address where it is known. So name the proxy.
type RateLimits struct {
	// Options is for GET /webauthn-options, per address and per cookie. Defaults to 30 a minute.
	Options Limit
	// OptionsTogether is for GET /webauthn-options of all clients of a group, at this instance
	// alone. Defaults to 300 a second.
	OptionsTogether Limit
	// Callback is for /callback and, counted apart, POST /signin, per address. Defaults to 60 a
	// minute, which lets a class or an office sign in together.
	Callback Limit
	// Read is for each of /csrf, /providers and /session, per address. Defaults to 120 a minute: a
	// page that loads makes two calls of /session at most.
	Read Limit
	// CSRFTogether is for CSRF cookies given to clients that have none, all together at this instance
	// alone. Beyond it /csrf, GET /signin and GET /signout answer 429, and other routes set no such
	// cookie. Defaults to 1,000 a second.
	CSRFTogether Limit
	// Register is for passkeys that are registered, per address and, by new users, per CSRF cookie.
	// Defaults to 60 an hour, which lets a class or an office sign up together.
	Register Limit
	// RegisterTogether is for passkeys that new users register, all together at this instance alone.
	// Defaults to 3,000 a minute.
	RegisterTogether Limit
	// RegisterEmail is for passkeys that new users register, per e-mail address. Defaults to 3 an
	// hour.
	RegisterEmail Limit
	// SignInLink is for sign-in links, per e-mail address that they are sent to. Defaults to 5 an
	// hour.
	SignInLink Limit
	// SignInLinksTogether is for sign-in links to all addresses, for all clients of a group at this
	// instance alone. A single cookie gets as many of them as Callback allows. Defaults to 600 a
	// minute.
	SignInLinksTogether Limit
	// Failures is for sign-ins that fail, per passkey and per user. What is typed counts per account
	// too, as far as it shows: by the fields email and username of a credentials provider, in any
	// spelling that a database may take for the same name. Attempts beyond the limit do not reach
	// Authorize, however many come at the same time. A sign-in that succeeds is not counted, nor is
	// one that storage or this limiter failed. Of other errors of Authorize, ten times as many are let
	// pass before they count, at each instance. Defaults to 5 a minute.
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
		{"Callback", &l.Callback, Limit{60, time.Minute}},
		{"Read", &l.Read, Limit{120, time.Minute}},
		{"CSRFTogether", &l.CSRFTogether, Limit{1000, time.Second}},
		{"Register", &l.Register, Limit{60, time.Hour}},
		{"RegisterTogether", &l.RegisterTogether, Limit{3000, time.Minute}},
		{"RegisterEmail", &l.RegisterEmail, Limit{3, time.Hour}},
		{"SignInLink", &l.SignInLink, Limit{5, time.Hour}},
		{"SignInLinksTogether", &l.SignInLinksTogether, Limit{600, time.Minute}},
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
			errs = append(errs, fmt.Errorf("RateLimit.TrustedProxies[%d] is %s, all addresses: every client could choose its address; name the proxies", i, p))
		}
	}
	return errs
}
