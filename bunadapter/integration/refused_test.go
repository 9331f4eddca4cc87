package integration

import (
	"context"
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
