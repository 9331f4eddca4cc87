package ginauth_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// asElsewhere are the answers to requests that no client of next-auth makes: the protocol says them.
var asElsewhere = map[string]string{
	"malformed JSON": `"Bad request."`, "cross-site": `"Cross-site request refused."`, "body too large": `"Request body too large."`,
}

// Report 35: whatever goes wrong for a client at /session, the answer is null with an error status, and no
// cookie changes. The client of next-auth then keeps the session that it shows.
func TestReport35_FailingSessionAnswers(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			broken := false
			var body any
			f := &faults{}
			s := newSite(t, sessions, withFaults(f), func(c *ginauth.Config) {
				c.RateLimit.Disabled = false
				c.RateLimit.Limits = ginauth.RateLimits{Read: ginauth.Limit{Requests: 40, Per: time.Hour}, Register: ginauth.Limit{Requests: -1}}
				c.Callbacks.Session = func(_ context.Context, p ginauth.SessionParams) (any, error) {
					if broken {
						return nil, errors.New("broken")
					}
					if body != nil {
						return body, nil
					}
					return p.Session, nil
				}
			})
			c := s.browserAt(t, hereAddr)
			c.SignUp("ada@example.com")
			token := c.CSRF()
			session := c.Cookie(sessionCookie)
			const form, jsonType = "application/x-www-form-urlencoded", "application/json"
			update := "csrfToken=" + token
			for what, tt := range map[string]struct {
				before                          func()
				method, path, contentType, body string
				header                          []string
				status                          int
			}{
				"query too long":         {nil, "GET", "?" + strings.Repeat("a", 20_000), "", "", nil, 414},
				"query too long, POST":   {nil, "POST", "?" + strings.Repeat("a", 20_000), form, update, nil, 414},
				"cookies too large":      {nil, "GET", "", "", "", []string{"Cookie", "a=" + strings.Repeat("a", 70_000)}, 431},
				"body too large":         {nil, "POST", "", form, update + strings.Repeat("a", 70_000), nil, 413},
				"malformed JSON":         {nil, "POST", "", jsonType, "{", nil, 400},
				"no token":               {nil, "POST", "", form, "", nil, 400},
				"wrong token":            {nil, "POST", "", jsonType, `{"csrfToken":"x"}`, nil, 400},
				"cross-site":             {nil, "POST", "", form, update, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
				"callback fails":         {func() { broken = true }, "GET", "", "", "", nil, 500},
				"callback fails, POST":   {func() { broken = true }, "POST", "", form, update, nil, 400},
				"does not encode":        {func() { body = math.Inf(1) }, "GET", "", "", "", nil, 500},
				"does not encode, POST":  {func() { body = math.Inf(1) }, "POST", "", form, update, nil, 500},
				"storage is down":        {func() { f.arm(-1, false) }, "GET", "", "", "", nil, 503},
				"storage is down, POST":  {func() { f.arm(-1, false) }, "POST", "", form, update, nil, 503},
				"too many requests":      {func() { s.allowed(t, "GET", "/auth/session", hereAddr) }, "GET", "", "", "", nil, 429},
				"too many requests POST": {func() { s.allowed(t, "GET", "/auth/session", hereAddr) }, "POST", "", form, update, nil, 429},
			} {
				if strings.HasPrefix(what, "storage") && name == "jwt" {
					continue // it asks none
				}
				tab := c.Clone()
				if !strings.HasPrefix(what, "too many") {
					tab = s.browserAt(t, thereAddr)
					for _, k := range c.Cookies() {
						tab.SetCookie(k.Name, k.Value)
					}
				}
				if tt.before != nil {
					tt.before()
				}
				a := tab.Do(tt.method, "/auth/session"+tt.path, tt.contentType, tt.body, tt.header...)
				broken, body = false, nil
				f.disarm()
				changes := false
				for _, line := range a.Header["Set-Cookie"] {
					changes = changes || strings.HasPrefix(line, sessionCookie+"=;") || strings.Contains(line, "Max-Age=0")
				}
				want := "null"
				if text := asElsewhere[what]; text != "" {
					want = text
				}
				if a.Status != tt.status || a.Body != want || changes || a.Header.Get("Content-Type") != "application/json" {
					t.Errorf("%s: %d %s %v", what, a.Status, a.Body, a.Header)
				}
				if tab.Cookie(sessionCookie) == "" {
					t.Errorf("%s: the session's cookie is gone", what)
				}
				if a.Status == http.StatusTooManyRequests && a.Header.Get("Retry-After") == "" {
					t.Errorf("%s: no Retry-After", what)
				}
			}
			tab := s.browserAt(t, thereAddr)
			tab.SetCookie(sessionCookie, session)
			if tab.Email() != "ada@example.com" {
				t.Error("the session is over")
			}
		})
	}
}

// With TrustHost a host that can be none is such a failure too.
func TestReport35_ImpossibleHost(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.TrustHost = "", true })
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := s.ask(method, "/auth/session", hereAddr, "X-Forwarded-Host", "a b")
		if w.Code != http.StatusBadRequest || w.Body.String() != `"Bad request."` || len(w.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}
