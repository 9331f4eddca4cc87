package providers

import "github.com/ginauth/ginauth/ginauth"

// Concept2 signs rowers in at the Concept2 logbook, which separates scopes by comma: keep them in
// one string.
func Concept2(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "concept2",
		Name:             "Concept2",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://log.concept2.com/oauth/authorize",
		TokenURL:         "https://log.concept2.com/oauth/access_token",
		UserInfoURL:      "https://log.concept2.com/api/users/me",
		Scopes:           []string{"user:read,results:write"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("data", "id"),
				Name:          c.str("data", "username"),
				Email:         c.str("data", "email"),
				EmailVerified: doesNotSay,
				Image:         c.str("data", "profile_image"),
			}
		}),
	}
}
