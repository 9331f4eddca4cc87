package adaptertest

import (
	"bytes"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// testTokenLookup checks [ginauth.TokenLookupAdapter]: reading a row leaves it.
func testTokenLookup(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	tokens, lookup := further[ginauth.TokenAdapter](t, a), further[ginauth.TokenLookupAdapter](t, a)
	for _, expires := range []time.Time{soon(time.Hour), soon(-time.Hour)} {
		v := ginauth.VerificationToken{Identifier: "Ada+ü🦊@example.com", Token: "Hash", Expires: expires}
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, v))
		v.Expires = v.Expires.UTC()
		for range 2 {
			got, err := lookup.VerificationToken(ctx, v.Identifier, v.Token)
			must(t, "VerificationToken", err)
			if got != v {
				t.Errorf("VerificationToken returned %+v, want %+v", got, v)
			}
		}
		for _, key := range [][2]string{{"ada+ü🦊@example.com", "Hash"}, {v.Identifier, "hash"}, {v.Identifier, ""}, {"", "Hash"}, {v.Identifier, "Hash "}, {"%", "%"}, {v.Identifier, "Hash\x00"}} {
			_, err := lookup.VerificationToken(ctx, key[0], key[1])
			wantErr(t, "VerificationToken of another key", err, ginauth.ErrNotFound)
		}
		_, err := tokens.UseVerificationToken(ctx, v.Identifier, v.Token)
		must(t, "UseVerificationToken", err)
		_, err = lookup.VerificationToken(ctx, v.Identifier, v.Token)
		wantErr(t, "VerificationToken of a used one", err, ginauth.ErrNotFound)
	}
}

// testTokensOfIdentifier checks that rows are listed and removed by their identifier, to the byte.
func testTokensOfIdentifier(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	tokens, lookup := further[ginauth.TokenAdapter](t, a), further[ginauth.TokenLookupAdapter](t, a)
	const identifier = "Ada+ü🦊@example.com"
	others := []string{"ada+ü🦊@example.com", "Ada+u🦊@example.com", "Ada+ü🦊@example.com.test", "%"}
	want := map[ginauth.VerificationToken]bool{}
	for i, hash := range []string{"one", "two", "Three"} {
		v := ginauth.VerificationToken{Identifier: identifier, Token: hash, Expires: soon(time.Duration(i-1) * time.Hour).UTC()}
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, v))
		want[v] = true
	}
	for _, other := range others {
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, ginauth.VerificationToken{Identifier: other, Token: "other " + other, Expires: soon(time.Hour)}))
	}
	list, err := lookup.VerificationTokens(ctx, identifier)
	must(t, "VerificationTokens", err)
	if len(list) != len(want) {
		t.Errorf("VerificationTokens returned %d rows, want %d", len(list), len(want))
	}
	for _, v := range list {
		if !want[v] {
			t.Errorf("VerificationTokens returned %+v", v)
		}
	}
	for range 2 { // nothing left to remove is no error
		must(t, "DeleteVerificationTokens", lookup.DeleteVerificationTokens(ctx, identifier))
	}
	for _, name := range append(others, identifier, "", "x\x00") {
		left, err := lookup.VerificationTokens(ctx, name)
		must(t, "VerificationTokens", err)
		if n := len(left); (n == 1) != (name != identifier && name != "" && name != "x\x00") {
			t.Errorf("%q has %d rows after the removal", name, n)
		}
	}
}

// testManagement checks [ginauth.ManagementAdapter]: what is removed is one user's, never another's.
func testManagement(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	manage, passkeys, sessions := further[ginauth.ManagementAdapter](t, a), further[ginauth.PasskeyAdapter](t, a), further[ginauth.SessionAdapter](t, a)
	u, other := newUser(t, a), newUser(t, a)
	keys := []ginauth.Authenticator{newPasskey(u), newPasskey(u), newPasskey(other)}
	for i, p := range keys {
		must(t, "LinkAccount", a.LinkAccount(ctx, passkeyAccount(p)))
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
		must(t, "CreateSession", sessions.CreateSession(ctx, ginauth.StoredSession{Token: string(rune('a' + i)), UserID: p.UserID, Expires: soon(time.Hour)}))
	}
	must(t, "LinkAccount", a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: "service", ProviderAccountID: keys[0].ProviderAccountID}))
	accounts := func(userID string) int {
		t.Helper()
		list, err := manage.AccountsByUser(ctx, userID)
		must(t, "AccountsByUser", err)
		for _, account := range list {
			if account.UserID != userID || account.Provider == "" || account.ProviderAccountID == "" || account.Type == "" {
				t.Errorf("AccountsByUser returned %+v", account)
			}
		}
		return len(list)
	}
	if n, none := accounts(u.ID), accounts("nobody"); n != 3 || none != 0 {
		t.Errorf("AccountsByUser found %d and %d accounts, want 3 and 0", n, none)
	}

	stolen := keys[2]
	stolen.UserID = u.ID
	for what, p := range map[string]ginauth.Authenticator{"somebody else's": stolen, "an unknown one": newPasskey(u)} {
		wantErr(t, "DeleteAuthenticator of "+what, manage.DeleteAuthenticator(ctx, p), ginauth.ErrNotFound)
	}
	must(t, "DeleteAuthenticator", manage.DeleteAuthenticator(ctx, keys[0]))
	wantErr(t, "DeleteAuthenticator again", manage.DeleteAuthenticator(ctx, keys[0]), ginauth.ErrNotFound)
	_, err := a.UserByAccount(ctx, "passkey", keys[0].ProviderAccountID)
	wantErr(t, "the account of the authenticator", err, ginauth.ErrNotFound)
	left, err := passkeys.AuthenticatorsByUser(ctx, u.ID)
	must(t, "AuthenticatorsByUser", err)
	if len(left) != 1 || !bytes.Equal(left[0].CredentialID, keys[1].CredentialID) || accounts(u.ID) != 2 || accounts(other.ID) != 1 {
		t.Errorf("left: %+v, %d and %d accounts", left, accounts(u.ID), accounts(other.ID))
	}

	for range 2 { // nothing left to remove is no error
		must(t, "DeleteSessionsByUser", manage.DeleteSessionsByUser(ctx, u.ID))
	}
	for token, want := range map[string]error{"a": ginauth.ErrNotFound, "b": ginauth.ErrNotFound, "c": nil} {
		if _, _, err := sessions.SessionAndUser(ctx, token); want == nil {
			must(t, "the session of somebody else", err)
		} else {
			wantErr(t, "a session that was removed", err, want)
		}
	}
}

// testLock checks that of two who each remove one of two passkeys, unless it is the last, one is let.
func testLock(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	manage, passkeys, tx := further[ginauth.ManagementAdapter](t, a), further[ginauth.PasskeyAdapter](t, a), further[ginauth.TxAdapter](t, a)
	wantErr(t, "LockUser of nobody", tx.InTx(ctx, func(tx ginauth.Adapter) error {
		return further[ginauth.ManagementAdapter](t, tx).LockUser(ctx, "nobody")
	}), ginauth.ErrNotFound)
	for range 20 {
		u := newUser(t, a)
		keys := []ginauth.Authenticator{newPasskey(u), newPasskey(u)}
		for _, p := range keys {
			must(t, "LinkAccount", a.LinkAccount(ctx, passkeyAccount(p)))
			must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
		}
		wantOne(t, "removing", together(2, func(i int) error {
			return tx.InTx(ctx, func(tx ginauth.Adapter) error {
				manage := further[ginauth.ManagementAdapter](t, tx)
				if err := manage.LockUser(ctx, u.ID); err != nil {
					return err
				}
				list, err := further[ginauth.PasskeyAdapter](t, tx).AuthenticatorsByUser(ctx, u.ID)
				if err != nil {
					return err
				}
				if len(list) == 1 {
					return ginauth.ErrConflict
				}
				return manage.DeleteAuthenticator(ctx, keys[i])
			})
		}), ginauth.ErrConflict)
	}
	must(t, "LockUser outside a transaction", manage.LockUser(ctx, newUser(t, a).ID))
}
