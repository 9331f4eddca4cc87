package providers

import "github.com/ginauth/ginauth/ginauth"

// Dribbble signs people in at Dribbble. Without a scope it grants public, which is all that a
// sign-in needs.
func Dribbble(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "dribbble",
		Name:             "Dribbble",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://dribbble.com/oauth/authorize",
		TokenURL:         "https://dribbble.com/oauth/token",
		UserInfoURL:      "https://api.dribbble.com/v2/user",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("avatar_url"),
			}
		}),
		BrandColor: "#000",
	}
}
