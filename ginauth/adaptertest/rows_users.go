package adaptertest

import (
	"fmt"
	"slices"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/internal/address"
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
	lower := address.Lower(u.Email)
	if !slices.Contains(r.spellings[lower], u.Email) {
		// Copied, so that what is taken back leaves the old list as it was.
		set(r, r.spellings, lower, append(slices.Clone(r.spellings[lower]), u.Email))
	}
	return nil
}

// freeEmail removes what claimEmail entered.
func (r *rows) freeEmail(email string) {
	remove(r, r.emails, email)
	lower := address.Lower(email)
	left := slices.DeleteFunc(slices.Clone(r.spellings[lower]), func(s string) bool { return s == email })
	if len(left) == 0 {
		remove(r, r.spellings, lower)
		return
	}
	set(r, r.spellings, lower, left)
}

func (r *rows) userByID(id string) (ginauth.User, error) {
	u, ok := r.users[id]
	if !ok {
		return ginauth.User{}, notFound("user")
	}
	return u.row, nil
}

func (r *rows) userByEmail(email string) (ginauth.User, error) {
	if id, ok := r.emails[email]; ok {
		return r.userByID(id)
	}
	spellings := r.spellings[address.Lower(email)]
	if email == "" || len(spellings) != 1 {
		return ginauth.User{}, notFound("user")
	}
	return r.userByID(r.emails[spellings[0]])
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
		r.freeEmail(old.Email)
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
