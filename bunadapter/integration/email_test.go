package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// emailTable is a table of users with its own idea of case.
type emailTable struct {
	name, engine, file string
	// edit are pairs of old and new text of the file, more are further statements.
	edit []string
	more string
	// oneKey tables have a unique key that ignores case.
	oneKey bool
	// indexed tables need no search through all rows.
	indexed bool
}

func emailTables() []emailTable {
	mysqlBinary := []string{"utf8mb4_unicode_ci", "utf8mb4_bin"}
	return []emailTable{
		{name: "PostgreSQL", engine: "postgres", file: "prisma-seed"},
		{name: "PostgreSQL, Drizzle", engine: "postgres", file: "drizzle-pg"},
		{name: "PostgreSQL, VARCHAR", engine: "postgres", file: "prisma-seed", edit: []string{`"email" TEXT`, `"email" VARCHAR(191)`}},
		{name: "PostgreSQL, VARCHAR, index over lower(email)", engine: "postgres", file: "prisma-seed", edit: []string{`"email" TEXT`, `"email" VARCHAR(191)`},
			more: `CREATE UNIQUE INDEX "low" ON "User" (lower("email"))`, oneKey: true, indexed: true},
		{name: "PostgreSQL, index over lower(email)", engine: "postgres", file: "prisma-seed", more: `CREATE UNIQUE INDEX "low" ON "User" (lower("email"))`, oneKey: true, indexed: true},
		{name: "PostgreSQL, plain index over lower(email)", engine: "postgres", file: "prisma-seed", more: `CREATE INDEX "low" ON "User" (lower("email"))`, indexed: true},
		{name: "PostgreSQL, citext", engine: "postgres", file: "prisma-seed", edit: []string{`"email" TEXT`, `"email" CITEXT`}, oneKey: true, indexed: true},
		{name: "PostgreSQL, citext out of the path", engine: "postgres", file: "prisma-seed", edit: []string{`"email" TEXT`, `"email" public.CITEXT`}, oneKey: true},
		{name: "PostgreSQL, collation that ignores case", engine: "postgres", file: "prisma-seed", edit: []string{`"email" TEXT`, `"email" TEXT COLLATE "any_case"`}, oneKey: true, indexed: true},
		{name: "PostgreSQL, Migrate", engine: "postgres", oneKey: true, indexed: true},
		{name: "MySQL, Prisma", engine: "mysql", file: "prisma-seed-mysql", oneKey: true, indexed: true},
		{name: "MySQL, Drizzle", engine: "mysql", file: "drizzle-mysql", oneKey: true, indexed: true},
		{name: "MySQL, utf8mb4_bin", engine: "mysql", file: "prisma-seed-mysql", edit: mysqlBinary},
		{name: "MySQL, VARBINARY", engine: "mysql", file: "prisma-seed-mysql", edit: []string{"`email` VARCHAR(191)", "`email` VARBINARY(191)"}},
		{name: "MySQL, Migrate", engine: "mysql", oneKey: true, indexed: true},
		{name: "SQLite", engine: "sqlite", file: "prisma-seed-sqlite"},
		{name: "SQLite, NOCASE", engine: "sqlite", file: "prisma-seed-sqlite", edit: []string{`"email" TEXT NOT NULL`, `"email" TEXT NOT NULL COLLATE NOCASE`}, oneKey: true, indexed: true},
		{name: "SQLite, index that ignores case", engine: "sqlite", file: "prisma-seed-sqlite", more: `CREATE UNIQUE INDEX "low" ON "User" ("email" COLLATE NOCASE)`, oneKey: true, indexed: true},
		{name: "SQLite, index over lower(email)", engine: "sqlite", file: "prisma-seed-sqlite", more: `CREATE UNIQUE INDEX "low" ON "User" (lower("email"))`, oneKey: true, indexed: true},
		{name: "SQLite, Migrate", engine: "sqlite", oneKey: true, indexed: true},
	}
}

// open makes a database with this table. The types of extensions are in the schema public.
func (u emailTable) open(t *testing.T) *bun.DB {
	t.Helper()
	settings := map[string]string{}
	if u.engine == "postgres" {
		withPublic := openPostgres(t, nil)
		run(t, withPublic.DB, `CREATE EXTENSION IF NOT EXISTS citext SCHEMA public`)
		if !strings.Contains(strings.Join(u.edit, ""), "public.") {
			settings["search_path"] = raw(t, withPublic, "SELECT current_schema()") + ",public"
		}
	}
	db := engineNamed(t, u.engine).open(t, settings)
	if u.file == "" {
		must(t, "Migrate", bunadapter.Migrate(t.Context(), db))
		return db
	}
	statements, err := os.ReadFile("testdata/schemas/" + u.file + ".sql")
	must(t, "ReadFile", err)
	if strings.Contains(strings.Join(u.edit, ""), "any_case") {
		run(t, db.DB, `CREATE COLLATION "any_case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
	}
	run(t, db.DB, strings.NewReplacer(u.edit...).Replace(string(statements)))
	run(t, db.DB, u.more)
	return db
}

// insert adds a user as another program would.
func (u emailTable) insert(t *testing.T, db *bun.DB, id, email string) error {
	t.Helper()
	table := "User"
	if strings.HasPrefix(u.file, "drizzle") {
		table = "user"
	}
	_, err := db.DB.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO %s (%s, %s) VALUES ('%s', '%s')", quote(db, table), quote(db, "id"), quote(db, "email"), id, email))
	return err
}

func eachEmailTable(t *testing.T, fn func(t *testing.T, u emailTable, db *bun.DB)) {
	for _, u := range emailTables() {
		t.Run(u.name, func(t *testing.T) { fn(t, u, u.open(t)) })
	}
}

// TestEmail_AnyCase: whoever proves an address is its user, in whatever case it was stored; and nobody
// else is, whatever the collation says.
func TestEmail_AnyCase(t *testing.T) {
	eachEmailTable(t, func(t *testing.T, u emailTable, db *bun.DB) {
		ctx, a := t.Context(), bunadapter.New(db)
		must(t, "Check", a.Check(ctx))
		for id, email := range map[string]string{"u1": "Ann@Example.com", "u2": "bob@example.com", "u3": "Änne@Example.com", "u4": "ÖZGÜR@example.com"} {
			must(t, "insert", u.insert(t, db, id, email))
		}
		for written, want := range map[string]string{
			"Ann@Example.com": "u1", "ann@example.com": "u1", "ANN@EXAMPLE.COM": "u1",
			"bob@example.com": "u2", "Bob@Example.com": "u2",
			"Änne@Example.com": "u3", "änne@example.com": "u3", "ÄNNE@EXAMPLE.COM": "u3",
			"özgür@example.com": "u4", "ÖZGÜR@EXAMPLE.COM": "u4",
		} {
			if got, err := a.UserByEmail(ctx, written); err != nil || got.ID != want {
				t.Errorf("UserByEmail(%q) returned %q, %v, want %s", written, got.ID, err, want)
			}
		}
		for _, other := range []string{"änn@example.com", "Ännx@example.com", "anne@example.com", "ann@example.com ", " ann@example.com", "bób@example.com", "ozgur@example.com", "a_n@example.com", "%", ""} {
			_, err := a.UserByEmail(ctx, other)
			wantErr(t, "UserByEmail of "+other, err, ginauth.ErrNotFound)
		}
		_, err := a.CreateUser(ctx, ginauth.User{Email: "ann@example.com"})
		wantErr(t, "CreateUser with a stored address in another case", err, ginauth.ErrConflict)
		must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
			got, err := tx.UserByEmail(ctx, "ann@example.com")
			if got.ID != "u1" {
				t.Errorf("within a transaction UserByEmail returned %q", got.ID)
			}
			return err
		}))
	})
}

// TestEmail_TwoCases: of two users whose addresses differ in case each has the exact one, and none the
// rest.
func TestEmail_TwoCases(t *testing.T) {
	eachEmailTable(t, func(t *testing.T, u emailTable, db *bun.DB) {
		ctx, a := t.Context(), bunadapter.New(db)
		must(t, "insert", u.insert(t, db, "u1", "Ann@Example.com"))
		err := u.insert(t, db, "u2", "ann@example.com")
		if u.oneKey {
			if err == nil {
				t.Error("the key takes both")
			}
			return
		}
		must(t, "insert", err)
		for written, want := range map[string]string{"Ann@Example.com": "u1", "ann@example.com": "u2"} {
			if got, err := a.UserByEmail(ctx, written); err != nil || got.ID != want {
				t.Errorf("UserByEmail(%q) returned %q, %v, want %s", written, got.ID, err, want)
			}
		}
		_, err = a.UserByEmail(ctx, "ANN@example.com")
		wantErr(t, "UserByEmail of what either could be", err, ginauth.ErrNotFound)
	})
}

// TestEmail_CreatedAtOnce: on the tables of Migrate an address becomes one user, in whatever cases it is
// stored at the same time.
func TestEmail_CreatedAtOnce(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			_, a := migrated(t, e, nil)
			spellings := []string{"ann@example.com", "Ann@Example.com", "ANN@EXAMPLE.COM"}
			var wg sync.WaitGroup
			errs := make([]error, 18)
			for i := range errs {
				wg.Go(func() { _, errs[i] = a.CreateUser(t.Context(), ginauth.User{Email: spellings[i%3]}) })
			}
			wg.Wait()
			created := 0
			for _, err := range errs {
				if err == nil {
					created++
				} else if !errors.Is(err, ginauth.ErrConflict) {
					t.Errorf("CreateUser: %v", err)
				}
			}
			if created != 1 {
				t.Errorf("%d users were created, want 1", created)
			}
		})
	}
}

// TestEmail_Index: with the index that Check names, an address that no user has is not searched for in
// the whole table; and Check names it where a table has grown large.
func TestEmail_Index(t *testing.T) {
	const users = 10_500
	eachEmailTable(t, func(t *testing.T, u emailTable, db *bun.DB) {
		ctx := t.Context()
		fill(t, u, db, users)
		var log bytes.Buffer
		queries := &lastQuery{}
		a := bunadapter.New(db.WithQueryHook(queries), bunadapter.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		must(t, "Check", a.Check(ctx))
		warning := searchWarning(&log)
		if (warning == "") != u.indexed {
			t.Fatalf("Check warned %q", warning)
		}
		if !u.indexed {
			statement := remedy.FindString(strings.ReplaceAll(warning, `\"`, `"`))
			run(t, db.DB, statement)
			must(t, "Check after the remedy", a.Check(ctx))
			if warning := searchWarning(&log); warning != "" {
				t.Errorf("after %s Check warned %q", statement, warning)
			}
		}
		_, err := a.UserByEmail(ctx, "nobody@example.com")
		wantErr(t, "UserByEmail", err, ginauth.ErrNotFound)
		if plan := explain(t, u, db, queries.last); !usesIndex(u.engine, plan) {
			t.Errorf("%s\n%s", queries.last, plan)
		}
		if got, err := a.UserByEmail(ctx, "user7@example.com"); err != nil || got.ID != "7" {
			t.Errorf("UserByEmail returned %+v, %v", got, err)
		}
	})
}

// searchWarning takes the warning of the search from the log, and empties it.
func searchWarning(log *bytes.Buffer) string {
	defer log.Reset()
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "in the whole table") {
			return line
		}
	}
	return ""
}

// fill adds users, whose addresses have capitals.
func fill(t *testing.T, u emailTable, db *bun.DB, n int) {
	t.Helper()
	table := "User"
	if strings.HasPrefix(u.file, "drizzle") {
		table = "user"
	}
	for from := 0; from < n; from += 500 {
		rows := make([]string, 500)
		for i := range rows {
			rows[i] = fmt.Sprintf("('%d', 'User%d@Example.com')", from+i, from+i)
		}
		run(t, db.DB, fmt.Sprintf("INSERT INTO %s (%s, %s) VALUES %s", quote(db, table), quote(db, "id"), quote(db, "email"), strings.Join(rows, ", ")))
	}
	if u.engine != "mysql" {
		run(t, db.DB, "ANALYZE "+quote(db, table))
		return
	}
	raw(t, db, "ANALYZE TABLE "+quote(db, table))
}

// lastQuery is a query hook that keeps the last statement.
type lastQuery struct{ last string }

func (q *lastQuery) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }
func (q *lastQuery) AfterQuery(_ context.Context, e *bun.QueryEvent)                    { q.last = e.Query }

func explain(t *testing.T, u emailTable, db *bun.DB, query string) string {
	t.Helper()
	how := "EXPLAIN "
	if u.engine == "sqlite" {
		how = "EXPLAIN QUERY PLAN "
	}
	return raw(t, db, how+query)
}

func usesIndex(engine, plan string) bool {
	switch engine {
	case "postgres":
		return strings.Contains(plan, "Index Scan") || strings.Contains(plan, "Bitmap")
	case "mysql":
		return !strings.Contains(plan, "|ALL|") && !strings.Contains(plan, "|index|")
	}
	return strings.Contains(plan, "USING INDEX") || strings.Contains(plan, "SEARCH")
}
