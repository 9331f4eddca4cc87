package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// conflictShare is how many of all transactions the database gives up.
const conflictShare = 0.3

// conflicts gives transactions up at random. The adapter may do each again three times, so a share
// of 0.3⁴ = 0.81 % fails all the same, with 503, and the person's next attempt succeeds.
func conflicts(ctx context.Context, t *trial) error {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // G404: a run can be repeated
	controller := &faultsql.Controller{}
	s, stop, err := t.oneServer(site.Options{}, database.Options{Faults: controller})
	if err != nil {
		return err
	}
	defer stop()
	fault := t.Conflict(faultsql.Before)
	var begun, failed, twice int
	for range t.size.conflicts {
		b, email := browser.New(s), newEmail()
		before := begun
		controller.Arm(func(s faultsql.Statement) (faultsql.Fault, bool) {
			if s.Verb == "BEGIN" {
				begun++
			}
			// SQLite waits for its lock when a transaction begins, the others find out at its end.
			at := "COMMIT"
			if t.Engine == database.SQLite {
				at = "BEGIN"
			}
			return fault, s.Verb == at && random.Float64() < conflictShare
		})
		a, err := b.Register(ctx, email)
		if begun-before > 4 {
			t.failf("a transaction was tried %d times", begun-before)
		}
		for n := 1; err != nil; n++ {
			failed++
			if a.Status != http.StatusServiceUnavailable {
				t.failf("the answer is not 503: %s", a)
			}
			if n == 2 {
				twice++
			}
			if n == 5 {
				t.failf("no success in five attempts: %s", a)
				break
			}
			a, err = b.Register(ctx, email)
		}
		_, fired := controller.Disarm()
		t.tried.Add(int64(fired))
	}
	share := 100 - 100*float64(failed)/float64(t.size.conflicts+failed)
	t.notef("%d registrations, %d transactions, %.2f %% of the requests succeeded, %d people needed more than two attempts", t.size.conflicts, begun, share, twice)
	if t.size.conflicts > 500 && share < 98.5 {
		t.failf("only %.2f %% of the requests succeeded", share)
	}
	return nil
}

// serializable runs PostgreSQL at its strictest and lets 32 people at it at once.
func serializable(ctx context.Context, t *trial) error {
	if err := t.fill(ctx); err != nil {
		return err
	}
	options := database.Options{Pool: 32, Settings: map[string]string{"default_transaction_isolation": "serializable"}}
	s, stop, err := t.oneServer(site.Options{}, options)
	if err != nil {
		return err
	}
	defer stop()
	var failed atomic.Int64
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			var b *browser.Browser
			for done := range max(1, t.size.conflicts/32) {
				t.tried.Add(1)
				var a browser.Answer
				var err error
				if done%4 == 0 {
					b = browser.New(s)
					a, err = b.Register(ctx, newEmail())
				} else {
					a, err = b.SignIn(ctx, b.Passkeys[0])
				}
				if err == nil {
					continue
				}
				failed.Add(1)
				if a.Status != http.StatusServiceUnavailable {
					t.failf("the answer is neither success nor 503: %s", a)
				}
				for n := 0; err != nil; n++ {
					if n == 10 {
						t.failf("the eleventh attempt: %s", a)
						return
					}
					b = browser.New(s)
					a, err = b.Register(ctx, newEmail())
				}
			}
		})
	}
	group.Wait()
	t.notef("%d of %d failed with 503", failed.Load(), t.tried.Load())
	if share := float64(failed.Load()) / float64(t.tried.Load()); share > 0.02 {
		t.failf("%.2f %% failed", 100*share)
	}
	if err := t.Exec(ctx, `DELETE FROM "Session" WHERE "sessionToken" LIKE 'filler%'`); err != nil {
		return err
	}
	if n := t.orphans(ctx, s); n > 0 {
		t.failf("I5: %d sessions that nobody has", n)
	}
	return nil
}

// fill adds thirty thousand people, as on a site in use. PostgreSQL reads a small table as a whole,
// and then everybody's transaction is in conflict with everybody's.
func (t *trial) fill(ctx context.Context) error {
	for _, query := range []string{
		`INSERT INTO "User" ("id", "email") SELECT 'filler' || n, md5(n::text) || '@example.com' FROM generate_series(1, 30000) n`,
		`INSERT INTO "Account" ("userId", "type", "provider", "providerAccountId") SELECT 'filler' || n, 'webauthn', 'passkey', 'filler' || n FROM generate_series(1, 30000) n`,
		`INSERT INTO "Authenticator" ("id", "credentialID", "userId", "providerAccountId", "credentialPublicKey", "counter", "credentialDeviceType", "credentialBackedUp")
			SELECT 'filler' || n, 'filler' || n, 'filler' || n, 'filler' || n, 'none', 0, 'singleDevice', false FROM generate_series(1, 30000) n`,
		`INSERT INTO "Session" ("sessionToken", "userId", "expires") SELECT 'filler' || n, 'filler' || n, now() + interval '1 day' FROM generate_series(1, 30000) n`,
		`INSERT INTO "VerificationToken" ("identifier", "token", "expires") SELECT 'filler', 'filler' || n, now() + interval '1 day' FROM generate_series(1, 30000) n`,
		`ANALYZE`,
	} {
		if err := t.Exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
