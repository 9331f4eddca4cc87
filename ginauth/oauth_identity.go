package ginauth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth/internal/oidcflow"
)

// identify redeems the code of a checked answer and turns what the service says into a verified
// identity. It calls the service, on ctx alone. The SignIn callback has not run yet. A
// warning is for the log: a mistake of the service that does not stop the sign-in.
func (c *oauthClient) identify(ctx context.Context, flow oauthFlow, answer map[string]string) (id Identity, warning string, err error) {
	token, err := c.service.Exchange(ctx, oidcflow.Grant{Code: answer["code"], RedirectURI: flow.redirectURI, Verifier: flow.verifier})
	if err != nil {
		return Identity{}, "", c.wrap(err)
	}
	claims, err := c.claims(ctx, token, flow.nonce)
	if err != nil {
		return Identity{}, "", c.wrap(err)
	}
	profile := OAuthProfile{Claims: claims, Token: token, Provider: c.OAuthProvider, Client: c.service.Client()}
	if c.formPost() {
		profile.Form = answer
	}
	tell := c.Profile
	if tell == nil {
		tell = standardProfile
	}
	who, err := tell(ctx, profile)
	if err != nil {
		return Identity{}, "", c.wrap(fmt.Errorf("Profile: %w", err))
	}
	p, err := userOfProfile(who)
	if err != nil {
		return Identity{}, "", c.wrap(err)
	}
	if p.noAddress {
		warning = "the service sent an e-mail address that is not valid, so the user has none"
	}
	return Identity{
		User:          p.user,
		Account:       c.account(who.ID, token),
		Profile:       claims,
		linkByEmail:   c.DangerouslyLinkByEmail,
		emailVerified: p.verified,
	}, warning, nil
}

// checkAnswer refuses answers without a code (RFC 6749, section 4.1.2), and codes of other services.
func (c *oauthClient) checkAnswer(ctx context.Context, answer map[string]string) error {
	if err := c.service.CheckIssuer(ctx, answer["iss"]); err != nil {
		return c.wrap(err)
	}
	if code := answer["error"]; code != "" {
		return because(causeOfService(code), fmt.Errorf("%w: provider %s: %q %q", ErrOAuthCallback, c.ID, oidcflow.Described(code), oidcflow.Described(answer["error_description"])))
	}
	for _, name := range []string{"response", "id_token", "token"} {
		if _, ok := answer[name]; ok {
			return c.wrap(fmt.Errorf("the answer holds %s, where a code alone is expected", name))
		}
	}
	if answer["code"] == "" {
		return c.wrap(errors.New("the answer holds no code"))
	}
	return nil
}

func (c *oauthClient) wrap(err error) error {
	return fmt.Errorf("ginauth: provider %s: %w", c.ID, err)
}

// claims is what the service says about the person, in the ID token or at the user info endpoint.
func (c *oauthClient) claims(ctx context.Context, token *oauth2.Token, nonce string) (map[string]any, error) {
	var claims map[string]any
	raw, _ := token.Extra("id_token").(string)
	if c.OIDC && raw == "" {
		return nil, errors.New("the token answer holds no ID token: ask for the scope openid, or use a provider without OIDC")
	}
	if raw != "" {
		var err error
		if claims, err = c.service.IDToken(ctx, raw, nonce); err != nil {
			return nil, err
		}
		// A Profile of its own may find another identifier in the token. The default reads sub, and
		// user info is compared with it.
		if !hasText(claims["sub"]) && (c.Profile == nil || c.UserInfoAlways || !c.OIDC) {
			return nil, errors.New("the ID token names no subject (sub)")
		}
	}
	if c.OIDC && !c.UserInfoAlways {
		return claims, nil
	}
	told, err := c.userInfo(ctx, token)
	if err != nil {
		return nil, err
	}
	if c.OIDC && textOrNumber(told["sub"]) != claims["sub"] {
		return nil, errors.New("the user info endpoint and the ID token tell of different people (sub)")
	}
	return told, nil
}

func (c *oauthClient) userInfo(ctx context.Context, token *oauth2.Token) (map[string]any, error) {
	if c.UserInfo != nil {
		return c.UserInfo(ctx, c.service.Client(), token)
	}
	return c.service.UserInfo(ctx, token.AccessToken)
}

// account is the row of this sign-in, with the tokens as Auth.js keeps them.
func (c *oauthClient) account(id string, token *oauth2.Token) Account {
	extra := func(name string) string {
		s, _ := token.Extra(name).(string)
		return s
	}
	a := Account{
		Type:              c.ProviderKind(),
		Provider:          c.ID,
		ProviderAccountID: id,
		RefreshToken:      token.RefreshToken,
		AccessToken:       token.AccessToken,
		TokenType:         strings.ToLower(token.TokenType),
		Scope:             extra("scope"),
		IDToken:           extra("id_token"),
		SessionState:      extra("session_state"),
	}
	if !token.Expiry.IsZero() {
		a.ExpiresAt = token.Expiry.Unix()
	}
	return a
}

func hasText(v any) bool {
	s, _ := v.(string)
	return s != ""
}
