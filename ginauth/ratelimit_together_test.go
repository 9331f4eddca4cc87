package ginauth_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// proxyAddr is a proxy that the configuration does not name: everybody comes from it.
const proxyAddr = "127.0.0.1:40000"

const optionsPath = "/auth/webauthn-options/passkey?action=authenticate"

// flood sends a request until 429 comes, and a few times more.
func (s *site) flood(tb testing.TB, path string, header ...string) (allowed int) {
	tb.Helper()
	for range 1500 {
		if s.ask(http.MethodGet, path, proxyAddr, header...).Code != http.StatusTooManyRequests {
			allowed++
		}
	}
	return allowed
}

// S11: a client behind a proxy that was not named floods the options. Who holds a cookie of ours does
// not notice.
func TestS11_FloodWithoutCookies(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limitedSite(t, sessions)
				visitor := s.browserAt(t, proxyAddr)
				visitor.CSRF()
				ada := s.browserAt(t, proxyAddr)
				ada.SignUp("ada@example.com")
				// With a token the session alone is enough.
				sessionOnly := ada.Clone()
				sessionOnly.DropCookie(csrfCookie)
				for i, forged := range []string{"", csrfCookie + "=" + strings.Repeat("ab", 32) + "%7C" + strings.Repeat("cd", 32), sessionCookie + "=forged; " + csrfCookie + "=forged"} {
					allowed := s.flood(t, optionsPath, "Cookie", forged)
					if want := 300; i == 0 && (allowed > want || allowed < want-5) || i > 0 && allowed > 0 {
						t.Errorf("%d requests with %q were answered", allowed, forged)
					}
				}
				browsers := map[string]*testclient.Client{"a visitor": visitor, "a member": ada}
				if name != "database" {
					browsers["a member without CSRF cookie"] = sessionOnly
				}
				for who, c := range browsers {
					if a := c.Get("/webauthn-options/passkey?action=authenticate"); a.Status != http.StatusOK {
						t.Errorf("%s during the flood: %d %s", who, a.Status, a.Body)
					}
				}
				if name == "database" {
					return
				}
				// Nor do members notice a flood by clients with CSRF cookies.
				for range 40 {
					s.options(t, 31, s.newCookie(t))
				}
				if a := sessionOnly.Get("/webauthn-options/passkey?action=authenticate"); a.Status != http.StatusOK {
					t.Errorf("a member during a flood with CSRF cookies: %d %s", a.Status, a.Body)
				}
			})
		})
	}
}

// options asks for options with a cookie, and returns how often they came.
func (s *site) options(tb testing.TB, times int, cookie string) (allowed int) {
	tb.Helper()
	for range times {
		if s.ask(http.MethodGet, optionsPath, proxyAddr, "Cookie", cookie).Code == http.StatusOK {
			allowed++
		}
	}
	return allowed
}

// newCookie returns the CSRF cookie of a new browser.
func (s *site) newCookie(tb testing.TB) string {
	c := s.browserAt(tb, proxyAddr)
	c.CSRF()
	return csrfCookie + "=" + c.Cookie(csrfCookie)
}

// One cookie, sent from anywhere, does not use up what all who hold one have.
func TestS11_FloodWithOneCookie(t *testing.T) {
	for name, sessions := range map[string]func(*ginauth.Config){"csrf": nil, "jwt": withJWT, "revocable": withRevocable} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limitedSite(t, func(c *ginauth.Config) {
					if sessions != nil {
						sessions(c)
					}
				})
				eve, ann := s.browserAt(t, proxyAddr), s.browserAt(t, proxyAddr)
				var cookie string
				if sessions == nil {
					ann.CSRF()
					eve.CSRF()
					cookie = csrfCookie + "=" + eve.Cookie(csrfCookie)
				} else {
					ann.SignUp("ann@example.com")
					eve.SignUp("eve@example.com")
					time.Sleep(time.Minute)
					cookie = sessionCookie + "=" + eve.Cookie(sessionCookie)
				}
				if n := s.options(t, 1000, cookie); n != 30 {
					t.Errorf("%d requests with one cookie were answered, want 30", n)
				}
				if a := ann.Get("/webauthn-options/passkey?action=authenticate"); a.Status != http.StatusOK {
					t.Errorf("another cookie: %d %s", a.Status, a.Body)
				}
				time.Sleep(2 * time.Second)
				if n := s.options(t, 10, cookie); n != 1 {
					t.Errorf("%d requests after two seconds, want 1", n)
				}
			})
		})
	}
}

// All cookies together get no more than clients without.
func TestS11_FloodWithManyCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limitedSite(t)
		cookies := make([]string, 20)
		for i := range cookies {
			cookies[i] = s.newCookie(t)
		}
		allowed := 0
		for _, cookie := range cookies {
			allowed += s.options(t, 30, cookie)
		}
		if allowed != 300 {
			t.Errorf("%d requests were answered, want 300", allowed)
		}
		if w := s.ask(http.MethodGet, optionsPath, proxyAddr); w.Code != http.StatusOK {
			t.Errorf("a newcomer during a flood with cookies: %d", w.Code)
		}
	})
}

// Cookies that make their holders a group are not had without end.
func TestS11_NewCSRFCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limitedSite(t)
		holder, second := s.browserAt(t, proxyAddr), s.browserAt(t, proxyAddr)
		holder.CSRF()
		second.CSRF()
		ada := s.browserAt(t, proxyAddr)
		ada.SignUp("ada@example.com")
		ada.DropCookie(csrfCookie)
		time.Sleep(time.Second)
		given := 0
		for i := range 3000 {
			path := []string{"/auth/csrf", "/auth/signin", "/auth/session", "/auth/error", "/auth/signout", "/auth/verify-request"}[i%6]
			w := s.ask(http.MethodGet, path, proxyAddr)
			if strings.Contains(strings.Join(w.Header()["Set-Cookie"], "\n"), csrfCookie+"=") {
				given++
			}
			refusable := path == "/auth/csrf" || path == "/auth/signin" || path == "/auth/signout"
			if (w.Code == http.StatusTooManyRequests) != (refusable && i >= 1000) || w.Code != http.StatusOK && w.Code != http.StatusTooManyRequests {
				t.Fatalf("request %d, %s: %d", i, path, w.Code)
			}
		}
		if given != 1000 {
			t.Errorf("%d cookies were given, want 1000", given)
		}
		// Another cookie of the name beside a good one changes nothing. Two good ones are none, and get
		// their holder no third.
		good, other := csrfCookie+"="+holder.Cookie(csrfCookie), csrfCookie+"="+second.Cookie(csrfCookie)
		for cookies, want := range map[string]int{
			csrfCookie + "=x; " + good: http.StatusOK, good + "; " + csrfCookie + "=x": http.StatusOK,
			good + "; " + other: http.StatusTooManyRequests, csrfCookie + "=x": http.StatusTooManyRequests,
		} {
			if w := s.ask(http.MethodGet, "/auth/csrf", proxyAddr, "Cookie", cookies); w.Code != want {
				t.Errorf("%s: %d, want %d", cookies, w.Code, want)
			}
		}
		if a := holder.Get("/csrf"); a.Status != http.StatusOK {
			t.Errorf("who has a cookie: %d", a.Status)
		}
		if ada.Email() != "ada@example.com" {
			t.Error("the session does not show")
		}
		time.Sleep(10 * time.Millisecond)
		if w := s.ask(http.MethodGet, "/auth/csrf", proxyAddr); w.Code != http.StatusOK {
			t.Errorf("a little later: %d", w.Code)
		}
	})
}
