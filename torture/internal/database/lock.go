package database

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/uptrace/bun"
)

// LockWait are options with which a pool waits so long for a lock. MariaDB counts in seconds. Zero
// leaves the database as it is, and then it waits for longer than a request may take. But for SQLite
// it is the five seconds of the example: its driver cannot be called back while it waits.
func (d *Database) LockWait(wait time.Duration, pool int) Options {
	o := Options{Pool: pool, Settings: map[string]string{}}
	switch ms := wait.Milliseconds(); {
	case wait == 0:
	case d.Engine == SQLite:
		o.Settings["busy_timeout"] = strconv.FormatInt(ms, 10)
	case d.Engine == Postgres:
		o.Settings["lock_timeout"] = strconv.FormatInt(ms, 10)
	default:
		o.Settings["innodb_lock_wait_timeout"] = strconv.FormatInt(max(1, ms/1000), 10)
	}
	return o
}

// Lock is a transaction of somebody else, which holds locks until it is released.
type Lock struct{ tx bun.Tx }

// Hold begins a transaction on a pool and executes a statement in it, whose names are in double
// quotes. With SQLite the transaction itself locks the whole file, and the statement is left out.
func (d *Database) Hold(ctx context.Context, pool *bun.DB, query string, args ...any) (*Lock, error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil || d.Engine == SQLite {
		return &Lock{tx}, err
	}
	if _, err := tx.ExecContext(ctx, d.quoted(query), args...); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return &Lock{tx}, nil
}

// Release ends the transaction without a change.
func (l *Lock) Release() error { return l.tx.Rollback() }
