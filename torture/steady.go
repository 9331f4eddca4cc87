package main

import (
	"context"
	"net/http"
	"runtime"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
)

// steadySlack is how many goroutines may be more afterwards: the trial's own pool has a few
// connections that it did not have before, and the driver of MariaDB watches each of them.
const steadySlack = 12

// steady is a scenario after which no goroutine is left over.
func steady(run func(ctx context.Context, t *trial) error) func(ctx context.Context, t *trial) error {
	return func(ctx context.Context, t *trial) error {
		before := runtime.NumGoroutine()
		err := run(ctx, t)
		after := goroutines(before + steadySlack)
		t.notef("goroutines %d → %d", before, after)
		if after > before+steadySlack {
			t.failf("%d goroutines before, %d after", before, after)
		}
		return err
	}
}

// unavailable checks that something was refused because storage failed: 503, and the session cookie
// is left alone.
func (t *trial) unavailable(what string, a browser.Answer, err error) {
	switch _, touched := a.Session(); {
	case err == nil:
		t.failf("%s: success: %s", what, a)
	case a.Status != http.StatusServiceUnavailable:
		t.failf("%s: the answer is not 503: %s", what, a)
	case touched:
		t.failf("%s: a failed answer touches the session cookie", what)
	}
}

// noOrphans checks that there is no session but those whose cookie somebody has (I5).
func (t *trial) noOrphans(ctx context.Context, s *browser.Site) {
	if n := t.orphans(ctx, s); n > 0 {
		t.failf("I5: %d sessions that nobody has", n)
	}
}

func poolOf(n int) database.Options { return database.Options{Pool: n} }

// within runs a part of a trial on another database.
func (t *trial) within(db *database.Database, run func(c *trial) error) error {
	c := &trial{Database: db, size: t.size}
	err := run(c)
	t.tried.Add(c.tried.Load())
	for _, text := range c.notes {
		t.notef("%s", text)
	}
	for _, text := range c.first {
		t.failf("%s", text)
	}
	return err
}
