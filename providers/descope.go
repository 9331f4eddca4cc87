package providers

import "github.com/ginauth/ginauth/ginauth"

// Descope signs people in at Descope. clientID is the project id; the issuer follows from it unless
// Issuer is set, as for a domain of your own.
func Descope(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("descope", "Descope", "", clientID, clientSecret)
	p.DefaultIssuer = "https://api.descope.com/{client_id}"
	p.BrandColor = "#1C1C23"
	return p
}
