package providers

import "github.com/ginauth/ginauth/ginauth"

// Coinbase signs people in at Coinbase.
func Coinbase(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "coinbase",
		Name:             "Coinbase",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://login.coinbase.com/oauth2/auth",
		TokenURL:         "https://login.coinbase.com/oauth2/token",
		UserInfoURL:      "https://api.coinbase.com/v2/user",
		Scopes:           []string{"wallet:user:email", "wallet:user:read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("data", "id"),
				Name:          c.str("data", "name"),
				Email:         c.str("data", "email"),
				EmailVerified: doesNotSay,
				Image:         c.str("data", "avatar_url"),
			}
		}),
		BrandColor: "#0052ff",
	}
}
