package redislimit_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/redislimit"
)

func connect(t *testing.T) *redislimit.Limiter {
	t.Helper()
	addr := os.Getenv("GINAUTH_TEST_REDIS")
	if addr == "" {
		if os.Getenv("GINAUTH_REQUIRE_ALL") != "" {
			t.Fatal("GINAUTH_TEST_REDIS is not set; scripts/services.sh starts a Redis and sets it")
		}
		t.Skip("GINAUTH_TEST_REDIS is not set")
	}
	l := redislimit.New(&redis.UniversalOptions{Addrs: []string{addr}})
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func key(t *testing.T) string { return "ginauth:test:" + t.Name() + ":" + rand.Text() }

func take(t *testing.T, l *redislimit.Limiter, key string, limit ginauth.Limit) time.Duration {
	t.Helper()
	wait, err := l.Take(t.Context(), key, limit)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func peek(t *testing.T, l *redislimit.Limiter, key string, limit ginauth.Limit) time.Duration {
	t.Helper()
	wait, err := l.Peek(t.Context(), key, limit)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func TestTakeAndPeek(t *testing.T) {
	l, k, limit := connect(t), key(t), ginauth.Limit{Requests: 3, Per: time.Hour}
	for i := range 3 {
		if wait := peek(t, l, k, limit); wait != 0 {
			t.Fatalf("before request %d: wait %s", i+1, wait)
		}
		if wait := take(t, l, k, limit); wait != 0 {
			t.Fatalf("request %d: wait %s", i+1, wait)
		}
	}
	// The next of three an hour comes after 20 minutes.
	looked := peek(t, l, k, limit)
	taken := take(t, l, k, limit)
	for name, wait := range map[string]time.Duration{"Peek": looked, "Take": taken} {
		if wait < 19*time.Minute || wait > 20*time.Minute {
			t.Errorf("%s: wait %s, want nearly 20 minutes", name, wait)
		}
	}
	if again := take(t, l, k, limit); again > taken {
		t.Errorf("a refused request was counted: wait %s after %s", again, taken)
	}
	if wait := take(t, l, key(t), limit); wait != 0 {
		t.Errorf("another key: wait %s", wait)
	}
}

// TestGiveBack: what was given back can be taken again, and is not given back twice.
func TestGiveBack(t *testing.T) {
	l, k, limit := connect(t), key(t), ginauth.Limit{Requests: 3, Per: time.Hour}
	giveBack := func(key string) {
		t.Helper()
		if err := l.GiveBack(t.Context(), key, limit); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		if wait := take(t, l, k, limit); wait != 0 {
			t.Fatalf("request %d: wait %s", i+1, wait)
		}
		giveBack(k)
	}
	for i := range 3 {
		if wait := take(t, l, k, limit); wait != 0 {
			t.Fatalf("request %d of 3: wait %s", i+1, wait)
		}
	}
	if take(t, l, k, limit) == 0 {
		t.Error("a fourth request is allowed")
	}
	giveBack(k)
	if wait := take(t, l, k, limit); wait != 0 {
		t.Errorf("after one was given back: wait %s", wait)
	}
	if take(t, l, k, limit) == 0 {
		t.Error("one that was given back is allowed twice")
	}
	unknown := key(t)
	giveBack(unknown)
	for range 3 {
		take(t, l, unknown, limit)
	}
	if take(t, l, unknown, limit) == 0 {
		t.Error("a key that counts nothing has more than the limit after giving back")
	}
}

// TestThreeInstances takes from three instances at a time, and no more than the limit come through.
func TestThreeInstances(t *testing.T) {
	instances := []*redislimit.Limiter{connect(t), connect(t), connect(t)}
	k, limit := key(t), ginauth.Limit{Requests: 100, Per: time.Hour}
	var allowed atomic.Int32
	var all sync.WaitGroup
	for _, l := range instances {
		for range 8 {
			all.Go(func() {
				for range 20 {
					wait, err := l.Take(context.WithoutCancel(t.Context()), k, limit)
					if err != nil {
						t.Error(err)
						return
					}
					if wait == 0 {
						allowed.Add(1)
					}
				}
			})
		}
	}
	all.Wait()
	if n := allowed.Load(); n < 90 || n > 110 {
		t.Errorf("%d of 480 requests were allowed, want 100 within 10 %%", n)
	}
}

// TestThreeServers sends one client's requests to three servers in turn.
func TestThreeServers(t *testing.T) {
	gin.SetMode(gin.TestMode)
	var servers []http.Handler
	for range 3 {
		r := gin.New()
		_, err := ginauth.Register(r, ginauth.Config{
			BaseURL:   "https://app.example.com",
			Secret:    "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL",
			Logger:    slog.New(slog.DiscardHandler),
			Providers: []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password", Authorize: nobody}},
			RateLimit: ginauth.RateLimitConfig{
				Limiter: connect(t),
				Limits:  ginauth.RateLimits{Read: ginauth.Limit{Requests: 120, Per: time.Hour}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, r)
	}
	// No other run of this test has used the address.
	ip := [16]byte{0x20, 0x01}
	_, _ = rand.Read(ip[2:8])
	addr := netip.AddrPortFrom(netip.AddrFrom16(ip), 443)
	allowed := 0
	for i := range 360 {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/auth/csrf", http.NoBody)
		r.RemoteAddr = addr.String()
		servers[i%3].ServeHTTP(w, r)
		switch w.Code {
		case http.StatusOK:
			allowed++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("request %d: %d %s", i, w.Code, w.Body)
		}
	}
	if allowed < 108 || allowed > 132 {
		t.Errorf("%d of 360 requests were allowed, want 120 within 10 %%", allowed)
	}
}

func nobody(context.Context, map[string]string, *http.Request) (*ginauth.User, error) {
	return nil, ginauth.ErrCredentials
}

// TestSilentServer talks to a server that accepts connections and never answers.
func TestSilentServer(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// Nothing but the context ends a read.
	l := redislimit.New(&redis.UniversalOptions{Addrs: []string{listener.Addr().String()}, ReadTimeout: -1})
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := l.Take(ctx, key(t), ginauth.Limit{Requests: 1, Per: time.Second})
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("error is %v, want a deadline", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("Take did not return at its deadline")
	}
}
