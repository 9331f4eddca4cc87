package providers

import "github.com/ginauth/ginauth/ginauth"

// FortyTwo signs in students of 42 at the 42 intranet.
func FortyTwo(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "42-school",
		Name:             "42 School",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://api.intra.42.fr/oauth/authorize",
		TokenURL:         "https://api.intra.42.fr/oauth/token",
		UserInfoURL:      "https://api.intra.42.fr/v2/me",
		Scopes:           []string{"public"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("usual_full_name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("image", "link"),
			}
		}),
	}
}
