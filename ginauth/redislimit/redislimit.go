// Package redislimit keeps the counts of ginauth's rate limits in Redis, so that all instances of a
// server share them. It is a module of its own: who does without Redis does without its client too.
//
// The algorithm (GCRA, one script call for each count) is that of github.com/go-redis/redis_rate; the
// time is the Redis server's.
package redislimit

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	"github.com/ginauth/ginauth/ginauth"
)

// Limiter is a [ginauth.ReturningLimiter]. It is safe for concurrent use.
type Limiter struct {
	client redis.UniversalClient
	rate   *redis_rate.Limiter
}

var _ ginauth.ReturningLimiter = (*Limiter)(nil)

// giveBack moves the moment at which a key is forgotten back by one share of the period. That moment
// is what redis_rate stores, in seconds; the key keeps its expiry.
var giveBack = redis.NewScript(`
if redis.call("EXISTS", KEYS[1]) == 1 then
  redis.call("INCRBYFLOAT", KEYS[1], "-" .. ARGV[1])
end
return 1
`)

// New returns a limiter for the Redis server, cluster or sentinels of options, which are copied. It
// does not connect yet. Calls heed the deadline of their context, whatever the options say: ginauth
// rather lets a request pass than wait for a Redis that is away.
//
// Keys begin with "rate:ginauth:". Servers that share a database of Redis share their counts.
func New(options *redis.UniversalOptions) *Limiter {
	own := *options
	own.ContextTimeoutEnabled = true
	client := redis.NewUniversalClient(&own)
	return &Limiter{client: client, rate: redis_rate.NewLimiter(client)}
}

// Close closes the connections. Calls after it fail.
func (l *Limiter) Close() error { return l.client.Close() }

// Take counts one request; see [ginauth.RateLimiter].
func (l *Limiter) Take(ctx context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	r, err := l.rate.Allow(ctx, key, rateOf(limit))
	if err != nil {
		return 0, fmt.Errorf("redislimit: count: %w", err)
	}
	return max(r.RetryAfter, 0), nil // it is -1 for a request that is allowed
}

// Peek looks without counting; see [ginauth.RateLimiter].
func (l *Limiter) Peek(ctx context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	r, err := l.rate.AllowN(ctx, key, rateOf(limit), 0)
	if err != nil {
		return 0, fmt.Errorf("redislimit: look: %w", err)
	}
	// A request needs one share of the period left of the whole.
	share := limit.Per / time.Duration(limit.Requests)
	return max(r.ResetAfter-(limit.Per-share), 0), nil
}

// GiveBack makes one request uncounted; see [ginauth.ReturningLimiter].
func (l *Limiter) GiveBack(ctx context.Context, key string, limit ginauth.Limit) error {
	share := strconv.FormatFloat(limit.Per.Seconds()/float64(limit.Requests), 'f', -1, 64)
	if err := giveBack.Run(ctx, l.client, []string{"rate:" + key}, share).Err(); err != nil {
		return fmt.Errorf("redislimit: give back: %w", err)
	}
	return nil
}

func rateOf(limit ginauth.Limit) redis_rate.Limit {
	return redis_rate.Limit{Rate: limit.Requests, Burst: limit.Requests, Period: limit.Per}
}
