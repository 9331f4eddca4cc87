package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/uptrace/bun"
)

// Replica is a pool of connections that can be made unable to write.
type Replica struct {
	Bun *bun.DB
	// Ways are those in which that comes about.
	Ways []Way

	close func(ctx context.Context) error
}

// Way makes the database refuse writes, or take them again.
type Way struct {
	Name string
	Set  func(ctx context.Context, on bool) error
}

// Refusal makes sure that a write is refused, and for the right reason.
func (d *Database) Refusal(ctx context.Context, r *Replica) error {
	want := map[string]string{SQLite: "readonly database (8)", Postgres: "25006", MariaDB: "Error 1290"}[d.Engine]
	_, err := r.Bun.ExecContext(ctx, d.quoted(`DELETE FROM "VerificationToken" WHERE 1 = 0`))
	if err == nil {
		return errors.New("the database takes writes")
	}
	if !strings.Contains(err.Error(), want) {
		return fmt.Errorf("a write is not refused with %q: %w", want, err)
	}
	return nil
}

// Close makes the database writable and closes the pool.
func (r *Replica) Close(ctx context.Context) error { return r.close(ctx) }

// NewReplica opens a pool of so many connections. At the end it is to be closed.
func (d *Database) NewReplica(ctx context.Context, pool int) (*Replica, error) {
	switch d.Engine {
	case Postgres:
		return d.postgresReplica(pool)
	case MariaDB:
		return d.mariaDBReplica(ctx, pool)
	}
	db, err := d.Open(Options{Pool: pool})
	if err != nil {
		return nil, err
	}
	set := func(ctx context.Context, on bool) error {
		return onEvery(ctx, db.DB, pool, fmt.Sprintf("PRAGMA query_only = %t", on))
	}
	return &Replica{Bun: db, Ways: []Way{{"query_only", set}}, close: func(context.Context) error { return db.Close() }}, nil
}

func (d *Database) postgresReplica(pool int) (*Replica, error) {
	db, err := d.Open(Options{Pool: pool, Settings: map[string]string{"application_name": "replica"}})
	if err != nil {
		return nil, err
	}
	// What is set of a connection is stronger than what is set of the database.
	admin, err := d.Open(Options{Pool: 1, Settings: map[string]string{"default_transaction_read_only": "off"}})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	alter := func(ctx context.Context, on bool) error {
		_, err := admin.ExecContext(ctx, fmt.Sprintf("ALTER DATABASE %s SET default_transaction_read_only = %t", d.name, on))
		return err
	}
	ways := []Way{
		{"a failover that ends connections", func(ctx context.Context, on bool) error {
			if err := alter(ctx, on); err != nil {
				return err
			}
			if _, err := admin.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'replica' AND datname = current_database()`); err != nil {
				return err
			}
			return onEvery(ctx, db.DB, pool, "SELECT 1")
		}},
		{"a failover that the pool hears nothing of", func(ctx context.Context, on bool) error {
			if err := alter(ctx, on); err != nil {
				return err
			}
			// As when the connections' time is over.
			db.SetMaxIdleConns(0)
			db.SetMaxIdleConns(pool)
			return nil
		}},
		{"open connections", func(ctx context.Context, on bool) error {
			return onEvery(ctx, db.DB, pool, fmt.Sprintf("SET default_transaction_read_only = %t", on))
		}},
	}
	return &Replica{Bun: db, Ways: ways, close: func(ctx context.Context) error {
		return errors.Join(alter(ctx, false), db.Close(), admin.Close())
	}}, nil
}

// mariaDBReplica connects as a user of its own: who has all privileges writes in spite of read_only.
func (d *Database) mariaDBReplica(ctx context.Context, pool int) (*Replica, error) {
	u, err := url.Parse(d.URL)
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	user := d.name
	drop := func(ctx context.Context) error {
		_, err := d.Bun.ExecContext(ctx, "DROP USER IF EXISTS "+user)
		return err
	}
	for _, query := range []string{
		"CREATE USER " + user + " IDENTIFIED BY '" + strings.ReplaceAll(password, "'", "''") + "'",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON " + d.name + ".* TO " + user,
	} {
		if _, err := d.Bun.ExecContext(ctx, query); err != nil {
			return nil, errors.Join(fmt.Errorf("the user of GINAUTH_TEST_MYSQL must be allowed to make users and to grant: %w", err), drop(ctx))
		}
	}
	db, err := d.Open(Options{Pool: pool, User: user})
	if err != nil {
		return nil, errors.Join(err, drop(ctx))
	}
	global := func(ctx context.Context, on bool) error {
		_, err := d.Bun.ExecContext(ctx, fmt.Sprintf("SET GLOBAL read_only = %t", on))
		return err
	}
	ways := []Way{
		{"open connections", global},
		{"a failover that ends connections", func(ctx context.Context, on bool) error {
			if err := global(ctx, on); err != nil {
				return err
			}
			if _, err := d.Bun.ExecContext(ctx, "KILL USER "+user); err != nil {
				return err
			}
			return onEvery(ctx, db.DB, pool, "SELECT 1")
		}},
	}
	return &Replica{Bun: db, Ways: ways, close: func(ctx context.Context) error {
		return errors.Join(global(ctx, false), db.Close(), drop(ctx))
	}}, nil
}

// onEvery executes a statement on so many connections of a pool, all that it may have. Those that
// turn out to be broken are replaced.
func onEvery(ctx context.Context, db *sql.DB, pool int, query string) error {
	var held []*sql.Conn
	defer func() {
		for _, c := range held {
			_ = c.Close() // back to the pool
		}
	}()
	for failures := 0; len(held) < pool; {
		c, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, query); err != nil {
			_ = c.Close()
			if failures++; failures > 2*pool {
				return err
			}
			continue
		}
		held = append(held, c)
	}
	return nil
}
