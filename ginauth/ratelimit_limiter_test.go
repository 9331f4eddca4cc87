package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// listeningLimiter notes keys and answers with err, or waits until it may not.
type listeningLimiter struct {
	mu    sync.Mutex
	keys  []string
	err   error
	stuck bool
}

func (l *listeningLimiter) Take(ctx context.Context, key string, _ ginauth.Limit) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys = append(l.keys, key)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if l.stuck {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return 0, l.err
}

func (l *listeningLimiter) Peek(ctx context.Context, key string, limit ginauth.Limit) (time.Duration, error) {
	return l.Take(ctx, key, limit)
}

func TestRateLimit_Keys(t *testing.T) {
	l := &listeningLimiter{}
	s := limitedSite(t, func(c *ginauth.Config) { c.RateLimit.Limiter = l })
	c := s.browserAt(t, hereAddr)
	c.SignUp("ada@example.com")
	id := s.Dump().Users[0].ID
	c.User()
	c.SignOut()
	c.Authenticate(badSignature)
	kinds := map[string]bool{}
	for _, k := range l.keys {
		if strings.Contains(k, "ada") || strings.Contains(k, id) || len(k) > 128 || strings.ContainsFunc(k, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Errorf("key %q", k)
		}
		kinds[strings.Split(k, ":")[1]] = true
	}
	for _, want := range []string{"csrf", "session", "webauthn-options", "callback", "register", "register-by-e-mail", "passkey-failures", "user-failures"} {
		if !kinds[want] {
			t.Errorf("no key for %s in %q", want, l.keys)
		}
	}
}

func TestRateLimit_BrokenLimiter(t *testing.T) {
	for name, l := range map[string]*listeningLimiter{"failing": {err: errors.New("connection\nrefused")}, "stuck": {stuck: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limitedSite(t, func(c *ginauth.Config) { c.RateLimit.Limiter = l })
				start := time.Now()
				for range 5 {
					if w := s.ask(http.MethodGet, "/auth/session", hereAddr); w.Code != http.StatusOK {
						t.Fatalf("%d %s", w.Code, w.Body)
					}
				}
				if took := time.Since(start); took > 5*time.Second/4 {
					t.Errorf("five requests waited %s", took)
				}
				if n := strings.Count(s.logs.String(), "rate limiter failed"); n != 1 {
					t.Errorf("%d records, want 1\n%s", n, s.logs)
				}
				c := s.browserAt(t, hereAddr)
				c.SignUp("ada@example.com")
				c.SignOut()
				c.SignIn()
			})
		})
	}
}

// TestRateLimit_HungUp: nobody asks for free by not waiting for the answer.
func TestRateLimit_HungUp(t *testing.T) {
	s := limitedSite(t, func(c *ginauth.Config) { c.RateLimit.Limiter = &listeningLimiter{} })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/auth/csrf", http.NoBody)
	r.RemoteAddr = hereAddr
	s.engine.ServeHTTP(httptest.NewRecorder(), r)
	if strings.Contains(s.logs.String(), "rate limiter failed") {
		t.Error("the limiter was called with a context that had ended")
	}
}
