package faultsql

import (
	"context"
	"database/sql/driver"
)

// tx is a transaction whose end can fail.
type tx struct {
	inner driver.Tx
	conn  *conn
	ctx   context.Context //nolint:containedctx // driver.Tx has no contexts, and a commit waits as long as its BEGIN might
}

// Commit implements [driver.Tx].
func (t *tx) Commit() error {
	committed := false
	err := t.conn.step(t.ctx, "COMMIT", func() error {
		committed = true
		return t.inner.Commit()
	})
	if err != nil && !committed && !t.conn.dead {
		// Where a commit fails, the database or its driver ends the transaction.
		_ = t.inner.Rollback()
	}
	return err
}

// Rollback implements [driver.Tx].
func (t *tx) Rollback() error {
	return t.conn.step(t.ctx, "ROLLBACK", t.inner.Rollback)
}

// rows fail when the first of them is read.
type rows struct {
	driver.Rows
	fail func() error
}

// Next implements [driver.Rows].
func (r *rows) Next([]driver.Value) error {
	if r.fail == nil {
		return driver.ErrBadConn
	}
	_ = r.Rows.Close() // before the connection, which fail may close
	fail := r.fail
	r.fail = nil
	return fail()
}

// Close implements [driver.Rows].
func (r *rows) Close() error {
	if r.fail == nil {
		return nil
	}
	return r.Rows.Close()
}
