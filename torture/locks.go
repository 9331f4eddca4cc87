package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// lockCrowd is how many people wait for a lock at once, each for one of their own.
const lockCrowd = 16

// signOutLocked is the only operation that is one statement and takes something away.
const signOutLocked = "sign-out, session"

// patience is how long the server waits for a lock, and what comes of it.
type patience struct {
	name string
	// wait is what the database is told; zero leaves it to ginauth's deadline.
	wait time.Duration
	// release is when the lock goes; zero keeps it until everybody has an answer.
	release time.Duration
}

func patiences() []patience {
	return []patience{
		{"lock time-out", 300 * time.Millisecond, 0},
		{"released in time", 2 * time.Second, 300 * time.Millisecond},
		{"no lock time-out", 0, 0},
		{"no lock time-out, released in time", 0, 300 * time.Millisecond},
	}
}

// locked is what somebody wants to do, and a row that it takes.
type locked struct {
	name   string
	lock   string // with a question mark for the person's address
	newbie bool   // has not signed up yet
	act    func(ctx context.Context, p *person) (browser.Answer, error)
}

func lockedOperations() []locked {
	signOut := func(ctx context.Context, p *person) (browser.Answer, error) { return p.SignOut(ctx) }
	session := func(ctx context.Context, p *person) (browser.Answer, error) { return p.Session(ctx) }
	const (
		user          = `SELECT "id" FROM "User" WHERE "email" = ? FOR UPDATE`
		authenticator = `SELECT "id" FROM "Authenticator" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = ?) FOR UPDATE`
		ownSession    = `SELECT "sessionToken" FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = ?) FOR UPDATE`
		sameAddress   = `INSERT INTO "User" ("id", "email") VALUES (md5(random()::text), ?)`
	)
	return []locked{
		{"sign-in, authenticator", authenticator, false, signIn},
		{signOutLocked, ownSession, false, signOut},
		{"registration, address", sameAddress, true, signUp},
		{"sign-in, user", user, false, signIn},
		{"session refresh, session", ownSession, false, session},
		{"adding a passkey, user", user, false, addPasskey},
	}
}

// locks lets another transaction hold a row that people need. They get 503 by the deadline and
// nothing is stored, or success when the row becomes free in time.
func locks(ctx context.Context, t *trial) error {
	options := poolOf(lockCrowd)
	if t.Engine == database.MariaDB {
		// Rows alone, and not the gaps between them: others' new rows would have to wait too.
		options.Settings = map[string]string{"tx_isolation": "'READ-COMMITTED'"}
	}
	holders, err := t.Open(options)
	if err != nil {
		return err
	}
	defer holders.Close()
	for i, patience := range patiences() {
		s, stop, err := t.oneServer(site.Options{UpdateAge: -1}, t.LockWait(patience.wait, 2*lockCrowd))
		if err != nil {
			return err
		}
		w := &waiting{trial: t, site: s, holders: holders, patience: patience}
		count := len(patiences())
		n := (t.size.locks + count - 1 - i) / count
		for first := 0; err == nil && first < n; first += lockCrowd {
			err = w.wave(ctx, first, min(n, first+lockCrowd))
		}
		stop()
		if err != nil {
			return fmt.Errorf("%s: %w", patience.name, err)
		}
		if n > 0 {
			t.notef("%s: %d waited, the longest %s", patience.name, n, describe(w.longest))
		}
		if w.late > 0 {
			t.notef("%s: %d sign-outs were executed after they had failed", patience.name, w.late)
		}
	}
	return nil
}

// waiting is people who wait.
type waiting struct {
	*trial
	site     *browser.Site
	holders  *bun.DB
	patience patience
	longest  time.Duration
	late     int // sign-outs that were executed after they had failed
}

// waiter is one of them.
type waiter struct {
	*person
	want     locked
	lock     *database.Lock
	answer   browser.Answer
	err      error
	took     time.Duration
	sessions int64
}

// wave lets some people wait at once.
func (w *waiting) wave(ctx context.Context, first, end int) (err error) {
	operations := lockedOperations()
	var people []*waiter
	for i := first; i < end; i++ {
		p := &waiter{person: &person{Browser: browser.New(w.site), email: newEmail()}, want: operations[i%len(operations)]}
		if !p.want.newbie {
			if a, err := p.Register(ctx, p.email); err != nil {
				return fmt.Errorf("before: %w: %s", err, a)
			}
			if p.sessions, err = w.sessionsOf(ctx, p); err != nil {
				return err
			}
		}
		people = append(people, p)
	}
	if err := w.MakeDue(ctx); err != nil {
		return err
	}
	before, err := w.counters(ctx)
	if err != nil {
		return err
	}
	if err := w.lock(ctx, people); err != nil {
		return errors.Join(err, release(people))
	}
	var group sync.WaitGroup
	for _, p := range people {
		group.Go(func() {
			start := time.Now()
			p.answer, p.err = p.want.act(ctx, p.person)
			p.took = time.Since(start)
		})
	}
	if w.patience.release > 0 {
		pause(ctx, w.patience.release)
		err = release(people)
	}
	group.Wait()
	if err := errors.Join(err, release(people)); err != nil {
		return err
	}
	for _, p := range people {
		w.tried.Add(1)
		w.longest = max(w.longest, p.took)
		w.judge(ctx, p)
	}
	w.checkInvariants(ctx, w.patience.name)
	w.noOrphans(ctx, w.site)
	after, err := w.counters(ctx)
	if err == nil && after.sum < before.sum {
		w.failf("%s: I7: a counter went back", w.patience.name)
	}
	return errors.Join(err, w.Clear(ctx))
}

// lock locks everybody's row.
func (w *waiting) lock(ctx context.Context, people []*waiter) (err error) {
	for i, p := range people {
		if w.Engine == database.SQLite && i > 0 {
			return nil
		}
		query := p.want.lock
		if w.Engine == database.MariaDB {
			query = strings.Replace(query, "md5(random()::text)", "UUID()", 1)
		}
		if p.lock, err = w.Hold(ctx, w.holders, query, p.email); err != nil {
			return fmt.Errorf("%s: %w", p.want.name, err)
		}
	}
	return nil
}

// release frees every row.
func release(people []*waiter) (err error) {
	for _, p := range people {
		if p.lock != nil {
			err = errors.Join(err, p.lock.Release())
			p.lock = nil
		}
	}
	return err
}

// judge looks at what somebody got, and lets them try again.
func (w *waiting) judge(ctx context.Context, p *waiter) {
	what := w.patience.name + ": " + p.want.name
	if p.took > deadline {
		w.failf("%s: answered after %s", what, p.took.Round(time.Millisecond))
	}
	if w.patience.release > 0 {
		if p.err != nil {
			w.failf("%s: %s", what, p.answer)
		}
		if p.took < w.patience.release/2 {
			w.failf("%s: nobody waited", what)
		}
		return
	}
	w.unavailable(what, p.answer, p.err)
	users, err := w.Count(ctx, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, p.email)
	if err != nil || (users == 0) != p.want.newbie {
		w.failf("%s: %d users are stored: %v", what, users, err)
	}
	switch n, err := w.sessionsOf(ctx, p); {
	case err == nil && n == p.sessions:
	case err == nil && n == 0 && w.Engine != database.SQLite && w.patience.wait == 0 && p.want.name == signOutLocked:
		// The driver hangs up. MariaDB finds out when it has executed the statement, and PostgreSQL may
		// get the lock before it gets the cancellation.
		w.late++
	default:
		w.failf("%s: %d sessions, there were %d: %v", what, n, p.sessions, err)
	}
	if a, err := p.want.again(ctx, p.person); err != nil {
		w.failf("%s: the next attempt: %s", what, a)
	}
}

// again is the operation once more.
func (l locked) again(ctx context.Context, p *person) (browser.Answer, error) {
	if l.newbie {
		p.Passkeys = nil
	}
	return l.act(ctx, p)
}

func (t *trial) sessionsOf(ctx context.Context, p *waiter) (int64, error) {
	return t.Count(ctx, `SELECT COUNT(*) FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = ?`, p.email)
}
