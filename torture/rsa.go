package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	// rsaBits is the longest key that ginauth takes.
	rsaBits = 4096
	// rsaRate is how many sign-ins there are in a second.
	rsaRate = 200
	// rsaClients is how many people sign in at once when as many as possible do.
	rsaClients = 8
)

// rsaSignIn is somebody whose passkey has signed already: signing costs a hundred times what the
// server has to do, and here it would do so on the same machine.
type rsaSignIn struct {
	*browser.Browser
	attempt *browser.Attempt
}

// longestKeys signs in with the keys that take the longest to verify: at a steady rate, then as
// fast as it goes.
func longestKeys(ctx context.Context, t *trial) error {
	server, stop, err := t.server(site.Options{}, database.Options{})
	if err != nil {
		return err
	}
	defer stop()
	people, err := t.signedWithRSA(ctx, &browser.Site{Instances: []browser.Instance{server.Send}}, 10*t.size.crowd)
	if err != nil {
		return err
	}
	watch := &stopwatch{send: server.Send}
	watched := &browser.Site{Instances: []browser.Instance{watch.measure}}
	for _, p := range people {
		p.Site = watched
	}
	half := len(people) / 2
	var group sync.WaitGroup
	start := time.Now()
	for i, p := range people[:half] {
		pause(ctx, time.Duration(i)*time.Second/rsaRate-time.Since(start))
		group.Go(func() { t.signInRSA(ctx, p) })
	}
	group.Wait()
	rate := float64(half) / time.Since(start).Seconds()
	all := watch.reset()
	t.notef("%.0f sign-ins a second of 3 requests: p50 %s, p99 %s a request", rate,
		percentile(all, 50).Round(time.Microsecond), percentile(all, 99).Round(time.Microsecond))

	var next atomic.Int64
	next.Store(int64(half))
	start = time.Now()
	for range rsaClients {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(people)); i = next.Add(1) - 1 {
				t.signInRSA(ctx, people[i])
			}
		})
	}
	group.Wait()
	rate = float64(len(people)-half) / time.Since(start).Seconds()
	all = watch.reset()
	t.notef("as fast as %d clients can, %.0f a second: p50 %s, p99 %s a request", rsaClients, rate,
		percentile(all, 50).Round(time.Microsecond), percentile(all, 99).Round(time.Microsecond))
	return ctx.Err()
}

// signedWithRSA registers n people, with one key that is long, and lets their passkeys sign.
func (t *trial) signedWithRSA(ctx context.Context, s *browser.Site, n int) ([]*rsaSignIn, error) {
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, err
	}
	people := make([]*rsaSignIn, n)
	for i := range people {
		b := browser.New(s)
		b.Key = key
		if a, err := b.Register(ctx, newEmail()); err != nil {
			return nil, fmt.Errorf("registration: %w: %s", err, a)
		}
		b.ForgetSession()
		attempt, a, err := b.BeginSignIn(ctx, b.Passkeys[0], "")
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, a)
		}
		people[i] = &rsaSignIn{b, attempt}
	}
	return people, nil
}

// signInRSA makes the three requests of a sign-in. The options are those of the next one.
func (t *trial) signInRSA(ctx context.Context, p *rsaSignIn) {
	t.tried.Add(1)
	if a, err := p.CSRF(ctx); err != nil {
		t.failf("%v: %s", err, a)
	}
	if a := p.Options(ctx, ""); a.Status != 200 {
		t.failf("options: %s", a)
	}
	if a := p.attempt.Send(ctx); !a.SignedIn() {
		t.failf("sign-in: %s", a)
	}
}
