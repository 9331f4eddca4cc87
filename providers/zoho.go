package providers

import "github.com/ginauth/ginauth/ginauth"

// Zoho signs people in at Zoho, in its United States data center. Accounts of another one need its
// host, accounts.zoho.eu for instance, in all three endpoints.
func Zoho(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "zoho",
		Name:             "Zoho",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://accounts.zoho.com/oauth/v2/auth",
		TokenURL:         "https://accounts.zoho.com/oauth/v2/token",
		UserInfoURL:      "https://accounts.zoho.com/oauth/user/info",
		Scopes:           []string{"AaaServer.profile.Read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("ZUID"),
				Name:          joined(c.str("First_Name"), c.str("Last_Name")),
				Email:         c.str("Email"),
				EmailVerified: doesNotSay,
			}
		}),
	}
}
