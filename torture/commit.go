package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// commits cuts the connection to the database around a COMMIT, on the network, so that nobody
// knows whether it was executed. The person can then sign in or register again, never neither.
func commits(ctx context.Context, t *trial) error {
	proxy, err := site.NewProxy(ctx, t.Address)
	if err != nil {
		return err
	}
	defer proxy.Close()
	s, stop, err := t.oneServer(site.Options{}, database.Options{Address: proxy.Address()})
	if err != nil {
		return err
	}
	defer stop()
	cuts := []site.Cut{site.CutSent, site.CutBefore, site.CutAnswered}
	stored := 0
	for i := range t.size.commits {
		proxy.CutNext(cuts[i%len(cuts)])
		if t.cutCommit(ctx, s, fmt.Sprintf("cut %d", i+1), cuts[i%len(cuts)]) {
			stored++
		}
		t.tried.Add(1)
	}
	if proxy.Fired() != t.size.commits {
		t.failf("%d of %d commits were cut", proxy.Fired(), t.size.commits)
	}
	t.notef("of %d commits without an answer %d had been executed", t.size.commits, stored)
	return nil
}

// cutCommit registers somebody while the commit is cut, and reports whether it was stored.
func (t *trial) cutCommit(ctx context.Context, s *browser.Site, what string, cut site.Cut) bool {
	b, email := browser.New(s), newEmail()
	start := time.Now()
	a, err := b.Register(ctx, email)
	if err == nil {
		t.failf("%s: success without a commit", what)
	} else if a.Status != http.StatusServiceUnavailable {
		t.failf("%s: the answer is not 503: %s", what, a)
	}
	if _, touched := a.Session(); touched {
		t.failf("%s: a failed answer touches the session cookie", what)
	}
	if took := time.Since(start); took > deadline {
		t.failf("%s: answered after %s", what, took)
	}
	// The server may still be about to notice.
	_, signInErr := b.SignIn(ctx, b.Passkeys[0])
	if signInErr == nil && cut == site.CutBefore {
		t.failf("%s: stored without a commit", what)
	}
	if signInErr != nil && cut == site.CutAnswered {
		t.failf("%s: a committed registration is lost", what)
	}
	if signInErr == nil {
		return true
	}
	again := browser.New(s)
	if a, err := again.Register(ctx, email); err != nil {
		// In between the commit may have come through after all.
		if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
			t.failf("%s: neither signs in nor registers: %s", what, a)
		}
		t.notef("%s: registering again: %s", what, a)
		return true
	}
	return false
}

// silence lets the database say nothing any more when it should commit. The driver for MariaDB
// gives a commit no context, so that it needs a time-out of its own.
func silence(ctx context.Context, t *trial) error {
	proxy, err := site.NewProxy(ctx, t.Address)
	if err != nil {
		return err
	}
	defer proxy.Close()
	s, stop, err := t.oneServer(site.Options{}, database.Options{Address: proxy.Address(), ReadTimeout: 5 * time.Second})
	if err != nil {
		return err
	}
	defer stop()
	for range min(2, t.size.commits) {
		b, email := browser.New(s), newEmail()
		proxy.CutNext(site.Silence)
		done := make(chan browser.Answer, 1)
		go func() {
			a, _ := b.Register(ctx, email)
			done <- a
		}()
		t.tried.Add(1)
		select {
		case a := <-done:
			if a.Status != http.StatusServiceUnavailable {
				t.failf("the answer is not 503: %s", a)
			}
		case <-time.After(deadline):
			t.failf("no answer %s after the database went silent at COMMIT", deadline)
			proxy.SetDown(true)
			<-done
			proxy.SetDown(false)
		}
		if a, err := browser.New(s).Register(ctx, email); err != nil {
			t.failf("the next attempt fails: %s", a)
		}
	}
	return nil
}
