package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// Atlassian signs people in at Atlassian: Jira, Confluence and the rest of its cloud.
//
// For refresh tokens add the scope offline_access.
func Atlassian(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "atlassian",
		Name:             "Atlassian",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://auth.atlassian.com/authorize",
		TokenURL:         "https://auth.atlassian.com/oauth/token",
		UserInfoURL:      "https://api.atlassian.com/me",
		Scopes:           []string{"read:me"},
		AuthParams:       url.Values{"audience": {"api.atlassian.com"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("account_id"),
				Name:          c.str("name"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("picture"),
			}
		}),
		BrandColor: "#fff",
	}
}
