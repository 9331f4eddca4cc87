package ginauth_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// Whatever way BaseURL is written, everything is on the origin that browsers send.
func TestOrigin_BaseURLAsWritten(t *testing.T) {
	for written, origin := range map[string]string{
		"https://пример.рф":                 "https://xn--e1afmkfd.xn--p1ai",
		"https://BÜCHER.example:8443":       "https://xn--bcher-kva.example:8443",
		"https://bu\u0308cher.example/":     "https://xn--bcher-kva.example",
		"https://XN--BCHER-KVA.example":     "https://xn--bcher-kva.example",
		"https://faß.example":               "https://xn--fa-hia.example",
		"https://app.example.com:0443":      "https://app.example.com",
		"https://app.example.com:":          "https://app.example.com",
		"https://app.example.com:08443":     "https://app.example.com:8443",
		"http://[0:0:0:0:0:0:0:1]:3000":     "http://[::1]:3000",
		"HTTP://LOCALHOST:03000":            "http://localhost:3000",
		"https://app\u3002example\uff0ecom": "https://app.example.com",
	} {
		t.Run(written, func(t *testing.T) {
			var office post
			s := newSite(t, with(office.provider()), func(c *ginauth.Config) { c.BaseURL = written })
			c := testclient.New(t, s.engine, origin)
			action, options := c.Options("?action=register&email=ann@example.com")
			var o struct{ RP struct{ ID, Name string } }
			u, err := url.Parse(origin)
			if err != nil || json.Unmarshal(options, &o) != nil || o.RP.ID != u.Hostname() || o.RP.Name != u.Host {
				t.Errorf("relying party %+v", o.RP)
			}
			if a := c.Callback(action, c.Perform(action, options), nil); c.Email() == "" {
				t.Errorf("sign-up: %s", a.Body)
			}
			// A browser without fetch metadata, behind a proxy with a Host of its own.
			if a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF()}, "Sec-Fetch-Site", "", "Host", "internal:8080"); a.Status == http.StatusForbidden {
				t.Errorf("a form of the site itself: %s", a.Body)
			}
			askLink(c, "bob@example.com")
			if l := office.last(t); !strings.HasPrefix(l.URL, origin+"/") || l.Host != u.Host {
				t.Errorf("link %.60s of %s", l.URL, l.Host)
			}
			for _, callback := range []string{origin + "/x", "/x", strings.TrimRight(written, "/:") + "/x"} {
				a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": callback})
				want := origin + "/x"
				if regexp.MustCompile(`:0\d*/`).MatchString(callback) || strings.ContainsAny(callback, "\u3002\uff0e\u0308") {
					want = origin // what another reader could take for another address
				}
				if got := a.URL(); got != want {
					t.Errorf("callbackUrl %s became %s", callback, got)
				}
			}
		})
	}
}

// registerSite is Register with everything it needs; the function changes the configuration.
func registerSite(change func(*ginauth.Config)) error {
	engine := gin.New()
	cfg := ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(),
		Providers: []ginauth.Provider{passkeyProvider("passkey")}, RateLimit: ginauth.RateLimitConfig{Disabled: true},
	}
	change(&cfg)
	_, err := ginauth.Register(engine, cfg)
	return err
}

// What browsers never send as an origin is refused at start, with the remedy.
func TestOrigin_RefusedAtStart(t *testing.T) {
	for written, remedy := range map[string]string{
		"http://127.1":                  "127.0.0.1",
		"http://0x7f.1":                 "127.0.0.1",
		"http://2130706433":             "127.0.0.1",
		"http://0177.0.0.1":             "127.0.0.1",
		"http://[::1%25lo]":             "[::1]",
		"https://app.example.com.":      "dot at the end",
		"https://.example.com":          "host name",
		"https://app..example.com":      "host name",
		"https://*.example.com":         "host name",
		"https://-a.example.com":        "host name",
		"https://xn--a.example":         "host name",
		"https://app.example.com:65536": "65535",
		"https://app.example.com?":      "BasePath",
		"app.example.com":               "scheme and host",
		"javascript://app.example.com":  "",
	} {
		for field, change := range map[string]func(*ginauth.Config){
			"BaseURL":           func(c *ginauth.Config) { c.BaseURL = written },
			"TrustedOrigins[0]": func(c *ginauth.Config) { c.TrustedOrigins = []string{written} },
		} {
			if err := registerSite(change); !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), field) || !strings.Contains(err.Error(), remedy) {
				t.Errorf("%s %q: %v", field, written, err)
			}
		}
	}
	if err := registerSite(func(c *ginauth.Config) { c.BaseURL = "capacitor://localhost" }); !errors.Is(err, ginauth.ErrConfig) {
		t.Errorf("BaseURL with a scheme of its own: %v", err)
	}
}

// A relying party ID is sent as browsers know it, and refused at start where they know none.
func TestOrigin_RelyingPartyID(t *testing.T) {
	for id, want := range map[string]string{
		"example.com": "example.com", "EXAMPLE.com": "example.com", "bücher.example": "xn--bcher-kva.example", "xn--bcher-kva.example": "xn--bcher-kva.example", "localhost": "localhost", "127.0.0.1": "127.0.0.1",
	} {
		for name, change := range map[string]func(*ginauth.WebAuthnProvider){
			"fixed": func(p *ginauth.WebAuthnProvider) { p.RelyingParty.ID = id },
			"per request": func(p *ginauth.WebAuthnProvider) {
				p.RelyingPartyFor = func(*http.Request) ginauth.RelyingParty { return ginauth.RelyingParty{ID: id} }
			},
		} {
			p := passkeyProvider("passkey")
			change(p)
			s := newSite(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
			var o struct{ RPID string }
			_, options := s.browser(t).Options("?action=authenticate")
			if err := json.Unmarshal(options, &o); err != nil || o.RPID != want {
				t.Errorf("%q, %s: sent as %q", id, name, o.RPID)
			}
			c := s.browser(t)
			if a := c.Register("ann@example.com"); c.Email() == "" {
				t.Errorf("%q, %s: sign-up: %s", id, name, a.Body)
			}
		}
	}
	for id, remedy := range map[string]string{
		".example.com": `write "example.com"`, "example.com.": `write "example.com"`, "https://example.com": `write "example.com"`, "https://bücher.example:8443/x": `write "xn--bcher-kva.example"`,
		"example.com:8443": `write "example.com"`, "a..b": "use a host name", "*.example.com": "use a host name", "127.1": "use a host name", " ": "use a host name", "exa mple.com": "use a host name", "::1": "use a host name",
	} {
		p := passkeyProvider("passkey")
		p.RelyingParty.ID = id
		if err := registerSite(func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} }); !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "RelyingParty.ID") || !strings.Contains(err.Error(), remedy) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Origins that are trusted are compared as browsers send them.
func TestOrigin_TrustedAsWritten(t *testing.T) {
	for written, origin := range map[string]string{
		"https://BÜCHER.example:0443": "https://xn--bcher-kva.example", "HTTPS://Admin.Example.com:443/": "https://admin.example.com", "http://[0:0::1]:8080": "http://[::1]:8080",
	} {
		s := newSite(t, func(c *ginauth.Config) { c.TrustedOrigins = []string{written} })
		c := s.browser(t)
		a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": origin + "/x"}, "Origin", origin, "Sec-Fetch-Site", "cross-site")
		if a.Status != http.StatusOK || a.URL() != origin+"/x" {
			t.Errorf("%s: %d %s", written, a.Status, a.Body)
		}
	}
}

// AUTH_URL goes through the same function.
func TestOrigin_AuthURL(t *testing.T) {
	for written, want := range map[string]string{"https://BÜCHER.example:0443/api/auth": "https://xn--bcher-kva.example", "http://[0:0::1]:3000": "http://[::1]:3000", "http://127.1/": "", "https://a..b": ""} {
		t.Setenv("AUTH_URL", written)
		cfg, err := ginauth.ConfigFromEnv()
		if cfg.BaseURL != want || (err != nil) != (want == "") {
			t.Errorf("AUTH_URL %s: %q, %v", written, cfg.BaseURL, err)
		}
	}
}

// With TrustHost the origin of a request is in the same form, and what is none is refused.
func TestOrigin_TrustHost(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.TrustHost = "", true })
	for host, want := range map[string]string{
		"app.example.com:0443": "https://app.example.com", "APP.example.com:": "https://app.example.com", "XN--BCHER-KVA.example": "https://xn--bcher-kva.example",
		"[0:0:0:0:0:0:0:1]:3000": "https://[::1]:3000", "[::ffff:1.2.3.4]": "https://[::ffff:102:304]", "app.example.com.": "https://app.example.com.", "my_service:8080": "https://my_service:8080",
		"127.1": "", "2130706433": "", "0x7f.1": "", "app..example.com": "", "xn--a.example": "", "app.example.com:65536": "", "-a.example": "",
	} {
		a := s.browser(t).Get("/providers", "X-Forwarded-Host", host, "X-Forwarded-Proto", "https")
		var list map[string]struct{ SigninURL string }
		_ = json.Unmarshal([]byte(a.Body), &list)
		if got := strings.TrimSuffix(list["passkey"].SigninURL, "/auth/signin/passkey"); got != want || (want == "") != (a.Status == http.StatusBadRequest) {
			t.Errorf("%s: %d %q, want %q", host, a.Status, got, want)
		}
	}
}
