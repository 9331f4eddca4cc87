package integration

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// TestDatabaseRefusesValue: what only the database knows to refuse is no outage either. The error
// names the column where the database does, and never the value.
func TestDatabaseRefusesValue(t *testing.T) {
	const secret = "hunter2"
	refuse := func(name, change, column string) struct{ name, change, column string } {
		return struct{ name, change, column string }{name, change, column}
	}
	for engine, cases := range map[string][]struct{ name, change, column string }{
		"postgres": {
			refuse("CHECK", `ALTER TABLE "Account" ADD CHECK (length("access_token") < 5)`, ""),
			refuse("NOT NULL", `ALTER TABLE "Account" ADD COLUMN "access" TEXT GENERATED ALWAYS AS (NULLIF("access_token", '`+secret+`')) STORED NOT NULL`, "access"),
			refuse("ENUM", `CREATE TYPE kinds AS ENUM ('oauth');ALTER TABLE "Account" ALTER COLUMN "type" TYPE kinds USING "type"::kinds`, ""),
			refuse("domain", `CREATE DOMAIN few AS TEXT CHECK (length(VALUE) < 5);ALTER TABLE "Account" ALTER COLUMN "access_token" TYPE few`, ""),
		},
		"mysql": {
			refuse("CHECK", "ALTER TABLE `Account` ADD CHECK (length(`access_token`) < 5)", ""),
			refuse("ENUM", "ALTER TABLE `Account` MODIFY `type` ENUM('oauth', 'it''s') NOT NULL", "type"),
			refuse("UUID", "ALTER TABLE `Account` MODIFY `access_token` UUID", "access_token"),
		},
		"sqlite": {
			refuse("CHECK", `CREATE TABLE "copy" AS SELECT * FROM "Account";DROP TABLE "Account";CREATE TABLE "Account" ("userId" TEXT, "type" TEXT, "provider" TEXT, "providerAccountId" TEXT, "access_token" TEXT CHECK (length("access_token") < 5), PRIMARY KEY ("provider", "providerAccountId"))`, ""),
		},
	} {
		for _, tt := range cases {
			for name, settings := range map[string]map[string]string{"": nil, ", not strict": {"sql_mode": "''"}} {
				if engine != "mysql" && settings != nil {
					continue
				}
				t.Run(engine+" "+tt.name+name, func(t *testing.T) {
					ctx := t.Context()
					db, _ := migrated(t, engineNamed(t, engine), settings)
					run(t, db.DB, strings.ReplaceAll(tt.change, ";", ";\n"))
					a, _ := logged(db)
					u, err := a.CreateUser(ctx, ginauth.User{Email: "ann@example.com"})
					must(t, "CreateUser", err)
					link := func(ctx context.Context, a ginauth.Adapter) error {
						return a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOIDC, Provider: "svc", ProviderAccountID: "1", AccessToken: secret})
					}
					for what, err := range map[string]error{
						"LinkAccount": link(ctx, a),
						"InTx":        a.InTx(ctx, func(tx ginauth.Adapter) error { return link(ctx, tx) }),
						"swallowed":   a.InTx(ctx, func(tx ginauth.Adapter) error { _ = link(ctx, tx); return nil }),
					} {
						if what == "swallowed" && tt.column != "" && engine == "mysql" {
							continue // nothing was sent to the database
						}
						if !errors.Is(err, ginauth.ErrValue) || strings.Contains(fmt.Sprint(err), secret) {
							t.Errorf("%s: error is %v, want ErrValue without the value", what, err)
						}
						if what != "swallowed" && (!strings.Contains(fmt.Sprint(err), "Account") || !strings.Contains(fmt.Sprint(err), tt.column)) {
							t.Errorf("%s: error %v does not name Account.%s", what, err, tt.column)
						}
					}
					if _, err := a.UserByAccount(ctx, "svc", "1"); !errors.Is(err, ginauth.ErrNotFound) {
						t.Errorf("the account is stored: %v", err)
					}
				})
			}
		}
	}
}

// TestUnreadableValueIsAFailure: a time that cannot be read says nothing of whether the session has
// ended, and is nothing that the user could change.
func TestUnreadableValueIsAFailure(t *testing.T) {
	ctx := t.Context()
	db, a := migrated(t, engineNamed(t, "postgres"), nil)
	signUp(t, a)
	run(t, db.DB, `ALTER TABLE "Session" RENAME TO "Rows"`)
	run(t, db.DB, `CREATE VIEW "Session" AS SELECT "sessionToken", "userId", CAST("sessionToken" AS TIMESTAMP) AS "expires" FROM "Rows"`)
	if _, _, err := a.SessionAndUser(ctx, "Token"); err == nil || errors.Is(err, ginauth.ErrNotFound) || errors.Is(err, ginauth.ErrValue) {
		t.Errorf("SessionAndUser: %v", err)
	}
}

// TestRefusedDecorationIsLeftOut: a constraint on what is only nice to have keeps nobody out either.
// The row is written without it, alone and in a transaction, and the log has a warning. A refusal that
// has another reason stays one.
func TestRefusedDecorationIsLeftOut(t *testing.T) {
	for engine, spell := range map[string]func(string) string{
		"sqlite":   func(s string) string { return s },
		"postgres": func(s string) string { return s },
		"mysql":    func(s string) string { return strings.ReplaceAll(s, `"`, "`") },
	} {
		t.Run(engine, func(t *testing.T) {
			ctx := t.Context()
			db, _ := migrated(t, engineNamed(t, engine), nil)
			if engine == "sqlite" { // which adds no constraint to a table
				for _, table := range []string{"User", "Account", "Authenticator"} {
					sql := raw(t, db, `SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '`+table+`'`)
					for _, column := range []string{"name", "scope", "transports"} {
						sql = strings.Replace(sql, `"`+column+`" TEXT`, `"`+column+`" TEXT CHECK (length("`+column+`") < 5)`, 1)
					}
					sql = strings.Replace(sql, `"email" TEXT`, `"email" TEXT CHECK ("email" <> 'no@example.com')`, 1)
					indexes := raw(t, db, `SELECT coalesce(group_concat(sql, ';'), '') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '`+table+`'`)
					run(t, db.DB, `DROP TABLE "`+table+`"`)
					run(t, db.DB, sql+";\n"+strings.ReplaceAll(indexes, ";", ";\n"))
				}
			} else {
				for _, change := range []string{
					`"User" ADD CHECK (length("name") < 5)`, `"User" ADD CHECK ("email" <> 'no@example.com')`,
					`"Account" ADD CHECK (length("scope") < 5)`, `"Authenticator" ADD CHECK (length("transports") < 5)`,
				} {
					run(t, db.DB, spell("ALTER TABLE "+change))
				}
			}
			a, log := logged(db)
			store := func(a ginauth.Adapter, n string) (u ginauth.User, err error) {
				if u, err = a.CreateUser(ctx, ginauth.User{Email: n + "@example.com", Name: "Ann Example", Image: "https://a.example/" + n}); err != nil {
					return u, err
				}
				id := []byte("0123456789abcde" + n)
				return u, errors.Join(
					a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOIDC, Provider: "svc", ProviderAccountID: n, AccessToken: "token", Scope: "openid profile"}),
					a.(ginauth.PasskeyAdapter).CreateAuthenticator(ctx, ginauth.Authenticator{
						UserID: u.ID, CredentialID: id, ProviderAccountID: base64.StdEncoding.EncodeToString(id), PublicKey: []byte("k"), Transports: []string{"internal"},
					}),
				)
			}
			created := map[string]ginauth.User{}
			var err error
			created["1"], err = store(a, "1")
			must(t, "alone", err)
			must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) (err error) { created["2"], err = store(tx, "2"); return err }))
			must(t, "InTx within", a.InTx(ctx, func(tx ginauth.Adapter) error {
				return tx.(ginauth.TxAdapter).InTx(ctx, func(tx ginauth.Adapter) (err error) { created["3"], err = store(tx, "3"); return err })
			}))
			for n, u := range created {
				got, err := a.UserByEmail(ctx, n+"@example.com")
				if err != nil || got != u || got.Name != "" {
					t.Errorf("%s: CreateUser returned %+v, and stored is %+v, %v", n, u, got, err)
				}
			}
			if got := raw(t, db, spell(`SELECT count(*) FROM "Account" WHERE "scope" IS NULL AND "access_token" = 'token'`)); got != "3" {
				t.Errorf("%s accounts without scope", got)
			}
			if got := raw(t, db, spell(`SELECT count(*) FROM "Authenticator" WHERE "transports" IS NULL`)); got != "3" {
				t.Errorf("%s authenticators without transports", got)
			}
			for _, column := range []string{"name", "scope", "transports"} {
				if !strings.Contains(log.String(), "column="+column+" ") {
					t.Errorf("%s: not in the log: %s", column, log)
				}
			}
			if strings.Contains(log.String(), "Ann Example") || strings.Contains(log.String(), "openid profile") {
				t.Errorf("the log has a value: %s", log)
			}
			for what, err := range map[string]error{
				"alone": func() error { _, err := store(a, "no"); return err }(),
				"InTx":  a.InTx(ctx, func(tx ginauth.Adapter) error { _, err := store(tx, "no"); return err }),
			} {
				wantErr(t, "another reason, "+what, err, ginauth.ErrValue)
			}
			// What fits is kept.
			u, err := a.CreateUser(ctx, ginauth.User{Email: "bob@example.com", Name: "Bob", Image: "https://b.example/"})
			if err != nil || u.Name != "Bob" || u.Image == "" {
				t.Errorf("CreateUser returned %+v, %v", u, err)
			}
		})
	}
}
