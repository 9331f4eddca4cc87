package providers

import (
	"encoding/json"

	"github.com/ginauth/ginauth/ginauth"
)

// Zoom signs people in at Zoom, with the scopes that the application was registered with.
func Zoom(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "zoom",
		Name:             "Zoom",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://zoom.us/oauth/authorize",
		TokenURL:         "https://zoom.us/oauth/token",
		UserInfoURL:      "https://api.zoom.us/v2/users/me",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          joined(c.str("first_name"), c.str("last_name")),
				Email:         c.str("email"),
				EmailVerified: c.at("verified") == json.Number("1"),
				Image:         c.str("pic_url"),
			}
		}),
		BrandColor: "#0b5cff",
	}
}
