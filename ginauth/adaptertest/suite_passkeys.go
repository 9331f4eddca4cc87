package adaptertest

import (
	"bytes"
	"encoding/base64"
	"math"
	"reflect"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func testAuthenticators(t *testing.T, a ginauth.Adapter, passkeys ginauth.PasskeyAdapter) {
	ctx := t.Context()
	want := func(t *testing.T, p ginauth.Authenticator) {
		t.Helper()
		got, err := passkeys.AuthenticatorByCredentialID(ctx, p.CredentialID)
		must(t, "AuthenticatorByCredentialID", err)
		if !reflect.DeepEqual(got, p) {
			t.Errorf("stored authenticator is %+v, want %+v", got, p)
		}
	}

	t.Run("a stored authenticator is what was given", func(t *testing.T) {
		u := newUser(t, a)
		var all []ginauth.Authenticator
		for name, change := range map[string]func(p *ginauth.Authenticator){
			"as it is":           func(*ginauth.Authenticator) {},
			"flags":              func(p *ginauth.Authenticator) { p.MultiDevice, p.BackedUp = true, true },
			"multi-device only":  func(p *ginauth.Authenticator) { p.MultiDevice = true },
			"no transports told": func(p *ginauth.Authenticator) { p.Transports = nil },
			"no transports":      func(p *ginauth.Authenticator) { p.Transports = []string{} },
			"many transports": func(p *ginauth.Authenticator) {
				p.Transports = []string{"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"}
			},
			"counter 1":      func(p *ginauth.Authenticator) { p.Counter = 1 },
			"counter 2^31-1": func(p *ginauth.Authenticator) { p.Counter = math.MaxInt32 },
			"counter 2^31":   func(p *ginauth.Authenticator) { p.Counter = math.MaxInt32 + 1 },
			"counter 2^32-1": func(p *ginauth.Authenticator) { p.Counter = math.MaxUint32 },
			"RSA key":        func(p *ginauth.Authenticator) { p.PublicKey = bytes.Repeat([]byte{0xa4, 0x00, 0xff, 0x01}, 270/4) },
			"RSA-4096 key":   func(p *ginauth.Authenticator) { p.PublicKey = bytes.Repeat([]byte{0xfb}, 526) },
			"long ID":        func(p *ginauth.Authenticator) { p.CredentialID = bytes.Repeat([]byte{0xfb, 0xff}, 512)[:1023] },
			"ID of zeros":    func(p *ginauth.Authenticator) { p.CredentialID = make([]byte, 16) },
		} {
			t.Run(name, func(t *testing.T) {
				p := newPasskey(u)
				change(&p)
				p.ProviderAccountID = base64.StdEncoding.EncodeToString(p.CredentialID)
				must(t, "LinkAccount", a.LinkAccount(ctx, passkeyAccount(p)))
				must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
				want(t, p)
				all = append(all, p)
				owner, err := a.UserByAccount(ctx, "passkey", p.ProviderAccountID)
				must(t, "UserByAccount", err)
				if owner != u {
					t.Errorf("account belongs to %+v, want %+v", owner, u)
				}
			})
		}
		list, err := passkeys.AuthenticatorsByUser(ctx, u.ID)
		must(t, "AuthenticatorsByUser", err)
		if len(list) != len(all) {
			t.Fatalf("AuthenticatorsByUser lists %d, want %d", len(list), len(all))
		}
		for _, p := range all {
			found := false
			for _, l := range list {
				found = found || reflect.DeepEqual(l, p)
			}
			if !found {
				t.Errorf("AuthenticatorsByUser does not list %+v", p)
			}
		}
	})

	t.Run("absence", func(t *testing.T) {
		_, err := passkeys.AuthenticatorByCredentialID(ctx, []byte("0123456789abcdef"))
		wantErr(t, "AuthenticatorByCredentialID", err, ginauth.ErrNotFound)
		_, err = passkeys.AuthenticatorByCredentialID(ctx, nil)
		wantErr(t, "AuthenticatorByCredentialID of nothing", err, ginauth.ErrNotFound)
		for _, id := range []string{newUser(t, a).ID, "nobody", ""} {
			list, err := passkeys.AuthenticatorsByUser(ctx, id)
			if err != nil || len(list) != 0 {
				t.Errorf("AuthenticatorsByUser(%q) returned %v, %v", id, list, err)
			}
		}
	})

	t.Run("a credential ID exists once", func(t *testing.T) {
		u, other := newUser(t, a), newUser(t, a)
		p := newPasskey(u)
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
		stolen := p
		stolen.UserID, stolen.PublicKey = other.ID, []byte{1}
		wantErr(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, stolen), ginauth.ErrConflict)
		wantErr(t, "CreateAuthenticator again", passkeys.CreateAuthenticator(ctx, p), ginauth.ErrConflict)
		want(t, p)
	})

	t.Run("IDs whose base64 differs in case are different", func(t *testing.T) {
		u := newUser(t, a)
		lower, upper := newPasskey(u), newPasskey(u)
		lower.CredentialID, _ = base64.StdEncoding.DecodeString("abcdefghijklmnopqrstuvwxyzab")
		upper.CredentialID, _ = base64.StdEncoding.DecodeString("ABCDEFGHIJKLMNOPQRSTUVWXYZAB")
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, lower))
		_, err := passkeys.AuthenticatorByCredentialID(ctx, upper.CredentialID)
		wantErr(t, "AuthenticatorByCredentialID", err, ginauth.ErrNotFound)
		wantErr(t, "UpdateAuthenticator", passkeys.UpdateAuthenticator(ctx, upper), ginauth.ErrNotFound)
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, upper))
		want(t, lower)
		want(t, upper)
	})

	t.Run("of 20 who register one credential ID at once, one succeeds", func(t *testing.T) {
		p := newPasskey(newUser(t, a))
		owners := make([]ginauth.User, 20)
		for i := range owners {
			owners[i] = newUser(t, a)
		}
		wantOne(t, "CreateAuthenticator", together(20, func(i int) error {
			p := p
			p.UserID = owners[i].ID
			return passkeys.CreateAuthenticator(ctx, p)
		}), ginauth.ErrConflict)
	})
}

func testCounters(t *testing.T, a ginauth.Adapter, passkeys ginauth.PasskeyAdapter) {
	ctx := t.Context()
	u := newUser(t, a)

	for _, tt := range []struct {
		stored, given uint32
		want          error
	}{
		{0, 0, nil}, {0, 1, nil}, {1, 2, nil}, {7, 9, nil}, {0, math.MaxUint32, nil},
		{math.MaxInt32, math.MaxInt32 + 1, nil}, {math.MaxUint32 - 1, math.MaxUint32, nil},
		{1, 1, ginauth.ErrConflict}, {8, 7, ginauth.ErrConflict}, {1, 0, ginauth.ErrConflict},
		{math.MaxUint32, 0, ginauth.ErrConflict}, {math.MaxUint32, math.MaxUint32, ginauth.ErrConflict},
		{math.MaxInt32 + 1, math.MaxInt32, ginauth.ErrConflict}, {math.MaxUint32, 1, ginauth.ErrConflict},
	} {
		for _, backedUp := range []bool{false, true} { // once it changes the row, once perhaps not
			p := newPasskey(u)
			p.Counter, p.MultiDevice = tt.stored, true
			must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
			update := ginauth.Authenticator{CredentialID: p.CredentialID, Counter: tt.given, BackedUp: backedUp}
			err := passkeys.UpdateAuthenticator(ctx, update)
			if tt.want == nil {
				must(t, "UpdateAuthenticator", err)
				p.Counter, p.BackedUp = tt.given, backedUp
			} else {
				wantErr(t, "UpdateAuthenticator", err, tt.want)
			}
			got, err := passkeys.AuthenticatorByCredentialID(ctx, p.CredentialID)
			must(t, "AuthenticatorByCredentialID", err)
			if !reflect.DeepEqual(got, p) {
				t.Errorf("%d to %d: stored is %+v, want %+v", tt.stored, tt.given, got, p)
			}
		}
	}

	wantErr(t, "UpdateAuthenticator of none", passkeys.UpdateAuthenticator(ctx, newPasskey(u)), ginauth.ErrNotFound)

	t.Run("7 and 8 at once leave 8", func(t *testing.T) {
		for range 20 {
			p := newPasskey(u)
			p.Counter = 6
			must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
			errs := together(2, func(i int) error {
				return passkeys.UpdateAuthenticator(ctx, ginauth.Authenticator{CredentialID: p.CredentialID, Counter: []uint32{7, 8}[i]})
			})
			must(t, "UpdateAuthenticator to 8", errs[1])
			if errs[0] != nil {
				wantErr(t, "UpdateAuthenticator to 7", errs[0], ginauth.ErrConflict)
			}
			got, err := passkeys.AuthenticatorByCredentialID(ctx, p.CredentialID)
			must(t, "AuthenticatorByCredentialID", err)
			if got.Counter != 8 {
				t.Fatalf("stored counter is %d, want 8", got.Counter)
			}
		}
	})

	t.Run("of 20 who present one counter at once, one succeeds", func(t *testing.T) {
		p := newPasskey(u)
		must(t, "CreateAuthenticator", passkeys.CreateAuthenticator(ctx, p))
		wantOne(t, "UpdateAuthenticator", together(20, func(int) error {
			return passkeys.UpdateAuthenticator(ctx, ginauth.Authenticator{CredentialID: p.CredentialID, Counter: 5})
		}), ginauth.ErrConflict)
	})
}
