package ginauth

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginauth/ginauth/internal/address"
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

// The words of storage: what is absent is nil, and a failure is ErrStorage.

func (s storage) userByID(ctx context.Context, id string) (*User, error) {
	u, err := s.users.UserByID(ctx, id)
	return found("user by id", u, err)
}

func (s storage) userByAccount(ctx context.Context, provider, id string) (*User, error) {
	u, err := s.users.UserByAccount(ctx, provider, id)
	return found("user by account", u, err)
}

// userByAddress returns the user with an e-mail address. The address is looked up as it is written and
// then in the other forms in which it may have been stored.
func (s storage) userByAddress(ctx context.Context, written string) (*User, error) {
	for _, spelling := range address.Spellings(written) {
		u, err := s.users.UserByEmail(ctx, spelling)
		if user, err := found("user by e-mail", u, err); err != nil || user != nil {
			return user, err
		}
	}
	return nil, nil
}

// lockUser makes every other transaction that changes the user wait, and returns the row as it is now. A
// user who does not exist is ErrNotFound.
func (s storage) lockUser(ctx context.Context, id string) (*User, error) {
	if err := s.manage.LockUser(ctx, id); err != nil {
		return nil, stored("lock user", err)
	}
	row, err := s.users.UserByID(ctx, id)
	return &row, stored("user by id", err)
}

func (s storage) passkeyByID(ctx context.Context, credentialID []byte) (*Authenticator, error) {
	row, err := s.passkeys.AuthenticatorByCredentialID(ctx, credentialID)
	return found("authenticator", row, err)
}

// passkeysOf lists a user's passkeys. It returns nil if the adapter does not store passkeys.
func (s storage) passkeysOf(ctx context.Context, userID string) ([]Authenticator, error) {
	if s.passkeys == nil {
		return nil, nil
	}
	list, err := s.passkeys.AuthenticatorsByUser(ctx, userID)
	return list, stored("authenticators by user", err)
}

func (s storage) accountsOf(ctx context.Context, userID string) ([]Account, error) {
	list, err := s.manage.AccountsByUser(ctx, userID)
	return list, stored("accounts by user", err)
}
