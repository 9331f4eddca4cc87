package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// bringing is a browser of the site whose requests bring these cookies.
func (s *site) bringing(tb testing.TB, pairs ...string) *testclient.Client {
	c := s.browser(tb)
	c.Header.Set("Cookie", strings.Join(pairs, "; "))
	return c
}

// readAs is who a request with these cookies is taken for, wherever sessions are read.
func (s *site) readAs(t *testing.T, pairs ...string) string {
	t.Helper()
	who := s.bringing(t, pairs...).Email()
	for path, nobody := range map[string]string{"/me": `{"error":"unauthorized"}`, "/maybe": "nobody", "/page": ""} {
		want := who
		if who == "" {
			want = nobody
		}
		if a := s.bringing(t, pairs...).Do(http.MethodGet, path, "", ""); a.Body != want {
			t.Errorf("GET /session says %q, and %s %q", who, path, a.Body)
		}
	}
	return who
}

// carrying is a kind of sessions, whose tokens have luggage.
func carrying(kind string, luggage *int) []func(*ginauth.Config) {
	if kind == "database" {
		return nil
	}
	return []func(*ginauth.Config){withLuggage(luggage), sessionKinds[kind]}
}

// pairsOf are the session cookies of a browser as they travel, under a name.
func pairsOf(c *testclient.Client, name string) (pairs []string) {
	for _, k := range c.Cookies() {
		if rest, ok := strings.CutPrefix(k.Name, sessionCookie); ok {
			pairs = append(pairs, name+rest+"="+k.Value)
		}
	}
	return pairs
}

// Of session cookies that contradict each other, the one that opens counts, in whatever order they come.
func TestR14_OneSessionThatOpens(t *testing.T) {
	for kind, sessions := range sessionKinds {
		other := newSite(t, sessions, func(c *ginauth.Config) { c.Secret = strings.Repeat("another secret 01", 3) })
		stranger := other.browser(t)
		stranger.SignUp("stranger@example.com")
		for size, luggage := range map[string]int{"one cookie": 0, "two cookies": 4000, "three cookies": 6500} {
			if kind == "database" && luggage > 0 {
				continue // the cookie is short
			}
			s := newSite(t, carrying(kind, &luggage)...)
			ann := s.browser(t)
			ann.SignUp("ann@example.com")
			good := pairsOf(ann, sessionCookie)
			ended := s.browser(t)
			ended.Passkeys = ann.Passkeys
			ended.SignIn()
			dead := map[string][]string{
				"planted":        {sessionCookie + "=planted"},
				"another secret": pairsOf(stranger, sessionCookie),
				"another server": {sessionCookie + "=2f1c4f0e-3b1a-4b5c-9d0e-1f2a3b4c5d6e"},
				"empty":          {sessionCookie + "="},
				"a chunk":        {sessionCookie + ".0=planted"},
				"chunks":         {sessionCookie + ".0=planted", sessionCookie + ".1=too"},
				"a chunk 1":      {sessionCookie + ".1=planted"},
				"long chunks":    {sessionCookie + ".0=" + strings.Repeat("x", 3936), sessionCookie + ".1=" + strings.Repeat("y", 3936), sessionCookie + ".2=z"},
				"three":          {sessionCookie + "=a", sessionCookie + "=b", sessionCookie + "=c"},
			}
			if kind != "jwt" {
				dead["signed out"] = pairsOf(ended, sessionCookie)
				ended.SignOut()
			}
			for name, bad := range dead {
				for order, pairs := range map[string][]string{"before": append(slices.Clone(bad), good...), "after": append(slices.Clone(good), bad...)} {
					t.Run(fmt.Sprintf("%s/%s/%s %s", kind, size, name, order), func(t *testing.T) {
						if got := s.readAs(t, pairs...); got != "ann@example.com" {
							t.Errorf("read as %q", got)
						}
					})
				}
			}
		}
	}
}

// With two sessions that open nothing tells which is the user's own. The request has none, and all
// cookies are expired.
func TestR14_SeveralSessionsThatOpen(t *testing.T) {
	for kind := range sessionKinds {
		for size, luggage := range map[string]int{"one cookie": 0, "two cookies": 4000} {
			if kind == "database" && luggage > 0 {
				continue // the cookie is short
			}
			hers := luggage
			s := newSite(t, carrying(kind, &hers)...)
			ann, eve := s.browser(t), s.browser(t)
			ann.SignUp("ann@example.com")
			hers = 0
			eve.SignUp("eve@example.com")
			anns, eves := pairsOf(ann, sessionCookie), pairsOf(eve, sessionCookie)
			for order, pairs := range map[string][]string{"hers first": append(slices.Clone(anns), eves...), "hers last": append(slices.Clone(eves), anns...)} {
				t.Run(kind+"/"+size+"/"+order, func(t *testing.T) {
					if got := s.readAs(t, pairs...); got != "" {
						t.Errorf("read as %q", got)
					}
					lines := s.bringing(t, pairs...).Get("/session").Header["Set-Cookie"]
					for _, pair := range pairs {
						name, _, _ := strings.Cut(pair, "=")
						expired := 0
						for _, line := range lines {
							if strings.HasPrefix(line, name+"=; Max-Age=0;") {
								expired++
							}
						}
						if expired < 6 {
							t.Errorf("%s is expired in %d scopes: %q", name, expired, lines)
						}
					}
				})
			}
			// The same value twice does not contradict itself.
			if got := s.readAs(t, append(slices.Clone(anns), anns...)...); got != "ann@example.com" {
				t.Errorf("%s: the same cookies twice are read as %q", kind, got)
			}
		}
	}
}

// The number of tries is bounded, and there is one lookup as long as nothing is contradictory.
func TestR14_TryingIsBounded(t *testing.T) {
	f := &faults{}
	s := newSite(t, withFaults(f))
	ann := s.browser(t)
	ann.SignUp("ann@example.com")
	good := sessionCookie + "=" + ann.Cookie(sessionCookie)
	dead := func(n int) (pairs []string) {
		for i := range n {
			pairs = append(pairs, fmt.Sprintf("%s=2f1c4f0e-3b1a-4b5c-9d0e-%012d", sessionCookie, i))
		}
		return pairs
	}
	// chunks can be joined in as many ways as the product says.
	chunks := func(counts ...int) (pairs []string) {
		for n, count := range counts {
			for i := range count {
				pairs = append(pairs, fmt.Sprintf("%s.%d=%d%d", sessionCookie, n, n%10, i))
			}
		}
		return pairs
	}
	for _, tt := range []struct {
		name    string
		pairs   []string
		who     string
		lookups int
	}{
		{"alone", []string{good}, "ann@example.com", 1},
		{"twice", []string{good, good, good}, "ann@example.com", 1},
		{"one planted", append(dead(1), good), "ann@example.com", 2},
		{"seven planted", append(dead(7), good), "ann@example.com", 8},
		{"eight planted", append(dead(8), good), "", 0},
		{"first of nine", append([]string{good}, dead(8)...), "", 0},
		{"hundreds", append([]string{good}, dead(700)...), "", 0},
		{"chunks", append(chunks(5, 4), good), "", 0},
		{"fewer chunks", append(chunks(3, 2), good), "ann@example.com", 7},
	} {
		f.arm(0, false)
		if got := s.bringing(t, tt.pairs...).Email(); got != tt.who || len(f.calls) != tt.lookups {
			t.Errorf("%s: read as %q after %d calls of storage, want %q after %d", tt.name, got, len(f.calls), tt.who, tt.lookups)
		}
	}
	// Far more than any number of tries.
	if got := s.bringing(t, append(chunks(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9), good)...).Email(); got != "" {
		t.Errorf("chunks that fit together in billions of ways: read as %q", got)
	}
}

// A storage failure while cookies are tried is 503, and no cookie changes.
func TestR17_StorageFailsWhileTrying(t *testing.T) {
	for _, kind := range []string{"database", "revocable"} {
		f := &faults{}
		s := newSite(t, withFaults(f), sessionKinds[kind])
		ann, eve := s.browser(t), s.browser(t)
		ann.SignUp("ann@example.com")
		eve.SignUp("eve@example.com")
		c := s.bringing(t, append(pairsOf(ann, sessionCookie), pairsOf(eve, sessionCookie)...)...)
		for at := 1; at <= 2; at++ {
			f.arm(at, false)
			if a := c.Get("/session"); a.Status != http.StatusServiceUnavailable || a.Body != "null" || a.Cookie(sessionCookie) != nil {
				t.Errorf("%s: call %d fails: %d %s %v", kind, at, a.Status, a.Body, a.Header["Set-Cookie"])
			}
		}
		f.disarm()
	}
}

// An update reaches the JWT callback once, for the session that opens.
func TestR14_UpdateOfOneThatOpens(t *testing.T) {
	var updates []any
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if p.Trigger == ginauth.TriggerUpdate {
				updates = append(updates, p.Update)
				p.Token["name"] = p.Update
			}
			return p.Token, nil
		}
	})
	ann := s.browser(t)
	ann.SignUp("ann@example.com")
	token := ann.CSRF()
	pairs := append(pairsOf(ann, sessionCookie), sessionCookie+"=planted", csrfCookie+"="+ann.Cookie(csrfCookie))
	a := s.bringing(t, pairs...).Do(http.MethodPost, "/auth/session", "application/json", `{"csrfToken":"`+token+`","data":"Ann"}`)
	if !strings.Contains(a.Body, `"name":"Ann"`) || len(updates) != 1 || updates[0] != "Ann" {
		t.Errorf("%s, updates %v", a.Body, updates)
	}
}

// R10: signing in ends every session whose cookie came, also when there were several that opened.
func TestR10_SignInEndsRivals(t *testing.T) {
	for _, kind := range []string{"database", "revocable"} {
		s := newSite(t, sessionKinds[kind])
		ann := s.browser(t)
		ann.SignUp("ann@example.com")
		other := s.browser(t)
		other.Passkeys = ann.Passkeys
		other.SignIn()
		pairs := append(pairsOf(ann, sessionCookie), pairsOf(other, sessionCookie)...)
		c := s.browser(t)
		c.Passkeys = ann.Passkeys
		token := c.CSRF()
		action, options := c.Options("?action=authenticate")
		for _, k := range c.Cookies() {
			pairs = append(pairs, k.Name+"="+k.Value)
		}
		c.Header.Set("Cookie", strings.Join(pairs, "; "))
		a := c.Post("/callback/passkey", map[string]string{"action": action, "data": c.Perform(action, options), "csrfToken": token})
		c.Header.Del("Cookie")
		if a.ErrorCode() != "" || c.Email() != "ann@example.com" {
			t.Fatalf("%s: %s", kind, a.Body)
		}
		if ann.Email() != "" || other.Email() != "" {
			t.Errorf("%s: the sessions before still live", kind)
		}
		if rows := s.Dump().Sessions; kind == "database" && len(rows) != 1 {
			t.Errorf("%d rows of sessions", len(rows))
		}
	}
}
