package providers

import (
	"cmp"

	"github.com/ginauth/ginauth/ginauth"
)

// Bitbucket signs people in at Bitbucket Cloud. Its profile has no e-mail address.
func Bitbucket(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "bitbucket",
		Name:             "Bitbucket",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://bitbucket.org/site/oauth2/authorize",
		TokenURL:         "https://bitbucket.org/site/oauth2/access_token",
		UserInfoURL:      "https://api.bitbucket.org/2.0/user",
		Scopes:           []string{"account"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("account_id"),
				Name:  cmp.Or(c.str("display_name"), c.str("username")),
				Image: c.str("links", "avatar", "href"),
			}
		}),
		BrandColor: "#205081",
	}
}
