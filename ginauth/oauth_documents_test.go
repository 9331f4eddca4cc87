package ginauth_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// What a service says beside what is needed keeps nobody out, of whatever type it is.
func TestDiscoveryMembersOfOtherTypes(t *testing.T) {
	for _, tt := range []struct {
		member  string
		values  []string
		refused bool
	}{
		{"id_token_signing_alg_values_supported", []string{`null`, `[]`, `"ES256"`, `7`, `{}`, `["ES256",7]`, `[null,"ES256"]`, `["none","HS256"]`}, false},
		{"id_token_signing_alg_values_supported", []string{`["RS256"]`}, true},
		{"authorization_response_iss_parameter_supported", []string{`null`, `"false"`, `0`, `{}`}, false},
		{"userinfo_endpoint", []string{`null`, `7`, `{}`, `""`, `"/userinfo"`, `"http://login.example.net/userinfo"`}, false},
		{"claims_supported", []string{`"sub"`}, false},
		{"issuer", []string{`7`, `null`, `["` + issuerURL + `"]`}, true},
		{"jwks_uri", []string{`7`, `null`, `"http://login.example.net/keys"`}, true},
		{"token_endpoint", []string{`7`, `["` + issuerURL + `/token"]`}, true},
	} {
		for _, value := range tt.values {
			svc := newService(t)
			svc.discovery = func(d map[string]any) { d[tt.member] = json.RawMessage(value) }
			s := newSite(t, with(svc.oidc("svc")))
			c := s.browser(t)
			a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()})
			if a.ErrorCode() == "" {
				a = finish(c, "svc", svc.consent(a.URL(), "ann"))
			}
			if (c.User() == nil) != tt.refused || tt.refused && a.ErrorCode() != "Configuration" {
				t.Errorf("%s %s: %s, signed in as %v: %s", tt.member, value, a.URL(), c.User(), s.logs)
			}
		}
	}
}

// An endpoint that is configured is not needed from the discovery document.
func TestDiscoveryOfConfiguredEndpoints(t *testing.T) {
	svc := newService(t)
	svc.discovery = func(d map[string]any) {
		d["token_endpoint"], d["jwks_uri"] = "http://internal.example.net/token", "/keys"
	}
	s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.TokenURL, p.JWKSURL = "{issuer}/token", "{issuer}/keys" })))
	c := s.browser(t)
	if a := svc.signInWith(c, "svc", "ann"); c.User() == nil {
		t.Errorf("%s: %s", a.URL(), s.logs)
	}
}

// A user info endpoint that no token may be sent to is missed once it is needed.
func TestDiscoveryOfUnusableUserInfo(t *testing.T) {
	for _, value := range []string{`7`, `"/userinfo"`, `"http://login.example.net/userinfo"`} {
		svc := newService(t)
		svc.discovery = func(d map[string]any) { d["userinfo_endpoint"] = json.RawMessage(value) }
		s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true })))
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); a.ErrorCode() != "Configuration" || c.User() != nil || !strings.Contains(s.logs.String(), "userinfo_endpoint") {
			t.Errorf("%s: %s: %s", value, a.URL(), s.logs)
		}
		if svc.calls["/userinfo"] != 0 {
			t.Errorf("%s: called", value)
		}
	}
}

// Claims that nothing is verified by may be of any type. Those that the token is verified by may not.
func TestIDTokenMembersOfOtherTypes(t *testing.T) {
	for _, tt := range []struct {
		member  string
		values  []string
		refused bool
	}{
		{"at_hash", []string{`7`, `{}`, `null`}, false},
		{"_claim_names", []string{`"groups"`, `[]`, `{"groups":7}`, `{"groups":"src1"}`}, false},
		{"_claim_sources", []string{`"src1"`, `[]`, `{"src1":7}`, `{"src1":{"endpoint":{}}}`}, false},
		{"auth_time", []string{`"now"`, `{}`}, false},
		{"amr", []string{`"pwd"`}, false},
		{"name", []string{`7`, `{}`, `false`}, false},
		{"picture", []string{`{}`, `false`}, false},
		{"iss", []string{`7`, `null`, `["` + issuerURL + `"]`}, true},
		{"aud", []string{`7`, `null`, `{}`, `["other"]`}, true},
		{"exp", []string{`"never"`, `{}`, `null`}, true},
		{"iat", []string{`"now"`, `{}`, `null`}, true},
		{"nonce", []string{`7`, `{}`, `null`}, true},
		{"sub", []string{`{}`, `null`, `["ann"]`, `true`}, true},
		{"nbf", []string{`"now"`, `{}`, `99999999999`}, true},
	} {
		for _, value := range tt.values {
			svc := newService(t)
			svc.claims = func(c map[string]any) { c[tt.member] = json.RawMessage(value) }
			s := newSite(t, with(svc.oidc("svc")))
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); (c.User() == nil) != tt.refused || tt.refused && a.ErrorCode() != "Configuration" {
				t.Errorf("%s %s: %s, signed in as %v: %s", tt.member, value, a.URL(), c.User(), s.logs)
			}
		}
	}
}

// answering changes the bodies with which the service answers one path.
func answering(svc *service, path string, change func(body []byte) []byte) func(*ginauth.OAuthProvider) {
	rest := svc.client().Transport
	return func(p *ginauth.OAuthProvider) {
		p.HTTPClient = &http.Client{Transport: oauthTransport(func(r *http.Request) (*http.Response, error) {
			res, err := rest.RoundTrip(r)
			if err != nil || r.URL.Path != path {
				return res, err
			}
			body, err := io.ReadAll(res.Body)
			body = change(body)
			res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			res.Header.Del("Content-Length")
			return res, err
		})}
	}
}

// What stands beside a key, and keys that are none, do not keep the good one from verifying.
func TestKeysOfOtherForms(t *testing.T) {
	for _, edit := range [][2]string{
		{`"use":"sig"`, `"use":7`}, {`"use":"sig"`, `"use":["sig"]`}, {`"alg":"ES256"`, `"alg":7`},
		{`"alg":"ES256"`, `"x5c":"one","x5t":7,"key_ops":"verify"`}, {`"alg":"ES256"`, `"x5c":["bm90IGEgY2VydGlmaWNhdGU="]`},
		{`"kid":"k1"`, `"kid":null`}, {`"kid":"k1",`, ``}, {`"kid":"k1"`, `"kid":7`},
		{`{"keys":[`, `{"keys":[7,null,"x",{},{"kty":"RSA","kid":"k1","n":7},`},
	} {
		svc := newService(t)
		changed := false
		s := newSite(t, with(svc.oidc("svc", answering(svc, "/keys", func(body []byte) []byte {
			changed = bytes.Contains(body, []byte(edit[0]))
			return bytes.Replace(body, []byte(edit[0]), []byte(edit[1]), 1)
		}))))
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); c.User() == nil || !changed {
			t.Errorf("%s: %s, changed %t: %s", edit[1], a.URL(), changed, s.logs)
		}
	}
	// A key of another name does not verify.
	svc := newService(t)
	s := newSite(t, with(svc.oidc("svc", answering(svc, "/keys", func(body []byte) []byte {
		return bytes.Replace(body, []byte(`"kid":"k1"`), []byte(`"kid":"k2"`), 1)
	}))))
	c := s.browser(t)
	if a := svc.signInWith(c, "svc", "ann"); a.ErrorCode() != "Configuration" || c.User() != nil {
		t.Errorf("another name: %s", a.URL())
	}
}

func TestAnswersWithAByteOrderMark(t *testing.T) {
	for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/token", "/userinfo"} {
		svc := newService(t)
		mark := answering(svc, path, func(body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) })
		always := func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true }
		s := newSite(t, with(svc.oidc("oidc", mark, always), svc.oauth("oauth", mark)))
		for _, id := range []string{"oidc", "oauth"} {
			c := s.browser(t)
			if a := svc.signInWith(c, id, id); c.User() == nil {
				t.Errorf("%s, %s: %s: %s", path, id, a.URL(), s.logs)
			}
		}
	}
}

// The user info endpoint may write the identifier of the ID token as a number.
func TestUserInfoSubjectAsNumber(t *testing.T) {
	for value, in := range map[string]bool{`77`: true, `78`: false, `77.0`: false, `{}`: false, `null`: false, `true`: false} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { c["sub"] = "77" }
		svc.userInfo = func(c map[string]any) { c["sub"] = json.RawMessage(value) }
		s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true })))
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); (c.User() != nil) != in {
			t.Errorf("%s: %s, signed in as %v", value, a.URL(), c.User())
		}
	}
}
