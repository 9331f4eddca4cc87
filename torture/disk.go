package main

import (
	"context"
	"net/http"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// disk fills SQLite's file until nothing goes in any more, and then makes room.
func disk(ctx context.Context, t *trial) error {
	// One connection, because the limit is a connection's.
	db, err := t.Open(database.Options{Pool: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	server, err := site.New(site.Options{Adapter: bunadapter.New(db)})
	if err != nil {
		return err
	}
	defer t.checkPanics(server)
	s := &browser.Site{Instances: []browser.Instance{server.Send}}
	limit := func(pages int) error {
		var now int
		return db.NewRaw("PRAGMA max_page_count = ?", pages).Scan(ctx, &now)
	}
	for range t.size.disk {
		if _, err := db.ExecContext(ctx, "VACUUM"); err != nil { // else there is room within the file
			return err
		}
		var pages int
		if err := db.NewRaw("PRAGMA page_count").Scan(ctx, &pages); err != nil {
			return err
		}
		if err := limit(pages); err != nil {
			return err
		}
		full, email := false, ""
		for range 200 {
			b := browser.New(s)
			email = newEmail()
			a, err := b.Register(ctx, email)
			if err == nil {
				continue
			}
			full = true
			t.tried.Add(1)
			if a.Status != http.StatusServiceUnavailable {
				t.failf("full: the answer is not 503: %s", a)
			}
			if _, touched := a.Session(); touched {
				t.failf("full: a failed answer touches the session cookie")
			}
			if len(b.Passkeys) > 0 {
				if n, err := t.Count(ctx, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, email); err != nil || n > 0 {
					t.failf("full: %d users are stored: %v", n, err)
				}
			}
			break
		}
		if !full {
			t.failf("200 registrations went into a full disk")
		}
		t.checkInvariants(ctx, "full disk")
		if err := limit(1 << 30); err != nil {
			return err
		}
		if a, err := browser.New(s).Register(ctx, email); err != nil {
			t.failf("with room again: %s", a)
		}
	}
	if n := t.orphans(ctx, s); n > 0 {
		t.failf("I5: %d sessions that nobody has", n)
	}
	return nil
}
