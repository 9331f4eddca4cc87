package providers

import "github.com/ginauth/ginauth/ginauth"

// Box signs people in at Box. It asks for no scope, which means those that the application was
// registered with: Box refuses the scopes of OpenID Connect.
func Box(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "box",
		Name:             "Box",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://account.box.com/api/oauth2/authorize",
		TokenURL:         "https://api.box.com/oauth2/token",
		UserInfoURL:      "https://api.box.com/2.0/users/me",
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("name"),
				Email:         c.str("login"),
				EmailVerified: doesNotSay,
				Image:         c.str("avatar_url"),
			}
		}),
		BrandColor: "#0075C9",
	}
}
