package providers

import "github.com/ginauth/ginauth/ginauth"

// Pinterest signs people in at Pinterest. It tells no id: the user name stands for it, so a person
// who renames the account becomes another one.
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
