package providers

import "github.com/ginauth/ginauth/ginauth"

// Facebook signs people in at Facebook. Those who registered there by telephone have no e-mail
// address.
func Facebook(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "facebook",
		Name:             "Facebook",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.facebook.com/v19.0/dialog/oauth",
		TokenURL:         "https://graph.facebook.com/oauth/access_token",
		UserInfoURL:      "https://graph.facebook.com/me?fields=id,name,email,picture",
		Scopes:           []string{"email"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("picture", "data", "url"),
			}
		}),
		BrandColor: "#006aff",
	}
}
