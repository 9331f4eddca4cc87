package providers

import "github.com/ginauth/ginauth/ginauth"

// Osu signs players in at osu!. There is no e-mail address.
func Osu(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "osu",
		Name:             "osu!",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://osu.ppy.sh/oauth/authorize",
		TokenURL:         "https://osu.ppy.sh/oauth/token",
		UserInfoURL:      "https://osu.ppy.sh/api/v2/me",
		Scopes:           []string{"identify"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("id"),
				Name:  c.str("username"),
				Image: c.str("avatar_url"),
			}
		}),
	}
}
