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
