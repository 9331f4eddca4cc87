package ginauth

import (
	"context"
	"errors"
	"fmt"
)

// storage is the adapter with its further interfaces looked up once. A field that the
// configuration does not need may be nil.
type storage struct {
	users    Adapter
	sessions SessionAdapter
	ledger   ledger
	passkeys PasskeyAdapter
	tx       TxAdapter
	claims   ClaimAdapter
	manage   ManagementAdapter
	fit      FitChecker
}

func newStorage(a Adapter) storage {
	s := storage{users: a}
	s.sessions, _ = a.(SessionAdapter)
	s.ledger.tokens, _ = a.(TokenAdapter)
	s.ledger.lookup, _ = a.(TokenLookupAdapter)
	s.passkeys, _ = a.(PasskeyAdapter)
	s.tx, _ = a.(TxAdapter)
	s.claims, _ = a.(ClaimAdapter)
	s.manage, _ = a.(ManagementAdapter)
	s.fit, _ = a.(FitChecker)
	return s
}

// inTx runs fn in one transaction. Errors of fn come back as they are; the transaction's own
// failures are storage errors.
func (s storage) inTx(ctx context.Context, fn func(tx storage) error) error {
	var own error
	err := s.tx.InTx(ctx, func(tx Adapter) error {
		own = fn(newStorage(tx))
		return own
	})
	if err != nil && own != nil && errors.Is(err, own) {
		return own
	}
	return stored("transaction", err)
}

// stored makes a storage failure of every adapter error but the three that are answers.
func stored(what string, err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrConflict) || errors.Is(err, ErrValue) || errors.Is(err, ErrStorage) {
		return err
	}
	return fmt.Errorf("%w: %s: %w", ErrStorage, what, err)
}

// found splits an adapter's answer into row, absence and failure.
func found[T any](what string, row T, err error) (*T, error) {
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, stored(what, err)
	}
	return &row, nil
}
