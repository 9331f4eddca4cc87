package providers

import "github.com/ginauth/ginauth/ginauth"

// Patreon signs people in at Patreon.
func Patreon(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "patreon",
		Name:             "Patreon",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.patreon.com/oauth2/authorize",
		TokenURL:         "https://www.patreon.com/api/oauth2/token",
		UserInfoURL:      "https://www.patreon.com/api/oauth2/api/current_user",
		Scopes:           []string{"identity", "identity[email]"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("data", "id"),
				Name:          c.str("data", "attributes", "full_name"),
				Email:         c.str("data", "attributes", "email"),
				EmailVerified: c.flag("data", "attributes", "is_email_verified"),
				Image:         c.str("data", "attributes", "image_url"),
			}
		}),
		BrandColor: "#e85b46",
	}
}
