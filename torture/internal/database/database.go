// Package database makes empty databases for tests, and says what must hold in them.
package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
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
	"modernc.org/sqlite"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
)

// The engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
	MariaDB  = "mariadb"
)

// Engines are all of them.
func Engines() []string { return []string{SQLite, Postgres, MariaDB} }

// ErrNotConfigured says that the environment does not name a server.
var ErrNotConfigured = errors.New("not configured")

// Database is an empty database with ginauth's tables.
type Database struct {
	Engine string
	// Bun is a connection pool for looking and preparing, which nothing disturbs.
	Bun *bun.DB
	// URL is the database's address as the example server takes it.
	URL string
	// Address is the server's host and port; empty for SQLite.
	Address string

	name    string
	drop    func(ctx context.Context) error
	connect func(address string, o Options) (driver.Connector, error)
}

// New makes a database. Drop removes it.
func New(ctx context.Context, engine string) (*Database, error) {
	d := &Database{Engine: engine, name: "ginauth_" + strings.ToLower(rand.Text()[:16])}
	var err error
	switch engine {
	case SQLite:
		err = d.newSQLite()
	case Postgres:
		err = d.newPostgres(ctx)
	case MariaDB:
		err = d.newMariaDB(ctx)
	default:
		err = fmt.Errorf("no engine is called %s", engine)
	}
	if err != nil {
		return nil, err
	}
	return d.filled(ctx)
}

// filled is d with a pool and ginauth's tables.
func (d *Database) filled(ctx context.Context) (_ *Database, err error) {
	if d.Bun, err = d.Open(Options{}); err != nil {
		return nil, err
	}
	if err := bunadapter.Migrate(ctx, d.Bun); err != nil {
		return nil, errors.Join(err, d.Drop(ctx))
	}
	return d, nil
}

// Options are how a pool is opened.
type Options struct {
	// Faults, when set, makes statements fail.
	Faults *faultsql.Controller
	// Address is that of a proxy in front of the server.
	Address string
	// Pool is the most connections; 8 when zero.
	Pool int
	// ReadTimeout bounds how long MariaDB's driver waits for an answer.
	ReadTimeout time.Duration
	// User, when set, connects to MariaDB instead of the usual one, with the same password.
	User string
	// Settings are variables of the session, or pragmas of SQLite.
	Settings map[string]string
}

// Open opens a pool of connections. The caller closes it.
func (d *Database) Open(o Options) (*bun.DB, error) {
	address := d.Address
	if o.Address != "" {
		address = o.Address
	}
	connector, err := d.connect(address, o)
	if err != nil {
		return nil, err
	}
	if o.Faults != nil {
		connector = &faultsql.Connector{Connector: connector, Controller: o.Faults}
	}
	db := sql.OpenDB(connector)
	pool := o.Pool
	if pool == 0 {
		pool = 8
	}
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	return bun.NewDB(db, d.dialect()), nil
}

func (d *Database) dialect() schema.Dialect {
	switch d.Engine {
	case Postgres:
		return pgdialect.New()
	case MariaDB:
		return mysqldialect.New()
	}
	return sqlitedialect.New()
}

// Drop closes Bun and removes the database.
func (d *Database) Drop(ctx context.Context) error {
	return errors.Join(d.Bun.Close(), d.drop(context.WithoutCancel(ctx)))
}

func (d *Database) newSQLite() error {
	dir, err := os.MkdirTemp("", "ginauth-torture-")
	if err != nil {
		return err
	}
	d.atFile(filepath.Join(dir, "auth.db"))
	d.drop = func(context.Context) error { return os.RemoveAll(dir) }
	return nil
}

// atFile makes d the database in a file.
func (d *Database) atFile(path string) {
	d.URL = "sqlite://" + path
	d.drop = func(context.Context) error { return nil }
	d.connect = func(_ string, o Options) (driver.Connector, error) {
		// As the example opens it, but for the settings.
		pragmas := map[string]string{"busy_timeout": "5000", "journal_mode": "WAL", "foreign_keys": "1"}
		maps.Copy(pragmas, o.Settings)
		query := url.Values{"_txlock": {"immediate"}}
		for k, v := range pragmas {
			query.Add("_pragma", k+"("+v+")")
		}
		return dsnConnector{"file:" + path + "?" + query.Encode()}, nil
	}
}

// dsnConnector is a connector for modernc.org/sqlite, which has none.
type dsnConnector struct{ dsn string }

func (c dsnConnector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }
func (c dsnConnector) Driver() driver.Driver                        { return &sqlite.Driver{} }

func (d *Database) newPostgres(ctx context.Context) error {
	address := os.Getenv("GINAUTH_TEST_POSTGRES")
	if address == "" {
		return fmt.Errorf("GINAUTH_TEST_POSTGRES is not set: %w", ErrNotConfigured)
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("GINAUTH_TEST_POSTGRES is no URL")
	}
	return d.postgresAt(ctx, u, "")
}

// postgresAt makes d a new database of a server. Options are those of CREATE DATABASE.
func (d *Database) postgresAt(ctx context.Context, u *url.URL, options string) error {
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		return err
	}
	if _, err := admin.ExecContext(ctx, `CREATE DATABASE "`+d.name+`"`+options); err != nil {
		return errors.Join(err, admin.Close())
	}
	d.drop = func(ctx context.Context) error {
		_, err := admin.ExecContext(ctx, `DROP DATABASE "`+d.name+`" WITH (FORCE)`)
		return errors.Join(err, admin.Close())
	}
	d.Address = u.Host
	own := *u
	own.Path = "/" + d.name
	d.URL = own.String()
	d.connect = func(address string, o Options) (driver.Connector, error) {
		there := own
		there.Host = address
		cfg, err := pgx.ParseConfig(there.String())
		if err != nil {
			return nil, err
		}
		for k, v := range o.Settings {
			cfg.RuntimeParams[k] = v
		}
		return stdlib.GetConnector(*cfg), nil
	}
	return nil
}

func (d *Database) newMariaDB(ctx context.Context) error {
	dsn := os.Getenv("GINAUTH_TEST_MYSQL")
	if dsn == "" {
		return fmt.Errorf("GINAUTH_TEST_MYSQL is not set: %w", ErrNotConfigured)
	}
	base, err := mysql.ParseDSN(dsn)
	if err != nil {
		return errors.New("GINAUTH_TEST_MYSQL is no DSN of go-sql-driver/mysql")
	}
	admin, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE `"+d.name+"`"); err != nil {
		return errors.Join(err, admin.Close())
	}
	d.drop = func(ctx context.Context) error {
		_, err := admin.ExecContext(ctx, "DROP DATABASE `"+d.name+"`")
		return errors.Join(err, admin.Close())
	}
	base.DBName = d.name
	d.Address = base.Addr
	own := url.URL{Scheme: "mysql", User: url.UserPassword(base.User, base.Passwd), Host: base.Addr, Path: "/" + d.name}
	d.URL = own.String()
	d.connect = func(address string, o Options) (driver.Connector, error) {
		cfg := base.Clone()
		cfg.Addr, cfg.ParseTime, cfg.Loc = address, true, time.UTC
		cfg.Logger = &mysql.NopLogger{}
		if o.User != "" {
			cfg.User = o.User
		}
		cfg.Params, cfg.ReadTimeout = o.Settings, o.ReadTimeout
		return mysql.NewConnector(cfg)
	}
	return nil
}
