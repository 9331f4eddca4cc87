package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

var errStorageDown = errors.New("storage is down")

// storage is the in-memory adapter with a switch: while it is down, every call fails. The hooks of
// the suite reach the rows beside it.
type storage struct {
	*adaptertest.Memory
	down atomic.Bool
}

func (s *storage) do(call func() error) error {
	if s.down.Load() {
		return errStorageDown
	}
	return call()
}

func get[T any](s *storage, call func() (T, error)) (row T, err error) {
	err = s.do(func() (err error) { row, err = call(); return err })
	return row, err
}

func (s *storage) CreateUser(ctx context.Context, u ginauth.User) (ginauth.User, error) {
	return get(s, func() (ginauth.User, error) { return s.Memory.CreateUser(ctx, u) })
}

func (s *storage) UserByID(ctx context.Context, id string) (ginauth.User, error) {
	return get(s, func() (ginauth.User, error) { return s.Memory.UserByID(ctx, id) })
}

func (s *storage) UserByEmail(ctx context.Context, email string) (ginauth.User, error) {
	return get(s, func() (ginauth.User, error) { return s.Memory.UserByEmail(ctx, email) })
}

func (s *storage) UserByAccount(ctx context.Context, provider, id string) (ginauth.User, error) {
	return get(s, func() (ginauth.User, error) { return s.Memory.UserByAccount(ctx, provider, id) })
}

func (s *storage) UpdateUser(ctx context.Context, u ginauth.User) error {
	return s.do(func() error { return s.Memory.UpdateUser(ctx, u) })
}

func (s *storage) LinkAccount(ctx context.Context, a ginauth.Account) error {
	return s.do(func() error { return s.Memory.LinkAccount(ctx, a) })
}

func (s *storage) CreateSession(ctx context.Context, row ginauth.StoredSession) error {
	return s.do(func() error { return s.Memory.CreateSession(ctx, row) })
}

func (s *storage) SessionAndUser(ctx context.Context, token string) (row ginauth.StoredSession, u ginauth.User, err error) {
	err = s.do(func() (err error) { row, u, err = s.Memory.SessionAndUser(ctx, token); return err })
	return row, u, err
}

func (s *storage) UpdateSession(ctx context.Context, row ginauth.StoredSession) error {
	return s.do(func() error { return s.Memory.UpdateSession(ctx, row) })
}

func (s *storage) DeleteSession(ctx context.Context, token string) error {
	return s.do(func() error { return s.Memory.DeleteSession(ctx, token) })
}

func (s *storage) CreateVerificationToken(ctx context.Context, t ginauth.VerificationToken) error {
	return s.do(func() error { return s.Memory.CreateVerificationToken(ctx, t) })
}

func (s *storage) VerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	return get(s, func() (ginauth.VerificationToken, error) {
		return s.Memory.VerificationToken(ctx, identifier, token)
	})
}

func (s *storage) VerificationTokens(ctx context.Context, identifier string) ([]ginauth.VerificationToken, error) {
	return get(s, func() ([]ginauth.VerificationToken, error) { return s.Memory.VerificationTokens(ctx, identifier) })
}

func (s *storage) DeleteVerificationTokens(ctx context.Context, identifier string) error {
	return s.do(func() error { return s.Memory.DeleteVerificationTokens(ctx, identifier) })
}

func (s *storage) UseVerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	return get(s, func() (ginauth.VerificationToken, error) {
		return s.Memory.UseVerificationToken(ctx, identifier, token)
	})
}

func (s *storage) DeleteExpiredVerificationTokens(ctx context.Context, now time.Time, limit int) error {
	return s.do(func() error { return s.Memory.DeleteExpiredVerificationTokens(ctx, now, limit) })
}

func (s *storage) CreateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return s.do(func() error { return s.Memory.CreateAuthenticator(ctx, a) })
}

func (s *storage) AuthenticatorByCredentialID(ctx context.Context, id []byte) (ginauth.Authenticator, error) {
	return get(s, func() (ginauth.Authenticator, error) { return s.Memory.AuthenticatorByCredentialID(ctx, id) })
}

func (s *storage) AuthenticatorsByUser(ctx context.Context, userID string) ([]ginauth.Authenticator, error) {
	return get(s, func() ([]ginauth.Authenticator, error) { return s.Memory.AuthenticatorsByUser(ctx, userID) })
}

func (s *storage) UpdateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return s.do(func() error { return s.Memory.UpdateAuthenticator(ctx, a) })
}

func (s *storage) DeleteUnproven(ctx context.Context, userID string) error {
	return s.do(func() error { return s.Memory.DeleteUnproven(ctx, userID) })
}

func (s *storage) LockUser(ctx context.Context, userID string) error {
	return s.do(func() error { return s.Memory.LockUser(ctx, userID) })
}

func (s *storage) AccountsByUser(ctx context.Context, userID string) ([]ginauth.Account, error) {
	return get(s, func() ([]ginauth.Account, error) { return s.Memory.AccountsByUser(ctx, userID) })
}

func (s *storage) DeleteAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return s.do(func() error { return s.Memory.DeleteAuthenticator(ctx, a) })
}

func (s *storage) DeleteSessionsByUser(ctx context.Context, userID string) error {
	return s.do(func() error { return s.Memory.DeleteSessionsByUser(ctx, userID) })
}

// InTx is asked before each transaction; what happens inside one is not interrupted.
func (s *storage) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return s.do(func() error { return s.Memory.InTx(ctx, fn) })
}
