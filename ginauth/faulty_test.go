package ginauth_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

var errDisk = errors.New("disk is on fire")

// faults decides which call of the adapter fails.
type faults struct {
	// armed counts and fails; otherwise everything works.
	armed bool
	// at is the number of the call that fails, from 1; 0 fails none and -1 all.
	at int
	// after lets the call do its work before it fails, as a connection that breaks does.
	after bool
	calls []string
}

func (f *faults) arm(at int, after bool) { f.armed, f.at, f.after, f.calls = true, at, after, nil }

func (f *faults) disarm() { f.armed = false }

// call runs one method of the adapter.
func (f *faults) call(name string, do func() error) error {
	if !f.armed {
		return do()
	}
	f.calls = append(f.calls, name)
	if f.at != len(f.calls) && f.at != -1 {
		return do()
	}
	if f.after {
		_ = do() // whatever it said, the answer is lost
	}
	return errDisk
}

// faulty is an adapter whose calls can fail, within transactions too.
type faulty struct {
	everyAdapter
	*faults
}

func get[T any](f *faults, name string, do func() (T, error)) (v T, err error) {
	err = f.call(name, func() (err error) { v, err = do(); return err })
	return v, err
}

func (f faulty) CreateUser(ctx context.Context, u ginauth.User) (ginauth.User, error) {
	return get(f.faults, "CreateUser", func() (ginauth.User, error) { return f.everyAdapter.CreateUser(ctx, u) })
}

func (f faulty) UserByID(ctx context.Context, id string) (ginauth.User, error) {
	return get(f.faults, "UserByID", func() (ginauth.User, error) { return f.everyAdapter.UserByID(ctx, id) })
}

func (f faulty) UserByEmail(ctx context.Context, email string) (ginauth.User, error) {
	return get(f.faults, "UserByEmail", func() (ginauth.User, error) { return f.everyAdapter.UserByEmail(ctx, email) })
}

func (f faulty) UserByAccount(ctx context.Context, provider, id string) (ginauth.User, error) {
	return get(f.faults, "UserByAccount", func() (ginauth.User, error) { return f.everyAdapter.UserByAccount(ctx, provider, id) })
}

func (f faulty) UpdateUser(ctx context.Context, u ginauth.User) error {
	return f.call("UpdateUser", func() error { return f.everyAdapter.UpdateUser(ctx, u) })
}

func (f faulty) LinkAccount(ctx context.Context, a ginauth.Account) error {
	return f.call("LinkAccount", func() error { return f.everyAdapter.LinkAccount(ctx, a) })
}

func (f faulty) CreateSession(ctx context.Context, s ginauth.StoredSession) error {
	return f.call("CreateSession", func() error { return f.everyAdapter.CreateSession(ctx, s) })
}

func (f faulty) SessionAndUser(ctx context.Context, token string) (s ginauth.StoredSession, u ginauth.User, err error) {
	err = f.call("SessionAndUser", func() (err error) { s, u, err = f.everyAdapter.SessionAndUser(ctx, token); return err })
	return s, u, err
}

func (f faulty) UpdateSession(ctx context.Context, s ginauth.StoredSession) error {
	return f.call("UpdateSession", func() error { return f.everyAdapter.UpdateSession(ctx, s) })
}

func (f faulty) DeleteSession(ctx context.Context, token string) error {
	return f.call("DeleteSession", func() error { return f.everyAdapter.DeleteSession(ctx, token) })
}

func (f faulty) CreateVerificationToken(ctx context.Context, t ginauth.VerificationToken) error {
	return f.call("CreateVerificationToken", func() error { return f.everyAdapter.CreateVerificationToken(ctx, t) })
}

func (f faulty) UseVerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	return get(f.faults, "UseVerificationToken", func() (ginauth.VerificationToken, error) {
		return f.everyAdapter.UseVerificationToken(ctx, identifier, token)
	})
}

func (f faulty) DeleteExpiredVerificationTokens(ctx context.Context, now time.Time, limit int) error {
	return f.call("DeleteExpiredVerificationTokens", func() error {
		return f.everyAdapter.DeleteExpiredVerificationTokens(ctx, now, limit)
	})
}

func (f faulty) CreateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return f.call("CreateAuthenticator", func() error { return f.everyAdapter.CreateAuthenticator(ctx, a) })
}

func (f faulty) AuthenticatorByCredentialID(ctx context.Context, id []byte) (ginauth.Authenticator, error) {
	return get(f.faults, "AuthenticatorByCredentialID", func() (ginauth.Authenticator, error) {
		return f.everyAdapter.AuthenticatorByCredentialID(ctx, id)
	})
}

func (f faulty) AuthenticatorsByUser(ctx context.Context, userID string) ([]ginauth.Authenticator, error) {
	return get(f.faults, "AuthenticatorsByUser", func() ([]ginauth.Authenticator, error) {
		return f.everyAdapter.AuthenticatorsByUser(ctx, userID)
	})
}

func (f faulty) UpdateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return f.call("UpdateAuthenticator", func() error { return f.everyAdapter.UpdateAuthenticator(ctx, a) })
}

func (f faulty) VerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	return get(f.faults, "VerificationToken", func() (ginauth.VerificationToken, error) {
		return f.everyAdapter.VerificationToken(ctx, identifier, token)
	})
}

func (f faulty) LockUser(ctx context.Context, userID string) error {
	return f.call("LockUser", func() error { return f.everyAdapter.LockUser(ctx, userID) })
}

func (f faulty) AccountsByUser(ctx context.Context, userID string) ([]ginauth.Account, error) {
	return get(f.faults, "AccountsByUser", func() ([]ginauth.Account, error) { return f.everyAdapter.AccountsByUser(ctx, userID) })
}

func (f faulty) DeleteAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return f.call("DeleteAuthenticator", func() error { return f.everyAdapter.DeleteAuthenticator(ctx, a) })
}

func (f faulty) DeleteSessionsByUser(ctx context.Context, userID string) error {
	return f.call("DeleteSessionsByUser", func() error { return f.everyAdapter.DeleteSessionsByUser(ctx, userID) })
}

// InTx fails before it begins, or after the commit: then its outcome is unknown to the caller.
func (f faulty) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return f.call("InTx", func() error {
		return f.everyAdapter.InTx(ctx, func(tx ginauth.Adapter) error {
			return fn(faulty{whole(tx), f.faults})
		})
	})
}

// withFaults makes the storage of a site fail on demand.
func withFaults(f *faults) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Adapter = faulty{whole(c.Adapter), f} }
}

// hooked lets something happen before each transaction.
type hooked struct {
	everyAdapter
	do func()
}

func (h hooked) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	h.do()
	return h.everyAdapter.InTx(ctx, fn)
}

func withHook(do func()) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Adapter = hooked{whole(c.Adapter), do} }
}

// whole is an adapter as one that has all interfaces.
func whole(a ginauth.Adapter) everyAdapter {
	all, ok := a.(everyAdapter)
	if !ok {
		panic(fmt.Sprintf("%T lacks an interface", a))
	}
	return all
}
