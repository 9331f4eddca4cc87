package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// Strava signs athletes in at Strava. There is no e-mail address. Strava separates scopes by
// comma: keep them in one string.
func Strava(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "strava",
		Name:             "Strava",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.strava.com/api/v3/oauth/authorize",
		TokenURL:         "https://www.strava.com/api/v3/oauth/token",
		UserInfoURL:      "https://www.strava.com/api/v3/athlete",
		Scopes:           []string{"read"},
		AuthParams:       url.Values{"approval_prompt": {"auto"}},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("id"),
				Name:  joined(c.str("firstname"), c.str("lastname")),
				Image: c.str("profile"),
			}
		}),
	}
}
