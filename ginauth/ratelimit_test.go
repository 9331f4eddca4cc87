package ginauth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const (
	hereAddr  = "203.0.113.7:40000"
	thereAddr = "198.51.100.1:40000"
)

// limitedSite is a site with rate limits.
func limitedSite(tb testing.TB, change ...func(*ginauth.Config)) *site {
	tb.Helper()
	return newSite(tb, append([]func(*ginauth.Config){func(c *ginauth.Config) { c.RateLimit.Disabled = false }}, change...)...)
}

// browserAt is a fresh browser at an address.
func (s *site) browserAt(tb testing.TB, addr string) *testclient.Client {
	return testclient.New(tb, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = addr
		s.engine.ServeHTTP(w, r)
	}), siteOrigin)
}

// ask sends one request from an address and returns the status and the answer.
func (s *site) ask(method, path, addr string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, path, http.NoBody)
	r.RemoteAddr = addr
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, r)
	return w
}

// allowed sends a request until it gets 429, and returns how many did not.
func (s *site) allowed(tb testing.TB, method, path, addr string, header ...string) int {
	tb.Helper()
	for n := range 1000 {
		if s.ask(method, path, addr, header...).Code == http.StatusTooManyRequests {
			return n
		}
	}
	tb.Fatalf("%s %s is not limited", method, path)
	return 0
}

func TestRateLimit_PerAddress(t *testing.T) {
	for _, c := range []struct {
		method, path string
		want         int
		share        time.Duration
	}{
		{http.MethodGet, "/auth/csrf", 120, 500 * time.Millisecond},
		{http.MethodGet, "/auth/providers", 120, 500 * time.Millisecond},
		{http.MethodGet, "/auth/session", 120, 500 * time.Millisecond},
		{http.MethodGet, "/auth/webauthn-options/passkey", 30, 2 * time.Second},
		{http.MethodPost, "/auth/callback/passkey", 60, time.Second},
		{http.MethodGet, "/auth/callback/unknown", 60, time.Second},
		{http.MethodPost, "/auth/signin/passkey", 60, time.Second},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limitedSite(t)
				if n := s.allowed(t, c.method, c.path, hereAddr); n != c.want {
					t.Errorf("%d requests were allowed, want %d", n, c.want)
				}
				if s.ask(c.method, c.path, thereAddr).Code == http.StatusTooManyRequests {
					t.Error("another address is limited too")
				}
				time.Sleep(c.share)
				if n := s.allowed(t, c.method, c.path, hereAddr); n != 1 {
					t.Errorf("%d requests were allowed after %s, want 1", n, c.share)
				}
			})
		})
	}
}

// A class or an office has one address: thirty people sign up within five minutes, and sign in within
// one.
func TestRateLimit_ManyPeopleAtOneAddress(t *testing.T) {
	const people = 30
	for kind, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			s := limitedSite(t, sessions)
			var browsers []*testclient.Client
			for n := range people {
				c := s.browserAt(t, hereAddr)
				if a := c.Register("p" + strconv.Itoa(n) + "@example.com"); a.ErrorCode() != "" || c.Email() == "" {
					t.Fatalf("%s, sign-up %d: %s", kind, n+1, a.Body)
				}
				browsers = append(browsers, c)
				time.Sleep(5 * time.Minute / people)
			}
			for _, c := range browsers {
				c.SignOut()
			}
			time.Sleep(time.Minute)
			for n, c := range browsers {
				if a := c.Authenticate(); a.ErrorCode() != "" || c.Email() == "" {
					t.Fatalf("%s, sign-in %d: %s", kind, n+1, a.Body)
				}
				time.Sleep(time.Minute / people)
			}
		})
	}
}

// TestRateLimit_OneCount writes a path in every way that reaches the same handler.
func TestRateLimit_OneCount(t *testing.T) {
	s := limitedSite(t, func(c *ginauth.Config) { c.RateLimit.Limits.Options = ginauth.Limit{Requests: 5, Per: time.Hour} })
	paths := []string{
		"/auth/webauthn-options/passkey", "/auth//webauthn-options/passkey", "/auth/webauthn-options//passkey",
		"/auth/webauthn-options/passkey/", "/auth/webauthn-options/passkey?x", "/auth/webauthn-options/other", "/auth/webauthn-options",
	}
	reached := 0
	for range 5 {
		for _, p := range paths {
			if w := s.ask(http.MethodGet, p, hereAddr); w.Code != http.StatusTooManyRequests && w.Code != http.StatusNotFound {
				reached++
			}
		}
	}
	if reached != 5 {
		t.Errorf("%d requests reached the handler, want 5", reached)
	}
	for _, p := range []string{"//auth/webauthn-options/passkey", "/AUTH/webauthn-options/passkey", "/auth/%2e/webauthn-options/passkey", "/auth/Webauthn-options/passkey"} {
		if w := s.ask(http.MethodGet, p, thereAddr); w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest && w.Code != http.StatusMovedPermanently {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
}

func TestRateLimit_Answers(t *testing.T) {
	one := ginauth.Limit{Requests: 1, Per: 90 * time.Second}
	const home = `{"error":"Too many requests","url":"https://app.example.com/auth/error?error=RateLimited"}`
	for _, c := range []struct {
		name, method, path string
		header             []string
		own                string
		want               string // the body, or a part of the page
	}{
		{"session", http.MethodGet, "/auth/session", nil, "", "null"},
		{"session update", http.MethodPost, "/auth/session", nil, "", "null"},
		{"csrf", http.MethodGet, "/auth/csrf", nil, "", home},
		{"providers", http.MethodGet, "/auth/providers", nil, "", home},
		{"options", http.MethodGet, "/auth/webauthn-options/passkey", nil, "", home},
		{"client's callback", http.MethodPost, "/auth/callback/passkey", []string{"X-Auth-Return-Redirect", "1"}, "", home},
		{"client's callback, own error page", http.MethodPost, "/auth/callback/passkey", []string{"X-Auth-Return-Redirect", "1"}, "/oops?a=b",
			`{"error":"Too many requests","url":"https://app.example.com/oops?a=b&error=RateLimited"}`},
		{"form", http.MethodPost, "/auth/callback/passkey", nil, "", "<html"},
		{"link", http.MethodGet, "/auth/callback/passkey", nil, "", "<html"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limitedSite(t, func(cfg *ginauth.Config) {
					cfg.RateLimit.Limits = ginauth.RateLimits{Options: one, Callback: one, Read: one}
					cfg.Pages.Error = c.own
				})
				if w := s.ask(c.method, c.path, hereAddr, c.header...); w.Code == http.StatusTooManyRequests {
					t.Fatal("the first request is refused")
				}
				time.Sleep(300 * time.Millisecond)
				w := s.ask(c.method, c.path, hereAddr, c.header...)
				if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "90" {
					t.Errorf("status %d, Retry-After %q, want 429 and 90", w.Code, w.Header().Get("Retry-After"))
				}
				body := w.Body.String()
				if page := strings.HasPrefix(c.want, "<"); page && !strings.Contains(body, c.want) || !page && body != c.want {
					t.Errorf("body %s\nwant %s", body, c.want)
				}
				if w.Header().Get("Cache-Control") != "private, no-cache, no-store" || len(w.Header()["Set-Cookie"]) > 0 {
					t.Errorf("headers %v", w.Header())
				}
			})
		})
	}
}

type untouchable struct{ tb testing.TB }

func (u untouchable) Read([]byte) (int, error) {
	u.tb.Error("the body of a refused request was read")
	return 0, io.EOF
}

func TestRateLimit_RefusesUnread(t *testing.T) {
	s := limitedSite(t)
	s.allowed(t, http.MethodPost, "/auth/callback/passkey", hereAddr)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/callback/passkey", untouchable{t})
	r.RemoteAddr = hereAddr
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, r)
	if w.Code != http.StatusTooManyRequests {
		t.Errorf("status %d", w.Code)
	}
}

func TestRateLimit_Proxies(t *testing.T) {
	const warning = "RateLimit.TrustedProxies"
	loopback := func(c *ginauth.Config) {
		c.RateLimit.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}

	t.Run("unnamed", func(t *testing.T) {
		s := limitedSite(t)
		for i := range 300 {
			if w := s.ask(http.MethodGet, "/auth/csrf", "127.0.0.1:1", "X-Forwarded-For", "1.1.1.1"); w.Code != http.StatusOK {
				t.Fatalf("request %d: %d", i+1, w.Code)
			}
		}
		if n := strings.Count(s.logs.String(), warning); n != 1 {
			t.Errorf("%d warnings, want 1\n%s", n, s.logs)
		}
	})
	t.Run("named", func(t *testing.T) {
		s := limitedSite(t, loopback)
		for i := range 120 { // the left end is the client's invention
			if w := s.ask(http.MethodGet, "/auth/csrf", "127.0.0.1:1", "X-Forwarded-For", strconv.Itoa(i)+".1.1.1, 203.0.113.7"); w.Code != http.StatusOK {
				t.Fatalf("request %d: %d", i+1, w.Code)
			}
		}
		if n := s.allowed(t, http.MethodGet, "/auth/csrf", "127.0.0.1:1", "X-Forwarded-For", "203.0.113.7"); n > 1 {
			t.Errorf("%d more", n)
		}
		if w := s.ask(http.MethodGet, "/auth/csrf", "127.0.0.1:1", "X-Forwarded-For", "203.0.113.8"); w.Code != http.StatusOK {
			t.Errorf("another client: %d", w.Code)
		}
		if strings.Contains(s.logs.String(), warning) {
			t.Errorf("a warning\n%s", s.logs)
		}
	})
	t.Run("named, without the header", func(t *testing.T) {
		s := limitedSite(t, loopback)
		for range 200 {
			if w := s.ask(http.MethodGet, "/auth/csrf", "127.0.0.1:1"); w.Code != http.StatusOK {
				t.Fatal(w.Code)
			}
		}
		if n := strings.Count(s.logs.String(), warning); n != 1 {
			t.Errorf("%d warnings, want 1", n)
		}
	})
	t.Run("header of a stranger", func(t *testing.T) {
		s := limitedSite(t, loopback)
		for i := range 120 {
			s.ask(http.MethodGet, "/auth/csrf", hereAddr, "X-Forwarded-For", strconv.Itoa(i)+".1.1.1")
		}
		if n := s.allowed(t, http.MethodGet, "/auth/csrf", hereAddr, "X-Forwarded-For", "9.9.9.9"); n > 1 {
			t.Errorf("%d more by making up addresses", n)
		}
	})
}

func TestRateLimit_Disabled(t *testing.T) {
	s := newSite(t)
	for i := range 200 {
		if w := s.ask(http.MethodGet, "/auth/csrf", hereAddr); w.Code != http.StatusOK {
			t.Fatalf("request %d: %d", i+1, w.Code)
		}
	}
	s = limitedSite(t, func(c *ginauth.Config) { c.RateLimit.Limits.Read.Requests = -1 })
	for i := range 200 {
		if w := s.ask(http.MethodGet, "/auth/csrf", hereAddr); w.Code != http.StatusOK {
			t.Fatalf("request %d without this limit: %d", i+1, w.Code)
		}
	}
}

func TestRateLimit_Config(t *testing.T) {
	_, err := ginauth.Register(newSite(t).engine, ginauth.Config{RateLimit: ginauth.RateLimitConfig{
		TrustedProxies: []netip.Prefix{{}, netip.MustParsePrefix("::/0")},
		Limits:         ginauth.RateLimits{Read: ginauth.Limit{Requests: 5}, Options: ginauth.Limit{Per: time.Hour}},
	}})
	if !errors.Is(err, ginauth.ErrConfig) {
		t.Fatal(err)
	}
	for _, want := range []string{"TrustedProxies[0] is no network", "TrustedProxies[1] is ::/0", "Limits.Read is 5 in 0s", "Limits.Options is 0 in 1h"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// A crowd of addresses gets 300 options a second of one instance together, however many it has; what
// one address asks for too much uses nothing of that up.
func TestRateLimit_OptionsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limitedSite(t)
		ask := func(i int) int {
			return s.ask(http.MethodGet, "/auth/webauthn-options/passkey", netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)}), 4000).String()).Code
		}
		for range 1000 {
			ask(0)
		}
		// The busy address had 30 of the 300.
		good := 0
		for i := range 400 {
			if ask(i+1) == http.StatusOK {
				good++
			}
		}
		if good != 270 {
			t.Errorf("%d others were answered, want 270", good)
		}
		time.Sleep(time.Second)
		for i := range 300 {
			if code := ask(500 + i); code != http.StatusOK {
				t.Fatalf("a second later, request %d: %d", i+1, code)
			}
		}
		if w := s.ask(http.MethodGet, "/auth/webauthn-options/passkey", "192.0.2.1:1"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	})
}
