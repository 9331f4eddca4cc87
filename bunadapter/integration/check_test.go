package integration

import (
	"bytes"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
)

// remedy finds the statements that an error proposes.
var remedy = regexp.MustCompile(`(?s)(CREATE TABLE|CREATE UNIQUE INDEX|CREATE INDEX|ALTER TABLE|DROP INDEX) .*?;`)

// TestCheck breaks tables that Migrate made, and repairs them with the SQL that the error proposes.
func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, breaking string
		mysql          string // where MySQL says it differently
		want           string
		check          func(t *testing.T, a *bunadapter.Adapter) error
	}{
		{name: "credential IDs not unique", breaking: `DROP INDEX "Authenticator_credentialID_key"`, mysql: "DROP INDEX `Authenticator_credentialID_key` ON `Authenticator`",
			want: "credentialID of Authenticator is not unique"},
		{name: "addresses unique among some", breaking: `DROP INDEX "User_email_key"; CREATE UNIQUE INDEX "some" ON "User" ("email") WHERE "name" IS NOT NULL`,
			mysql: "DROP INDEX `User_email_key` ON `User`", want: "email of User is not unique"},
		{name: "unique with one column more", breaking: `DROP INDEX "Authenticator_credentialID_key"; CREATE UNIQUE INDEX "more" ON "Authenticator" ("credentialID", "userId")`,
			mysql: "DROP INDEX `Authenticator_credentialID_key` ON `Authenticator`; CREATE UNIQUE INDEX more ON `Authenticator` (`credentialID`, `userId`)",
			want:  "credentialID of Authenticator is not unique"},
		{name: "column missing", breaking: `ALTER TABLE "Authenticator" DROP COLUMN "credentialBackedUp"`, want: "column Authenticator.credentialBackedUp is missing"},
		{name: "no accounts", breaking: `DROP TABLE "Account"`, want: "table Account is missing"},
		{name: "no sessions", breaking: `DROP TABLE "Session"`, want: "table Session is missing",
			check: func(t *testing.T, a *bunadapter.Adapter) error { return a.CheckSessions(t.Context()) }},
		{name: "no tokens", breaking: `DROP TABLE "VerificationToken"`, want: "table VerificationToken is missing",
			check: func(t *testing.T, a *bunadapter.Adapter) error { return a.CheckTokens(t.Context()) }},
		{name: "no passkeys", breaking: `DROP TABLE "Authenticator"`, want: "table Authenticator is missing",
			check: func(t *testing.T, a *bunadapter.Adapter) error { return a.CheckPasskeys(t.Context()) }},
	} {
		for _, e := range engines() {
			t.Run(tt.name+"/"+e.name, func(t *testing.T) {
				ctx := t.Context()
				db := e.open(t, nil)
				must(t, "Migrate", bunadapter.Migrate(ctx, db))
				must(t, "Check", bunadapter.New(db).Check(ctx))
				breaking := tt.breaking
				if e.name == "mysql" {
					breaking = strings.ReplaceAll(breaking, `"`, "`")
					if tt.mysql != "" {
						breaking = tt.mysql
					}
				}
				run(t, db.DB, strings.ReplaceAll(breaking, "; ", ";\n"))
				a := bunadapter.New(db)
				err := a.Check(ctx)
				if tt.check != nil {
					must(t, "Check, which lets optional tables be missing", err)
					err = tt.check(t, a)
				}
				if !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("error is %v, want one that says %q", err, tt.want)
				}
				statements := remedy.FindAllString(err.Error(), -1)
				if len(statements) == 0 {
					t.Fatalf("no remedy in: %v", err)
				}
				for _, s := range statements {
					run(t, db.DB, s)
				}
				must(t, "Check after the remedy", a.Check(ctx))
				must(t, "everything after the remedy", errors.Join(a.CheckSessions(ctx), a.CheckTokens(ctx), a.CheckPasskeys(ctx)))
			})
		}
	}
}

func TestCheckNames(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db := e.open(t, nil)
			if err := bunadapter.New(db).Check(ctx); !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), "bunadapter.Migrate") {
				t.Errorf("Check of an empty database: %v", err)
			}
			must(t, "Migrate", bunadapter.Migrate(ctx, db))
			schema := strings.NewReplacer(quote(db, "User"), quote(db, "person"), quote(db, "Account"), quote(db, "login"),
				"User_", "person_", "Account_", "login_").Replace(bunadapter.Schema(db.Dialect().Name()))
			before, _, _ := strings.Cut(schema, quote(db, "Session"))
			before = before[:strings.LastIndex(before, "CREATE TABLE")]
			run(t, db.DB, before)
			tables := bunadapter.Tables{User: "person", Account: "login"}
			a := bunadapter.New(db, bunadapter.WithTables(tables))
			must(t, "Check of other names", a.Check(ctx))
			if err := bunadapter.New(db, bunadapter.WithTables(bunadapter.DrizzleTables())).Check(ctx); e.name == "postgres" && !errors.Is(err, bunadapter.ErrSchema) {
				t.Errorf("Check of names that do not exist: %v", err)
			}
			wantErr(t, "Check of a name that cannot be quoted", bunadapter.New(db, bunadapter.WithTables(bunadapter.Tables{User: "u?"})).Check(ctx), bunadapter.ErrSchema)
		})
	}
}

func quote(db *bun.DB, name string) string {
	q := string(db.Dialect().IdentQuote())
	return q + name + q
}

// TestCheckBothNames wants a decision when the tables of both tools are there.
func TestCheckBothNames(t *testing.T) {
	s := schemas()[2]
	db, _ := s.open(t, nil)
	run(t, db.DB, bunadapter.Schema(db.Dialect().Name()))
	if err := bunadapter.New(db).Check(t.Context()); !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), "WithTables") {
		t.Errorf("Check: %v", err)
	}
	for _, tables := range []bunadapter.Tables{bunadapter.PrismaTables(), bunadapter.DrizzleTables()} {
		must(t, "Check", bunadapter.New(db, bunadapter.WithTables(tables)).Check(t.Context()))
	}
}

// TestCheckSchema looks into an SQL schema that the connection would not look into.
func TestCheckSchema(t *testing.T) {
	ctx := t.Context()
	inside := openPostgres(t, nil)
	must(t, "Migrate", bunadapter.Migrate(ctx, inside))
	schema := raw(t, inside, "SELECT current_schema()")
	outside := openPostgres(t, nil)
	wantErr(t, "Check without the schema", bunadapter.New(outside).Check(ctx), bunadapter.ErrSchema)
	a := bunadapter.New(outside, bunadapter.WithSchema(schema))
	must(t, "Check", a.Check(ctx))
	u, _ := signUp(t, a)
	if got := raw(t, inside, `SELECT "id" FROM "User"`); got != u.ID {
		t.Errorf("User has %s, want %s", got, u.ID)
	}
	if _, owner, err := a.SessionAndUser(ctx, "Token"); err != nil || owner != u {
		t.Errorf("SessionAndUser returned %+v, %v", owner, err)
	}
}

// TestCheckSearchPath takes the tables that the connection takes: those of the first schema that
// has them, with their own unique keys.
func TestCheckSearchPath(t *testing.T) {
	ctx := t.Context()
	first, second := openPostgres(t, nil), openPostgres(t, nil)
	must(t, "Migrate", errors.Join(bunadapter.Migrate(ctx, first), bunadapter.Migrate(ctx, second)))
	run(t, first.DB, `DROP INDEX "Authenticator_credentialID_key"`)
	schemas := [2]string{raw(t, first, "SELECT current_schema()"), raw(t, second, "SELECT current_schema()")}
	both := openPostgres(t, map[string]string{"search_path": schemas[1] + "," + schemas[0]})
	must(t, "Check", bunadapter.New(both).Check(ctx))
	both = openPostgres(t, map[string]string{"search_path": schemas[0] + "," + schemas[1]})
	wantErr(t, "Check of the other order", bunadapter.New(both).Check(ctx), bunadapter.ErrSchema)
}

// TestCheckConnection refuses connections on which Bun's quoting would not hold.
func TestCheckConnection(t *testing.T) {
	for _, tt := range []struct {
		engine   string
		settings map[string]string
		want     string
	}{
		{"postgres", map[string]string{"standard_conforming_strings": "off"}, "standard_conforming_strings"},
		{"mysql", map[string]string{"sql_mode": "'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'"}, "NO_BACKSLASH_ESCAPES"},
		{"mysql", map[string]string{"charset": "latin1"}, "utf8mb4"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			db := engineNamed(t, tt.engine).open(t, tt.settings)
			run(t, db.DB, bunadapter.Schema(db.Dialect().Name()))
			if err := bunadapter.New(db).Check(t.Context()); !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check: %v, want an error that says %s", err, tt.want)
			}
		})
	}
}

// TestCheckWarns reports what restricts people without keeping ginauth from starting.
func TestCheckWarns(t *testing.T) {
	for _, s := range schemas() {
		t.Run(s.file, func(t *testing.T) {
			db, _ := s.open(t, nil)
			var log bytes.Buffer
			a := bunadapter.New(db, bunadapter.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			must(t, "Check", a.Check(t.Context()))
			if warned := strings.Contains(log.String(), "Account_userId_key"); warned != s.oneAccount || !s.oneAccount && !s.shortColumns && log.Len() > 0 {
				t.Errorf("Check logged %q", log.String())
			}
			for _, statement := range remedy.FindAllString(log.String(), -1) {
				run(t, db.DB, statement)
			}
			log.Reset()
			must(t, "Check after the remedies", a.Check(t.Context()))
			if log.Len() > 0 {
				t.Errorf("Check still logs %q", log.String())
			}
		})
	}
}
