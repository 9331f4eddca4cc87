package adaptertest

import (
	"fmt"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func notFound(what string) error { return fmt.Errorf("adaptertest: %s: %w", what, ginauth.ErrNotFound) }

// uniqueError says that a unique key refused an insert or an update.
type uniqueError struct{ what string }

func (e *uniqueError) Error() string {
	return "adaptertest: " + e.what + ": " + ginauth.ErrConflict.Error()
}

// Is makes errors.Is(err, ginauth.ErrConflict) true.
func (e *uniqueError) Is(target error) bool { return target == ginauth.ErrConflict }

// milliseconds is t as a column of the Auth.js schema keeps it.
func milliseconds(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

func (r *rows) createUser(u ginauth.User) (ginauth.User, error) {
	if u.ID == "" {
		u.ID = newID()
	}
	u.EmailVerified = milliseconds(u.EmailVerified)
	if _, taken := r.users[u.ID]; taken {
		return ginauth.User{}, &uniqueError{"user ID exists"}
	}
	if err := r.claimEmail(u); err != nil {
		return ginauth.User{}, err
	}
	insert(r, r.users, u.ID, u)
	return u, nil
}

// claimEmail enters the address of u under its ID. Users without an address never collide.
func (r *rows) claimEmail(u ginauth.User) error {
	if u.Email == "" {
		return nil
	}
	if owner, taken := r.emails[u.Email]; taken && owner != u.ID {
		return &uniqueError{"e-mail address belongs to another user"}
	}
	set(r, r.emails, u.Email, u.ID)
	return nil
}

func (r *rows) userByID(id string) (ginauth.User, error) {
	u, ok := r.users[id]
	if !ok {
		return ginauth.User{}, notFound("user")
	}
	return u.row, nil
}

func (r *rows) userByEmail(email string) (ginauth.User, error) {
	id, ok := r.emails[email]
	if !ok {
		return ginauth.User{}, notFound("user")
	}
	return r.userByID(id)
}

func (r *rows) userByAccount(provider, providerAccountID string) (ginauth.User, error) {
	a, ok := r.accounts[accountKey{provider, providerAccountID}]
	if !ok {
		return ginauth.User{}, notFound("account")
	}
	return r.userByID(a.row.UserID)
}

func (r *rows) updateUser(u ginauth.User) error {
	old, err := r.userByID(u.ID)
	if err != nil {
		return err
	}
	if old.Email != u.Email {
		if err := r.claimEmail(u); err != nil {
			return err
		}
		remove(r, r.emails, old.Email)
	}
	u.EmailVerified = milliseconds(u.EmailVerified)
	update(r, r.users, u.ID, u)
	return nil
}

func (r *rows) linkAccount(a ginauth.Account) error {
	key := accountKey{a.Provider, a.ProviderAccountID}
	if _, taken := r.accounts[key]; taken {
		return &uniqueError{"account exists"}
	}
	insert(r, r.accounts, key, a)
	return nil
}
