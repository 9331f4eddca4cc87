package adaptertest

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginauth/ginauth/ginauth"
)

// memoryTx is a [Memory] within InTx: the rows are already locked for it.
type memoryTx struct {
	methods
	rows *rows
	// refused is the first write that a unique key refused; it must not be committed around.
	refused error
}

var _ interface {
	ginauth.Adapter
	ginauth.SessionAdapter
	ginauth.TokenAdapter
	ginauth.PasskeyAdapter
	ginauth.TxAdapter
	ginauth.TokenLookupAdapter
	ginauth.ClaimAdapter
	ginauth.ManagementAdapter
} = (*memoryTx)(nil)

// inTx calls fn with the adapter of a transaction on r, which the caller opened with r.run.
func inTx(ctx context.Context, r *rows, fn func(tx ginauth.Adapter) error) error {
	tx := &memoryTx{rows: r}
	tx.run = tx.within
	if err := fn(tx); err != nil {
		return err
	}
	if tx.refused != nil {
		return fmt.Errorf("adaptertest: transaction rolled back: %w", tx.refused)
	}
	return ctx.Err()
}

func (tx *memoryTx) within(ctx context.Context, fn func(r *rows) error) error {
	err := tx.rows.run(ctx, fn)
	var unique *uniqueError
	if tx.refused == nil && errors.As(err, &unique) {
		tx.refused = err
	}
	return err
}

// InTx undoes what fn wrote when it fails, and leaves the rest of the transaction to its caller.
func (tx *memoryTx) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return tx.rows.run(ctx, func(r *rows) error { return inTx(ctx, r, fn) })
}
