package providers

import (
	"cmp"

	"github.com/ginauth/ginauth/ginauth"
)

// Mattermost signs people in at a Mattermost server, whose base URL is issuer.
func Mattermost(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "mattermost",
		Name:             "Mattermost",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           issuer,
		AuthorizationURL: "{issuer}/oauth/authorize",
		TokenURL:         "{issuer}/oauth/access_token",
		UserInfoURL:      "{issuer}/api/v4/users/me",
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          cmp.Or(c.str("username"), joined(c.str("first_name"), c.str("last_name"))),
				Email:         c.str("email"),
				EmailVerified: c.flag("email_verified"),
			}
		}),
		BrandColor: "#000",
	}
}
