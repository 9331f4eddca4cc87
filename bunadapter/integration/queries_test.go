package integration

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// recorder is a query hook that keeps the first word of every statement.
type recorder struct {
	mu    sync.Mutex
	words []string
}

func (r *recorder) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (r *recorder) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	word, _, _ := strings.Cut(e.Query, " ")
	r.words = append(r.words, word)
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	words := r.words
	r.words = nil
	return words
}

// TestQueries counts what the requests that matter cost.
func TestQueries(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			hook := &recorder{}
			db, _ := migrated(t, e, nil)
			a := bunadapter.New(db.WithQueryHook(hook))
			must(t, "Check", a.Check(ctx))
			hook.take()
			_, p := signUp(t, a)
			if got, want := hook.take(), []string{"INSERT", "BEGIN", "INSERT", "INSERT", "INSERT", "INSERT", "COMMIT"}; !slices.Equal(got, want) {
				t.Errorf("a sign-up ran %v, want %v", got, want)
			}
			for what, tt := range map[string]struct {
				call func() error
				want []string
			}{
				"SessionAndUser":              {func() error { _, _, err := a.SessionAndUser(ctx, "Token"); return err }, []string{"SELECT"}},
				"UserByAccount":               {func() error { _, err := a.UserByAccount(ctx, "passkey", p.ProviderAccountID); return err }, []string{"SELECT"}},
				"AuthenticatorByCredentialID": {func() error { _, err := a.AuthenticatorByCredentialID(ctx, p.CredentialID); return err }, []string{"SELECT"}},
				"UpdateSession": {func() error {
					return a.UpdateSession(ctx, ginauth.StoredSession{Token: "Token", Expires: wanted})
				}, []string{"UPDATE"}},
				"sign-in": {func() error {
					return a.InTx(ctx, func(tx ginauth.Adapter) error {
						p.Counter++
						if err := tx.(ginauth.PasskeyAdapter).UpdateAuthenticator(ctx, p); err != nil {
							return err
						}
						return tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: "second", UserID: p.UserID, Expires: wanted})
					})
				}, []string{"BEGIN", "UPDATE", "INSERT", "COMMIT"}},
			} {
				must(t, what, tt.call())
				if got := hook.take(); !slices.Equal(got, tt.want) {
					t.Errorf("%s ran %v, want %v", what, got, tt.want)
				}
			}
		})
	}
}

// TestAuthenticatorOrder: the tables of Migrate know in which order passkeys came.
func TestAuthenticatorOrder(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			u, err := a.CreateUser(ctx, ginauth.User{})
			must(t, "CreateUser", err)
			for i := range byte(10) {
				must(t, "CreateAuthenticator", a.CreateAuthenticator(ctx, ginauth.Authenticator{
					CredentialID: bytes.Repeat([]byte{255 - 9*i}, 16), UserID: u.ID, ProviderAccountID: string('a' + rune(i)), PublicKey: []byte{1},
				}))
			}
			list, err := a.AuthenticatorsByUser(ctx, u.ID)
			must(t, "AuthenticatorsByUser", err)
			var order strings.Builder
			for _, p := range list {
				order.WriteString(p.ProviderAccountID)
			}
			if order.String() != "abcdefghij" {
				t.Errorf("order is %s", &order)
			}
		})
	}
}

// TestTokenKeyIsCompared: the database alone does not decide whether a row is the one that was asked
// for. Here its columns ignore case; a pooler may answer with another client's row.
func TestTokenKeyIsCompared(t *testing.T) {
	ctx := t.Context()
	db, a := migrated(t, engineNamed(t, "postgres"), nil)
	run(t, db.DB, `CREATE COLLATION "blind" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
	run(t, db.DB, `ALTER TABLE "VerificationToken" ALTER COLUMN "identifier" TYPE TEXT COLLATE "blind", ALTER COLUMN "token" TYPE TEXT COLLATE "blind"`)
	v := ginauth.VerificationToken{Identifier: "zoe@example.com", Token: "Hash", Expires: wanted}
	must(t, "CreateVerificationToken", a.CreateVerificationToken(ctx, v))
	for _, other := range []ginauth.VerificationToken{{Identifier: "Zoe@example.com", Token: "Hash"}, {Identifier: "zoe@example.com", Token: "hash"}} {
		_, err := a.VerificationToken(ctx, other.Identifier, other.Token)
		wantErr(t, "VerificationToken", err, ginauth.ErrNotFound)
		_, err = a.UseVerificationToken(ctx, other.Identifier, other.Token)
		wantErr(t, "UseVerificationToken", err, ginauth.ErrNotFound)
	}
	if got, err := a.UseVerificationToken(ctx, v.Identifier, v.Token); err != nil || got != v {
		t.Errorf("UseVerificationToken returned %+v, %v, want %+v", got, err, v)
	}
}

// TestAccountOwnerIsCompared: the same of whose accounts there are, on which it rests whether a
// passkey is the last way to sign in.
func TestAccountOwnerIsCompared(t *testing.T) {
	ctx := t.Context()
	db, a := migrated(t, engineNamed(t, "postgres"), nil)
	u, _ := signUp(t, a)
	run(t, db.DB, `CREATE COLLATION "blind" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
	run(t, db.DB, `ALTER TABLE "Account" DROP CONSTRAINT "Account_userId_fkey", ALTER COLUMN "userId" TYPE TEXT COLLATE "blind"`)
	if list, err := a.AccountsByUser(ctx, strings.ToUpper(u.ID)); err != nil || len(list) != 0 {
		t.Errorf("another user has %+v, %v", list, err)
	}
	if list, err := a.AccountsByUser(ctx, u.ID); err != nil || len(list) != 1 || list[0].UserID != u.ID {
		t.Errorf("the user has %+v, %v", list, err)
	}
}
