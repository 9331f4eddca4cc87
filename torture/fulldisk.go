package main

import (
	"context"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// fullDisk fills the disk that PostgreSQL has its database on, and then makes room. It is a server
// of its own, so that the others' does not fill up.
func fullDisk(ctx context.Context, t *trial) (err error) {
	small, err := database.NewSmall(ctx)
	if err != nil {
		return err
	}
	return t.within(small.Database, func(c *trial) error {
		defer func() {
			if err := small.Close(context.WithoutCancel(ctx)); err != nil {
				c.failf("%v", err)
			}
		}()
		s, stop, err := c.oneServer(site.Options{}, database.Options{})
		if err != nil {
			return err
		}
		defer stop()
		for range t.size.disk {
			if err := c.filled(ctx, s, small); err != nil {
				return err
			}
		}
		c.noOrphans(ctx, s)
		return nil
	})
}

// filled is one time that the disk is full.
func (t *trial) filled(ctx context.Context, s *browser.Site, small *database.Small) error {
	resident := browser.New(s)
	if a, err := resident.Register(ctx, newEmail()); err != nil {
		t.failf("with room: %s", a)
	}
	if err := small.Fill(ctx); err != nil {
		return err
	}
	// What the tables' last pages have room for still goes in.
	email, full := "", false
	for n := 0; n < 200 && !full; n++ {
		email = newEmail()
		a, err := browser.New(s).Register(ctx, email)
		if full = err != nil; !full {
			continue
		}
		t.unavailable("full", a, err)
		if n, err := t.Count(ctx, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, email); err != nil || n > 0 {
			t.failf("full: %d users are stored: %v", n, err)
		}
		t.tried.Add(1)
	}
	if !full {
		t.failf("200 registrations went onto a full disk")
	}
	if a, err := resident.Session(ctx); err != nil {
		t.failf("full: the session is not shown: %s", a)
	}
	// A session may find a place, or not.
	guest := resident.Clone()
	if a, err := guest.SignIn(ctx, guest.Passkeys[0]); err != nil {
		t.unavailable("full: sign-in", a, err)
	} else {
		resident = guest
	}
	t.checkInvariants(ctx, "full disk")
	if err := small.Free(ctx); err != nil {
		return err
	}
	if a, err := browser.New(s).Register(ctx, email); err != nil {
		t.failf("with room again: %s", a)
	}
	if a, err := resident.SignIn(ctx, resident.Passkeys[0]); err != nil {
		t.failf("with room again: sign-in: %s", a)
	}
	if a, err := resident.SignOut(ctx); err != nil {
		t.failf("with room again: sign-out: %s", a)
	}
	return nil
}
