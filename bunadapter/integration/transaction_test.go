package integration

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

func migrated(t *testing.T, e engine, settings map[string]string) (*bun.DB, *bunadapter.Adapter) {
	t.Helper()
	db := e.open(t, settings)
	must(t, "Migrate", bunadapter.Migrate(t.Context(), db))
	return db, bunadapter.New(db)
}

// TestFailureEndsTransaction swallows the failure of a statement: nothing may be committed around it.
func TestFailureEndsTransaction(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, a := migrated(t, e, nil)
			err := a.InTx(ctx, func(tx ginauth.Adapter) error {
				for _, email := range []string{"one@example.com", "one@example.com", "two@example.com"} {
					_, _ = tx.CreateUser(ctx, ginauth.User{Email: email})
				}
				return nil
			})
			wantErr(t, "InTx", err, ginauth.ErrConflict)
			if got := raw(t, db, "SELECT count(*) FROM "+quote(db, "User")); got != "0" {
				t.Errorf("%s users were stored", got)
			}
			err = a.InTx(ctx, func(tx ginauth.Adapter) error {
				_, err := tx.CreateUser(ctx, ginauth.User{Email: "one@example.com"})
				if tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: "orphan", UserID: "nobody", Expires: wanted}) == nil {
					t.Error("a session of nobody was stored")
				}
				return err
			})
			if got := raw(t, db, "SELECT count(*) FROM "+quote(db, "User")); err == nil || errors.Is(err, ginauth.ErrConflict) || got != "0" {
				t.Errorf("InTx returned %v, %s users were stored", err, got)
			}
			// A failure that a savepoint took back is over.
			must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
				if _, err := tx.CreateUser(ctx, ginauth.User{Email: "one@example.com"}); err != nil {
					return err
				}
				wantErr(t, "nested InTx", tx.(ginauth.TxAdapter).InTx(ctx, func(tx ginauth.Adapter) error {
					_, err := tx.CreateUser(ctx, ginauth.User{Email: "one@example.com"})
					return err
				}), ginauth.ErrConflict)
				_, err := tx.CreateUser(ctx, ginauth.User{Email: "two@example.com"})
				return err
			}))
			if got := raw(t, db, "SELECT count(*) FROM "+quote(db, "User")); got != "2" {
				t.Errorf("%s users were stored, want 2", got)
			}
		})
	}
}

// TestCounterConflictLeavesTransaction: a counter that does not go up is an answer, not a failure.
func TestCounterConflictLeavesTransaction(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			_, p := signUp(t, a)
			p.MultiDevice = false // whose counters are strict
			must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
				wantErr(t, "UpdateAuthenticator", tx.(ginauth.PasskeyAdapter).UpdateAuthenticator(ctx, p), ginauth.ErrConflict)
				return tx.(ginauth.SessionAdapter).DeleteSession(ctx, "Token")
			}))
			_, _, err := a.SessionAndUser(ctx, "Token")
			wantErr(t, "SessionAndUser", err, ginauth.ErrNotFound)
		})
	}
}

// TestCounterSeesOthers: a transaction that began before somebody else's sign-in must not take the
// counter for what it was then.
func TestCounterSeesOthers(t *testing.T) {
	for _, e := range engines()[1:] {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			_, p := signUp(t, a)
			fresh := p
			fresh.CredentialID, fresh.Counter, fresh.MultiDevice = []byte("0123456789abcdef"), 0, false
			must(t, "CreateAuthenticator", a.CreateAuthenticator(ctx, fresh))
			wantErr(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
				passkeys := tx.(ginauth.PasskeyAdapter)
				if _, err := passkeys.AuthenticatorByCredentialID(ctx, fresh.CredentialID); err != nil {
					return err
				}
				other := fresh
				other.Counter = 5
				must(t, "UpdateAuthenticator by another", a.UpdateAuthenticator(ctx, other))
				return passkeys.UpdateAuthenticator(ctx, fresh)
			}), ginauth.ErrConflict)
		})
	}
}

// TestDeadlock makes two transactions wait for each other's row. The database gives one up, which
// is run again, even if the failure came to a nested transaction whose caller goes on.
func TestDeadlock(t *testing.T) {
	for _, e := range engines()[1:] {
		t.Run(e.name, func(t *testing.T) {
			testDeadlock(t, e, func(ctx context.Context, tx ginauth.Adapter, u ginauth.User) error {
				return tx.UpdateUser(ctx, u)
			})
		})
		t.Run(e.name+", nested", func(t *testing.T) {
			testDeadlock(t, e, func(ctx context.Context, tx ginauth.Adapter, u ginauth.User) error {
				_ = tx.(ginauth.TxAdapter).InTx(ctx, func(tx ginauth.Adapter) error { return tx.UpdateUser(ctx, u) })
				return nil
			})
		})
	}
}

func testDeadlock(t *testing.T, e engine, update func(ctx context.Context, tx ginauth.Adapter, u ginauth.User) error) {
	ctx := t.Context()
	_, a := migrated(t, e, nil)
	var users [2]ginauth.User
	for i := range users {
		var err error
		users[i], err = a.CreateUser(ctx, ginauth.User{Name: "before"})
		must(t, "CreateUser", err)
	}
	var first, done sync.WaitGroup // both have updated their first row
	first.Add(2)
	calls, errs := [2]int{}, [2]error{}
	for i := range 2 {
		done.Go(func() {
			errs[i] = a.InTx(ctx, func(tx ginauth.Adapter) error {
				mine, other := users[i], users[1-i]
				mine.Name, other.Name = "after", "after"
				if err := tx.UpdateUser(ctx, mine); err != nil {
					return err
				}
				if calls[i]++; calls[i] == 1 {
					first.Done()
					first.Wait()
				}
				return update(ctx, tx, other)
			})
		})
	}
	done.Wait()
	must(t, "InTx", errors.Join(errs[:]...))
	if calls[0]+calls[1] < 3 {
		t.Errorf("the transactions ran %v times, so there was no deadlock", calls)
	}
	for _, u := range users {
		if got, err := a.UserByID(ctx, u.ID); err != nil || got.Name != "after" {
			t.Errorf("user is %+v, %v", got, err)
		}
	}
}

// TestSerializable runs transactions that read and then write the same row, under the strictest
// isolation: every one of them takes effect.
func TestSerializable(t *testing.T) {
	ctx := t.Context()
	_, a := migrated(t, engineNamed(t, "postgres"), map[string]string{"default_transaction_isolation": "serializable"})
	u, err := a.CreateUser(ctx, ginauth.User{Name: "n"})
	must(t, "CreateUser", err)
	var wg sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		wg.Go(func() {
			errs[i] = a.InTx(ctx, func(tx ginauth.Adapter) error {
				u, err := tx.UserByID(ctx, u.ID)
				if err != nil {
					return err
				}
				u.Name += "n"
				return tx.UpdateUser(ctx, u)
			})
		})
	}
	wg.Wait()
	must(t, "InTx", errors.Join(errs...))
	if got, err := a.UserByID(ctx, u.ID); err != nil || got.Name != "nnnn" {
		t.Errorf("user is %+v, %v, want nnnn", got, err)
	}
}

// TestFailureReadsAsFailure closes the database: nobody may seem signed out or unknown.
func TestFailureReadsAsFailure(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, a := migrated(t, e, nil)
			signUp(t, a)
			must(t, "Close", db.Close())
			_, _, errSession := a.SessionAndUser(ctx, "Token")
			_, errUser := a.UserByEmail(ctx, "nobody@example.com")
			errTx := a.InTx(ctx, func(ginauth.Adapter) error { return nil })
			for _, err := range []error{errSession, errUser, errTx, a.DeleteSession(ctx, "Token"), a.Check(ctx)} {
				if err == nil || errors.Is(err, ginauth.ErrNotFound) || errors.Is(err, ginauth.ErrConflict) || errors.Is(err, bunadapter.ErrSchema) {
					t.Errorf("without a database the error is %v", err)
				}
			}
		})
	}
}

// TestCommitFailure lets a deferred foreign key fail the commit: nothing is stored, fn is not called
// again, and the connection is fit for the next transaction.
func TestCommitFailure(t *testing.T) {
	for _, e := range engines()[:2] {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, a := migrated(t, e, nil)
			u, _ := signUp(t, a)
			db.SetMaxOpenConns(1)
			key := `FOREIGN KEY ("userId") REFERENCES "User" ("id") DEFERRABLE INITIALLY DEFERRED`
			if e.name == "sqlite" {
				run(t, db.DB, `DROP TABLE "Session"`)
				run(t, db.DB, `CREATE TABLE "Session" ("sessionToken" TEXT PRIMARY KEY NOT NULL, "userId" TEXT NOT NULL, "expires" DATETIME NOT NULL, `+key+`)`)
			} else {
				run(t, db.DB, `ALTER TABLE "Session" ADD CONSTRAINT "late" `+key+`, DROP CONSTRAINT "Session_userId_fkey"`)
			}
			calls := 0
			err := a.InTx(ctx, func(tx ginauth.Adapter) error {
				calls++
				_, err := tx.CreateUser(ctx, ginauth.User{Email: "late@example.com"})
				return errors.Join(err, tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: "orphan", UserID: "nobody", Expires: wanted}))
			})
			if !errors.Is(err, ginauth.ErrNotFound) || errors.Is(err, ginauth.ErrConflict) || calls != 1 {
				t.Errorf("InTx returned %v after %d calls", err, calls)
			}
			_, err = a.UserByEmail(ctx, "late@example.com")
			wantErr(t, "UserByEmail", err, ginauth.ErrNotFound)
			must(t, "the next InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
				u.Name = "next"
				return tx.UpdateUser(context.WithoutCancel(ctx), u)
			}))
			if got, err := a.UserByID(ctx, u.ID); err != nil || got != u {
				t.Errorf("user is %+v, %v, want %+v", got, err, u)
			}
		})
	}
}

// TestUserGone writes rows of a user who was deleted meanwhile: that is no failure of the database.
func TestUserGone(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			for what, write := range map[string]func(a *bunadapter.Adapter) error{
				"session": func(a *bunadapter.Adapter) error {
					return a.CreateSession(ctx, ginauth.StoredSession{Token: "t", UserID: "nobody", Expires: wanted})
				},
				"account": func(a *bunadapter.Adapter) error {
					return a.LinkAccount(ctx, ginauth.Account{UserID: "nobody", Type: ginauth.KindOAuth, Provider: "p", ProviderAccountID: "1"})
				},
				"authenticator": func(a *bunadapter.Adapter) error {
					return a.CreateAuthenticator(ctx, ginauth.Authenticator{CredentialID: []byte("0123456789abcdef"), UserID: "nobody", ProviderAccountID: "1", PublicKey: []byte("k")})
				},
			} {
				wantErr(t, what, write(a), ginauth.ErrNotFound)
				wantErr(t, what+" in a transaction", a.InTx(ctx, func(tx ginauth.Adapter) error { return write(tx.(*bunadapter.Adapter)) }), ginauth.ErrNotFound)
			}
		})
	}
}
