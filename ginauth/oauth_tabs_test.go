package ginauth_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// Any link leads to a callback. One that belongs to no flow, or to another, costs the live flow
// nothing.
func TestOAuthLiveFlowSurvivesOtherCallbacks(t *testing.T) {
	for store, newStore := range flowStores(t) {
		for _, method := range []string{"query", "form_post"} {
			for name, before := range map[string]func(c *testclient.Client, older, live url.Values) (id string, answer url.Values){
				"older tab": func(_ *testclient.Client, older, _ url.Values) (string, url.Values) { return "svc", older },
				"forged": func(*testclient.Client, url.Values, url.Values) (string, url.Values) {
					return "svc", url.Values{"code": {"x"}, "state": {"x"}}
				},
				"empty": func(*testclient.Client, url.Values, url.Values) (string, url.Values) { return "svc", nil },
				"state alone": func(*testclient.Client, url.Values, url.Values) (string, url.Values) {
					return "svc", url.Values{"state": {""}}
				},
				"error with a forged state": func(*testclient.Client, url.Values, url.Values) (string, url.Values) {
					return "svc", url.Values{"error": {"access_denied"}, "state": {"x"}}
				},
				"other provider, forged": func(*testclient.Client, url.Values, url.Values) (string, url.Values) {
					return "other", url.Values{"code": {"x"}, "state": {"x"}}
				},
				"other provider, this answer": func(_ *testclient.Client, _, live url.Values) (string, url.Values) { return "other", live },
				"without the cookie of the key": func(c *testclient.Client, _, live url.Values) (string, url.Values) {
					c.DropCookie(pkceCookie)
					return "svc", live
				},
			} {
				t.Run(store+"/"+method+"/"+name, func(t *testing.T) {
					svc := newService(t)
					mode := func(p *ginauth.OAuthProvider) { p.AuthParams = url.Values{"response_mode": {method}} }
					s := newSite(t, with(svc.oidc("svc", mode), svc.oidc("other", mode)), newStore)
					c := s.browser(t)
					older := svc.consent(start(c, "svc"), "ann")
					live := svc.consent(start(c, "svc"), "ann")
					pkce := c.Cookie(pkceCookie)
					id, answer := before(c, older, live)
					if a := bring(c, method, id, answer); a.ErrorCode() == "" || c.User() != nil {
						t.Errorf("let in by it: %s", a.URL())
					}
					c.SetCookie(pkceCookie, pkce)
					if a := bring(c, method, "svc", live); c.User() == nil {
						t.Errorf("the live flow is gone: %s: %s", a.URL(), s.logs)
					}
				})
			}
		}
	}
}

// bring is finish for either way in which a service answers.
func bring(c *testclient.Client, method, id string, answer url.Values) testclient.Answer {
	c.TB.Helper()
	if method == "query" {
		return finish(c, id, answer)
	}
	fields := map[string]string{}
	for name := range answer {
		fields[name] = answer.Get(name)
	}
	return c.Post("/callback/"+id, fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL, "X-Auth-Return-Redirect", "")
}

// The first of two tabs leads back to the sign-in page, since nothing is wrong with the site.
func TestOAuthOlderTabLeadsBackToSignIn(t *testing.T) {
	for store, newStore := range flowStores(t) {
		t.Run(store, func(t *testing.T) {
			svc := newService(t)
			proxied := func(p *ginauth.OAuthProvider) { p.RedirectProxyURL = "https://fixed.example.com/auth" }
			s := newSite(t, with(svc.oidc("svc"), svc.oidc("other"), svc.oidc("proxied", proxied)), newStore)
			want := siteOrigin + "/auth/signin?error=OAuthCallbackError"
			for _, id := range []string{"svc", "proxied"} {
				c := s.browser(t)
				older := svc.consent(start(c, id), "ann")
				start(c, id)
				if a := finish(c, id, older); a.URL() != want || c.User() != nil {
					t.Errorf("%s, older tab: %s", id, a.URL())
				}
			}
			c := s.browser(t)
			older := svc.consent(start(c, "svc"), "ann")
			start(c, "other")
			if a := finish(c, "svc", older); a.URL() != want {
				t.Errorf("the newer tab is at another provider: %s", a.URL())
			}
			older = svc.consent(start(c, "svc"), "ann")
			live := svc.consent(start(c, "svc"), "ann")
			finish(c, "svc", live)
			session := c.Cookie(sessionCookie)
			if a := finish(c, "svc", older); a.URL() != want || c.Cookie(sessionCookie) != session {
				t.Errorf("the newer tab is signed in: %s", a.URL())
			}
			// What is not of this browser, or not of this site, stays what it was.
			if a := finish(s.browser(t), "svc", older); a.ErrorCode() != "Configuration" {
				t.Errorf("another browser: %s", a.URL())
			}
			forged := url.Values{"code": {"x"}, "state": {strings.Repeat("A", 64)}}
			if a := finish(c, "svc", forged); a.ErrorCode() != "Configuration" {
				t.Errorf("forged: %s", a.URL())
			}
			c = s.browser(t)
			start(c, "other")
			if a := finish(c, "other", older); a.ErrorCode() != "Configuration" {
				t.Errorf("the state of another provider: %s", a.URL())
			}
		})
	}
}

// An older secret still knows its states.
func TestOAuthOlderTabAfterTheSecretChanged(t *testing.T) {
	svc := newService(t)
	const older = "vB3nM6kJ9hG2fD5sA8qW1eR4tY7uI0oP"
	before := newSite(t, with(svc.oidc("svc")), func(c *ginauth.Config) { c.Secret = older })
	after := newSite(t, with(svc.oidc("svc")), func(c *ginauth.Config) { c.OldSecrets = []string{older} })
	answer := svc.consent(start(before.browser(t), "svc"), "ann")
	c := after.browser(t)
	start(c, "svc")
	if a := finish(c, "svc", answer); a.ErrorCode() != "OAuthCallbackError" {
		t.Errorf("answer %s", a.URL())
	}
}

// Once the live flow expired, an older one is nothing special.
func TestOAuthOlderTabOfAnExpiredFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		s := newSite(t, with(svc.oidc("svc")))
		c := s.browser(t)
		answer := svc.consent(start(c, "svc"), "ann")
		start(c, "svc")
		time.Sleep(16 * time.Minute)
		if a := finish(c, "svc", answer); a.ErrorCode() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
	})
}

func TestOAuthFlowStoreFails(t *testing.T) {
	svc := newService(t)
	flows := &mapStore{}
	s := newSite(t, with(svc.oidc("svc")), func(c *ginauth.Config) { c.FlowStore = flows })
	c := s.browser(t)
	svc.signInWith(c, "svc", "ann")
	older := svc.consent(start(c, "svc"), "ann")
	live := svc.consent(start(c, "svc"), "ann")
	flows.fail = errors.New("flow store is down")
	for _, answer := range []url.Values{older, live} {
		if a := finish(c, "svc", answer); a.Status != http.StatusServiceUnavailable {
			t.Errorf("answer %d %s, want 503", a.Status, a.URL())
		}
	}
	flows.fail = nil
	if a := finish(c, "svc", live); a.ErrorCode() != "" || c.User() == nil {
		t.Errorf("when the store is back: %s", a.URL())
	}
}

// A cookie that arrives with two values is one that another host of the site may have planted, so it
// is absent. Each of the three protects something else.
func TestR14_OAuthFlowCookieTwiceIsAbsent(t *testing.T) {
	for store, newStore := range flowStores(t) {
		for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
			for _, ownFirst := range []bool{true, false} {
				t.Run(store+"/"+name+map[bool]string{true: " before", false: " behind"}[ownFirst], func(t *testing.T) {
					svc := newService(t)
					s := newSite(t, with(svc.oidc("svc")), newStore)
					c, mallory := s.browser(t), s.browser(t)
					start(mallory, "svc")
					answer := svc.consent(start(c, "svc"), "ann")
					own, planted := name+"="+c.Cookie(name), name+"="+mallory.Cookie(name)
					if !ownFirst {
						own, planted = planted, own
					}
					kept := c.Cookie(name)
					c.DropCookie(name)
					a := c.Get("/callback/svc?"+answer.Encode(), "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "", "Cookie", own+"; "+planted)
					if a.ErrorCode() != "Configuration" || c.User() != nil || len(s.Dump().Users) != 0 {
						t.Errorf("answer %s, signed in as %v", a.URL(), c.User())
					}
					// Alone it is good: that, and nothing else, was the reason.
					c.SetCookie(name, kept)
					if a := finish(c, "svc", answer); c.User() == nil {
						t.Errorf("alone: %s", a.URL())
					}
				})
			}
		}
	}
}

// A whole flow planted beside the browser's own, before or behind it, is not adopted.
func TestR14_PlantedOAuthFlowBesideTheOwnOne(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oidc("svc")))
	victim, mallory := s.browser(t), s.browser(t)
	start(victim, "svc")
	answer := svc.consent(start(mallory, "svc"), "mallory")
	var planted []string
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		planted = append(planted, name+"="+mallory.Cookie(name))
	}
	a := victim.Get("/callback/svc?"+answer.Encode(), "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "", "Cookie", strings.Join(planted, "; "))
	if a.ErrorCode() == "" || victim.User() != nil {
		t.Errorf("answer %s, signed in as %v", a.URL(), victim.User())
	}
}

// The answer that belongs to a flow takes it out of the store, also where no table records its use.
func TestOAuthFlowIsTakenOutOfTheStore(t *testing.T) {
	svc := newService(t)
	flows := &mapStore{}
	s := newSite(t, func(c *ginauth.Config) {
		c.FlowStore, c.Adapter, c.Session.Strategy, c.Providers = flows, nil, ginauth.StrategyJWT, []ginauth.Provider{svc.oidc("svc")}
	})
	c := s.browser(t)
	answer := svc.consent(start(c, "svc"), "ann")
	again := c.Clone()
	if a := finish(c, "svc", answer); c.User() == nil || len(flows.kept) != 0 {
		t.Errorf("%s: %d values left in the store", a.URL(), len(flows.kept))
	}
	more := svc.consent(issuerURL+"/authorize?redirect_uri="+url.QueryEscape(siteOrigin+"/auth/callback/svc"), "mallory")
	answer.Set("code", more.Get("code"))
	if a := finish(again, "svc", answer); a.ErrorCode() != "Configuration" || again.User() != nil {
		t.Errorf("a second time: %s", a.URL())
	}
}
