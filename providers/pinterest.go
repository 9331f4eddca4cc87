package providers

import "github.com/ginauth/ginauth/ginauth"

// Pinterest signs people in at Pinterest. As in Auth.js the user name stands for the account's id: a person
// who renames the account becomes another one here, and the next owner of the name signs in as
// them. Without accounts of Auth.js to keep, let a Profile of your own return the claim id.
func Pinterest(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "pinterest",
		Name:             "Pinterest",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.pinterest.com/oauth",
		TokenURL:         "https://api.pinterest.com/v5/oauth/token",
		UserInfoURL:      "https://api.pinterest.com/v5/user_account",
		Scopes:           []string{"user_accounts:read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("username"),
				Name:  c.str("username"),
				Image: c.str("profile_image"),
			}
		}),
		BrandColor: "#bd081c",
	}
}
