package ginauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// keepable fails the test when an answer sets a cookie that browsers drop.
func keepable(t *testing.T, a testclient.Answer) {
	t.Helper()
	for _, line := range a.Header["Set-Cookie"] {
		name, rest, _ := strings.Cut(line, "=")
		if value, _, _ := strings.Cut(rest, ";"); len(name)+len(value) > 4096 {
			t.Errorf("cookie %s has %d bytes", name, len(name)+len(value))
		}
	}
}

// A long callback URL keeps nobody from signing in at a service.
func TestFlowCookie_LongCallbackURL(t *testing.T) {
	for store, newStore := range flowStores(t) {
		for kind, sessions := range sessionKinds {
			for _, method := range []string{"query", "form_post"} {
				for name, target := range map[string]string{
					"plain": "/x?" + strings.Repeat("a", 1900), "ampersands": "/x?" + strings.Repeat("a=1&", 480), "umlauts": "/x?" + strings.Repeat("ü", 900),
				} {
					svc := newService(t)
					s := newSite(t, sessions, newStore, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.AuthParams = url.Values{"response_mode": {method}} })))
					c := s.browser(t)
					c.SignUp("ann@example.com") // the flow of form_post names the session
					a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": target})
					if a.Status != http.StatusOK || a.ErrorCode() != "" {
						t.Errorf("%s, %s, %s, %s: %d %s: %s", store, kind, method, name, a.Status, a.Body, s.logs)
						continue
					}
					keepable(t, a)
					a = bring(c, method, "svc", svc.consent(a.URL(), "ann"))
					if a.ErrorCode() != "" || len(s.Dump().Accounts) != 2 {
						t.Errorf("%s, %s, %s, %s: %s: %s", store, kind, method, name, a.URL(), s.logs)
					}
				}
			}
		}
	}
}

// A picture, then a name, that is too long for the challenge's cookie is left out of a sign-up.
func TestFlowCookie_LongDecoration(t *testing.T) {
	for _, tt := range []struct {
		name, picture         int
		keepsName, keepsImage bool
	}{
		{100, 500, true, true}, {100, 5000, true, false}, {5000, 500, false, false}, {5000, 50_000, false, false},
	} {
		for store, newStore := range map[string]func(*ginauth.Config){"cookie": func(*ginauth.Config) {}, "memory": func(c *ginauth.Config) { c.FlowStore = &mapStore{} }} {
			who := decorated(tt.name, tt.picture)
			who.ID = ""
			p := passkeyProvider("passkey")
			p.UserInfo = func(context.Context, ginauth.UserInfoRequest) (*ginauth.UserInfo, error) {
				return &ginauth.UserInfo{User: who}, nil
			}
			s := newSite(t, newStore, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
			c := s.browser(t)
			a := c.Get("/webauthn-options/passkey?action=register")
			if a.Status != http.StatusOK {
				t.Errorf("%s, %+v: %d %s: %s", store, tt, a.Status, a.Body, s.logs)
				continue
			}
			keepable(t, a)
			if a := c.Register("ann@example.com"); a.ErrorCode() != "" || c.Email() != "ann@example.com" {
				t.Errorf("%s, %+v: %s: %s", store, tt, a.Body, s.logs)
				continue
			}
			u := s.Dump().Users[0]
			if all := store == "memory"; (u.Name != "") != (tt.keepsName || all) || (u.Image != "") != (tt.keepsImage || all) {
				t.Errorf("%s, %+v: name of %d, picture of %d", store, tt, len(u.Name), len(u.Image))
			}
			if warned := strings.Contains(s.logs.String(), "too long for the cookie"); warned != (store == "cookie" && !tt.keepsImage) {
				t.Errorf("%s, %+v: warned %t: %s", store, tt, warned, s.logs)
			}
		}
	}
}
