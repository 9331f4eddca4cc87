package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// BoxyHQSAML signs people in by SAML through a SAML Jackson (Ory Polis) server, whose base URL is
// issuer.
//
// Jackson finds the tenant in the client id, or in the client id "dummy" with AuthParams tenant
// and product.
func BoxyHQSAML(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "boxyhq-saml",
		Name:             "BoxyHQ SAML",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           issuer,
		AuthorizationURL: "{issuer}/api/oauth/authorize",
		TokenURL:         "{issuer}/api/oauth/token",
		UserInfoURL:      "{issuer}/api/oauth/userinfo",
		AuthParams:       url.Values{"provider": {"saml"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          joined(c.str("firstName"), c.str("lastName")),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
			}
		}),
		BrandColor: "#25c2a0",
	}
}
