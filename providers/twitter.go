package providers

import "github.com/ginauth/ginauth/ginauth"

// Twitter signs people in at X, with OAuth 2. There is an e-mail address only for applications
// that X approved for it.
func Twitter(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "twitter",
		Name:             "Twitter",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://x.com/i/oauth2/authorize",
		TokenURL:         "https://api.x.com/2/oauth2/token",
		UserInfoURL:      "https://api.x.com/2/users/me?user.fields=profile_image_url",
		Scopes:           []string{"users.read", "tweet.read", "offline.access"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("data", "id"),
				Name:          c.str("data", "name"),
				Email:         c.str("data", "email"),
				EmailVerified: doesNotSay,
				Image:         c.str("data", "profile_image_url"),
			}
		}),
		BrandColor: "#1da1f2",
	}
}
