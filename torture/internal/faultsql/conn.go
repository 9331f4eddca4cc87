package faultsql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Connector makes connections of another connector, which Controller can make fail.
type Connector struct {
	driver.Connector
	Controller *Controller
}

// Connect implements [driver.Connector].
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	if f, fails := c.Controller.next("CONNECT", false); fails {
		if err := f.wait(ctx); err != nil {
			return nil, err
		}
		if f.Err != nil {
			return nil, f.Err
		}
	}
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{inner: inner, controller: c.Controller}, nil
}

// conn passes everything on, and no more than the inner connection can do.
type conn struct {
	inner      driver.Conn
	controller *Controller
	dead       bool
}

var _ interface {
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
} = (*conn)(nil)

// step executes one statement, unless it fails.
func (c *conn) step(ctx context.Context, query string, do func() error) error {
	if c.dead {
		return driver.ErrBadConn
	}
	f, fails := c.controller.next(query, false)
	if !fails {
		return do()
	}
	if err := c.wait(ctx, f); err != nil {
		return err
	}
	if f.Point != Before || !f.harms() {
		if err := do(); err != nil || !f.harms() {
			return err
		}
	}
	return c.fail(ctx, f)
}

func (f Fault) harms() bool { return f.Drop || f.Err != nil || len(f.Provoke) > 0 }

// fail does what the fault says.
func (c *conn) fail(ctx context.Context, f Fault) error {
	for i, query := range f.Provoke {
		execer, ok := c.inner.(driver.ExecerContext)
		if !ok {
			return errors.New("faultsql: the driver cannot execute without preparing")
		}
		_, err := execer.ExecContext(ctx, query, nil)
		if i == len(f.Provoke)-1 {
			if err == nil {
				err = fmt.Errorf("faultsql: %s provoked no error", query)
			}
			return err
		}
	}
	if f.Drop {
		c.drop()
	}
	return f.Err
}

// drop ends the connection, as a network or a server does.
func (c *conn) drop() {
	if !c.dead {
		c.dead = true
		_ = c.inner.Close() // that it does not end well is the point
	}
}

// wait delays a statement. When that takes longer than the context, the connection ends as with real drivers.
func (c *conn) wait(ctx context.Context, f Fault) error {
	err := f.wait(ctx)
	if err != nil {
		c.drop()
	}
	return err
}

func (f Fault) wait(ctx context.Context) error {
	if f.Wait == 0 {
		return nil
	}
	timer := time.NewTimer(f.Wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-f.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ExecContext implements [driver.ExecerContext].
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (res driver.Result, err error) {
	execer, ok := c.inner.(driver.ExecerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	err = c.step(ctx, query, func() error {
		res, err = execer.ExecContext(ctx, query, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// QueryContext implements [driver.QueryerContext].
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	queryer, ok := c.inner.(driver.QueryerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	if c.dead {
		return nil, driver.ErrBadConn
	}
	f, fails := c.controller.next(query, true)
	if fails {
		if err := c.wait(ctx, f); err != nil {
			return nil, err
		}
		if f.Point == Before && f.harms() {
			return nil, c.fail(ctx, f)
		}
	}
	inner, err := queryer.QueryContext(ctx, query, args)
	if err != nil || !fails || !f.harms() {
		return inner, err
	}
	if f.Point == Reading {
		return &rows{Rows: inner, fail: func() error { return c.fail(ctx, f) }}, nil
	}
	_ = inner.Close() // the answer is lost anyway
	return nil, c.fail(ctx, f)
}

// BeginTx implements [driver.ConnBeginTx].
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	beginner, ok := c.inner.(driver.ConnBeginTx)
	if !ok {
		return nil, errors.New("faultsql: the driver has no BeginTx")
	}
	var inner driver.Tx
	err := c.step(ctx, "BEGIN", func() (err error) { inner, err = beginner.BeginTx(ctx, opts); return err })
	if err != nil {
		return nil, err
	}
	return &tx{inner: inner, conn: c, ctx: ctx}, nil
}

// Begin implements [driver.Conn].
func (c *conn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// Prepare implements [driver.Conn].
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext implements [driver.ConnPrepareContext]. Bun prepares nothing, so what prepared
// statements do is not counted.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.dead {
		return nil, driver.ErrBadConn
	}
	if p, ok := c.inner.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, query)
	}
	return c.inner.Prepare(query)
}

// Close implements [driver.Conn].
func (c *conn) Close() error {
	if c.dead {
		return nil
	}
	c.dead = true
	return c.inner.Close()
}

// Ping implements [driver.Pinger].
func (c *conn) Ping(ctx context.Context) error {
	if c.dead {
		return driver.ErrBadConn
	}
	if p, ok := c.inner.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// ResetSession implements [driver.SessionResetter].
func (c *conn) ResetSession(ctx context.Context) error {
	if c.dead {
		return driver.ErrBadConn
	}
	if r, ok := c.inner.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid implements [driver.Validator].
func (c *conn) IsValid() bool {
	if c.dead {
		return false
	}
	v, ok := c.inner.(driver.Validator)
	return !ok || v.IsValid()
}

// CheckNamedValue implements [driver.NamedValueChecker].
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.inner.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}
