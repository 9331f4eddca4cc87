package providers

import "github.com/ginauth/ginauth/ginauth"

// WordPress signs people in at WordPress.com.
func WordPress(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "wordpress",
		Name:             "WordPress.com",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://public-api.wordpress.com/oauth2/authorize",
		TokenURL:         "https://public-api.wordpress.com/oauth2/token",
		UserInfoURL:      "https://public-api.wordpress.com/rest/v1/me",
		Scopes:           []string{"auth"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("ID"),
				Name:          c.str("display_name"),
				Email:         c.str("email"),
				EmailVerified: c.flag("email_verified"),
				Image:         c.str("avatar_URL"),
			}
		}),
	}
}
