package providers

import (
	"cmp"

	"github.com/ginauth/ginauth/ginauth"
)

// Logto signs people in at Logto. issuer is https://<endpoint>/oidc.
func Logto(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("logto", "Logto", issuer, clientID, clientSecret)
	p.Scopes = []string{"offline_access", "openid", "email", "profile"}
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID:            c.str("sub"),
			Name:          cmp.Or(c.str("name"), c.str("username")),
			Email:         c.str("email"),
			EmailVerified: c.flag("email_verified"),
			Image:         c.str("picture"),
		}
	})
	return p
}
