package bunadapter

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
)

// retries is how often work is done again that the database gave up in favor of another transaction.
const retries = 3

// transaction is a transaction or, within one, a savepoint.
type transaction struct {
	tx bun.Tx
	// failed is the first failure of a statement. Databases differ in what is left after one: the
	// transaction, everything but it, or nothing (MySQL after a deadlock). So no statement follows
	// it and it is never committed, even if the caller goes on.
	failed error
	// refused says that the failure was the database's refusal of a value.
	refused bool
}

// do runs fn where the adapter's statements belong: in its transaction, or by itself and then again
// when the database gave it up.
func (a *Adapter) do(ctx context.Context, fn func(db bun.IDB) error) error {
	if a.tx == nil {
		return retry(ctx, func() error { return fn(a.db) })
	}
	if a.tx.failed != nil {
		return fmt.Errorf("bunadapter: the transaction has failed: %w", a.tx.failed)
	}
	err := fn(a.tx.tx)
	if err != nil {
		a.tx.failed = err
	}
	return err
}

// InTx implements [ginauth.TxAdapter]. Within a transaction it sets a savepoint, so that what the
// inner fn wrote can be taken back alone. A statement that fails within fn makes InTx fail, even if
// fn goes on and returns nil.
//
// The database may give up a transaction, or refuse a row that has names, pictures and the like in it.
// Then fn is called again, in the second case without those.
func (a *Adapter) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	if _, err := a.layout(ctx); err != nil { // before a connection is taken, the pool may have one only
		return err
	}
	if a.tx != nil {
		return a.savepoint(ctx, fn)
	}
	plain := map[string]bool{}
	for {
		err := retry(ctx, func() error { return a.transact(ctx, plain, fn) })
		var refused *decorationError
		if !errors.As(err, &refused) || plain[refused.table] || ctx.Err() != nil {
			return err
		}
		plain[refused.table] = true
	}
}

// transact runs fn in a transaction.
func (a *Adapter) transact(ctx context.Context, plain map[string]bool, fn func(tx ginauth.Adapter) error) error {
	tx, err := a.db.BeginTx(ctx, nil)
	if err != nil {
		return beginError(err)
	}
	done := false
	defer func() {
		if !done {
			_ = tx.Rollback() // the failure that led here is what the caller needs to know
		}
	}()
	if err := run(a.core, tx, plain, fn); err != nil {
		return err
	}
	done = true
	err = tx.Commit()
	if err == nil {
		return nil
	}
	if isConflict(err) { // a deferred unique key
		return fmt.Errorf("bunadapter: commit: %w: a unique key refused it", ginauth.ErrConflict)
	}
	if isOrphan(err) {
		return fmt.Errorf("bunadapter: commit: %w: a row that it refers to is gone", ginauth.ErrNotFound)
	}
	return &commitError{err}
}

// beginError says that no transaction could begin.
func beginError(err error) error {
	return fmt.Errorf("bunadapter: begin: %w%s", err, poolerHint(err))
}

// savepoint runs fn within the transaction, under a savepoint.
func (a *Adapter) savepoint(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	var sp bun.Tx
	err := a.do(ctx, func(bun.IDB) (err error) { sp, err = a.tx.tx.BeginTx(ctx, nil); return err })
	if err != nil {
		return fmt.Errorf("bunadapter: savepoint: %w", err)
	}
	done := false
	defer func() {
		if !done {
			if err := sp.Rollback(); err != nil && a.tx.failed == nil {
				a.tx.failed = err
			}
		}
	}()
	if err := run(a.core, sp, a.plain, fn); err != nil {
		if isGivenUp(err) && a.tx.failed == nil {
			a.tx.failed = err
		}
		return err
	}
	done = true
	return a.do(ctx, func(bun.IDB) error { return sp.Commit() })
}

func run(c *core, tx bun.Tx, plain map[string]bool, fn func(tx ginauth.Adapter) error) error {
	t := &transaction{tx: tx}
	if err := fn(&Adapter{core: c, tx: t, plain: plain}); err != nil {
		return err
	}
	if isConflict(t.failed) {
		return fmt.Errorf("bunadapter: a statement of the transaction failed: %w", ginauth.ErrConflict)
	}
	if t.refused {
		return fmt.Errorf("bunadapter: a statement of the transaction failed: %w", ErrValue)
	}
	if t.failed != nil {
		return fmt.Errorf("bunadapter: a statement of the transaction failed: %w", t.failed)
	}
	return nil
}

// commitError says that a commit failed. Whether the transaction is stored is unknown unless the
// database said that it gave it up.
type commitError struct{ err error }

func (e *commitError) Error() string {
	return "bunadapter: commit: " + e.err.Error() + poolerHint(e.err)
}

func (e *commitError) Unwrap() error { return e.err }

// retry calls fn again while the database gives up its work for that of others, after pauses that
// grow and differ.
func retry(ctx context.Context, fn func() error) error {
	pause := 5 * time.Millisecond
	for attempt := 0; ; attempt++ {
		err := fn()
		if err == nil || attempt == retries || ctx.Err() != nil || !isGivenUp(err) {
			return err
		}
		if commit := (*commitError)(nil); errors.As(err, &commit) && !isRolledBack(commit.err) {
			return err
		}
		wait := time.NewTimer(pause + rand.N(pause)) //nolint:gosec // G404: nobody gains from guessing a pause
		select {
		case <-ctx.Done():
			wait.Stop()
			return err
		case <-wait.C:
		}
		pause *= 4
	}
}
