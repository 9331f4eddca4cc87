package providers

import (
	"cmp"

	"github.com/ginauth/ginauth/ginauth"
)

// FusionAuth signs people in at a FusionAuth server. issuer is the issuer of the tenant, which must
// be the server's URL. With several tenants set AuthParams tenantId.
//
// Its addresses count as unverified: email_verified is also true where a tenant does not verify any.
// Where yours does, let a Profile of your own set EmailVerified by that claim.
func FusionAuth(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("fusionauth", "FusionAuth", issuer, clientID, clientSecret)
	p.TokenURL = "{issuer}/oauth2/token"
	p.UserInfoURL = "{issuer}/oauth2/userinfo"
	p.Scopes = []string{"openid", "offline_access", "email", "profile"}
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID: c.str("sub"),
			Name: cmp.Or(
				c.str("name"),
				c.str("preferred_username"),
				joined(c.str("given_name"), c.str("middle_name"), c.str("family_name")),
			),
			Email:         c.str("email"),
			EmailVerified: doesNotSay,
			Image:         c.str("picture"),
		}
	})
	return p
}
