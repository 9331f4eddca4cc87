package providers

import "github.com/ginauth/ginauth/ginauth"

// EVEOnline signs a character of EVE Online in: a player has a separate identity for each
// character. The profile has no e-mail address. Characters are sold, and the next owner of one signs in as
// its user. To notice, compare CharacterOwnerHash of the profile in the SignIn callback with what you stored.
func EVEOnline(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "eveonline",
		Name:             "EVE Online",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://login.eveonline.com/v2/oauth/authorize",
		TokenURL:         "https://login.eveonline.com/v2/oauth/token",
		UserInfoURL:      "https://login.eveonline.com/oauth/verify",
		Scopes:           []string{"publicData"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("CharacterID"),
				Name:  c.str("CharacterName"),
				Image: "https://image.eveonline.com/Character/" + c.str("CharacterID") + "_128.jpg",
			}
		}),
	}
}
