package providers

import "github.com/ginauth/ginauth/ginauth"

// Mailchimp signs people in at Mailchimp. The profile is the metadata of the access token, which
// also names the data center (dc) and the api_endpoint of the account.
func Mailchimp(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "mailchimp",
		Name:             "Mailchimp",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://login.mailchimp.com/oauth2/authorize",
		TokenURL:         "https://login.mailchimp.com/oauth2/token",
		UserInfoURL:      "https://login.mailchimp.com/oauth2/metadata",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("login", "login_id"),
				Name:          c.str("accountname"),
				Email:         c.str("login", "email"),
				EmailVerified: doesNotSay,
			}
		}),
		BrandColor: "#000",
	}
}
