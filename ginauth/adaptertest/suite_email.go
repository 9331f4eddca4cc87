package adaptertest

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func testEmail(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	// An address of its own for each test, in the case that is asked for.
	address := func(local, domain string) string { return local + strings.ToLower(rand.Text()) + domain }

	t.Run("a stored address is found in any case", func(t *testing.T) {
		for _, stored := range []string{address("Ann.", "@Example.com"), address("ann.", "@example.com"), address("Änn.", "@Example.com")} {
			u, err := a.CreateUser(ctx, ginauth.User{Email: stored})
			must(t, "CreateUser", err)
			for _, written := range []string{stored, strings.ToLower(stored), strings.ToUpper(stored)} {
				got, err := a.UserByEmail(ctx, written)
				must(t, "UserByEmail of "+written, err)
				if got != u {
					t.Errorf("UserByEmail(%q) returned %+v, want %+v", written, got, u)
				}
			}
			// To some collations these are the same.
			for _, other := range []string{strings.Replace(stored, "nn", "ñn", 1), strings.Replace(stored, "nn", "n\u200bn", 1), " " + stored, stored + " ", strings.Replace(stored, ".", ".\u0301", 1)} {
				_, err := a.UserByEmail(ctx, other)
				wantErr(t, "UserByEmail of "+other, err, ginauth.ErrNotFound)
			}
		}
	})

	t.Run("of two that differ in case the exact one is found", func(t *testing.T) {
		lower := address("bob.", "@example.com")
		capital := "B" + lower[1:]
		u, err := a.CreateUser(ctx, ginauth.User{Email: capital})
		must(t, "CreateUser", err)
		other, err := a.CreateUser(ctx, ginauth.User{Email: lower})
		if errors.Is(err, ginauth.ErrConflict) {
			stillThere(t, ctx, a, u)
			return // a unique key that ignores case, or the adapter itself: one address is one user
		}
		must(t, "CreateUser in another case", err)
		for written, want := range map[string]ginauth.User{capital: u, lower: other} {
			got, err := a.UserByEmail(ctx, written)
			must(t, "UserByEmail of "+written, err)
			if got != want {
				t.Errorf("UserByEmail(%q) returned %+v, want %+v", written, got, want)
			}
		}
		_, err = a.UserByEmail(ctx, strings.ToUpper(lower))
		wantErr(t, "UserByEmail of what either could be", err, ginauth.ErrNotFound)
	})

	t.Run("a user who moves takes the address along", func(t *testing.T) {
		old, next := address("Old.", "@Example.com"), address("New.", "@Example.com")
		u, err := a.CreateUser(ctx, ginauth.User{Email: old})
		must(t, "CreateUser", err)
		u.Email = next
		must(t, "UpdateUser", a.UpdateUser(ctx, u))
		_, err = a.UserByEmail(ctx, strings.ToLower(old))
		wantErr(t, "UserByEmail of the old address", err, ginauth.ErrNotFound)
		got, err := a.UserByEmail(ctx, strings.ToLower(next))
		must(t, "UserByEmail of the new address", err)
		if got != u {
			t.Errorf("UserByEmail returned %+v, want %+v", got, u)
		}
		u.Email = strings.ToUpper(next) // the same address
		must(t, "UpdateUser of the case", a.UpdateUser(ctx, u))
		if got, err := a.UserByEmail(ctx, next); err != nil || got != u {
			t.Errorf("UserByEmail returned %+v, %v, want %+v", got, err, u)
		}
	})

	t.Run("within a transaction", func(t *testing.T) {
		tx := further[ginauth.TxAdapter](t, a)
		stored := address("Tx.", "@Example.com")
		must(t, "InTx", tx.InTx(ctx, func(tx ginauth.Adapter) error {
			u, err := tx.CreateUser(ctx, ginauth.User{Email: stored})
			if err != nil {
				return err
			}
			got, err := tx.UserByEmail(ctx, strings.ToLower(stored))
			if err == nil && got != u {
				t.Errorf("UserByEmail returned %+v, want %+v", got, u)
			}
			return err
		}))
	})
}
