package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// UnitedEffects signs people in at United Effects Auth. issuer is
// https://auth.unitedeffects.com/<auth group>, and the resource that the access token is for.
func UnitedEffects(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("united-effects", "United Effects", issuer, clientID, clientSecret)
	p.Scopes = []string{"openid", "email", "profile"}
	p.AuthParams = url.Values{"resource": {"{issuer}"}}
	return p
}
