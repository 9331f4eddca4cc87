package ginauth

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ginauth/ginauth/ginauth/internal/oidcflow"
)

// oauthClient is an OAuth provider with everything decided, and what is known of its service.
type oauthClient struct {
	*OAuthProvider
	service *oidcflow.Service
}

func newOAuthClient(p *OAuthProvider) *oauthClient {
	r := p.Resolved()
	cfg := oidcflow.Config{
		OIDC:             r.OIDC,
		Issuer:           r.Issuer,
		AuthorizationURL: r.AuthorizationURL,
		TokenURL:         r.TokenURL,
		UserInfoURL:      r.UserInfoURL,
		JWKSURL:          r.JWKSURL,
		ClientID:         r.ClientID,
		Secret:           func(context.Context) (string, error) { return r.ClientSecret, nil },
		TokenParams:      r.TokenParams,
		AdjustToken:      r.AdjustToken,
		IDTokenAlg:       r.IDTokenAlg,
		TokenIssuer:      r.TokenIssuer,
		UserInfoMethod:   r.UserInfoMethod,
		UserInfoHeader:   r.UserInfoHeader,
		Client:           r.HTTPClient,
	}
	if r.ClientSecretFor != nil {
		cfg.Secret = r.ClientSecretFor
	}
	switch r.TokenAuth {
	case TokenAuthPost:
		cfg.Auth = oidcflow.AuthPost
	case TokenAuthNone:
		cfg.Auth = oidcflow.AuthNone
	}
	return &oauthClient{OAuthProvider: r, service: oidcflow.New(cfg)}
}

// formPost reports whether the service POSTs its answer. Cookies of the flow then have to come with
// a cross-site POST.
func (p *OAuthProvider) formPost() bool { return p.AuthParams.Get("response_mode") == "form_post" }

// usesNonce reports whether the ID token carries a nonce. Where the service does not support PKCE, the
// nonce is what ties the token to the browser.
func (p *OAuthProvider) usesNonce() bool { return p.Nonce || p.OIDC && p.PKCEUnsupported }

// startOAuth is POST /signin/:id of an OAuth provider. The request's query goes along.
func (x *exchange) startOAuth(p *OAuthProvider) error {
	client := x.oauth[p.ID]
	endpoint, err := client.service.AuthorizationEndpoint(x.c.Request.Context())
	if err != nil {
		return fmt.Errorf("ginauth: provider %s: %w", p.ID, err)
	}
	defer x.restartDeadline()()
	current, err := x.resolve()
	if err != nil {
		return err
	}
	flow, err := x.putOAuthFlow(client.OAuthProvider, current)
	if err != nil {
		return err
	}
	target, err := client.authorizationURL(endpoint, flow, x.c.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	return x.redirect(target)
}

// oauthCallback is /callback/:id of an OAuth provider.
func (x *exchange) oauthCallback(p *OAuthProvider) error {
	client := x.oauth[p.ID]
	answer := x.query
	if p.formPost() {
		answer = x.bodyText()
	}
	if target := x.handOn(client.OAuthProvider, answer["state"]); target != "" {
		return x.redirect(target)
	}
	current, err := x.resolve()
	if err != nil {
		return err
	}
	flow, err := x.takeOAuthFlow(client.OAuthProvider, answer["state"], current)
	if err != nil {
		return err
	}
	calls := x.c.Request.Context()
	if err := client.checkAnswer(calls, answer); err != nil {
		return err
	}
	if err := x.useState(flow); err != nil {
		return err
	}
	id, warning, err := client.identify(calls, flow, answer)
	if err != nil {
		return err
	}
	if warning != "" {
		x.logger.WarnContext(calls, "ginauth: odd profile", slog.String("provider", p.ID), slog.String("warning", warning))
	}
	defer x.restartDeadline()()
	// The service took its time: who is signed in is looked up again.
	x.resolved = nil
	id.endsSession = flow.ends
	return x.completeSignIn(id)
}
