package providers

import "github.com/ginauth/ginauth/ginauth"

// Webex signs people in at Cisco Webex.
func Webex(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "webex",
		Name:             "Webex",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://webexapis.com/v1/authorize",
		TokenURL:         "https://webexapis.com/v1/access_token",
		UserInfoURL:      "https://webexapis.com/v1/people/me",
		Scopes:           []string{"spark:kms", "spark:people_read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("displayName"),
				Email:         c.firstStr("emails"),
				EmailVerified: doesNotSay,
				Image:         c.str("avatar"),
			}
		}),
	}
}
