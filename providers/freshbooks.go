package providers

import "github.com/ginauth/ginauth/ginauth"

// FreshBooks signs people in at FreshBooks, with the scopes that the application was registered
// with.
func FreshBooks(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "freshbooks",
		Name:             "Freshbooks",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://auth.freshbooks.com/service/auth/oauth/authorize",
		TokenURL:         "https://api.freshbooks.com/auth/oauth/token",
		UserInfoURL:      "https://api.freshbooks.com/auth/api/v1/users/me",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("response", "id"),
				Name:          joined(c.str("response", "first_name"), c.str("response", "last_name")),
				Email:         c.str("response", "email"),
				EmailVerified: doesNotSay,
			}
		}),
		BrandColor: "#0075dd",
	}
}
