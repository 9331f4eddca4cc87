package main

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// ceremonyClients is how many people do ceremonies at once.
const ceremonyClients = 8

// instances does ceremonies against three processes, every request against another one.
func instances(ctx context.Context, t *trial) error {
	s, stop, err := t.processes(ctx, 3)
	if err != nil {
		return err
	}
	defer stop()
	return t.ceremonies(ctx, s, t.size.ceremonies)
}

// ceremonies does n registrations and sign-ins, of which none may fail.
func (t *trial) ceremonies(ctx context.Context, s *browser.Site, n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	for range ceremonyClients {
		group.Go(func() {
			b := browser.New(s)
			for i := 0; left.Add(-1) >= 0 && ctx.Err() == nil; i++ {
				var a browser.Answer
				var err error
				if i%10 == 0 {
					b = browser.New(s)
					a, err = b.Register(ctx, newEmail())
				} else {
					a, err = b.SignIn(ctx, b.Passkeys[0])
				}
				t.tried.Add(1)
				if err != nil {
					t.failf("%v: %s", err, a)
					b, i = browser.New(s), -1
				}
			}
		})
	}
	group.Wait()
	if n := t.orphans(ctx, s); n > 0 {
		t.failf("I5: %d sessions that nobody has", n)
	}
	return ctx.Err()
}
