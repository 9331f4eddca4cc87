package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// BankIDNorway signs people in with the Norwegian BankID. Its user info endpoint answers with a
// signed token.
func BankIDNorway(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("bankid-no", "BankID Norge", "https://auth.bankid.no/auth/realms/prod", clientID, clientSecret)
	p.AuthParams = url.Values{"ui_locales": {"no"}, "login_hint": {"BIS"}}
	p.TokenAuth = ginauth.TokenAuthPost
	p.Nonce = true
	p.UserInfoAlways = true
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID:            c.str("sub"),
			Name:          c.str("name"),
			Email:         c.str("email"),
			EmailVerified: c.flag("email_verified"),
		}
	})
	p.BrandColor = "#39134c"
	return p
}
