package integration

import (
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// TestCounterOutOfRange: a row whose counter no signature can carry is an error for all who read it,
// never a counter that wrapped around to a low one.
func TestCounterOutOfRange(t *testing.T) {
	ctx := t.Context()
	db, a := migrated(t, engineNamed(t, "sqlite"), nil)
	u, p := signUp(t, a)
	for counter, good := range map[string]bool{"0": true, "4294967295": true, "4294967296": false, "-1": false, "9223372036854775807": false} {
		run(t, db.DB, `UPDATE "Authenticator" SET "counter" = `+counter)
		got, err := a.AuthenticatorByCredentialID(ctx, p.CredentialID)
		if (err == nil) != good {
			t.Errorf("counter %s reads as %d, %v", counter, got.Counter, err)
		}
		list, err := a.AuthenticatorsByUser(ctx, u.ID)
		if (err == nil) != good {
			t.Errorf("counter %s is listed as %v, %v", counter, list, err)
		}
	}
}

// TestFailedTransactionRefuses: after a failure no statement is sent any more. On some databases it
// would be on its own, outside of the transaction that the failure ended.
func TestFailedTransactionRefuses(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			u, _ := signUp(t, a)
			err := a.InTx(ctx, func(tx ginauth.Adapter) error {
				_, first := tx.CreateUser(ctx, ginauth.User{Email: u.Email})
				wantErr(t, "CreateUser", first, ginauth.ErrConflict)
				if _, err := tx.UserByID(ctx, u.ID); err == nil {
					t.Error("the next statement was sent")
				}
				return first
			})
			wantErr(t, "InTx", err, ginauth.ErrConflict)
		})
	}
}
