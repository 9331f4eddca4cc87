package ginauth_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// outage is a transport to a service that stops answering on one path.
type outage struct {
	rest http.RoundTripper

	mu    sync.Mutex
	path  string
	calls map[string]int
}

func (o *outage) RoundTrip(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	o.calls[r.URL.Path]++
	hangs := r.URL.Path == o.path
	o.mu.Unlock()
	if hangs {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return o.rest.RoundTrip(r)
}

func (o *outage) hang(path string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.path = path
}

func (o *outage) count(path string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls[path]
}

func withOutage(svc *service) (*outage, func(*ginauth.OAuthProvider)) {
	o := &outage{rest: svc.client().Transport, calls: map[string]int{}}
	return o, func(p *ginauth.OAuthProvider) { p.HTTPClient = &http.Client{Transport: o} }
}

const discoveryPath = "/.well-known/openid-configuration"

// A service that hangs costs each person seconds once, not seconds in a queue.
func TestHangingDiscoveryIsWaitedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		o, out := withOutage(svc)
		s := newSite(t, with(svc.oidc("svc", out)))
		o.hang(discoveryPath)
		attempt := func(most time.Duration) {
			t.Helper()
			c := s.browser(t)
			from := time.Now()
			a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()})
			if took := time.Since(from); a.Status != http.StatusServiceUnavailable || took > most {
				t.Errorf("answer %d %s after %s, want 503 within %s", a.Status, a.URL(), took, most)
			}
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { attempt(5 * time.Second) })
		}
		all.Wait()
		time.Sleep(5 * time.Second)
		for range 20 {
			attempt(0)
		}
		if got := o.count(discoveryPath); got != 1 {
			t.Errorf("%d requests for the document, want 1", got)
		}
		o.hang("")
		time.Sleep(5 * time.Second)
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); c.User() == nil {
			t.Errorf("when the service is back: %s", a.URL())
		}
	})
}

// What is known of a service is enough for a sign-in, however old it is.
func TestOldDiscoveryServesWhileTheServiceHangs(t *testing.T) {
	for _, path := range []string{discoveryPath, "/keys"} {
		synctest.Test(t, func(t *testing.T) {
			svc := newService(t)
			o, out := withOutage(svc)
			s := newSite(t, with(svc.oidc("svc", out)))
			svc.signInWith(s.browser(t), "svc", "ann")
			time.Sleep(25 * time.Hour)
			o.hang(path)
			from := time.Now()
			for range 5 {
				c := s.browser(t)
				if a := svc.signInWith(c, "svc", "ann"); c.User() == nil {
					t.Errorf("%s hangs: %s", path, a.URL())
				}
			}
			if took := time.Since(from); took != 0 {
				t.Errorf("%s hangs: five sign-ins took %s", path, took)
			}
			time.Sleep(10 * time.Second) // lets the fetch in the background end
			if got := o.count(path); got != 2 {
				t.Errorf("%s: %d requests, want 2", path, got)
			}
		})
	}
}

// ID tokens under keys that the service does not have make no request each.
func TestForgedTokensDoNotFetchKeysEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		o, out := withOutage(svc)
		s := newSite(t, with(svc.oidc("svc", out)))
		svc.forged = true
		for range 20 {
			if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "Configuration" {
				t.Errorf("a forged token: %s", a.URL())
			}
		}
		if got := o.count("/keys"); got > 2 {
			t.Errorf("%d requests for keys", got)
		}
		svc.forged = false
		c := s.browser(t)
		if svc.signInWith(c, "svc", "ann"); c.User() == nil {
			t.Error("a good token meanwhile is refused")
		}
		// The service signs with another key from now on.
		svc.key, svc.other = svc.other, svc.key
		time.Sleep(10 * time.Second)
		c = s.browser(t)
		if svc.signInWith(c, "svc", "ann"); c.User() == nil {
			t.Errorf("a new key is refused: %s", s.logs)
		}
		svc.key, svc.other = svc.other, svc.key
		c = s.browser(t)
		if svc.signInWith(c, "svc", "ann"); c.User() == nil {
			t.Errorf("a new key right after another is refused: %s", s.logs)
		}
	})
}

// With keys at a configured address any algorithm will do that a key is for, and no other.
func TestConfiguredKeysTakeEveryAsymmetricAlgorithm(t *testing.T) {
	for _, tt := range []struct {
		name  string
		upset func(*service)
		in    bool
	}{
		{"ES256", func(*service) {}, true},
		{"discovery lists another one", func(s *service) {
			s.discovery = func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{"RS256"} }
		}, true},
		{"signed with the client secret", func(s *service) { s.alg = "HS256" }, false},
		{"signature of another key", func(s *service) { s.forged = true }, false},
		{"not signed", func(s *service) {
			s.token = func(a map[string]any) {
				raw, _ := a["id_token"].(string)
				_, rest, _ := strings.Cut(raw, ".")
				payload, _, _ := strings.Cut(rest, ".")
				a["id_token"] = "eyJhbGciOiJub25lIn0." + payload + "."
			}
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			tt.upset(svc)
			s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) {
				p.TokenURL, p.JWKSURL = "http://internal.example.net:8080/token", "http://internal.example.net:8080/keys"
			})))
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); (c.User() != nil) != tt.in {
				t.Errorf("%s, signed in as %v: %s", a.URL(), c.User(), s.logs)
			}
		})
	}
}
