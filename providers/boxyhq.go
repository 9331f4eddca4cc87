package providers

import (
	"context"
	"errors"
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// BoxyHQSAML signs people in by SAML through a SAML Jackson (Ory Polis) server, whose base URL is
// issuer.
//
// Jackson finds the tenant in the client id, or in the client id "dummy" with AuthParams tenant
// and product. Each tenant needs a provider of its own, with an ID of its own: the account's id is
// what the tenant's identity provider says, so that of one tenant could name a person of another.
func BoxyHQSAML(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "boxyhq-saml",
		Name:             "BoxyHQ SAML",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           issuer,
		AuthorizationURL: "{issuer}/api/oauth/authorize",
		TokenURL:         "{issuer}/api/oauth/token",
		UserInfoURL:      "{issuer}/api/oauth/userinfo",
		AuthParams:       url.Values{"provider": {"saml"}},
		Profile:          boxyHQProfile,
		BrandColor:       "#25c2a0",
	}
}

func boxyHQProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	if err := checkBoxyHQTenant(c, p.Provider); err != nil {
		return ginauth.ProfileUser{}, err
	}
	return ginauth.ProfileUser{
		ID:            c.str("id"),
		Name:          joined(c.str("firstName"), c.str("lastName")),
		Email:         c.str("email"),
		EmailVerified: doesNotSay,
	}, nil
}

// checkBoxyHQTenant refuses the answer of another tenant. A user can change the address that
// the browser is sent to, and with PKCE Jackson redeems a code for any client. Its profile says what the
// browser asked for.
func checkBoxyHQTenant(c claims, p *ginauth.OAuthProvider) error {
	if p == nil {
		return nil
	}
	if c.str("requested", "client_id") != p.ClientID {
		return errors.New("the profile is that of another client (requested.client_id)")
	}
	for _, name := range []string{"tenant", "product"} {
		want := p.AuthParams.Get(name)
		switch {
		case want == "" && p.ClientID == "dummy":
			return errors.New(`the client id "dummy" stands for every tenant: set AuthParams tenant and product`)
		case want != "" && c.str("requested", name) != want:
			return errors.New("the profile is that of another tenant or product (requested." + name + ")")
		}
	}
	return nil
}
