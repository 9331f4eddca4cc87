package providers

import "github.com/ginauth/ginauth/ginauth"

// All of them speak OpenID Connect and say by its claim email_verified, a boolean, that they verified
// the address beside it. Only Authentik is not trusted. A server of your own says what its operator
// configured: people who can make it say so without proof can take over addresses here.

// Asgardeo signs people in at WSO2 Asgardeo. issuer is
// https://api.asgardeo.io/t/<organization>/oauth2/token.
func Asgardeo(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("asgardeo", "Asgardeo", issuer, clientID, clientSecret)
	p.BrandColor = "#000"
	return p
}

// Auth0 signs people in at an Auth0 tenant. issuer is https://<tenant>.auth0.com/ with the slash
// at its end, as the tenant names itself.
func Auth0(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("auth0", "Auth0", issuer, clientID, clientSecret)
	p.BrandColor = "#EB5424"
	return p
}

// Authentik signs people in at an authentik server. issuer is
// https://<host>/application/o/<application>/ with the slash at its end.
//
// Its addresses count as unverified: before 2025.10 it said email_verified of every address, proven
// or not. Where the scope mapping of a newer server says so truthfully, set Profile to nil, and the
// claim counts.
func Authentik(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("authentik", "Authentik", issuer, clientID, clientSecret)
	p.Profile = standardExcept(func(claims) bool { return doesNotSay })
	return p
}

// Cognito signs people in at an Amazon Cognito user pool. issuer is https://cognito-
// idp.<region>.amazonaws.com/<pool id>.
func Cognito(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("cognito", "Cognito", issuer, clientID, clientSecret)
	p.BrandColor = "#C17B9E"
	return p
}

// DuendeIdentityServer6 signs people in at a Duende IdentityServer, whose base URL is issuer.
func DuendeIdentityServer6(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return OIDC("duende-identity-server6", "DuendeIdentityServer6", issuer, clientID, clientSecret)
}

// IdentityServer4 signs people in at an IdentityServer4, whose base URL is issuer.
func IdentityServer4(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return OIDC("identity-server4", "IdentityServer4", issuer, clientID, clientSecret)
}

// Keycloak signs people in at a realm of a Keycloak server. issuer is
// https://<host>/realms/<realm>.
func Keycloak(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("keycloak", "Keycloak", issuer, clientID, clientSecret)
	p.BrandColor = "#428bca"
	return p
}

// Kinde signs people in at Kinde. issuer is https://<business>.kinde.com.
func Kinde(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("kinde", "Kinde", issuer, clientID, clientSecret)
	p.BrandColor = "#fff"
	return p
}

// Okta signs people in at Okta. issuer is https://<org>.okta.com, or that of an authorization
// server of its own under /oauth2/.
func Okta(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("okta", "Okta", issuer, clientID, clientSecret)
	p.BrandColor = "#000"
	return p
}

// OneLogin signs people in at OneLogin. issuer is https://<company>.onelogin.com/oidc/2.
func OneLogin(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return OIDC("onelogin", "OneLogin", issuer, clientID, clientSecret)
}

// OryHydra signs people in at an Ory Hydra server, whose public URL is issuer. Its id is "hydra".
func OryHydra(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("hydra", "Hydra", issuer, clientID, clientSecret)
	p.BrandColor = "#fff"
	return p
}

// PingID signs people in at PingOne. issuer is https://auth.pingone.<region>/<environment id>/as.
func PingID(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return OIDC("ping-id", "Ping Identity", issuer, clientID, clientSecret)
}

// Zitadel signs people in at a ZITADEL instance, whose base URL is issuer.
func Zitadel(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return OIDC("zitadel", "ZITADEL", issuer, clientID, clientSecret)
}
