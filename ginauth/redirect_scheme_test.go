package ginauth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// What the application's own Redirect callback returns is used, with any scheme that belongs to
// an application; what would run or open something in the browser is not, and the log says so.
func TestRedirectCallback_Schemes(t *testing.T) {
	for target, ok := range map[string]bool{
		"myapp://done": true, "com.example.app:/done": true, "com.example.app:done?x=1#y": true, "MyApp://Done/x": true, "capacitor://localhost/inbox": true,
		"intent://done#Intent;scheme=myapp;end": true, "https://elsewhere.example/x": true, "http://localhost:3000": true,

		"javascript:alert(1)": false, "JavaScript:alert(1)": false, "javascript://app.example.com/%0aalert(1)": false, "data:text/html,x": false, "DATA:text/html,x": false,
		"vbscript:x": false, "file:///etc/passwd": false, "blob:https://app.example.com/1": false, "about:blank": false, "filesystem:https://app.example.com/x": false,
		"view-source:https://app.example.com": false, "ws://app.example.com": false, "ftp://app.example.com": false,
		"": false, "/path": false, "//evil.example": false, "done": false, "https:evil.example": false, "https://a@b.example": false, "my app://done": false, "myapp://do ne": false,
		"myapp://done\r\nX: y": false, `myapp:\\done`: false, "myapp://" + strings.Repeat("a", 2048): false, "my\u200bapp://done": false,
	} {
		s := newSite(t, func(c *ginauth.Config) {
			c.Callbacks.Redirect = func(context.Context, string, string) string { return target }
		})
		c := s.browser(t)
		want := siteOrigin
		if ok {
			want = target
		}
		if a := c.SignUp("ann@example.com"); a.URL() != want {
			t.Errorf("%q: sent to %q", target, a.URL())
		}
		log := s.logs.String()
		if said := strings.Contains(log, "Redirect callback"); said == ok {
			t.Errorf("%q: log %q", target, log)
		}
		if len(target) > 20 && strings.Contains(log, target) {
			t.Errorf("the log repeats %q", target)
		}
		// A form without the client gets a redirect.
		a := s.browser(t).Get("/signin?callbackUrl=/x", "X-Auth-Return-Redirect", "")
		if a.Status != http.StatusOK {
			t.Errorf("%q: sign-in page %d", target, a.Status)
		}
	}
}

// A callback that passes on what it was asked for leads to no script.
func TestRedirectCallback_Echo(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) {
		c.Callbacks.Redirect = func(_ context.Context, url, _ string) string { return url }
	})
	c := s.browser(t)
	for _, hostile := range []string{"javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "blob:x", "about:blank"} {
		if a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": hostile}); a.URL() != siteOrigin {
			t.Errorf("%s: %s", hostile, a.URL())
		}
	}
	if n := strings.Count(s.logs.String(), "Redirect callback"); n != 1 {
		t.Errorf("a flood is logged %d times", n)
	}
}

// The origin of an application in a web view may be trusted, exactly as it is listed.
func TestTrustedOrigins_OwnScheme(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) {
		c.TrustedOrigins = []string{"capacitor://localhost", "ionic://localhost:8100"}
	})
	c := s.browser(t)
	for callback, want := range map[string]string{
		"capacitor://localhost": "capacitor://localhost", "capacitor://localhost/inbox?x=1#y": "capacitor://localhost/inbox?x=1#y", "CAPACITOR://localhost/x": "capacitor://localhost/x",
		"ionic://localhost:8100/x": "ionic://localhost:8100/x",

		"capacitor://localhost:1/x": siteOrigin, "capacitor://localhost:/x": siteOrigin, "capacitor://evil.example/": siteOrigin, "capacitor:localhost": siteOrigin, "capacitor:/localhost": siteOrigin,
		"capacitor://u@localhost/": siteOrigin, "capacitor://localhost.evil.example": siteOrigin, "ionic://localhost": siteOrigin, "other://localhost": siteOrigin, "capacitor://localhost//x": siteOrigin,
		"capacitor://localhost/../x": siteOrigin, "capacitor://localhost/%5cx": siteOrigin, "http://localhost/x": siteOrigin,
	} {
		a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": callback})
		if a.URL() != want {
			t.Errorf("callbackUrl %s: %s, want %s", callback, a.URL(), want)
		}
	}
	for origin, ok := range map[string]bool{"capacitor://localhost": true, "ionic://localhost:8100": true, "capacitor://evil": false, "capacitor://localhost:1": false, "null": false} {
		for _, site := range []string{"", "cross-site"} {
			a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF()}, "Origin", origin, "Sec-Fetch-Site", site)
			if (a.Status != http.StatusForbidden) != ok {
				t.Errorf("Origin %s, Sec-Fetch-Site %q: %d", origin, site, a.Status)
			}
		}
	}
}
