package adaptertest

import (
	"errors"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// testClaim checks [ginauth.ClaimAdapter]: every way in of one user goes, and no other user's.
func testClaim(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	claims := further[ginauth.ClaimAdapter](t, a)
	passkeys, sessions := further[ginauth.PasskeyAdapter](t, a), further[ginauth.SessionAdapter](t, a)
	key := map[string]ginauth.Authenticator{}
	for _, name := range []string{"claimed", "bystander"} {
		u, err := a.CreateUser(ctx, ginauth.User{ID: name + "-user-0123456789", Email: name + "@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		p := ginauth.Authenticator{CredentialID: []byte(name + "-credential-0123"), UserID: u.ID, ProviderAccountID: name, PublicKey: []byte("key")}
		for what, err := range map[string]error{
			"webauthn account": a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: name}),
			"oauth account":    a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: "service", ProviderAccountID: name}),
			"authenticator":    passkeys.CreateAuthenticator(ctx, p),
			"session":          sessions.CreateSession(ctx, ginauth.StoredSession{Token: name + "-session", UserID: u.ID, Expires: time.Now().Add(time.Hour)}),
		} {
			if err != nil {
				t.Fatalf("%s of %s: %v", what, name, err)
			}
		}
		key[name] = p
	}
	for range 2 { // nothing left to remove is no error
		if err := claims.DeleteUnproven(ctx, key["claimed"].UserID); err != nil {
			t.Fatal(err)
		}
	}
	for name, gone := range map[string]bool{"claimed": true, "bystander": false} {
		_, _, session := sessions.SessionAndUser(ctx, name+"-session")
		_, passkey := passkeys.AuthenticatorByCredentialID(ctx, key[name].CredentialID)
		_, account := a.UserByAccount(ctx, "passkey", name)
		_, service := a.UserByAccount(ctx, "service", name)
		for what, err := range map[string]error{"session": session, "authenticator": passkey, "webauthn account": account, "oauth account": service} {
			if errors.Is(err, ginauth.ErrNotFound) != gone {
				t.Errorf("%s of %s: gone is %v, want %v (%v)", what, name, !gone, gone, err)
			}
		}
	}
}
