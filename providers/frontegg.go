package providers

import "github.com/ginauth/ginauth/ginauth"

// Frontegg signs people in at Frontegg. issuer is the login domain: https://<company>.frontegg.com.
func Frontegg(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("frontegg", "Frontegg", issuer, clientID, clientSecret)
	p.AuthorizationURL = "{issuer}/oauth/authorize"
	p.TokenURL = "{issuer}/oauth/token"
	p.UserInfoURL = "{issuer}/identity/resources/users/v2/me"
	p.JWKSURL = "{issuer}/.well-known/jwks.json"
	return p
}
