package adaptertest_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

func TestMemory(t *testing.T) {
	adaptertest.Run(t, func(*testing.T) ginauth.Adapter { return adaptertest.NewMemory() })
}

func TestMemoryDump(t *testing.T) {
	ctx, m := t.Context(), adaptertest.NewMemory()
	expires := time.Date(2026, 12, 22, 12, 34, 56, 789e6, time.UTC)
	want := adaptertest.Tables{
		Users:    []ginauth.User{{ID: "3", Email: "c@example.com"}, {ID: "1", Name: "A"}, {ID: "2"}},
		Accounts: []ginauth.Account{{UserID: "3", Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: "z"}, {UserID: "1", Type: ginauth.KindOAuth, Provider: "a", ProviderAccountID: "y"}},
		Sessions: []ginauth.StoredSession{{Token: "t", UserID: "3", Expires: expires}},
		Authenticators: []ginauth.Authenticator{
			{CredentialID: []byte("z"), UserID: "3", PublicKey: []byte("k"), Transports: []string{"usb"}},
			{CredentialID: []byte("y"), UserID: "3"},
		},
		VerificationTokens: []ginauth.VerificationToken{{Identifier: "i", Token: "t", Expires: expires}},
	}
	for _, u := range want.Users {
		if _, err := m.CreateUser(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range want.Accounts {
		if err := m.LinkAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range want.Authenticators {
		if err := m.CreateAuthenticator(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(m.CreateSession(ctx, want.Sessions[0]), m.CreateVerificationToken(ctx, want.VerificationTokens[0])); err != nil {
		t.Fatal(err)
	}
	got := m.Dump()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("Dump() = %+v, want %+v", got, want)
	}
	got.Authenticators[0].PublicKey[0] = 'x'
	if !reflect.DeepEqual(m.Dump(), want) {
		t.Error("Dump shares memory with the rows")
	}

	later := expires.Add(time.Hour)
	if !m.SetSessionExpiry("t", later) || m.SetSessionExpiry("u", later) || m.SetTokenExpiry("i", later) != 1 || m.SetTokenExpiry("j", later) != 0 {
		t.Error("setting an expiry reports wrong rows")
	}
	m.DeletePasskeyAccounts()
	if !m.DeleteUser("c@example.com") || m.DeleteUser("c@example.com") {
		t.Error("DeleteUser reports wrong rows")
	}
	want.Sessions[0].Expires, want.VerificationTokens[0].Expires = later, later
	want.Accounts, want.Users = want.Accounts[1:], want.Users[1:]
	if got := m.Dump(); !reflect.DeepEqual(got, want) {
		t.Errorf("Dump() = %+v, want %+v", got, want)
	}
	if _, _, err := m.SessionAndUser(ctx, "t"); !errors.Is(err, ginauth.ErrNotFound) {
		t.Errorf("a session of a deleted user is %v", err)
	}
	m.Reset()
	if got := m.Dump(); len(got.Users)+len(got.Accounts)+len(got.Sessions)+len(got.Authenticators)+len(got.VerificationTokens) != 0 {
		t.Errorf("Dump() after Reset = %+v", got)
	}
}

func TestMemoryConflictCannotBeSwallowed(t *testing.T) {
	ctx, m := t.Context(), adaptertest.NewMemory()
	err := m.InTx(ctx, func(tx ginauth.Adapter) error {
		for range 2 {
			_, _ = tx.CreateUser(ctx, ginauth.User{Email: "twice@example.com"})
		}
		return nil
	})
	if !errors.Is(err, ginauth.ErrConflict) || len(m.Dump().Users) != 0 {
		t.Errorf("InTx returned %v and stored %+v", err, m.Dump().Users)
	}
}
