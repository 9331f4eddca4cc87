package ginauth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// unreachable fails each call to a path. net/http puts the whole URL into such an error.
type unreachable struct {
	base http.RoundTripper
	path string
}

func (u unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, u.path) {
		return nil, errors.New("connection refused")
	}
	return u.base.RoundTrip(r)
}

// The addresses of a service may hold a secret, such as a key in the query. The log names the host
// and the cause when they cannot be reached, and nothing more of them.
func TestOAuthUnreachableNamesTheHostAlone(t *testing.T) {
	const secret = "key-in-the-address"
	for _, path := range []string{"/.well-known", "/token", "/userinfo"} {
		t.Run(path, func(t *testing.T) {
			svc := newService(t)
			broken := func(p *ginauth.OAuthProvider) {
				p.HTTPClient = &http.Client{Transport: unreachable{svc.client().Transport, path}}
				switch path {
				case "/token":
					p.TokenURL = issuerURL + "/token?key=" + secret
				case "/userinfo":
					p.UserInfoURL, p.UserInfoAlways = issuerURL+"/userinfo?key="+secret, true
				}
			}
			s := newSite(t, with(svc.oidc("svc", broken)))
			c := s.browser(t)
			a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": "/after"})
			if path != "/.well-known" {
				a = finish(c, "svc", svc.consent(a.URL(), "ann"))
			}
			if a.ErrorCode() != "Configuration" || c.User() != nil {
				t.Errorf("answer %d %s", a.Status, a.URL())
			}
			logs := s.logs.String()
			if !strings.Contains(logs, "login.example.net") || !strings.Contains(logs, "connection refused") {
				t.Errorf("the log names neither host nor cause: %s", logs)
			}
			for _, hidden := range []string{secret, "https://login.example.net", "code="} {
				if strings.Contains(logs, hidden) {
					t.Errorf("the log has %q: %s", hidden, logs)
				}
			}
		})
	}
}
