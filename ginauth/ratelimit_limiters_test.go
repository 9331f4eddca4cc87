package ginauth_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// plainLimiter is a limiter of an application's own, which cannot take counts back.
type plainLimiter struct {
	mu     sync.Mutex
	counts map[string]int
}

func (l *plainLimiter) look(key string, limit ginauth.Limit, add int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts[key] >= limit.Requests {
		return limit.Per
	}
	l.counts[key] += add
	return 0
}

func (l *plainLimiter) Take(_ context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	return l.look(key, limit, 1), nil
}

func (l *plainLimiter) Peek(_ context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	return l.look(key, limit, 0), nil
}

// returningLimiter can, and answers as slowly as one elsewhere.
type returningLimiter struct{ plainLimiter }

func (l *returningLimiter) Take(ctx context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	time.Sleep(5 * time.Millisecond)
	return l.plainLimiter.Take(ctx, key, limit)
}

func (l *returningLimiter) GiveBack(_ context.Context, key string, _ ginauth.Limit) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[key]--
	return nil
}

// deadLimiter always fails.
type deadLimiter struct{}

func (deadLimiter) Take(context.Context, string, ginauth.Limit) (time.Duration, error) {
	return 0, errors.New("connection refused")
}

func (d deadLimiter) Peek(ctx context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	return d.Take(ctx, key, limit)
}

// panickingLimiter does worse.
type panickingLimiter struct{}

func (panickingLimiter) Take(context.Context, string, ginauth.Limit) (time.Duration, error) {
	panic("no connection")
}

func (panickingLimiter) Peek(context.Context, string, ginauth.Limit) (time.Duration, error) {
	panic("no connection")
}

func (panickingLimiter) GiveBack(context.Context, string, ginauth.Limit) error {
	panic("no connection")
}

// limiters are those that the limit of failures has to hold with.
var limiters = map[string]func() ginauth.RateLimiter{
	"memory":    func() ginauth.RateLimiter { return nil },
	"plain":     func() ginauth.RateLimiter { return &plainLimiter{counts: map[string]int{}} },
	"returning": func() ginauth.RateLimiter { return &returningLimiter{plainLimiter{counts: map[string]int{}}} },
	"dead":      func() ginauth.RateLimiter { return deadLimiter{} },
	"panicking": func() ginauth.RateLimiter { return panickingLimiter{} },
}
