package providers

import "github.com/ginauth/ginauth/ginauth"

// ClickUp signs people in at ClickUp. The profile is the id and the name alone.
func ClickUp(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "click-up",
		Name:             "ClickUp",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://app.clickup.com/api",
		TokenURL:         "https://api.clickup.com/api/v2/oauth/token",
		UserInfoURL:      "https://api.clickup.com/api/v2/user",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:   c.str("user", "id"),
				Name: c.str("user", "username"),
			}
		}),
		BrandColor: "#24292f",
	}
}
