package ginauth_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/pages"
)

// usersOnly is an adapter with nothing but what every adapter has.
type usersOnly struct{ ginauth.Adapter }

// Every mistake at once, each with its field and its remedy, and nothing is mounted.
func TestConfig_EveryMistakeAtOnce(t *testing.T) {
	r := gin.New()
	_, err := ginauth.Register(r, ginauth.Config{
		BaseURL:  "https://app.example.com/path",
		BasePath: "auth/",
		Secret:   "short", OldSecrets: []string{"changeme-changeme-changeme-changeme"},
		TrustedOrigins: []string{"admin.example.com"},
		Adapter:        usersOnly{adaptertest.NewMemory()},
		Session:        ginauth.SessionConfig{Strategy: "cookie", MaxAge: -time.Second},
		Cookies:        ginauth.CookieConfig{State: ginauth.Cookie{Name: sessionCookie}, CSRFToken: ginauth.Cookie{Name: "a b"}},
		Pages:          ginauth.PagesConfig{SignIn: "//evil.example", Error: "javascript:x"},
		Theme:          pages.Theme{BrandColor: "url(x)"},
		Providers: []ginauth.Provider{
			&ginauth.WebAuthnProvider{ID: "a/b", Registration: ginauth.RegistrationOptions{Timeout: time.Hour, ResidentKey: "always"}},
			nil, (*ginauth.EmailProvider)(nil),
			&ginauth.CredentialsProvider{ID: "credentials"}, &ginauth.EmailProvider{ID: "credentials"},
			&ginauth.WebAuthnProvider{ID: "passkey", ConditionalUI: true, RelyingParty: ginauth.RelyingParty{ID: "https://x", Origins: []string{"x"}}},
		},
		Logger: quiet(),
	})
	if !errors.Is(err, ginauth.ErrConfig) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{
		"BaseURL", "BasePath", "Secret is 5 bytes", "OldSecrets[0] is a placeholder", "openssl rand", "TrustedOrigins[0]", "Session.Strategy", "Session.MaxAge",
		"PasskeyAdapter", "TokenAdapter", "TxAdapter", "Cookies", "two cookies", "Pages.SignIn", "Pages.Error", "Theme",
		`"a/b"`, "Registration.Timeout", "Registration.ResidentKey", "Providers[1] is nil", "Providers[2] is nil", "Authorize is nil", "ID is used twice",
		"RelyingParty.ID", "RelyingParty.Origins[0]", "ConditionalUI",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "changeme-change") {
		t.Error("the error repeats a secret")
	}
	if routes := r.Routes(); len(routes) != 0 {
		t.Errorf("routes were mounted: %v", routes)
	}
}

// R11: what is no secret.
func TestR11_Secrets(t *testing.T) {
	for secret, ok := range map[string]bool{
		"":                                     false,
		"short":                                false,
		siteSecret[:31]:                        false,
		strings.Repeat("a", 64):                false,
		strings.Repeat("abcdefg", 9):           false,
		strings.Repeat(" ", 40):                false,
		"your-secret-your-secret-your-secret":  false,
		"CHANGEME0123456789abcdefghijklmnop":   false,
		"supersecret-0123456789-abcdefghijk":   false,
		siteSecret:                             true,
		"6f1c0d8b2a94e7f35d60c1b8a2937e4f":     true,
		"vZ3mHq0gk1c9Jt7u2s5xYbN8w4eR6oPzLqQ1": true,
	} {
		for _, old := range []bool{false, true} {
			cfg := ginauth.Config{
				BaseURL: siteOrigin, Secret: secret, Adapter: adaptertest.NewMemory(),
				Providers: []ginauth.Provider{passkeyProvider("passkey")}, Logger: quiet(),
			}
			if old {
				cfg.Secret, cfg.OldSecrets = siteSecret, []string{secret}
			}
			_, err := ginauth.Register(gin.New(), cfg)
			if (err == nil) != ok {
				t.Errorf("%q, old %v: %v", secret, old, err)
			}
			if err != nil && len(secret) > 5 && strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats %q", secret)
			}
		}
	}
}

// The struct that the application gave is never written to, nor read again.
func TestConfig_IsCopied(t *testing.T) {
	cfg := ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(),
		Providers: []ginauth.Provider{passkeyProvider("passkey")}, TrustedOrigins: []string{"https://admin.example.com"}, OldSecrets: []string{siteSecret + "x"},
	}
	before := cfg
	r := gin.New()
	if _, err := ginauth.Register(r, cfg); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before, cfg) {
		t.Error("the configuration was changed")
	}
	cfg.Providers[0] = nil
	cfg.TrustedOrigins[0] = "https://evil.example"
	c := testclient.New(t, r, siteOrigin)
	if a := c.Get("/providers"); !strings.Contains(a.Body, "passkey") {
		t.Errorf("providers %s", a.Body)
	}
	if a := c.Post("/signout", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": "https://evil.example/"}); a.URL() != siteOrigin {
		t.Errorf("leads to %s", a.URL())
	}
}

// Two configurations in one process, in groups of one router, know nothing of each other.
func TestConfig_TwoInOneProcess(t *testing.T) {
	r := gin.New()
	mount := func(group, base, prefix, secret string) *adaptertest.Memory {
		store := adaptertest.NewMemory()
		auth, err := ginauth.Register(r.Group(group), ginauth.Config{
			BaseURL: siteOrigin, BasePath: base, Secret: secret, Adapter: store, Logger: quiet(),
			RateLimit: ginauth.RateLimitConfig{Disabled: true},
			Providers: []ginauth.Provider{passkeyProvider("passkey")},
			Cookies: ginauth.CookieConfig{
				SessionToken: ginauth.Cookie{Name: "__Secure-" + prefix + "session"}, Challenge: ginauth.Cookie{Name: "__Secure-" + prefix + "challenge"},
				CSRFToken: ginauth.Cookie{Name: "__Host-" + prefix + "csrf"}, CallbackURL: ginauth.Cookie{Name: "__Secure-" + prefix + "callback"},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		r.GET(group+"/me", auth.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, ginauth.SessionFrom(c).User.Email) })
		return store
	}
	shop, staff := mount("/shop", "/auth", "shop-", siteSecret), mount("/staff", "/api/auth", "staff-", siteSecret+"2")
	c := testclient.New(t, r, siteOrigin)
	c.Base = "/shop/auth"
	c.SignUp("ada@example.com")
	if a := c.Get("/providers"); !strings.Contains(a.Body, siteOrigin+"/shop/auth/signin/passkey") {
		t.Errorf("providers %s", a.Body)
	}
	if a := c.Do(http.MethodGet, "/staff/me", "", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("the session of the shop opens the staff's door: %d", a.Status)
	}
	c.Base = "/staff/api/auth"
	c.OtherDevice()
	c.SignUp("eve@example.com")
	for path, want := range map[string]string{"/shop/me": "ada@example.com", "/staff/me": "eve@example.com"} {
		if a := c.Do(http.MethodGet, path, "", ""); a.Body != want {
			t.Errorf("GET %s: %s", path, a.Body)
		}
	}
	if len(shop.Dump().Users) != 1 || len(staff.Dump().Users) != 1 {
		t.Error("the stores were mixed up")
	}
}

// Cookies follow the scheme of the public origin, or what is configured.
func TestConfig_CookieNames(t *testing.T) {
	yes, no := true, false
	for _, k := range []struct {
		origin string
		secure *bool
		want   string
	}{
		{"https://app.example.com", nil, "__Secure-authjs.session-token"},
		{"http://localhost:3000", nil, "authjs.session-token"},
		{"https://app.example.com", &no, "authjs.session-token"},
		{"http://localhost:3000", &yes, "__Secure-authjs.session-token"},
	} {
		s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.Cookies.Secure = k.origin, k.secure })
		c := testclient.New(t, s.engine, k.origin)
		action, options := c.Options("?action=register&email=ada@example.com")
		a := c.Callback(action, c.Perform(action, options), nil)
		if k.secure != nil && *k.secure && strings.HasPrefix(k.origin, "http:") {
			continue // a browser would not keep them
		}
		cookie := a.Cookie(k.want)
		if cookie == nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" ||
			cookie.Secure != strings.HasPrefix(k.want, "__") {
			t.Errorf("%s: %v in %v", k.origin, cookie, a.Header["Set-Cookie"])
		}
	}
}

// A cookie that browsers would refuse, or never send back, is a mistake of the configuration.
func TestConfig_CookieScopes(t *testing.T) {
	for _, tt := range []struct {
		origin, domain, path string
		ok                   bool
	}{
		{siteOrigin, "example.com", "", true},
		{siteOrigin, ".Example.com", "/", true},
		{siteOrigin, "app.example.com", "/auth", true},
		{siteOrigin, "", "/auth/", true},
		{siteOrigin, "", "/auth/callback", true},
		{"https://app.bücher.example", "xn--bcher-kva.example", "", true},
		{"http://localhost:3000", "localhost", "", true},
		{"https://a.b.c.d.e.f.g.h.i.example.com", "c.d.e.f.g.h.i.example.com", "", true},
		{"http://127.0.0.1:3000", "127.0.0.1", "", true},

		{siteOrigin, "other.example.com", "", false},
		{siteOrigin, "sub.app.example.com", "", false},
		{siteOrigin, "ple.com", "", false},
		{siteOrigin, "com", "", false},
		{siteOrigin, "example.org", "", false},
		{"http://127.0.0.1:3000", "0.0.1", "", false},
		{"http://localhost:3000", "example.com", "", false},
		{"https://app.bücher.example", "bücher.example", "", false},
		{siteOrigin, "", "/app", false},
		{siteOrigin, "", "/authority", false},
		{siteOrigin, "", "/au", false},
	} {
		for name, cookie := range map[string]func(*ginauth.CookieConfig) *ginauth.Cookie{
			"session-token": func(c *ginauth.CookieConfig) *ginauth.Cookie { return &c.SessionToken },
			"state":         func(c *ginauth.CookieConfig) *ginauth.Cookie { return &c.State },
		} {
			cfg := ginauth.Config{
				BaseURL: tt.origin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(), Providers: []ginauth.Provider{passkeyProvider("passkey")},
			}
			cookie(&cfg.Cookies).Domain, cookie(&cfg.Cookies).Path = tt.domain, tt.path
			engine := gin.New()
			if _, err := ginauth.Register(engine, cfg); (err == nil) != tt.ok || !tt.ok && (!errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "authjs."+name)) {
				t.Errorf("%s, %s with domain %q, path %q: %v", tt.origin, name, tt.domain, tt.path, err)
			}
			// The path counts from where the group is.
			if _, err := ginauth.Register(engine.Group("/app"), cfg); tt.path == "/app" && err != nil {
				t.Errorf("below a group, path %q: %v", tt.path, err)
			}
		}
	}
}

// A group whose path has parameters could never be reached.
func TestConfig_GroupWithParameters(t *testing.T) {
	_, err := ginauth.Register(gin.New().Group("/:tenant"), ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Providers: []ginauth.Provider{passkeyProvider("passkey")}, Logger: quiet(),
	})
	if !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "/:tenant") {
		t.Errorf("error %v", err)
	}
}
