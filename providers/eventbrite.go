package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// Eventbrite signs people in at Eventbrite. Of several addresses the primary one is told.
func Eventbrite(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "eventbrite",
		Name:             "Eventbrite",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.eventbrite.com/oauth/authorize",
		TokenURL:         "https://www.eventbrite.com/oauth/token",
		UserInfoURL:      "https://www.eventbriteapi.com/v3/users/me/",
		Scopes:           []string{"user.profile"},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("name"),
				Email:         c.primary("email", "emails"),
				EmailVerified: c.primaryObject("emails").flag("verified"),
				Image:         eventbriteImage(c.str("image_id")),
			}
		}),
		BrandColor: "#f05537",
	}
}

func eventbriteImage(id string) string {
	if id == "" {
		return ""
	}
	return "https://img.evbuc.com/https%3A%2F%2Fcdn.evbuc.com%2Fimages%2F" + url.PathEscape(id) + "%2F1%2Foriginal.jpg"
}
