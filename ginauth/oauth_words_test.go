package ginauth_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// What a service says of an error goes to the log, but for what it repeats: Entra names the person's
// address, others name the code, the verifier or the client secret that they were sent.
func TestOAuthServiceRepeatsSecrets(t *testing.T) {
	const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
	check := func(t *testing.T, s *site, secrets ...string) {
		t.Helper()
		logs := s.logs.String()
		if !strings.Contains(logs, "AADSTS50020") || !strings.Contains(logs, "does not exist") || !strings.Contains(logs, "6babcaad-604b-40ac-a9d7-9fd97c0b779f") {
			t.Errorf("the log does not say what is wrong: %s", logs)
		}
		for _, secret := range secrets {
			if secret == "" || strings.Contains(logs, secret) {
				t.Errorf("%q is in the log: %s", secret, logs)
			}
		}
		if len(logs) > 4000 {
			t.Errorf("a log of %d bytes", len(logs))
		}
	}
	words := func(secrets ...string) string {
		return "AADSTS50020: User '" + strings.Join(secrets, "' '") + "' does not exist. Trace ID: 6babcaad-604b-40ac-a9d7-9fd97c0b779f\r\n" +
			strings.Repeat(" more", 1000)
	}
	t.Run("authorization endpoint", func(t *testing.T) {
		svc := newService(t)
		s := newSite(t, with(svc.oidc("svc")))
		c := s.browser(t)
		answer := svc.consent(start(c, "svc"), "ann")
		finish(c, "svc", url.Values{"state": answer["state"], "error": {"server_error"}, "error_description": {words("ann@example.net", token)}})
		check(t, s, "ann@example.net", "example.net", token)
	})
	t.Run("token endpoint", func(t *testing.T) {
		svc := newService(t)
		var sent url.Values
		const secret = "the-client-secret"
		p := svc.oidc("svc", func(p *ginauth.OAuthProvider) {
			p.TokenAuth, p.ClientSecret = ginauth.TokenAuthPost, secret
			rest := p.HTTPClient.Transport
			p.HTTPClient = &http.Client{Transport: oauthTransport(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path != "/token" {
					return rest.RoundTrip(r)
				}
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				sent, _ = url.ParseQuery(string(body))
				text, err := json.Marshal(map[string]string{
					"error":             "invalid_grant",
					"error_description": words("ann@example.net", sent.Get("code")[:20], secret),
				})
				return &http.Response{
					StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)), Request: r,
				}, err
			})}
		})
		s := newSite(t, with(p))
		c := s.browser(t)
		answer := svc.consent(start(c, "svc"), "ann")
		answer.Set("code", answer.Get("code")[:20])
		finish(c, "svc", answer)
		check(t, s, "ann@example.net", secret, sent.Get("code"))
	})
}

// Any link may set the callback URL of a browser. One that is long, or grows when it is encoded, must not
// keep the browser from signing in, which would look like an outage too.
func TestOAuthLongCallbackURL(t *testing.T) {
	for name, tail := range map[string]string{
		"long": strings.Repeat("a", 1990), "ampersands": "?" + strings.Repeat("&", 1990), "quotes": "#" + strings.Repeat(`"<`, 990), "not ASCII": strings.Repeat("ä", 990),
	} {
		for _, post := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", form_post"}[post], func(t *testing.T) {
				svc := newService(t)
				s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) {
					if post {
						p.AuthParams = url.Values{"response_mode": {"form_post"}}
					}
				})))
				c := s.browser(t)
				for range 2 { // the second time with a session
					c.Get("/signin?" + url.Values{"callbackUrl": {"/" + tail}}.Encode())
					a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()})
					if a.Status != http.StatusOK {
						t.Fatalf("%d %s: %s", a.Status, a.Body, s.logs)
					}
					for _, k := range c.Cookies() {
						if strings.HasSuffix(k.Name, ".state") && len(k.Name)+len(k.Value) > 4096 {
							t.Errorf("a state cookie of %d bytes", len(k.Value))
						}
					}
					answer := svc.consent(a.URL(), "ann")
					if post {
						c.DropCookie(callbackCookie)
						fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state")}
						a = c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL)
					} else {
						a = finish(c, "svc", answer)
					}
					if a.ErrorCode() != "" || c.User() == nil || !strings.HasPrefix(a.URL(), siteOrigin) {
						t.Fatalf("%d %s: %s", a.Status, a.URL(), s.logs)
					}
				}
			})
		}
	}
}
