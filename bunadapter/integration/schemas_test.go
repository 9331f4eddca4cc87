package integration

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// schema is a database as Prisma or Drizzle made it.
type schema struct {
	file, engine string
	drizzle      bool
	// What the columns cannot keep: counters of 32 bits, long credential IDs, milliseconds of expiry.
	narrowCounter, shortColumns, wholeSeconds bool
	// wideTokens tables have columns that hold any token of a provider, among short ones.
	wideTokens bool
	// caseBlind tables take two texts that differ in case for the same.
	caseBlind bool
	// oneAccount is the page of Prisma's documentation that allows a user one account.
	oneAccount bool
	// rowIDs are the tables whose id ginauth has to fill, stamped those with createdAt and updatedAt.
	rowIDs, stamped []string
}

func schemas() []schema {
	return []schema{
		{file: "prisma-seed", engine: "postgres", narrowCounter: true, rowIDs: []string{"Authenticator"}},
		{file: "prisma-pg", engine: "postgres", narrowCounter: true, stamped: []string{"User", "Account", "Session"}},
		{file: "drizzle-pg", engine: "postgres", drizzle: true, narrowCounter: true},
		{file: "prisma-seed-mysql", engine: "mysql", narrowCounter: true, shortColumns: true, caseBlind: true, rowIDs: []string{"Authenticator"}},
		{file: "prisma-mysql", engine: "mysql", narrowCounter: true, shortColumns: true, wideTokens: true, caseBlind: true, oneAccount: true,
			rowIDs: []string{"Account", "Session"}, stamped: []string{"User", "Account", "Session"}},
		{file: "drizzle-mysql", engine: "mysql", drizzle: true, narrowCounter: true, shortColumns: true, wholeSeconds: true, caseBlind: true},
		{file: "prisma-seed-sqlite", engine: "sqlite", rowIDs: []string{"Authenticator"}},
		{file: "prisma-sqlite", engine: "sqlite", rowIDs: []string{"Account", "Session"}, stamped: []string{"User", "Account", "Session"}},
		{file: "drizzle-sqlite", engine: "sqlite", drizzle: true},
	}
}

// open makes a database with this schema and an adapter on it.
func (s schema) open(t *testing.T, settings map[string]string) (*bun.DB, *bunadapter.Adapter) {
	t.Helper()
	db := engineNamed(t, s.engine).open(t, settings)
	statements, err := os.ReadFile("testdata/schemas/" + s.file + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	run(t, db.DB, string(statements))
	return db, bunadapter.New(db)
}

// sql spells a query with quoted names in the way of the schema: Drizzle's tables are in lower case,
// MySQL quotes with backticks.
func (s schema) sql(query string) string {
	if s.drizzle {
		p, d := bunadapter.PrismaTables(), bunadapter.DrizzleTables()
		query = strings.NewReplacer(quoted(p.User), quoted(d.User), quoted(p.Account), quoted(d.Account), quoted(p.Session), quoted(d.Session),
			quoted(p.VerificationToken), quoted(d.VerificationToken), quoted(p.Authenticator), quoted(d.Authenticator)).Replace(query)
	}
	if s.engine == "mysql" {
		query = strings.ReplaceAll(query, `"`, "`")
	}
	return query
}

func quoted(name string) string { return `"` + name + `"` }

func eachSchema(t *testing.T, fn func(t *testing.T, s schema)) {
	for _, s := range schemas() {
		t.Run(s.file, func(t *testing.T) { fn(t, s) })
	}
}

// signUp stores one row in every table.
func signUp(t *testing.T, a *bunadapter.Adapter) (ginauth.User, ginauth.Authenticator) {
	t.Helper()
	ctx := t.Context()
	u, err := a.CreateUser(ctx, ginauth.User{
		Name: "Zoë 渡辺 🦊", Email: "Zoe@example.com", Image: "https://example.com/z.png",
		EmailVerified: time.Date(2026, 12, 22, 21, 34, 56, 789999999, time.FixedZone("Asia/Tokyo", 9*3600)),
	})
	must(t, "CreateUser", err)
	p := ginauth.Authenticator{
		CredentialID: bytes.Repeat([]byte{0xfb, 0xff, 0x00, 0x41}, 8), UserID: u.ID, PublicKey: bytes.Repeat([]byte{0xa5, 0x3e}, 38),
		Counter: 7, MultiDevice: true, Transports: []string{"internal", "hybrid"},
	}
	p.ProviderAccountID = base64.StdEncoding.EncodeToString(p.CredentialID)
	must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
		return errors.Join(
			tx.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: p.ProviderAccountID}),
			tx.(ginauth.PasskeyAdapter).CreateAuthenticator(ctx, p),
			tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: "Token", UserID: u.ID, Expires: wanted.Add(time.Hour)}),
			tx.(ginauth.TokenAdapter).CreateVerificationToken(ctx, ginauth.VerificationToken{Identifier: "zoe@example.com", Token: "Hash", Expires: wanted}),
		)
	}))
	return u, p
}

// wanted is the moment that the tests write and read.
var wanted = time.Date(2026, 12, 22, 12, 34, 56, 789e6, time.UTC)

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}

// TestSchemas goes through a sign-up, a sign-in and a sign-out on every schema.
func TestSchemas(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		_, a := s.open(t, nil)
		must(t, "Check", errors.Join(a.Check(ctx), a.CheckSessions(ctx), a.CheckTokens(ctx), a.CheckPasskeys(ctx)))
		u, p := signUp(t, a)
		if u.EmailVerified != wanted {
			t.Errorf("CreateUser returned the time %v, want %v", u.EmailVerified, wanted)
		}
		for name, find := range map[string]func() (ginauth.User, error){
			"UserByID":      func() (ginauth.User, error) { return a.UserByID(ctx, u.ID) },
			"UserByEmail":   func() (ginauth.User, error) { return a.UserByEmail(ctx, u.Email) },
			"UserByAccount": func() (ginauth.User, error) { return a.UserByAccount(ctx, "passkey", p.ProviderAccountID) },
		} {
			if got, err := find(); err != nil || got != u {
				t.Errorf("%s returned %+v, %v, want %+v", name, got, err, u)
			}
		}
		session := ginauth.StoredSession{Token: "Token", UserID: u.ID, Expires: s.expiry(wanted.Add(time.Hour))}
		if got, owner, err := a.SessionAndUser(ctx, "Token"); err != nil || got != session || owner != u {
			t.Errorf("SessionAndUser returned %+v, %+v, %v, want %+v", got, owner, err, session)
		}
		session.Expires = s.expiry(wanted.Add(2 * time.Hour))
		for range 2 {
			must(t, "UpdateSession", a.UpdateSession(ctx, session))
		}
		if got, _, err := a.SessionAndUser(ctx, "Token"); err != nil || got != session {
			t.Errorf("SessionAndUser returned %+v, %v, want %+v", got, err, session)
		}

		p.BackedUp = true
		for _, tt := range []struct {
			counter uint32
			shared  bool
			want    error
		}{
			{7, false, ginauth.ErrConflict}, {8, false, nil}, {8, false, ginauth.ErrConflict}, {6, false, ginauth.ErrConflict}, {0, false, ginauth.ErrConflict},
			{8, true, nil}, {6, true, nil}, {0, true, nil}, {9, true, nil},
		} {
			p.Counter, p.MultiDevice = tt.counter, tt.shared
			if err := a.UpdateAuthenticator(ctx, p); !errors.Is(err, tt.want) {
				t.Errorf("UpdateAuthenticator to %d, shared %t: %v, want %v", tt.counter, tt.shared, err, tt.want)
			}
		}
		if list, err := a.AuthenticatorsByUser(ctx, u.ID); err != nil || !reflect.DeepEqual(list, []ginauth.Authenticator{p}) {
			t.Errorf("AuthenticatorsByUser returned %+v, %v, want %+v", list, err, p)
		}

		must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, s.expiry(wanted), 10))
		v, err := a.UseVerificationToken(ctx, "zoe@example.com", "Hash")
		if want := (ginauth.VerificationToken{Identifier: "zoe@example.com", Token: "Hash", Expires: s.expiry(wanted)}); err != nil || v != want {
			t.Errorf("UseVerificationToken returned %+v, %v, want %+v", v, err, want)
		}
		u.Name, u.EmailVerified = "", time.Time{}
		must(t, "UpdateUser", a.UpdateUser(ctx, u))
		if got, err := a.UserByID(ctx, u.ID); err != nil || got != u {
			t.Errorf("UserByID returned %+v, %v, want %+v", got, err, u)
		}
		must(t, "DeleteSession", a.DeleteSession(ctx, "Token"))
		wantErr(t, "DeleteSession again", a.DeleteSession(ctx, "Token"), ginauth.ErrNotFound)
	})
}

// expiry is t as the schema keeps an expiry.
func (s schema) expiry(t time.Time) time.Time {
	if s.wholeSeconds {
		return t.Truncate(time.Second)
	}
	return t
}

// TestSchemaUniqueKeys checks that the keys of every schema hold what ginauth relies on.
func TestSchemaUniqueKeys(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		_, a := s.open(t, nil)
		u, p := signUp(t, a)
		_, err := a.CreateUser(ctx, ginauth.User{Email: u.Email})
		wantErr(t, "CreateUser", err, ginauth.ErrConflict)
		wantErr(t, "CreateAuthenticator", a.CreateAuthenticator(ctx, p), ginauth.ErrConflict)
		wantErr(t, "CreateSession", a.CreateSession(ctx, ginauth.StoredSession{Token: "Token", UserID: u.ID, Expires: wanted}), ginauth.ErrConflict)
		wantErr(t, "CreateVerificationToken", a.CreateVerificationToken(ctx, ginauth.VerificationToken{Identifier: "zoe@example.com", Token: "Hash", Expires: wanted}), ginauth.ErrConflict)
		wantErr(t, "LinkAccount", a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: p.ProviderAccountID}), ginauth.ErrConflict)

		second := a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: "github", ProviderAccountID: "1"})
		if s.oneAccount {
			if !errors.Is(second, ginauth.ErrConflict) || !strings.Contains(second.Error(), "DROP INDEX `Account_userId_key` ON `Account`") {
				t.Errorf("LinkAccount of a second account: %v, which does not tell how to allow it", second)
			}
		} else if second != nil {
			t.Errorf("LinkAccount of a second account: %v", second)
		}
	})
}

// TestSchemaCase checks that nothing is found, changed or deleted by a text that differs in case, but for
// addresses: see [TestEmail_AnyCase].
func TestSchemaCase(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		_, a := s.open(t, nil)
		u, p := signUp(t, a)
		other := p
		other.CredentialID, _ = base64.StdEncoding.DecodeString(strings.ToLower(p.ProviderAccountID[:40]) + p.ProviderAccountID[40:])
		_, err := a.UserByID(ctx, strings.ToUpper(u.ID))
		wantErr(t, "UserByID", err, ginauth.ErrNotFound)
		_, err = a.UserByAccount(ctx, "Passkey", p.ProviderAccountID)
		wantErr(t, "UserByAccount", err, ginauth.ErrNotFound)
		_, err = a.AuthenticatorByCredentialID(ctx, other.CredentialID)
		wantErr(t, "AuthenticatorByCredentialID", err, ginauth.ErrNotFound)
		other.Counter = 99
		wantErr(t, "UpdateAuthenticator", a.UpdateAuthenticator(ctx, other), ginauth.ErrNotFound)
		list, err := a.AuthenticatorsByUser(ctx, strings.ToUpper(u.ID))
		if err != nil || len(list) != 0 {
			t.Errorf("AuthenticatorsByUser returned %v, %v", list, err)
		}
		for _, token := range []string{"token", "Token ", "Tóken"} {
			_, _, err = a.SessionAndUser(ctx, token)
			wantErr(t, "SessionAndUser", err, ginauth.ErrNotFound)
			wantErr(t, "UpdateSession", a.UpdateSession(ctx, ginauth.StoredSession{Token: token, Expires: wanted}), ginauth.ErrNotFound)
			wantErr(t, "DeleteSession", a.DeleteSession(ctx, token), ginauth.ErrNotFound)
			_, err = a.UseVerificationToken(ctx, "zoe@example.com", strings.Replace(token, "oken", "ash", 1))
			wantErr(t, "UseVerificationToken", err, ginauth.ErrNotFound)
		}
		_, err = a.UseVerificationToken(ctx, "Zoe@example.com", "Hash")
		wantErr(t, "UseVerificationToken", err, ginauth.ErrNotFound)
		_, err = a.CreateUser(ctx, ginauth.User{Email: strings.ToLower(u.Email)})
		wantErr(t, "CreateUser with the address in another case", err, ginauth.ErrConflict)
	})
}

// TestSchemaLimits checks that what does not fit a column is refused by name, before it is written.
func TestSchemaLimits(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		_, a := s.open(t, nil)
		u, p := signUp(t, a)
		try := func(what, column string, fits bool, write func(context.Context) error) {
			t.Helper()
			err := write(ctx)
			if fits {
				must(t, what, err)
			} else if !errors.Is(err, bunadapter.ErrValue) || !strings.Contains(err.Error(), column) {
				t.Errorf("%s: error is %v, want one that names %s", what, err, column)
			}
		}
		create := func(p ginauth.Authenticator) func(context.Context) error {
			return func(ctx context.Context) error {
				p.ProviderAccountID = base64.StdEncoding.EncodeToString(p.CredentialID)
				if err := a.CreateAuthenticator(ctx, p); err != nil {
					return err
				}
				got, err := a.AuthenticatorByCredentialID(ctx, p.CredentialID)
				if err == nil && !reflect.DeepEqual(got, p) {
					t.Errorf("stored %+v, want %+v", got, p)
				}
				return err
			}
		}
		long, rsa, high := p, p, p
		long.CredentialID = bytes.Repeat([]byte{1}, 200)
		rsa.CredentialID, rsa.PublicKey = bytes.Repeat([]byte{2}, 16), bytes.Repeat([]byte{3}, 270)
		high.CredentialID, high.Counter = bytes.Repeat([]byte{4}, 16), math.MaxInt32+1
		try("credential ID of 200 bytes", "credentialID", !s.shortColumns, create(long))
		try("RSA key", "credentialPublicKey", !s.shortColumns, create(rsa))
		try("counter of 2^31", "counter", !s.narrowCounter, create(high))
		high = p
		high.Counter = math.MaxUint32
		try("counter of 2^32-1", "counter", !s.narrowCounter, func(ctx context.Context) error { return a.UpdateAuthenticator(ctx, high) })
		try("long name", "name", !s.shortColumns, func(ctx context.Context) error {
			u.Name = strings.Repeat("🦊", 300)
			return a.UpdateUser(ctx, u)
		})
		try("NUL", "name", false, func(ctx context.Context) error {
			u.Name = "a\x00b"
			return a.UpdateUser(ctx, u)
		})
		try("broken UTF-8", "email", false, func(ctx context.Context) error {
			_, err := a.CreateUser(ctx, ginauth.User{Email: "a\xff@example.com"})
			return err
		})
	})
}
