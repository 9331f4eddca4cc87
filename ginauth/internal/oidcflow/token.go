package oidcflow

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// Auth is how the client proves itself to the token endpoint.
type Auth int

// The ways of RFC 6749, section 2.3.1, and none at all.
const (
	AuthBasic Auth = iota
	AuthPost
	AuthNone
)

// Grant is what the browser brought back, with what was kept for it.
type Grant struct {
	Code        string
	RedirectURI string
	// Verifier is PKCE's; empty when the service does not support it.
	Verifier string
}

// Exchange trades a code for tokens.
func (s *Service) Exchange(ctx context.Context, g Grant) (*oauth2.Token, error) {
	address, err := s.endpoint(ctx, s.cfg.TokenURL, "token_endpoint", func(d *discovered) string { return d.TokenEndpoint })
	if err != nil {
		return nil, err
	}
	secret := ""
	if s.cfg.Auth != AuthNone && s.cfg.Secret != nil {
		if secret, err = s.cfg.Secret(ctx); err != nil {
			return nil, fmt.Errorf("client secret: %w", err)
		}
	}
	config := oauth2.Config{
		ClientID:     s.cfg.ClientID,
		ClientSecret: secret,
		RedirectURL:  g.RedirectURI,
		Endpoint:     oauth2.Endpoint{TokenURL: address, AuthStyle: oauth2.AuthStyleInParams},
	}
	wire := tokenWire{base: s.direct.Transport, adjust: s.cfg.AdjustToken}
	if s.cfg.Auth == AuthBasic {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
		wire.authorization = basic(s.cfg.ClientID, secret)
	}
	var options []oauth2.AuthCodeOption
	for name, values := range s.cfg.TokenParams {
		if len(values) > 0 {
			options = append(options, oauth2.SetAuthURLParam(name, values[0]))
		}
	}
	if g.Verifier != "" {
		options = append(options, oauth2.VerifierOption(g.Verifier))
	}
	client := *s.direct
	client.Transport = wire
	token, err := config.Exchange(context.WithValue(ctx, oauth2.HTTPClient, &client), g.Code, options...)
	if err != nil {
		return nil, fmt.Errorf("token request to %s: %w", hostOf(address), tokenError(err, g.Code, g.Verifier, secret))
	}
	return token, nil
}

// tokenError keeps the answer's body out of the error, and what was sent.
func tokenError(err error, sent ...string) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return withoutURL(err)
	}
	if refused.ErrorCode == "" {
		return fmt.Errorf("status %d", refused.Response.StatusCode)
	}
	return fmt.Errorf("status %d, error %q %q", refused.Response.StatusCode, Described(refused.ErrorCode, sent...), Described(refused.ErrorDescription, sent...))
}

// basic is the Authorization header of RFC 6749, section 2.3.1. JavaScript's encoding leaves
// more characters as they are than Go's, which services that forget to decode are glad about.
func basic(id, secret string) string {
	encode := func(s string) string { return strings.ReplaceAll(authcookie.EncodeURIComponent(s), "%20", "+") }
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(encode(id)+":"+encode(secret)))
}

// tokenWire prepares the request and repairs the answer.
type tokenWire struct {
	base          http.RoundTripper
	authorization string
	adjust        func([]byte) ([]byte, error)
}

func (t tokenWire) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	if t.authorization != "" {
		r.Header.Set("Authorization", t.authorization)
	}
	res, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	body = withoutBOM(body)
	if t.adjust != nil {
		if body, err = t.adjust(body); err != nil {
			return nil, fmt.Errorf("adjusting the token answer: %w", err)
		}
	}
	// Some services call their JSON something else.
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		res.Header.Set("Content-Type", "application/json")
		body = readable(body)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	res.ContentLength = int64(len(body))
	res.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return res, nil
}
