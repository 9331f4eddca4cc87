package providers

import (
	"context"
	"errors"
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// WorkOS signs people in at the single sign-on of WorkOS. connection is the id of one; leave it
// empty and set AuthParams organization or provider to choose by those. Who comes by another connection
// or organization is refused.
func WorkOS(connection, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := &ginauth.OAuthProvider{
		ID:               "workos",
		Name:             "WorkOS",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		DefaultIssuer:    "https://api.workos.com/",
		AuthorizationURL: "{issuer}/sso/authorize",
		TokenURL:         "{issuer}/sso/token",
		UserInfoURL:      "{issuer}/sso/profile",
		AuthParams:       url.Values{},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile:          workOSProfile,
		BrandColor:       "#6363f1",
	}
	if connection != "" {
		p.AuthParams.Set("connection", connection)
	}
	return p
}

func workOSProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	if err := checkWorkOSConnection(c, p.Provider); err != nil {
		return ginauth.ProfileUser{}, err
	}
	return ginauth.ProfileUser{
		ID:            c.str("id"),
		Name:          joined(c.str("first_name"), c.str("last_name")),
		Email:         c.str("email"),
		EmailVerified: doesNotSay,
		Image:         c.str("raw_attributes", "picture"),
	}, nil
}

// checkWorkOSConnection refuses who came by another connection, or from another organization, than the
// one that AuthParams name. A user can change the address that the browser is sent to.
func checkWorkOSConnection(c claims, p *ginauth.OAuthProvider) error {
	if p == nil {
		return nil
	}
	for _, name := range []string{"connection", "organization"} {
		if want := p.AuthParams.Get(name); want != "" && c.str(name+"_id") != want {
			return errors.New("the profile is that of another " + name + " (" + name + "_id)")
		}
	}
	return nil
}
