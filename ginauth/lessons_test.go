package ginauth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Each test in this file is named after a mistake that somebody made; the number of its report is
// in the comment.

// CVE-2023-48309: a token of one purpose is nothing in the place of another. Twelve ways to swap
// four cookies, with both strategies.
func TestLesson_CookiesOfAnotherPurpose(t *testing.T) {
	names := []string{sessionCookie, challengeCookie, csrfCookie, callbackCookie}
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		s := newSite(t, strategy)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.Options("?action=authenticate")
		values := map[string]string{}
		for _, name := range names {
			if values[name] = c.Cookie(name); values[name] == "" {
				t.Fatalf("no cookie %s", name)
			}
		}
		before := written(s)
		for _, to := range names {
			for _, from := range names {
				if from == to {
					continue
				}
				swapped := s.browser(t)
				swapped.Passkeys = c.Passkeys
				swapped.SetCookie(to, values[from])
				switch to {
				case sessionCookie:
					if a := swapped.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusUnauthorized || swapped.User() != nil {
						t.Errorf("%s as session: %d", from, a.Status)
					}
				case challengeCookie:
					_, options := s.browser(t).Options("?action=authenticate")
					if a := swapped.Callback("authenticate", swapped.Perform("authenticate", options), nil); a.ErrorCode() != "Configuration" {
						t.Errorf("%s as challenge: %s", from, a.Body)
					}
				case csrfCookie:
					raw, _ := url.PathUnescape(values[from])
					token, _, _ := strings.Cut(raw, "|")
					if a := swapped.Post("/signout", map[string]string{"csrfToken": token}); a.ErrorCode() != "MissingCSRF" {
						t.Errorf("%s as CSRF token: %s", from, a.Body)
					}
				case callbackCookie:
					if a := swapped.Post("/signout", map[string]string{"csrfToken": swapped.CSRF()}); a.URL() != siteOrigin {
						t.Errorf("%s as callback URL: %s", from, a.Body)
					}
				}
			}
		}
		wroteNothing(t, before, written(s))
	}
}

// CVE-2026-73418: a malformed Authorization header is nobody's, and a good one is read by guards
// alone.
func TestLesson_MalformedBearer(t *testing.T) {
	s := newSite(t, withJWT)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	token := c.Cookie(sessionCookie)
	for value, want := range map[string]int{
		"Bearer " + token:                      http.StatusOK,
		"Bearer " + url.QueryEscape(token):     http.StatusOK,
		"Bearer":                               http.StatusUnauthorized,
		"Bearer ":                              http.StatusUnauthorized,
		"Bearer %":                             http.StatusUnauthorized,
		"Bearer %zz":                           http.StatusUnauthorized,
		"Bearer %C3%28":                        http.StatusUnauthorized,
		"Bearer " + strings.Repeat("a", 1<<16): http.StatusUnauthorized,
		"bearer " + token:                      http.StatusUnauthorized,
		"Basic " + token:                       http.StatusUnauthorized,
		"Bearer " + token + "," + token:        http.StatusUnauthorized,
		"Bearer Bearer " + token:               http.StatusUnauthorized,
		"Bearer " + token[:len(token)-1]:       http.StatusUnauthorized,
		"Bearer " + strings.Replace(token, ".", "", 1): http.StatusUnauthorized,
	} {
		api := s.browser(t)
		api.Header.Set("Authorization", value)
		if a := api.Do(http.MethodGet, "/me", "", ""); a.Status != want {
			t.Errorf("%.40q: %d", value, a.Status)
		}
		if a := api.Get("/session"); a.Status != http.StatusOK || a.Body != "null" {
			t.Errorf("%.40q, GET /session: %d %s", value, a.Status, a.Body)
		}
	}
}

// GHSA-9x4v-xfq5-m8x5 and CVE-2022-31127: what comes in the query is text on the page, never markup.
func TestLesson_MarkupInParameters(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) {
		p := passkeyProvider("passkey")
		p.FormFields = []ginauth.FormField{{Name: "email", Label: "E-mail"}}
		c.Providers = []ginauth.Provider{p}
	})
	c := s.browser(t)
	const markup = `"><svg onload=alert(1)><a href='javascript:x'>{{.}}`
	q := url.QueryEscape(markup)
	for _, path := range []string{"/error?error=" + q, "/signin?error=" + q, "/signin?email=" + q, "/signin?callbackUrl=" + q, "/signout?x=" + q, "/verify-request?provider=" + q, "/signin/" + url.PathEscape(markup)} {
		a := c.Get(path)
		if strings.Contains(a.Body, "<svg onload") || strings.Contains(a.Body, "<a href='java") {
			t.Errorf("GET %s has the markup on the page", path)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("GET %s: policy %q", path, a.Header.Get("Content-Security-Policy"))
		}
	}
}

// CVE-2025-61928: who somebody is never comes out of the body.
func TestLesson_IdentityInTheBody(t *testing.T) {
	s := newSite(t)
	eve, ada := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	id := s.Dump().Users[0].ID
	claims := map[string]string{"userId": id, "user": id, "id": id, "sub": id, "email": "ada@example.com", "name": "Ada"}
	before := s.Dump().Users
	action, options := eve.Options("?action=authenticate")
	if a := eve.Callback(action, eve.Perform(action, options), claims); a.ErrorCode() != "" || eve.Email() != "eve@example.com" {
		t.Errorf("authenticate: %s, %s", a.Body, eve.Email())
	}
	action, options = eve.Options("?action=register")
	eve.OtherDevice()
	if a := eve.Callback(action, eve.Perform(action, options), claims); a.ErrorCode() != "" || authenticatorOf(t, s, eve).UserID == id {
		t.Errorf("add: %s", a.Body)
	}
	if after := s.Dump().Users; !slices.Equal(before, after) {
		t.Errorf("users %v", after)
	}
	stranger := s.browser(t)
	action, options = stranger.Options("?action=register&email=new@example.com")
	stranger.Callback(action, stranger.Perform(action, options), claims)
	if got := stranger.Email(); got != "new@example.com" {
		t.Errorf("register: %q", got)
	}
}

// CVE-2022-31186: nothing that is a secret, or a person's address, goes to the log, whatever
// happens. Every value that could leak is a marker.
func TestLesson_SecretsInLogs(t *testing.T) {
	const email = "canary-address@example.com"
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		f := &faults{}
		s := newSite(t, strategy, withFaults(f))
		var canaries []string
		keep := func(values ...string) {
			for _, v := range values {
				if len(v) >= 8 {
					canaries = append(canaries, v)
				}
			}
		}
		keep(siteSecret, email, "canary")
		c := s.browser(t)
		note := func(c *testauthn.Ceremony) {
			keep(c.Challenge, string(c.CredentialID))
			c.JSON = func(b []byte) []byte {
				var answer struct {
					Response struct{ Signature, ClientDataJSON, AttestationObject string }
				}
				_ = json.Unmarshal(b, &answer)
				keep(answer.Response.Signature, answer.Response.ClientDataJSON, answer.Response.AttestationObject)
				return b
			}
		}
		for _, w := range append(wrongAlways(), wrongRegistrations()...) {
			c.Register(email, note, w.change)
		}
		c.OtherDevice()
		c.Register(email, note)
		keep(c.Cookie(sessionCookie), c.Cookie(challengeCookie), c.Cookie(csrfCookie), c.CSRF())
		for _, w := range append(wrongAlways(), wrongAuthentications()...) {
			c.Authenticate(note, w.change)
		}
		// The lines that show what a client claims.
		keep("canary-in-origin", "canary-of-provider@example.com")
		c.Authenticate(note, func(x *testauthn.Ceremony) {
			x.Origin = "https://x:canary-in-origin@app.example.com/canary-in-origin?canary-in-origin"
		})
		c.Post("/signout", map[string]string{"csrfToken": c.CSRF()}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example/?canary-in-origin")
		c.Get("/callback/canary-of-provider@example.com")
		older := begin(c, "?action=authenticate")
		begin(c, "?action=authenticate")
		older.finish(c, note)
		counting := s.browser(t)
		keep("canary-of-counter@example.com")
		counting.Register("canary-of-counter@example.com", note, func(x *testauthn.Ceremony) { x.Counter = 9 })
		counting.Authenticate(note, func(x *testauthn.Ceremony) { x.Counter = 8 })
		s.browser(t).Get("/webauthn-options/passkey?action=register&email=" + email)
		for _, path := range []string{"/callback/passkey", "/signout", "/session", "/signin/passkey"} {
			c.Post(path, map[string]string{"csrfToken": "canary-token", "email": email, "data": "canary-data", "action": "canary"})
			c.Post(path, map[string]string{"csrfToken": c.CSRF(), "data": `{"id":"canary-data"}`, "action": "register"}, "Sec-Fetch-Site", "cross-site")
		}
		for _, path := range []string{"/canary", "/error?error=canary", "/signin?email=" + email, "/webauthn-options/canary", "/webauthn-options/passkey?email=" + email} {
			c.Get(path)
		}
		f.arm(-1, false)
		c.Get("/session")
		c.Get("/webauthn-options/passkey?email=" + email)
		c.Do(http.MethodGet, "/me", "", "")
		c.Do(http.MethodGet, "/maybe", "", "")
		f.disarm()
		c.SignIn()
		keep(c.Cookie(sessionCookie))
		c.SignOut()
		logs := s.logs.String()
		if !strings.Contains(logs, "ginauth: request failed") || len(canaries) < 100 {
			t.Fatalf("%d canaries, logs %q", len(canaries), logs)
		}
		for _, secret := range canaries {
			if strings.Contains(logs, secret) {
				t.Errorf("the log has %q", secret)
			}
		}
	}
}

// CVE-2020-36567: line breaks and escapes in what others send start no line of their own.
func TestLesson_LineBreaksInLogs(t *testing.T) {
	var text bytes.Buffer
	s := newSite(t, func(c *ginauth.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&text, nil))
		c.Callbacks.SignIn = func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
			return ginauth.Allow(), &evil{p.User.Email}
		}
	})
	c := s.browser(t)
	c.Register("ada@example.com")
	c.Get("/callback/pass%0D%0Akey")
	c.Get("/webauthn-options/passkey?email=a%0D%0Ab%1B%5B31m@example.com")
	for line := range strings.Lines(text.String()) {
		if !strings.HasPrefix(line, "time=") || strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\r\x1b") {
			t.Errorf("log line %q", line)
		}
	}
	if n := strings.Count(text.String(), "FORGED"); n != 1 {
		t.Errorf("the callback's error is there %d times", n)
	}
}

// evil is an error whose text tries to forge a line.
type evil struct{ email string }

func (e *evil) Error() string { return "no\r\ntime=now level=INFO msg=FORGED \x1b[31m" }

// GHSA-x732-6j76-qmhm and CVE-2025-67713: a path that is written otherwise is another path.
func TestLesson_OddPaths(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"//auth/session", "/AUTH/session", "/auth/Session", "/%61uth/session", "/auth/%73ession", "/auth/session%2f", "/auth/./session", "/auth/x/../session", "/auth;/session", "/auth/session;x"} {
		a := s.browser(t).Do(http.MethodGet, path, "", "")
		if a.Status == http.StatusOK || a.Header.Get("Location") != "" {
			t.Errorf("GET %s: %d %s", path, a.Status, a.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/auth/session/", "/auth/csrf/"} {
		a := s.browser(t).Do(http.MethodGet, path, "", "", "X-Forwarded-Prefix", "/evil", "Host", "evil.example")
		if a.Status != http.StatusOK || a.Header.Get("Location") != "" {
			t.Errorf("GET %s: %d %v", path, a.Status, a.Header)
		}
	}
}

// What panics in the application's code is an error like others: Gin's recovery, which prints the
// request's headers, never sees it.
func TestLesson_PanicPrintsNoCookies(t *testing.T) {
	var printed bytes.Buffer
	defer gin.SetMode(gin.TestMode)
	boom := false
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if boom {
				panic("secret value " + p.Token.Subject())
			}
			return p.Token, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	outer := gin.New()
	gin.SetMode(gin.DebugMode) // in which the recovery prints headers
	outer.Use(gin.RecoveryWithWriter(&printed))
	outer.NoRoute(func(x *gin.Context) { x.Writer.WriteHeader(http.StatusOK); s.engine.HandleContext(x) })
	b := testclient.New(t, outer, siteOrigin)
	b.SetCookie(sessionCookie, c.Cookie(sessionCookie))
	boom = true
	if a := b.Get("/session"); a.Body != "null" || a.Status < 500 && a.Status != http.StatusOK {
		t.Errorf("GET /session: %d %s", a.Status, a.Body)
	}
	for _, path := range []string{"/me", "/page"} {
		if a := b.Do(http.MethodGet, path, "", ""); !strings.Contains(a.Body, "unavailable") {
			t.Errorf("GET %s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := b.Get("/webauthn-options/passkey"); a.ErrorCode() != "Configuration" {
		t.Errorf("options: %s", a.Body)
	}
	if strings.Contains(printed.String(), "session-token") || strings.Contains(s.logs.String(), "secret value") {
		t.Errorf("printed %s\nlogged %s", &printed, s.logs)
	}
	if !strings.Contains(s.logs.String(), "panic") {
		t.Error("the panic was not logged")
	}
}

// CVE-2022-31093: the time that a hostile callback URL takes is that of any other.
func TestLesson_HostileCallbackURLHangsNothing(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	done := make(chan testclient.Answer, 1)
	go func() {
		done <- c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": strings.Repeat("https://[", 2000)})
	}()
	select {
	case a := <-done:
		if a.URL() != siteOrigin || a.ErrorCode() != "" {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("hangs")
	}
}
