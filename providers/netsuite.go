package providers

import "github.com/ginauth/ginauth/ginauth"

// NetSuite signs people in at Oracle NetSuite. accountID is the account in the host names, in
// lower case and with a dash for an underscore: 1234567-sb1.
//
// NetSuite has no user info endpoint: set UserInfoURL to a RESTlet of your own that answers with
// the id, name and email of runtime.getCurrentUser().
func NetSuite(accountID, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "netsuite",
		Name:             "NetSuite",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://" + accountID + ".app.netsuite.com/app/login/oauth2/authorize.nl",
		TokenURL:         "https://" + accountID + ".suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
		Scopes:           []string{"restlets", "rest_webservices"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
			}
		}),
		BrandColor: "#181a1b",
	}
}
