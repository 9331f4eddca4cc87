package providers

import "github.com/ginauth/ginauth/ginauth"

// Mastodon signs people in at one Mastodon server, whose base URL is issuer. There is no e-mail
// address, and the id is unique on that server only.
func Mastodon(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "mastodon",
		Name:             "Mastodon",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           issuer,
		AuthorizationURL: "{issuer}/oauth/authorize",
		TokenURL:         "{issuer}/oauth/token",
		UserInfoURL:      "{issuer}/api/v1/accounts/verify_credentials",
		Scopes:           []string{"read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("id"),
				Name:  c.str("username"),
				Image: c.str("avatar_static"),
			}
		}),
	}
}
