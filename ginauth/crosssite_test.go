package ginauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// R4: every set of headers that tells where a POST comes from.
// Lessons of CVE-2025-24358, CVE-2025-47909 and CVE-2025-46721: the scheme counts, and so does the
// absence of one header; of CVE-2019-25211: origins are exact.
func TestR4_CrossSite(t *testing.T) {
	const trusted = "https://admin.example.com"
	for _, h := range []struct {
		name, site, origin, host string
		ok                       bool
	}{
		{"same-origin", "same-origin", siteOrigin, "", true},
		{"none: typed, or an extension", "none", "", "", true},
		{"same-site: a sister domain", "same-site", "https://blog.example.com", "", false},
		{"same-origin, from a page without an origin", "same-origin", "null", "", true},
		{"cross-site, from a page without an origin", "cross-site", "null", "", false},
		{"cross-site", "cross-site", "https://evil.example", "", false},
		{"cross-site that claims our origin", "cross-site", siteOrigin, "", false},
		{"no fetch metadata, our origin", "", siteOrigin, "", true},
		{"no fetch metadata, our origin without TLS", "", "http://app.example.com", "", false},
		{"no fetch metadata, our origin on another port", "", siteOrigin + ":8443", "", false},
		{"no fetch metadata, another origin", "", "https://evil.example", "", false},
		{"no fetch metadata, null", "", "null", "", false},
		{"no fetch metadata, no origin", "", "", "", true},
		{"unknown fetch metadata", "same-planet", siteOrigin, "", false},
		{"trusted origin, cross-site", "cross-site", trusted, "", true},
		{"trusted origin, same-site", "same-site", trusted, "", true},
		{"trusted origin, no fetch metadata", "", trusted, "", true},
		{"almost the trusted origin", "cross-site", trusted + "munity", "", false},
		{"below the trusted origin", "cross-site", "https://x.admin.example.com", "", false},
		{"behind a proxy, our origin", "", siteOrigin, "backend:8080", true},
		{"behind a proxy, another origin", "", "https://evil.example", "backend:8080", false},
	} {
		s := newSite(t, func(c *ginauth.Config) { c.TrustedOrigins = []string{trusted} })
		c := s.browser(t)
		c.SignUp("ada@example.com")
		token := c.CSRF()
		header := []string{"Sec-Fetch-Site", h.site, "Origin", h.origin}
		if h.host != "" {
			header = append(header, "Host", h.host)
		}
		before := s.Dump()
		for _, path := range []string{"/signin/passkey", "/callback/passkey", "/session", "/signout"} {
			a := c.Post(path, map[string]string{"csrfToken": token}, header...)
			if refused := a.Status == http.StatusForbidden; refused == h.ok {
				t.Errorf("%s, POST %s: status %d %s", h.name, path, a.Status, a.Body)
			}
			if !h.ok && len(a.Header["Set-Cookie"]) > 0 {
				t.Errorf("%s, POST %s: sets cookies", h.name, path)
			}
		}
		if !h.ok {
			wroteNothing(t, before, s.Dump())
		} else if len(s.Dump().Sessions) != 0 {
			t.Errorf("%s: not signed out", h.name)
		}
	}
}

// R4: the token is needed for everything that changes something, the WebAuthn callback included.
// Lesson of CVE-2023-45128: the token of one browser is nothing in another.
func TestR4_CSRFToken(t *testing.T) {
	s := newSite(t)
	other := s.browser(t)
	foreign := other.CSRF()
	for name, spoil := range map[string]func(c *testclient.Client, form map[string]string){
		"missing": func(_ *testclient.Client, form map[string]string) { delete(form, "csrfToken") },
		"empty":   func(_ *testclient.Client, form map[string]string) { form["csrfToken"] = "" },
		"wrong":   func(_ *testclient.Client, form map[string]string) { form["csrfToken"] = strings.Repeat("0", 64) },
		"in capitals": func(_ *testclient.Client, form map[string]string) {
			form["csrfToken"] = strings.ToUpper(form["csrfToken"])
		},
		"prefix":              func(_ *testclient.Client, form map[string]string) { form["csrfToken"] = form["csrfToken"][:63] },
		"longer":              func(_ *testclient.Client, form map[string]string) { form["csrfToken"] += "0" },
		"the whole cookie":    func(c *testclient.Client, form map[string]string) { form["csrfToken"] = c.Cookie(csrfCookie) },
		"of another browser":  func(_ *testclient.Client, form map[string]string) { form["csrfToken"] = foreign },
		"no cookie":           func(c *testclient.Client, _ map[string]string) { c.DropCookie(csrfCookie) },
		"cookie without hash": func(c *testclient.Client, form map[string]string) { c.SetCookie(csrfCookie, form["csrfToken"]) },
		"cookie with a made-up hash": func(c *testclient.Client, form map[string]string) {
			c.SetCookie(csrfCookie, form["csrfToken"]+"%7C"+strings.Repeat("0", 64))
		},
		"cookie with an empty hash": func(c *testclient.Client, form map[string]string) { c.SetCookie(csrfCookie, form["csrfToken"]+"%7C") },
		"cookie and token empty": func(c *testclient.Client, form map[string]string) {
			c.SetCookie(csrfCookie, "%7C")
			form["csrfToken"] = ""
		},
	} {
		c := s.browser(t)
		c.SignUp(strings.ReplaceAll(name, " ", "-") + "@example.com")
		action, options := c.Options("?action=authenticate")
		answer := c.Perform(action, options)
		session := c.Cookie(sessionCookie)
		before := s.Dump()
		for _, path := range []string{"/callback/passkey", "/signout", "/signin/passkey", "/session"} {
			attempt := c.Clone()
			form := map[string]string{"action": action, "data": answer, "csrfToken": attempt.CSRF()}
			spoil(attempt, form)
			a := attempt.Post(path, form)
			switch {
			case path == "/session":
				if a.Status != http.StatusBadRequest || a.Body != "null" {
					t.Errorf("%s, POST /session: %d %s", name, a.Status, a.Body)
				}
			case a.ErrorCode() != "MissingCSRF" || !strings.HasPrefix(a.URL(), siteOrigin+"/auth/signin?"):
				t.Errorf("%s, POST %s: %d %s", name, path, a.Status, a.Body)
			}
			if a.Cookie(sessionCookie) != nil {
				t.Errorf("%s, POST %s: touches the session cookie", name, path)
			}
		}
		// Strangers cannot even use the challenge up, or fill the table of those that were.
		wroteNothing(t, before, s.Dump())
		if a := c.Callback(action, answer, nil); a.ErrorCode() != "" || c.Cookie(sessionCookie) == session {
			t.Errorf("%s: the challenge was gone afterwards: %s", name, a.Body)
		}
	}
}

// A GET changes nothing but cookies, and no answer opens the door to other origins.
func TestR4_GetChangesNothing(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	before := s.Dump()
	for _, path := range []string{"/signout", "/signin", "/signin?error=x", "/csrf", "/providers", "/error", "/verify-request", "/callback/passkey", "/webauthn-options/passkey?action=authenticate", "/signin/passkey", "/session"} {
		a := c.Get(path, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
		for name := range a.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("GET %s: %s", path, name)
			}
		}
		if a.Status >= 500 {
			t.Errorf("GET %s: %d", path, a.Status)
		}
	}
	wroteNothing(t, before, s.Dump())
	if c.Email() != "ada@example.com" {
		t.Error("signed out by a GET")
	}
}
