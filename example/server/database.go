package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

const (
	// defaultDatabase is the file that is used without DATABASE_URL, in the working directory.
	defaultDatabase = "ginauth-example.db"
	connectTime     = 10 * time.Second
	// execMode is the parameter of a PostgreSQL URL that chooses how pgx sends statements.
	execMode = "default_query_exec_mode"
)

// openDatabase connects to the database that address names and makes sure that it answers. No
// error has the address itself: a password may be in it.
func openDatabase(ctx context.Context, address string, pool int) (*bun.DB, error) {
	db, dialect, err := databaseFor(address)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL %w", err)
	}
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	db.SetConnMaxLifetime(30 * time.Minute)
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if err := ping(ctx, db); err != nil {
		return nil, errors.Join(
			fmt.Errorf("DATABASE_URL: the database does not answer; see that it runs, and that host, user, password and database name are right: %w", err),
			db.Close())
	}
	// Only now: Bun asks MySQL for its version at once, and has no error to return.
	return bun.NewDB(db, dialect), nil
}

// ping asks the database something: a driver's own Ping may be satisfied by an open connection.
func ping(ctx context.Context, db interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}) error {
	_, err := db.ExecContext(ctx, "SELECT 1")
	return err
}

func databaseFor(address string) (*sql.DB, schema.Dialect, error) {
	if address == "" {
		return openSQLite(defaultDatabase, nil)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, errors.New("is not a valid URL; percent-encode what is special in the user's name and password")
	}
	switch u.Scheme {
	case "postgres", "postgresql":
		cfg, err := pgx.ParseConfig(address)
		if err != nil {
			return nil, nil, fmt.Errorf("is not understood by the PostgreSQL driver: %w", err)
		}
		if !u.Query().Has(execMode) {
			// Bun writes values into the text, so a prepared statement is never used twice; and a
			// pooler such as PgBouncer in transaction mode does not keep any.
			cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
		}
		return stdlib.OpenDB(*cfg), pgdialect.New(), nil
	case "mysql":
		return openMySQL(u)
	case "sqlite":
		if u.Host != "" || u.Path == "" {
			return nil, nil, errors.New("has no absolute path; write sqlite:///path/to/file.db with three slashes")
		}
		return openSQLite(u.Path, u.Query())
	}
	return nil, nil, fmt.Errorf("begins with %q; use postgres://user:password@host:port/name, mysql://user:password@host:port/name or sqlite:///path/to/file.db", u.Scheme+":")
}

// silence is how long a database may take to answer a statement.
const silence = 5 * time.Second

// openMySQL translates a URL to the driver's own notation. The URL's query is handed on.
func openMySQL(u *url.URL) (*sql.DB, schema.Dialect, error) {
	name := strings.TrimPrefix(u.Path, "/")
	if u.Host == "" || name == "" {
		return nil, nil, errors.New("has no host or no database name; write mysql://user:password@host:port/name")
	}
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.DBName = "tcp", u.Host, name
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	dsn := cfg.FormatDSN()
	if u.RawQuery != "" {
		separator := "?"
		if strings.Contains(dsn[strings.LastIndex(dsn, "/"):], "?") {
			separator = "&"
		}
		dsn += separator + u.RawQuery
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("is not understood by the MySQL driver: %w", err)
	}
	cfg.ParseTime, cfg.Loc = true, time.UTC
	// The driver's commit takes no context: without these a silent database is waited for for ever.
	for _, limit := range []*time.Duration{&cfg.Timeout, &cfg.ReadTimeout, &cfg.WriteTimeout} {
		if *limit == 0 {
			*limit = silence
		}
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("is not understood by the MySQL driver: %w", err)
	}
	return sql.OpenDB(connector), mysqldialect.New(), nil
}

// openSQLite opens a file so that readers do not wait for a writer, and writers wait for each
// other instead of failing: a transaction takes the lock when it begins. The driver's parameters in
// extra come on top.
func openSQLite(path string, extra url.Values) (*sql.DB, schema.Dialect, error) {
	// A new file is its owner's alone; SQLite would let everybody read who are the users.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator chooses the file
	if err != nil {
		return nil, nil, fmt.Errorf("names a file that cannot be used: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, nil, err
	}
	query := url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
	}
	for name, values := range extra {
		query[name] = append(query[name], values...)
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, nil, fmt.Errorf("is not understood by the SQLite driver: %w", err)
	}
	return db, sqlitedialect.New(), nil
}
