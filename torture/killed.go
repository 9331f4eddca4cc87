package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// killed lets the database end connections, at random, while people sign up and in.
func killed(ctx context.Context, t *trial) error {
	s, stop, err := t.oneServer(site.Options{}, database.Options{Pool: 16})
	if err != nil {
		return err
	}
	defer stop()
	load, cancel := context.WithTimeout(ctx, t.size.load)
	defer cancel()
	var kills, served, failed atomic.Int64
	var group sync.WaitGroup
	group.Go(func() {
		for load.Err() == nil {
			if t.killOne(ctx) {
				kills.Add(1)
			}
			pause(load, 5*time.Millisecond)
		}
	})
	for range 16 {
		group.Go(func() {
			for load.Err() == nil {
				n, bad := t.visit(ctx, s)
				served.Add(int64(n))
				failed.Add(int64(bad))
			}
		})
	}
	group.Wait()
	t.tried.Add(kills.Load())
	t.notef("%d connections killed, %d operations, %d of them failed, %d of these because one before was committed late",
		kills.Load(), served.Load(), failed.Load(), t.overtaken.Load())
	if n, bad := t.visit(ctx, s); n == 0 || bad > 0 {
		t.failf("after the last kill %d of %d operations fail", bad, n)
	}
	return nil
}

// visit signs up, in and out, and returns the number of operations and of those that were 503.
// Everything that is neither success nor 503 is a failure, with one exception: what was answered 503
// may be committed a moment later, and then end the session for which the next attempt's challenge
// was just made. That attempt is refused, and the one after it has to succeed.
func (t *trial) visit(ctx context.Context, s *browser.Site) (operations, unavailable int) {
	b, email := browser.New(s), newEmail()
	doubtful := false
	try := func(what string, op func() (browser.Answer, error)) {
		for range 20 {
			start := time.Now()
			a, err := op()
			operations++
			if took := time.Since(start); took > deadline {
				t.failf("%s: answered after %s", what, took)
			}
			if err == nil {
				return
			}
			unavailable++
			switch {
			case a.Status == http.StatusServiceUnavailable:
				doubtful = true
			case doubtful && a.Code() == "Configuration":
				doubtful = false
				t.overtaken.Add(1)
			default:
				t.failf("%s: %s", what, a)
				return
			}
		}
		t.failf("%s: twenty attempts failed", what)
	}
	try("registration", func() (browser.Answer, error) {
		if n := len(b.Passkeys); n > 0 { // perhaps it was stored after all
			if a, err := b.SignIn(ctx, b.Passkeys[n-1]); err == nil || a.Status == http.StatusServiceUnavailable {
				return a, err
			}
			b = browser.New(s)
		}
		return b.Register(ctx, email)
	})
	if len(b.Passkeys) == 0 {
		return operations, unavailable
	}
	for range 3 {
		try("sign-in", func() (browser.Answer, error) { return b.SignIn(ctx, b.Passkeys[0]) })
		try("session", func() (browser.Answer, error) { return b.Session(ctx) })
	}
	try("sign-out", func() (browser.Answer, error) { return b.SignOut(ctx) })
	return operations, unavailable
}

// killOne ends one connection to the database that is not the trial's own.
func (t *trial) killOne(ctx context.Context) bool {
	query := `SELECT CAST(pid AS TEXT) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`
	if t.Engine == database.MariaDB {
		query = `SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()`
	}
	ids, err := t.Texts(ctx, query)
	if err != nil || len(ids) == 0 {
		return false // somebody was faster
	}
	id := ids[rand.N(len(ids))] //nolint:gosec // G404: any will do
	kill := "SELECT pg_terminate_backend(" + id + ")"
	if t.Engine == database.MariaDB {
		kill = "KILL " + id
	}
	return t.Exec(ctx, kill) == nil
}

// pause waits, or not when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// describe names a duration in notes.
func describe(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
