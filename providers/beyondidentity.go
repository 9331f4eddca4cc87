package providers

import "github.com/ginauth/ginauth/ginauth"

// BeyondIdentity signs people in at Beyond Identity. issuer is that of the application, under
// https://auth-<region>.beyondidentity.com/v1/tenants/.
func BeyondIdentity(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("beyondidentity", "Beyond Identity", issuer, clientID, clientSecret)
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID:            c.str("sub"),
			Name:          c.str("name"),
			Email:         c.str("email"),
			EmailVerified: c.flag("email_verified"),
		}
	})
	p.BrandColor = "#5077c5"
	return p
}
