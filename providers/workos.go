package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// WorkOS signs people in at the single sign-on of WorkOS. connection is the id of one; leave it
// empty and set AuthParams organization or provider to choose by those.
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
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          joined(c.str("first_name"), c.str("last_name")),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("raw_attributes", "picture"),
			}
		}),
		BrandColor: "#6363f1",
	}
	if connection != "" {
		p.AuthParams.Set("connection", connection)
	}
	return p
}
