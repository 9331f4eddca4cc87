package providers

import "github.com/ginauth/ginauth/ginauth"

// Netlify signs people in at Netlify.
func Netlify(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "netlify",
		Name:             "Netlify",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://app.netlify.com/authorize",
		TokenURL:         "https://api.netlify.com/oauth/token",
		UserInfoURL:      "https://api.netlify.com/api/v1/user",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("full_name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("avatar_url"),
			}
		}),
		BrandColor: "#32e6e2",
	}
}
