package providers

import "github.com/ginauth/ginauth/ginauth"

// Pipedrive signs people in at Pipedrive, with the scopes that the application was registered
// with.
func Pipedrive(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "pipedrive",
		Name:             "Pipedrive",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://oauth.pipedrive.com/oauth/authorize",
		TokenURL:         "https://oauth.pipedrive.com/oauth/token",
		UserInfoURL:      "https://api.pipedrive.com/users/me",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("data", "id"),
				Name:          c.str("data", "name"),
				Email:         c.str("data", "email"),
				EmailVerified: doesNotSay,
				Image:         c.str("data", "icon_url"),
			}
		}),
	}
}
