package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// FACEIT signs players in at FACEIT.
func FACEIT(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "faceit",
		Name:             "FACEIT",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://accounts.faceit.com/accounts",
		TokenURL:         "https://api.faceit.com/auth/v1/oauth/token",
		UserInfoURL:      "https://api.faceit.com/auth/v1/resources/userinfo",
		Scopes:           []string{"openid", "profile", "email"},
		AuthParams:       url.Values{"redirect_popup": {"true"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("guid"),
				Name:          c.str("name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("picture"),
			}
		}),
	}
}
