package ginauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

func TestOAuthCookies(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oidc("svc")))
	c := s.browser(t)
	csrf := c.CSRF()
	a := c.Post("/signin/svc", map[string]string{"csrfToken": csrf, "callbackUrl": "/after"})
	order := func(a testclient.Answer) (names []string) {
		for _, line := range a.Header["Set-Cookie"] {
			name, _, _ := strings.Cut(line, "=")
			names = append(names, name)
		}
		return names
	}
	if got := strings.Join(order(a), " "); got != strings.Join([]string{callbackCookie, stateCookie, pkceCookie, nonceCookie}, " ") {
		t.Errorf("start sets %s", got)
	}
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		k := a.Cookie(name)
		if !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Expires.IsZero() {
			t.Errorf("cookie %+v", k)
		}
		if wantAge := map[bool]int{true: 0, false: 900}[name == nonceCookie]; k.MaxAge != wantAge {
			t.Errorf("%s has Max-Age %d", name, k.MaxAge)
		}
	}
	a = finish(c, "svc", svc.consent(a.URL(), "ann"))
	if got := strings.Join(order(a), " "); got != strings.Join([]string{stateCookie, pkceCookie, nonceCookie, sessionCookie}, " ") {
		t.Errorf("callback sets %s", got)
	}
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		if c.Cookie(name) != "" {
			t.Errorf("%s is still there", name)
		}
	}
}

// A flow is finished where it was begun: by the same browser, session and provider, once.
func TestOAuthFlowIsBound(t *testing.T) {
	svc := newService(t)
	setUp := func(t *testing.T) (*site, *testclient.Client) {
		s := newSite(t, with(svc.oidc("svc"), svc.oidc("svc2")))
		c := s.browser(t)
		return s, c
	}
	refusedAs := func(t *testing.T, s *site, a testclient.Answer, accounts int) {
		t.Helper()
		if a.ErrorCode() != "Configuration" {
			t.Errorf("answer %d %s", a.Status, a.URL())
		}
		if got := len(s.Dump().Accounts); got != accounts {
			t.Errorf("%d accounts, want %d", got, accounts)
		}
	}
	t.Run("another browser", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc"), "ann")
		refusedAs(t, s, finish(s.browser(t), "svc", answer), 0)
	})
	t.Run("another provider", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc"), "ann")
		refusedAs(t, s, finish(c, "svc2", answer), 0)
		if !strings.Contains(s.logs.String(), "made for another provider") {
			t.Errorf("refused for another reason: %s", s.logs)
		}
	})
	t.Run("PKCE of another flow", func(t *testing.T) {
		s, c := setUp(t)
		start(c, "svc")
		old := c.Cookie(pkceCookie)
		answer := svc.consent(start(c, "svc"), "ann")
		c.SetCookie(pkceCookie, old)
		refusedAs(t, s, finish(c, "svc", answer), 0)
	})
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		t.Run("without "+name, func(t *testing.T) {
			s, c := setUp(t)
			answer := svc.consent(start(c, "svc"), "ann")
			c.DropCookie(name)
			refusedAs(t, s, finish(c, "svc", answer), 0)
		})
		t.Run("garbage in "+name, func(t *testing.T) {
			s, c := setUp(t)
			answer := svc.consent(start(c, "svc"), "ann")
			c.SetCookie(name, "garbage")
			refusedAs(t, s, finish(c, "svc", answer), 0)
		})
	}
	t.Run("signed in since", func(t *testing.T) {
		s, c := setUp(t)
		other := c.Clone()
		answer := svc.consent(start(c, "svc"), "ann")
		svc.signInWith(other, "svc", "bob")
		c.SetCookie(sessionCookie, other.Cookie(sessionCookie))
		refusedAs(t, s, finish(c, "svc", answer), 1)
	})
	t.Run("signed out since", func(t *testing.T) {
		s, c := setUp(t)
		svc.signInWith(c, "svc", "bob")
		answer := svc.consent(start(c, "svc2"), "ann")
		c.DropCookie(sessionCookie)
		refusedAs(t, s, finish(c, "svc2", answer), 1)
	})
	t.Run("signed in as another since", func(t *testing.T) {
		s, c := setUp(t)
		other := s.browser(t)
		svc.signInWith(other, "svc", "carl")
		svc.signInWith(c, "svc", "bob")
		answer := svc.consent(start(c, "svc2"), "ann")
		c.SetCookie(sessionCookie, other.Cookie(sessionCookie))
		refusedAs(t, s, finish(c, "svc2", answer), 2)
	})
	t.Run("replay", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc"), "ann")
		again := c.Clone()
		finish(c, "svc", answer)
		// Another code, so that it is not the service which refuses.
		more := svc.consent(issuerURL+"/authorize?redirect_uri="+url.QueryEscape(siteOrigin+"/auth/callback/svc"), "mallory")
		answer.Set("code", more.Get("code"))
		refusedAs(t, s, finish(again, "svc", answer), 1)
		if !strings.Contains(s.logs.String(), "was used") {
			t.Errorf("refused for another reason: %s", s.logs)
		}
	})
}

func TestOAuthFlowExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		s := newSite(t, with(svc.oidc("svc")))
		for _, tt := range []struct {
			wait time.Duration
			code string
		}{{14 * time.Minute, ""}, {15 * time.Minute, "Configuration"}} {
			c := s.browser(t)
			// The jar drops the cookies when they expire; what is inside has to expire as well.
			answer := svc.consent(start(c, "svc"), "ann")
			kept := map[string]string{}
			for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
				kept[name] = c.Cookie(name)
			}
			time.Sleep(tt.wait)
			for name, value := range kept {
				c.SetCookie(name, value)
			}
			if a := finish(c, "svc", answer); a.ErrorCode() != tt.code {
				t.Errorf("after %s: %s", tt.wait, a.URL())
			}
		}
	})
}

// A service that POSTs its answer: the session's cookie and the callback URL's stay at home.
func TestOAuthFormPost(t *testing.T) {
	svc := newService(t)
	post := func(p *ginauth.OAuthProvider) {
		p.AuthParams = url.Values{"response_mode": {"form_post"}}
		p.Profile = func(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
			return ginauth.ProfileUser{ID: p.Claims["sub"].(string), Name: p.Form["user"]}, nil
		}
	}
	s := newSite(t, with(svc.oidc("svc", post)))
	c := s.browser(t)
	a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": "/after"})
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		if k := a.Cookie(name); k == nil || k.SameSite != http.SameSiteNoneMode || !k.Secure {
			t.Errorf("cookie %+v", k)
		}
	}
	answer := svc.consent(a.URL(), "ann")
	for _, name := range []string{callbackCookie, csrfCookie, sessionCookie} {
		c.DropCookie(name)
	}
	fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state"), "user": "Ann Example"}
	a = c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL, "X-Auth-Return-Redirect", "")
	if a.Status != http.StatusFound || a.URL() != siteOrigin+"/after" {
		t.Errorf("answer %d %s %s", a.Status, a.URL(), s.logs)
	}
	if got := c.User()["name"]; got != "Ann Example" {
		t.Errorf("name %v", got)
	}
	// Whoever was signed in is not known when the answer comes, so nothing is linked to them.
	answer = svc.consent(start(c, "svc"), "bob")
	c.DropCookie(sessionCookie)
	fields = map[string]string{"code": answer.Get("code"), "state": answer.Get("state"), "user": "Bob Example"}
	a = c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL)
	if a.ErrorCode() != "" || c.User()["name"] != "Bob Example" || len(s.Dump().Users) != 2 {
		t.Errorf("answer %s, signed in as %v, %d users", a.URL(), c.User(), len(s.Dump().Users))
	}
}

// Nothing is linked to a session that ended while the service was asked.
func TestOAuthSessionEndsMeanwhile(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oidc("one"), svc.oidc("two")))
	c := s.browser(t)
	svc.signInWith(c, "one", "bob")
	session := c.Cookie(sessionCookie)
	answer := svc.consent(start(c, "two"), "ann")
	svc.token = func(map[string]any) {
		if err := s.DeleteSession(t.Context(), session); err != nil {
			t.Error(err)
		}
	}
	if a := finish(c, "two", answer); a.ErrorCode() != "" || c.Email() != "ann@example.net" || len(s.Dump().Users) != 2 {
		t.Errorf("answer %s, signed in as %q, %d users", a.URL(), c.Email(), len(s.Dump().Users))
	}
}

// A preview deployment signs people in through the fixed deployment that the service knows.
func TestOAuthRedirectProxy(t *testing.T) {
	const previewOrigin = "https://pr-7.preview.example.com"
	svc := newService(t)
	proxied := func(p *ginauth.OAuthProvider) { p.RedirectProxyURL = siteOrigin + "/auth" }
	fixed := newSite(t, with(svc.oidc("svc", proxied)))
	preview := newSite(t, with(svc.oidc("svc", proxied)), func(c *ginauth.Config) { c.BaseURL = previewOrigin })
	c := testclient.New(t, preview.engine, previewOrigin)

	target := start(c, "svc")
	if u, _ := url.Parse(target); u.Query().Get("redirect_uri") != siteOrigin+"/auth/callback/svc" {
		t.Fatalf("redirect_uri of %s", target)
	}
	answer := svc.consent(target, "ann")
	answer.Set("iss", issuerURL)
	a := finish(fixed.browser(t), "svc", answer)
	back, err := url.Parse(a.URL())
	if err != nil || back.Scheme+"://"+back.Host+back.Path != previewOrigin+"/auth/callback/svc" || back.RawQuery == "" {
		t.Fatalf("handed on to %s", a.URL())
	}
	if a := finish(c, "svc", back.Query()); a.ErrorCode() != "" || c.Email() != "ann@example.net" {
		t.Errorf("answer %s, signed in as %q: %s", a.URL(), c.Email(), preview.logs)
	}
	// The fixed deployment signs in for itself as ever, and hands on nothing that it did not seal.
	own := fixed.browser(t)
	if a := svc.signInWith(own, "svc", "bob"); a.ErrorCode() != "" || own.Email() != "bob@example.net" {
		t.Errorf("its own sign-in: %s", a.URL())
	}
	stranger := newSite(t, with(svc.oidc("svc", proxied)), func(c *ginauth.Config) {
		c.BaseURL, c.Secret = "https://evil.example", "Zz7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"
	})
	forged := svc.consent(start(testclient.New(t, stranger.engine, "https://evil.example"), "svc"), "eve")
	if a := finish(fixed.browser(t), "svc", forged); a.ErrorCode() != "Configuration" {
		t.Errorf("handed on for a stranger to %s", a.URL())
	}
}
