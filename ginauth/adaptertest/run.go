package adaptertest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// Run checks that the adapters which newAdapter makes keep every contract of [ginauth.Adapter] and
// of those further interfaces that they implement. Each call of newAdapter gives an adapter on
// empty tables; what it opened it closes with t.Cleanup.
//
// The suite needs columns that hold what WebAuthn allows: credential IDs of 1023 bytes, RSA keys,
// counters of 32 bits. It writes no row that a foreign key would refuse.
func Run(t *testing.T, newAdapter func(t *testing.T) ginauth.Adapter) {
	t.Run("Users", func(t *testing.T) { testUsers(t, newAdapter(t)) })
	t.Run("Accounts", func(t *testing.T) { testAccounts(t, newAdapter(t)) })
	t.Run("Email", func(t *testing.T) { testEmail(t, newAdapter(t)) })
	t.Run("Text", func(t *testing.T) { testText(t, newAdapter(t)) })
	t.Run("Sessions", func(t *testing.T) {
		a := newAdapter(t)
		testSessions(t, a, further[ginauth.SessionAdapter](t, a))
	})
	t.Run("VerificationTokens", func(t *testing.T) {
		testTokens(t, further[ginauth.TokenAdapter](t, newAdapter(t)))
	})
	t.Run("ExpiredTokens", func(t *testing.T) {
		testExpiredTokens(t, further[ginauth.TokenAdapter](t, newAdapter(t)))
	})
	t.Run("Authenticators", func(t *testing.T) {
		a := newAdapter(t)
		testAuthenticators(t, a, further[ginauth.PasskeyAdapter](t, a))
	})
	t.Run("Counters", func(t *testing.T) {
		a := newAdapter(t)
		testCounters(t, a, further[ginauth.PasskeyAdapter](t, a))
	})
	t.Run("SharedCounters", func(t *testing.T) {
		a := newAdapter(t)
		testSharedCounters(t, a, further[ginauth.PasskeyAdapter](t, a))
	})
	t.Run("Transactions", func(t *testing.T) {
		a := newAdapter(t)
		testTransactions(t, a, further[ginauth.TxAdapter](t, a))
	})
	if _, ok := newAdapter(t).(ginauth.ClaimAdapter); ok {
		t.Run("Claim", func(t *testing.T) { testClaim(t, newAdapter(t)) })
	}
	t.Run("TokenLookup", func(t *testing.T) { testTokenLookup(t, newAdapter(t)) })
	t.Run("TokensOfIdentifier", func(t *testing.T) { testTokensOfIdentifier(t, newAdapter(t)) })
	t.Run("Management", func(t *testing.T) { testManagement(t, newAdapter(t)) })
	t.Run("Lock", func(t *testing.T) { testLock(t, newAdapter(t)) })
	t.Run("Cancellation", func(t *testing.T) { testCancellation(t, newAdapter(t)) })
}

// further returns a as one of the further interfaces, or skips the test.
func further[T any](t *testing.T, a ginauth.Adapter) T {
	t.Helper()
	i, ok := a.(T)
	if !ok {
		t.Skipf("%T does not implement %T", a, (*T)(nil))
	}
	return i
}

// newUser stores a user with an address of its own.
func newUser(t *testing.T, a ginauth.Adapter) ginauth.User {
	t.Helper()
	u, err := a.CreateUser(t.Context(), ginauth.User{Email: rand.Text() + "@example.com"})
	if err != nil {
		t.Fatalf("CreateUser: %v", err)
	}
	return u
}

// newPasskey is an authenticator of u that is not stored yet.
func newPasskey(u ginauth.User) ginauth.Authenticator {
	id := make([]byte, 16)
	rand.Read(id)
	return ginauth.Authenticator{
		CredentialID:      id,
		UserID:            u.ID,
		ProviderAccountID: base64.StdEncoding.EncodeToString(id),
		PublicKey:         []byte{0xa5, 0x01, 0x02, 0x03, 0x26},
		Transports:        []string{"internal"},
	}
}

func passkeyAccount(a ginauth.Authenticator) ginauth.Account {
	return ginauth.Account{
		UserID: a.UserID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: a.ProviderAccountID,
	}
}

// soon is a moment whose milliseconds are not zero, in a zone that is not UTC.
func soon(after time.Duration) time.Time {
	return time.Now().Add(after).Truncate(time.Second).Add(789 * time.Millisecond).In(time.FixedZone("", 9*3600))
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
	other := ginauth.ErrNotFound
	if errors.Is(want, ginauth.ErrNotFound) {
		other = ginauth.ErrConflict
	}
	if errors.Is(err, other) {
		t.Errorf("%s: error %v is %v as well", what, err, other)
	}
}

// wantFailure is for errors that say nothing about rows: they must not read as absence or conflict.
func wantFailure(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s succeeded", what)
	}
	if errors.Is(err, ginauth.ErrNotFound) || errors.Is(err, ginauth.ErrConflict) {
		t.Errorf("%s: error %v reads as if storage had answered", what, err)
	}
}

// together calls fn n times at once and returns the errors.
func together(n int, fn func(i int) error) []error {
	var wg sync.WaitGroup
	errs, start := make([]error, n), make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// wantOne checks that one of the calls succeeded and that all others got the error lost.
func wantOne(t *testing.T, what string, errs []error, lost error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, lost) {
			t.Errorf("%s: %v, want %v", what, err, lost)
		}
	}
	if won != 1 {
		t.Errorf("%s: %d of %d concurrent calls succeeded, want 1", what, won, len(errs))
	}
}

// stillThere fails the test when the adapter lost a user, which is how an injection would show.
func stillThere(t *testing.T, ctx context.Context, a ginauth.Adapter, u ginauth.User) {
	t.Helper()
	got, err := a.UserByID(ctx, u.ID)
	must(t, "UserByID", err)
	if got != u {
		t.Errorf("user is %+v, want %+v", got, u)
	}
}
