package redislimit_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/redislimit"
)

// TestGuessesAtThreeServers sends wrong passwords for one account to three servers at once.
func TestGuessesAtThreeServers(t *testing.T) {
	gin.SetMode(gin.TestMode)
	var reached, outages atomic.Int32
	var servers []http.Handler
	for range 3 {
		r := gin.New()
		_, err := ginauth.Register(r, ginauth.Config{
			BaseURL: "https://app.example.com",
			Secret:  "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL",
			Logger:  slog.New(outageCounter{slog.DiscardHandler, &outages}),
			Providers: []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password",
				Authorize: func(ctx context.Context, form map[string]string, r *http.Request) (*ginauth.User, error) {
					if form["password"] == "right" {
						return &ginauth.User{ID: "1"}, nil
					}
					reached.Add(1)
					time.Sleep(20 * time.Millisecond)
					return nobody(ctx, form, r)
				}}},
			RateLimit: ginauth.RateLimitConfig{
				Limiter: connect(t),
				Limits:  ginauth.RateLimits{Failures: ginauth.Limit{Requests: 5, Per: time.Hour}, Callback: ginauth.Limit{Requests: -1}, Read: ginauth.Limit{Requests: -1}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, r)
	}
	token, cookie := csrf(t, servers[0])
	account := rand.Text()
	try := func(i int, password string) int {
		w := httptest.NewRecorder()
		servers[i%3].ServeHTTP(w, guess(t, token, cookie, account, password))
		return w.Code
	}
	for i := range 12 {
		if code := try(i, "right"); code != http.StatusFound {
			t.Fatalf("right password %d: %d", i+1, code)
		}
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() { try(i, "wrong") })
	}
	all.Wait()
	// On a busy machine Redis may not answer in time. The servers then count for themselves.
	want := int32(5)
	if n := outages.Load(); n > 0 {
		t.Logf("%d calls of Redis failed", n)
		want = 4 * 5
	}
	if n := reached.Load(); n < 5 || n > want {
		t.Errorf("%d wrong passwords reached Authorize, want %d", n, want)
	}
}

// outageCounter counts what servers log of a limiter that fails.
type outageCounter struct {
	slog.Handler
	n *atomic.Int32
}

func (c outageCounter) Enabled(context.Context, slog.Level) bool { return true }

func (c outageCounter) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "rate limiter failed") {
		c.n.Add(1)
	}
	return nil
}

// TestGuessesWithoutRedis: a Redis that does not answer opens no way for guesses.
func TestGuessesWithoutRedis(t *testing.T) {
	gin.SetMode(gin.TestMode)
	away := redislimit.New(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:1"}, MaxRetries: -1})
	defer away.Close()
	var reached, outages atomic.Int32
	r := gin.New()
	_, err := ginauth.Register(r, ginauth.Config{
		BaseURL: "https://app.example.com",
		Secret:  "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL",
		Logger:  slog.New(outageCounter{slog.DiscardHandler, &outages}),
		Providers: []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password",
			Authorize: func(ctx context.Context, form map[string]string, r *http.Request) (*ginauth.User, error) {
				reached.Add(1)
				return nobody(ctx, form, r)
			}}},
		RateLimit: ginauth.RateLimitConfig{Limiter: away},
	})
	if err != nil {
		t.Fatal(err)
	}
	token, cookie := csrf(t, r)
	for range 30 {
		r.ServeHTTP(httptest.NewRecorder(), guess(t, token, cookie, "ann", "wrong"))
	}
	if n := reached.Load(); n != 5 || outages.Load() == 0 {
		t.Errorf("%d wrong passwords reached Authorize, want 5; %d outages were logged", n, outages.Load())
	}
}

// guess is a sign-in with a password.
func guess(t *testing.T, token, cookie, account, password string) *http.Request {
	form := url.Values{"csrfToken": {token}, "username": {account}, "password": {password}}
	r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, "/auth/callback/password", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	return r
}

// csrf returns a CSRF token and the cookie that goes with it.
func csrf(t *testing.T, server http.Handler) (token, cookie string) {
	t.Helper()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/auth/csrf", http.NoBody))
	for _, c := range w.Result().Cookies() {
		if token, _, ok := strings.Cut(c.Value, "%7C"); ok {
			return token, c.Name + "=" + c.Value
		}
	}
	t.Fatalf("no token in %v", w.Header())
	return "", ""
}
