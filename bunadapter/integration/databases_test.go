package integration

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite"
)

// engine makes empty databases.
type engine struct {
	name string
	// open makes a database that is dropped when the test ends. The settings are parameters of the
	// connection: run-time settings of PostgreSQL, parameters of the DSN of MySQL.
	open func(t *testing.T, settings map[string]string) *bun.DB
}

func engines() []engine {
	return []engine{{"sqlite", openSQLite}, {"postgres", openPostgres}, {"mysql", openMySQL}, {"pgbouncer", openPgBouncer}}
}

func engineNamed(t *testing.T, name string) engine {
	t.Helper()
	for _, e := range engines() {
		if e.name == name {
			return e
		}
	}
	t.Fatalf("no engine %s", name)
	return engine{}
}

// setting returns an environment variable that tells where a database is, or ends the test.
func setting(t *testing.T, name, what string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" && os.Getenv("GINAUTH_REQUIRE_ALL") == "1" {
		t.Fatalf("%s is not set and GINAUTH_REQUIRE_ALL is 1", name)
	}
	if v == "" {
		t.Skipf("%s is not set: %s was not tested", name, what)
	}
	return v
}

func openSQLite(t *testing.T, _ map[string]string) *bun.DB {
	t.Helper()
	file := url.PathEscape(filepath.Join(t.TempDir(), "auth.db"))
	db := open(t, "sqlite", "file:"+file+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)")
	return bun.NewDB(db, sqlitedialect.New())
}

func openPostgres(t *testing.T, settings map[string]string) *bun.DB {
	t.Helper()
	dsn, err := url.Parse(setting(t, "GINAUTH_TEST_POSTGRES", "PostgreSQL"))
	if err != nil {
		t.Fatal("GINAUTH_TEST_POSTGRES is no URL")
	}
	// A schema serves as a database and is made much faster.
	name := databaseName()
	admin := open(t, "pgx", dsn.String())
	run(t, admin, `CREATE SCHEMA "`+name+`"`)
	t.Cleanup(func() { run(t, admin, `DROP SCHEMA "`+name+`" CASCADE`) })
	query := dsn.Query()
	query.Set("search_path", name)
	for k, v := range settings {
		query.Set(k, v)
	}
	dsn.RawQuery = query.Encode()
	return bun.NewDB(open(t, "pgx", dsn.String()), pgdialect.New())
}

// openPgBouncer makes a database of PostgreSQL that is reached through a pooler in transaction mode.
// The pooler refuses search_path, so it is a database and not a schema.
func openPgBouncer(t *testing.T, settings map[string]string) *bun.DB {
	t.Helper()
	dsn, err := url.Parse(setting(t, "GINAUTH_TEST_PGBOUNCER", "PgBouncer"))
	if err != nil {
		t.Fatal("GINAUTH_TEST_PGBOUNCER is not a URL")
	}
	name := databaseName()
	admin := open(t, "pgx", setting(t, "GINAUTH_TEST_POSTGRES", "PostgreSQL"))
	run(t, admin, `CREATE DATABASE "`+name+`"`)
	t.Cleanup(func() { run(t, admin, `DROP DATABASE "`+name+`" WITH (FORCE)`) })
	dsn.Path = "/" + name
	query := dsn.Query()
	query.Set("default_query_exec_mode", "exec")
	for k, v := range settings {
		query.Set(k, v)
	}
	dsn.RawQuery = query.Encode()
	return bun.NewDB(open(t, "pgx", dsn.String()), pgdialect.New())
}

func openMySQL(t *testing.T, settings map[string]string) *bun.DB {
	t.Helper()
	dsn := setting(t, "GINAUTH_TEST_MYSQL", "MySQL")
	base, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal("GINAUTH_TEST_MYSQL is no DSN of go-sql-driver/mysql")
	}
	name := databaseName()
	admin := open(t, "mysql", dsn)
	run(t, admin, "CREATE DATABASE `"+name+"`")
	t.Cleanup(func() { run(t, admin, "DROP DATABASE `"+name+"`") })
	base.DBName = name
	dsn = base.FormatDSN()
	more := url.Values{}
	for k, v := range settings {
		more.Set(k, v)
	}
	switch {
	case len(more) == 0:
	case strings.Contains(dsn, "?"):
		dsn += "&" + more.Encode()
	default:
		dsn += "?" + more.Encode()
	}
	return bun.NewDB(open(t, "mysql", dsn), mysqldialect.New())
}

func open(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatalf("open %s: %v", driver, err)
	}
	db.SetMaxOpenConns(8)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func databaseName() string { return "ginauth_" + strings.ToLower(rand.Text()[:16]) }

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// run runs statements that are separated by semicolons at the end of a line.
func run(t *testing.T, db execer, statements string) {
	t.Helper()
	var kept strings.Builder
	for line := range strings.Lines(statements) {
		if !strings.HasPrefix(line, "--") {
			kept.WriteString(line)
		}
	}
	for statement := range strings.SplitSeq(kept.String(), ";\n") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		// The cleanup of a test runs with its context canceled.
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// raw returns the first row of a query as text, columns joined by a bar, as the database prints it.
func raw(t *testing.T, db *bun.DB, query string) string {
	t.Helper()
	rows, err := db.DB.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatalf("%s: no row, error %v", query, rows.Err())
	}
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, dest := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := rows.Scan(dest...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String
		if !v.Valid {
			texts[i] = "NULL"
		}
	}
	return strings.Join(texts, "|")
}
