package integration

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// TestPoolerCrowd signs 20 people up, in and out at once, in transactions and outside of them, over
// the pooler's four connections: in every mode that works, no one of them fails or sees another's rows.
func TestPoolerCrowd(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol", "cache_describe"} {
		t.Run(mode, func(t *testing.T) {
			ctx := t.Context()
			db := openPgBouncer(t, map[string]string{"default_query_exec_mode": mode})
			db.SetMaxOpenConns(20)
			db.SetMaxIdleConns(20)
			must(t, "Migrate", bunadapter.Migrate(ctx, db))
			a := bunadapter.New(db)
			var wg sync.WaitGroup
			for n := range 20 {
				wg.Go(func() {
					if err := life(ctx, a, n); err != nil {
						t.Errorf("person %d: %v", n, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// life is what the n-th person does, with everything read back.
func life(ctx context.Context, a *bunadapter.Adapter, n int) error {
	email := fmt.Sprintf("p%d@example.com", n)
	id := fmt.Appendf(nil, "credential-%05d", n)
	token := func(round int) string { return fmt.Sprintf("token %d of %d", round, n) }
	var u ginauth.User
	err := a.InTx(ctx, func(tx ginauth.Adapter) (err error) {
		if u, err = tx.CreateUser(ctx, ginauth.User{Email: email}); err != nil {
			return err
		}
		if err := tx.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: email}); err != nil {
			return err
		}
		return tx.(ginauth.PasskeyAdapter).CreateAuthenticator(ctx, ginauth.Authenticator{CredentialID: id, UserID: u.ID, ProviderAccountID: email, PublicKey: []byte("k")})
	})
	if err != nil {
		return err
	}
	for round := range 10 {
		if got, err := a.UserByEmail(ctx, email); err != nil || got != u {
			return fmt.Errorf("UserByEmail: %+v, %w", got, err)
		}
		key, err := a.AuthenticatorByCredentialID(ctx, id)
		if err != nil || key.UserID != u.ID {
			return fmt.Errorf("AuthenticatorByCredentialID: %+v, %w", key, err)
		}
		challenge := ginauth.VerificationToken{Identifier: "challenge", Token: token(round), Expires: wanted}
		if err := a.CreateVerificationToken(ctx, challenge); err != nil {
			return err
		}
		if got, err := a.UseVerificationToken(ctx, challenge.Identifier, challenge.Token); err != nil || got != challenge {
			return fmt.Errorf("UseVerificationToken: %+v, %w", got, err)
		}
		err = a.InTx(ctx, func(tx ginauth.Adapter) error {
			key.Counter++
			if err := tx.(ginauth.PasskeyAdapter).UpdateAuthenticator(ctx, key); err != nil {
				return err
			}
			return tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: token(round), UserID: u.ID, Expires: wanted})
		})
		if err != nil {
			return err
		}
		if s, owner, err := a.SessionAndUser(ctx, token(round)); err != nil || s.UserID != u.ID || owner != u {
			return fmt.Errorf("SessionAndUser: %+v, %+v, %w", s, owner, err)
		}
		if err := a.DeleteSession(ctx, token(round)); err != nil {
			return err
		}
	}
	return nil
}

// TestPoolerNamesTheSetting: with pgx's default mode two clients of a pooler get each other's
// prepared statements, and the errors name the setting that helps.
func TestPoolerNamesTheSetting(t *testing.T) {
	ctx := t.Context()
	migratedDB := openPgBouncer(t, nil)
	must(t, "Migrate", bunadapter.Migrate(ctx, migratedDB))
	dsn, err := url.Parse(setting(t, "GINAUTH_TEST_PGBOUNCER", "PgBouncer"))
	must(t, "GINAUTH_TEST_PGBOUNCER", err)
	dsn.Path = "/" + raw(t, migratedDB, "SELECT current_database()")
	// Each client has one connection, and the pooler gives both the one that was used last.
	clients := make([]*bun.DB, 2)
	for i := range clients {
		db := open(t, "pgx", dsn.String())
		db.SetMaxOpenConns(1)
		clients[i] = bun.NewDB(db, pgdialect.New())
	}
	first, second := bunadapter.New(clients[0]), bunadapter.New(clients[1])
	named := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "default_query_exec_mode=exec") {
			t.Errorf("%s: %v, want an error that names default_query_exec_mode=exec", what, err)
		}
	}

	// At the start: the second client prepares what the first has prepared.
	must(t, "Check by the first", first.Check(ctx))
	named("Check by the second", second.Check(ctx))
	named("Migrate by the second", bunadapter.Migrate(ctx, clients[1]))

	// On a request, outside of a transaction and within one.
	forget(t, migratedDB)
	must(t, "Check by the second", second.Check(ctx))
	_, err = first.UserByEmail(ctx, "nobody@example.com")
	wantErr(t, "UserByEmail by the first", err, ginauth.ErrNotFound)
	_, err = second.UserByEmail(ctx, "nobody@example.com")
	named("UserByEmail by the second", err)
	named("InTx by the second", second.InTx(ctx, func(tx ginauth.Adapter) error {
		_, err := tx.UserByEmail(ctx, "nobody@example.com")
		return storageError(err)
	}))

	// The first believes that its statement is still prepared.
	forget(t, migratedDB)
	_, err = first.UserByEmail(ctx, "nobody@example.com")
	named("UserByEmail by the first", err)
}

// forget makes the pooler's connection lose all prepared statements.
func forget(t *testing.T, db execer) {
	t.Helper()
	run(t, db, "DEALLOCATE ALL")
}

// TestPing asks for a table, not only for the server.
func TestPing(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, a := migrated(t, e, nil)
			must(t, "Ping", a.Ping(ctx))
			must(t, "Ping in a transaction", a.InTx(ctx, func(tx ginauth.Adapter) error { return tx.(*bunadapter.Adapter).Ping(ctx) }))
			for _, table := range []string{"Account", "Session", "Authenticator", "User"} {
				run(t, db.DB, "DROP TABLE "+quote(db, table))
			}
			must(t, "the server", db.PingContext(ctx))
			if err := a.Ping(ctx); err == nil {
				t.Error("without its tables the database is said to be ready")
			}
			if err := bunadapter.New(e.open(t, nil)).Ping(ctx); err == nil {
				t.Error("a database that never had tables is said to be ready")
			}
		})
	}
}
