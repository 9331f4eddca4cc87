package providers

import (
	"cmp"
	"context"

	"github.com/ginauth/ginauth/ginauth"
)

// OIDC signs people in at any OpenID Connect service that publishes a discovery document under
// issuer. It asks for the scopes openid, profile and email, and takes the profile from the ID
// token's standard claims. The address counts as verified when the claim email_verified beside it is
// the boolean true.
func OIDC(id, name, issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:           id,
		Name:         name,
		OIDC:         true,
		Issuer:       issuer,
		ClientID:     clientID,
		ClientSecret: clientSecret,
		Scopes:       []string{"openid", "profile", "email"},
	}
}

// OAuth signs people in at any OAuth 2 service. The caller fills in AuthorizationURL, TokenURL,
// UserInfoURL and Scopes, and Profile where the user info endpoint does not answer with OpenID
// Connect's standard claims.
func OAuth(id, name, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:           id,
		Name:         name,
		ClientID:     clientID,
		ClientSecret: clientSecret,
	}
}

// standardProfile reads the claims of OpenID Connect Core, section 5.1, from services without OpenID
// Connect that use the same names, or "id" for the id. It trusts no address.
func standardProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	return ginauth.ProfileUser{
		ID:            cmp.Or(c.str("sub"), c.str("id")),
		Name:          cmp.Or(c.str("name"), c.str("nickname"), c.str("preferred_username")),
		Email:         c.str("email"),
		EmailVerified: doesNotSay,
		Image:         c.str("picture"),
	}, nil
}

// standardExcept reads the standard claims of a service whose email_verified does not mean what
// OpenID Connect says; verified knows what it means there.
func standardExcept(verified func(c claims) bool) profileFunc {
	return func(ctx context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
		user, err := standardProfile(ctx, p)
		user.EmailVerified = verified(p.Claims)
		return user, err
	}
}
