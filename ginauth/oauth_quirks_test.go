package ginauth_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

func TestOAuthAuthenticatesTheClient(t *testing.T) {
	const basicPair = "client-1:s3cret!*'()~+%25+and+long+enough+for+HS256"
	for _, tt := range []struct {
		name   string
		change func(*ginauth.OAuthProvider)
		header string
		form   map[string]string
	}{
		{"basic", func(*ginauth.OAuthProvider) {}, basicPair, map[string]string{"client_id": "", "client_secret": ""}},
		{"post", func(p *ginauth.OAuthProvider) { p.TokenAuth = ginauth.TokenAuthPost }, "", map[string]string{"client_id": serviceID, "client_secret": serviceSecret}},
		{"public", func(p *ginauth.OAuthProvider) { p.TokenAuth, p.ClientSecret = ginauth.TokenAuthNone, "" }, "", map[string]string{"client_id": serviceID, "client_secret": ""}},
		{"secret made per sign-in", func(p *ginauth.OAuthProvider) {
			p.ClientSecret, p.TokenAuth = "", ginauth.TokenAuthPost
			p.ClientSecretFor = func(context.Context) (string, error) { return "fresh", nil }
		}, "", map[string]string{"client_secret": "fresh"}},
		{"further parameters", func(p *ginauth.OAuthProvider) { p.TokenParams = url.Values{"appid": {"{client_id}"}} }, basicPair, map[string]string{"appid": serviceID}},
		{"without PKCE", func(p *ginauth.OAuthProvider) { p.PKCEUnsupported = true }, basicPair, map[string]string{"code_verifier": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			s := newSite(t, with(svc.oidc("svc", tt.change)))
			if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "" {
				t.Fatalf("sign-in: %s %s", a.URL(), s.logs)
			}
			sent := svc.tokenRequests[0]
			want := ""
			if tt.header != "" {
				want = "Basic " + base64.StdEncoding.EncodeToString([]byte(tt.header))
			}
			if got := sent.header.Get("Authorization"); got != want {
				t.Errorf("Authorization %q, want %q", got, want)
			}
			for name, value := range tt.form {
				if sent.form.Get(name) != value {
					t.Errorf("%s is %q, want %q", name, sent.form.Get(name), value)
				}
			}
		})
	}
}

func TestOAuthServiceQuirks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		upset  func(*service)
		change func(*ginauth.OAuthProvider)
		code   string
	}{
		{
			name:   "ID token signed with the client secret",
			upset:  func(s *service) { s.alg = "HS256" },
			change: func(p *ginauth.OAuthProvider) { p.IDTokenAlg = "HS256" },
		},
		{
			name:   "ID token of another algorithm than the one asked for",
			change: func(p *ginauth.OAuthProvider) { p.IDTokenAlg = "HS256" },
			code:   "Configuration",
		},
		{
			name:   "profile from user info",
			change: func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true },
		},
		{
			name:   "user info of somebody else",
			upset:  func(s *service) { s.userInfo = func(c map[string]any) { c["sub"] = "mallory" } },
			change: func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true },
			code:   "Configuration",
		},
		{
			name: "issuer per tenant",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["issuer"] = issuerURL + "/{tenant}" }
				s.claims = func(c map[string]any) { c["iss"], c["tid"] = issuerURL+"/t1", "t1" }
			},
			change: func(p *ginauth.OAuthProvider) {
				p.TokenIssuer = func(_, discovered string, claims map[string]any) (string, error) {
					tid, _ := claims["tid"].(string)
					return strings.Replace(discovered, "{tenant}", tid, 1), nil
				}
			},
		},
		{
			name:  "issuer of another tenant",
			upset: func(s *service) { s.claims = func(c map[string]any) { c["iss"] = issuerURL + "/t2" } },
			change: func(p *ginauth.OAuthProvider) {
				p.TokenIssuer = func(string, string, map[string]any) (string, error) { return issuerURL + "/t1", nil }
			},
			code: "Configuration",
		},
		{
			name: "several audiences, issued to us",
			upset: func(s *service) {
				s.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"x", serviceID}, serviceID }
			},
		},
		{
			name: "clock a little ahead of the service's",
			upset: func(s *service) {
				s.claims = func(c map[string]any) { c["exp"] = time.Now().Add(-20 * time.Second).Unix() }
			},
		},
		{
			name: "discovered issuer with a slash at its end",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["issuer"] = issuerURL + "/" }
				s.claims = func(c map[string]any) { c["iss"] = issuerURL + "/" }
			},
		},
		{
			name: "token answer to repair",
			upset: func(s *service) {
				s.token = func(a map[string]any) { a["token"], _ = a["access_token"], 0; delete(a, "access_token") }
			},
			change: func(p *ginauth.OAuthProvider) {
				p.AdjustToken = func(b []byte) ([]byte, error) {
					return []byte(strings.Replace(string(b), `"token"`, `"access_token"`, 1)), nil
				}
			},
		},
		{
			name:  "endpoints and keys configured, nothing to discover",
			upset: func(s *service) { s.broken = "/.well-known/openid-configuration" },
			change: func(p *ginauth.OAuthProvider) {
				p.AuthorizationURL, p.TokenURL, p.JWKSURL = "{issuer}/authorize", "{issuer}/token", "{issuer}/keys"
				p.IDTokenAlg = "ES256"
			},
		},
		{
			name: "iss in the answer promised and missing",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
			},
			code: "Configuration",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			if tt.upset != nil {
				tt.upset(svc)
			}
			change := tt.change
			if change == nil {
				change = func(*ginauth.OAuthProvider) {}
			}
			s := newSite(t, with(svc.oidc("svc", change)))
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); a.ErrorCode() != tt.code {
				t.Errorf("answer %s, want code %q: %s", a.URL(), tt.code, s.logs)
			}
			if (c.User() != nil) != (tt.code == "") {
				t.Errorf("signed in as %v", c.User())
			}
		})
	}
}

// Discovery is done once, and again some seconds after it failed.
func TestOAuthDiscovery(t *testing.T) {
	const document = "/.well-known/openid-configuration"
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		svc.broken = document
		s := newSite(t, with(svc.oidc("svc")))
		c := s.browser(t)
		for range 3 {
			if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.ErrorCode() != "Configuration" {
				t.Errorf("with the service down: %s", a.URL())
			}
		}
		if got := svc.calls[document]; got != 1 {
			t.Errorf("%d requests for the document while the failure stands, want 1", got)
		}
		svc.broken = ""
		time.Sleep(5 * time.Second)
		for range 3 {
			svc.signInWith(s.browser(t), "svc", "ann")
		}
		if got := svc.calls[document]; got != 2 {
			t.Errorf("%d requests for the document, want 2", got)
		}
	})
	t.Run("wrong issuer", func(t *testing.T) {
		svc := newService(t)
		svc.discovery = func(d map[string]any) { d["issuer"] = "https://other.example.net" }
		c := newSite(t, with(svc.oidc("svc"))).browser(t)
		if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.ErrorCode() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
	})
	t.Run("endpoint without TLS", func(t *testing.T) {
		svc := newService(t)
		svc.discovery = func(d map[string]any) { d["token_endpoint"] = "http://login.example.net/token" }
		c := newSite(t, with(svc.oidc("svc"))).browser(t)
		if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.ErrorCode() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
	})
}

func TestOAuthUserInfoFunction(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oauth("svc", func(p *ginauth.OAuthProvider) {
		p.UserInfoURL = ""
		p.UserInfo = func(_ context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
			r, _ := http.NewRequest(http.MethodGet, issuerURL+"/userinfo", nil)
			token.SetAuthHeader(r)
			res, err := client.Do(r)
			if err != nil {
				return nil, err
			}
			return map[string]any{"id": "7", "nickname": "Seven"}, res.Body.Close()
		}
	})))
	c := s.browser(t)
	svc.signInWith(c, "svc", "ann")
	if got := c.User()["name"]; got != "Seven" || s.Dump().Accounts[0].ProviderAccountID != "7" {
		t.Errorf("signed in as %v, accounts %+v", got, s.Dump().Accounts)
	}
}
