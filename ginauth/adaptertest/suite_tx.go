package adaptertest

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

var errAbandoned = errors.New("abandoned")

func testTransactions(t *testing.T, a ginauth.Adapter, txs ginauth.TxAdapter) {
	ctx := t.Context()

	t.Run("tx has the further interfaces of the adapter", func(t *testing.T) {
		must(t, "InTx", txs.InTx(ctx, func(tx ginauth.Adapter) error {
			_, sessions := a.(ginauth.SessionAdapter)
			_, tokens := a.(ginauth.TokenAdapter)
			_, passkeys := a.(ginauth.PasskeyAdapter)
			_, txSessions := tx.(ginauth.SessionAdapter)
			_, txTokens := tx.(ginauth.TokenAdapter)
			_, txPasskeys := tx.(ginauth.PasskeyAdapter)
			if _, nested := tx.(ginauth.TxAdapter); sessions != txSessions || tokens != txTokens || passkeys != txPasskeys || !nested {
				t.Errorf("%T and %T implement different interfaces", a, tx)
			}
			return nil
		}))
	})

	t.Run("stored when fn returns nil", func(t *testing.T) {
		email := rand.Text()
		must(t, "InTx", txs.InTx(ctx, func(tx ginauth.Adapter) error { return register(ctx, tx, email, rand.Text()) }))
		u, err := a.UserByEmail(ctx, email)
		must(t, "UserByEmail", err)
		if owner, err := a.UserByAccount(ctx, "test", email); err != nil || owner != u {
			t.Errorf("UserByAccount returned %+v, %v, want %+v", owner, err, u)
		}
	})

	t.Run("nothing stored when fn fails", func(t *testing.T) {
		email := rand.Text()
		err := txs.InTx(ctx, func(tx ginauth.Adapter) error {
			if err := register(ctx, tx, email, rand.Text()); err != nil {
				return err
			}
			if _, err := tx.UserByEmail(ctx, email); err != nil {
				t.Errorf("a transaction does not see its own user: %v", err)
			}
			return errAbandoned
		})
		if !errors.Is(err, errAbandoned) {
			t.Errorf("InTx returned %v, want the error of fn", err)
		}
		wantNobody(t, a, email)
	})

	t.Run("nothing stored when fn panics", func(t *testing.T) {
		email := rand.Text()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("InTx swallowed the panic")
				}
			}()
			_ = txs.InTx(ctx, func(tx ginauth.Adapter) error {
				must(t, "register", register(ctx, tx, email, rand.Text()))
				panic("abandoned")
			})
		}()
		wantNobody(t, a, email)
		must(t, "InTx after a panic", txs.InTx(ctx, func(tx ginauth.Adapter) error { return register(ctx, tx, email, rand.Text()) }))
	})

	t.Run("nothing stored after a conflict", func(t *testing.T) {
		taken, email := newUser(t, a), rand.Text()
		wantErr(t, "InTx", txs.InTx(ctx, func(tx ginauth.Adapter) error {
			if err := register(ctx, tx, email, rand.Text()); err != nil {
				return err
			}
			_, err := tx.CreateUser(ctx, ginauth.User{Email: taken.Email})
			return err
		}), ginauth.ErrConflict)
		wantNobody(t, a, email)
		stillThere(t, ctx, a, taken)
	})

	t.Run("changes and deletions are taken back", func(t *testing.T) {
		u := newUser(t, a)
		_ = txs.InTx(ctx, func(tx ginauth.Adapter) error {
			changed := u
			changed.Name, changed.Email = "changed", rand.Text()
			must(t, "UpdateUser", tx.UpdateUser(ctx, changed))
			return errAbandoned
		})
		stillThere(t, ctx, a, u)
		if got, err := a.UserByEmail(ctx, u.Email); err != nil || got != u {
			t.Errorf("UserByEmail returned %+v, %v, want %+v", got, err, u)
		}
	})

	t.Run("of 10 who register at once, one leaves rows", func(t *testing.T) {
		email := rand.Text()
		wantOne(t, "InTx", together(10, func(int) error {
			return txs.InTx(ctx, func(tx ginauth.Adapter) error { return register(ctx, tx, email, rand.Text()) })
		}), ginauth.ErrConflict)
	})

	t.Run("nested", func(t *testing.T) {
		outer, inner, lost := rand.Text(), rand.Text(), rand.Text()
		must(t, "InTx", txs.InTx(ctx, func(tx ginauth.Adapter) error {
			must(t, "register", register(ctx, tx, outer, rand.Text()))
			nested := further[ginauth.TxAdapter](t, tx)
			must(t, "nested InTx", nested.InTx(ctx, func(tx ginauth.Adapter) error { return register(ctx, tx, inner, rand.Text()) }))
			err := nested.InTx(ctx, func(tx ginauth.Adapter) error {
				must(t, "register", register(ctx, tx, lost, rand.Text()))
				return errAbandoned
			})
			if !errors.Is(err, errAbandoned) {
				t.Errorf("nested InTx returned %v", err)
			}
			return nil
		}))
		for _, email := range []string{outer, inner} {
			_, err := a.UserByEmail(ctx, email)
			must(t, "UserByEmail", err)
		}
		wantNobody(t, a, lost)

		outer, inner = rand.Text(), rand.Text()
		_ = txs.InTx(ctx, func(tx ginauth.Adapter) error {
			must(t, "register", register(ctx, tx, outer, rand.Text()))
			must(t, "nested InTx", further[ginauth.TxAdapter](t, tx).InTx(ctx, func(tx ginauth.Adapter) error { return register(ctx, tx, inner, rand.Text()) }))
			return errAbandoned
		})
		wantNobody(t, a, outer)
		wantNobody(t, a, inner)
	})

	t.Run("nothing stored when the caller goes away", func(t *testing.T) {
		email := rand.Text()
		gone, leave := context.WithCancel(ctx)
		wantFailure(t, "InTx", txs.InTx(gone, func(tx ginauth.Adapter) error {
			must(t, "register", register(gone, tx, email, rand.Text()))
			leave()
			return nil
		}))
		wantNobody(t, a, email)
	})
}

// register writes what a sign-up writes: a user with an account, a passkey and a session, as far as
// the adapter stores them.
func register(ctx context.Context, tx ginauth.Adapter, email, token string) error {
	u, err := tx.CreateUser(ctx, ginauth.User{Email: email})
	if err != nil {
		return err
	}
	if err := tx.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOIDC, Provider: "test", ProviderAccountID: email}); err != nil {
		return err
	}
	if passkeys, ok := tx.(ginauth.PasskeyAdapter); ok {
		if err := passkeys.CreateAuthenticator(ctx, newPasskey(u)); err != nil {
			return err
		}
	}
	if sessions, ok := tx.(ginauth.SessionAdapter); ok {
		return sessions.CreateSession(ctx, ginauth.StoredSession{Token: token, UserID: u.ID, Expires: soon(0)})
	}
	return nil
}

func wantNobody(t *testing.T, a ginauth.Adapter, email string) {
	t.Helper()
	_, err := a.UserByEmail(t.Context(), email)
	wantErr(t, "UserByEmail", err, ginauth.ErrNotFound)
	_, err = a.UserByAccount(t.Context(), "test", email)
	wantErr(t, "UserByAccount", err, ginauth.ErrNotFound)
}

func testCancellation(t *testing.T, a ginauth.Adapter) {
	u := newUser(t, a)
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := a.UserByID(gone, u.ID)
	wantFailure(t, "UserByID", err)
	_, err = a.UserByEmail(gone, "nobody@example.com")
	wantFailure(t, "UserByEmail", err)
	_, err = a.UserByAccount(gone, "github", "1")
	wantFailure(t, "UserByAccount", err)
	_, err = a.CreateUser(gone, ginauth.User{Email: u.Email})
	wantFailure(t, "CreateUser", err)
	wantFailure(t, "UpdateUser", a.UpdateUser(gone, ginauth.User{ID: "nobody"}))
	wantFailure(t, "LinkAccount", a.LinkAccount(gone, ginauth.Account{UserID: u.ID, Provider: "github", ProviderAccountID: "1"}))
	if sessions, ok := a.(ginauth.SessionAdapter); ok {
		_, _, err := sessions.SessionAndUser(gone, "nothing")
		wantFailure(t, "SessionAndUser", err)
		wantFailure(t, "DeleteSession", sessions.DeleteSession(gone, "nothing"))
		wantFailure(t, "UpdateSession", sessions.UpdateSession(gone, ginauth.StoredSession{Token: "nothing", Expires: soon(0)}))
	}
	if tokens, ok := a.(ginauth.TokenAdapter); ok {
		_, err := tokens.UseVerificationToken(gone, "nobody", "nothing")
		wantFailure(t, "UseVerificationToken", err)
		wantFailure(t, "DeleteExpiredVerificationTokens", tokens.DeleteExpiredVerificationTokens(gone, soon(0), 1))
	}
	if passkeys, ok := a.(ginauth.PasskeyAdapter); ok {
		_, err := passkeys.AuthenticatorByCredentialID(gone, []byte("0123456789abcdef"))
		wantFailure(t, "AuthenticatorByCredentialID", err)
		_, err = passkeys.AuthenticatorsByUser(gone, u.ID)
		wantFailure(t, "AuthenticatorsByUser", err)
		wantFailure(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(gone, newPasskey(u)))
	}
	if txs, ok := a.(ginauth.TxAdapter); ok {
		wantFailure(t, "InTx", txs.InTx(gone, func(ginauth.Adapter) error { t.Error("fn was called"); return nil }))
	}
	stillThere(t, t.Context(), a, u)
}
