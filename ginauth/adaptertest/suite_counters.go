package adaptertest

import (
	"math"
	"reflect"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// testSharedCounters is about passkeys that live on several devices, and about becoming one.
func testSharedCounters(t *testing.T, a ginauth.Adapter, passkeys ginauth.PasskeyAdapter) {
	ctx := t.Context()
	u := newUser(t, a)
	stored := func(t *testing.T, counter uint32, multiDevice, backedUp bool) ginauth.Authenticator {
		t.Helper()
		p := newPasskey(u)
		p.Counter, p.MultiDevice, p.BackedUp = counter, multiDevice, backedUp
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
		return p
	}
	want := func(t *testing.T, what string, p ginauth.Authenticator) {
		t.Helper()
		got, err := passkeys.AuthenticatorByCredentialID(ctx, p.CredentialID)
		must(t, "AuthenticatorByCredentialID", err)
		if !reflect.DeepEqual(got, p) {
			t.Errorf("%s: stored is %+v, want %+v", what, got, p)
		}
	}

	t.Run("the higher counter of a shared passkey stays", func(t *testing.T) {
		for _, tt := range []struct{ stored, given uint32 }{
			{0, 0}, {0, 1}, {7, 9}, {7, 7}, {7, 0}, {9, 8}, {1, 1}, {math.MaxInt32, 1}, {math.MaxInt32, math.MaxInt32 - 1},
		} {
			for _, before := range []bool{false, true} {
				for _, after := range []bool{false, true} {
					p := stored(t, tt.stored, true, before)
					update := p
					update.Counter, update.BackedUp = tt.given, after
					must(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(ctx, update))
					p.Counter, p.BackedUp = max(tt.stored, tt.given), after
					want(t, "after the update", p)
					must(t, "UpdateAuthenticator again", passkeys.UpdateAuthenticator(ctx, update))
					want(t, "after the same update", p)
				}
			}
		}
	})

	t.Run("multi-device is stored and never taken back", func(t *testing.T) {
		for _, counter := range []uint32{0, 5} {
			for _, backedUp := range []bool{false, true} {
				p := stored(t, counter, false, false)
				update := p
				update.MultiDevice, update.BackedUp = true, backedUp
				if counter > 0 {
					update.Counter++
				}
				must(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(ctx, update))
				want(t, "became multi-device", update)
				back := update
				back.MultiDevice = false
				if counter > 0 {
					back.Counter++
				}
				must(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(ctx, back))
				back.MultiDevice = true
				want(t, "after an update without the flag", back)
			}
		}
	})

	t.Run("a passkey that becomes multi-device is held to its counter", func(t *testing.T) {
		for _, given := range []uint32{7, 6, 0} {
			p := stored(t, 7, false, false)
			update := p
			update.Counter, update.MultiDevice, update.BackedUp = given, true, true
			wantErr(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(ctx, update), ginauth.ErrConflict)
			want(t, "after the refusal", p)
		}
	})

	t.Run("absence", func(t *testing.T) {
		p := newPasskey(u)
		p.MultiDevice = true
		wantErr(t, "UpdateAuthenticator of none", passkeys.UpdateAuthenticator(ctx, p), ginauth.ErrNotFound)
	})

	t.Run("of 20 counters at once the highest stays", func(t *testing.T) {
		p := stored(t, 10, true, true)
		for _, err := range together(20, func(i int) error {
			update := p
			update.Counter = uint32(i) //nolint:gosec // below 20
			return passkeys.UpdateAuthenticator(ctx, update)
		}) {
			must(t, "UpdateAuthenticator", err)
		}
		p.Counter = 19
		want(t, "after all", p)
	})

	t.Run("of 20 who become multi-device at once all are", func(t *testing.T) {
		p := stored(t, 0, false, false)
		p.MultiDevice = true
		for _, err := range together(20, func(int) error { return passkeys.UpdateAuthenticator(ctx, p) }) {
			must(t, "UpdateAuthenticator", err)
		}
		want(t, "after all", p)
	})
}
