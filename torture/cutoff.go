package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	// unreadyWithin is how soon a load balancer must learn that a server cannot work.
	unreadyWithin = 5 * time.Second
	// readyWithin is how soon that must be over.
	readyWithin = 10 * time.Second
	// bystanders is how many people use each of the other servers meanwhile.
	bystanders = 2
)

// cutOff takes the database away from one of three processes: connections are refused, or nothing
// comes back any more. It says so, and the other two go on as if nothing had happened.
func cutOff(ctx context.Context, t *trial) error {
	proxy, err := site.NewProxy(ctx, t.Address)
	if err != nil {
		return err
	}
	defer proxy.Close()
	address, err := url.Parse(t.URL)
	if err != nil {
		return err
	}
	address.Host = proxy.Address()
	secret := "AUTH_SECRET=" + site.NewSecret()
	alone, err := t.startExample(ctx, secret, "DATABASE_URL="+address.String())
	if err != nil {
		return err
	}
	defer t.stopProcess(alone)
	others, stopOthers, err := t.processes(ctx, 2, secret)
	if err != nil {
		return err
	}
	defer stopOthers()
	load, stop := context.WithCancel(ctx)
	defer stop()
	var served atomic.Int64
	var group sync.WaitGroup
	for range bystanders * len(others.Instances) {
		group.Go(func() { served.Add(t.carryOn(ctx, load, others)) })
	}
	c := &cut{trial: t, process: alone, site: &browser.Site{Instances: []browser.Instance{alone.Send}}, others: others}
	for i := range t.size.cutOff {
		c.way, c.set = "refused", proxy.SetDown
		if i%2 == 1 {
			c.way = "silent"
			c.set = func(on bool) {
				proxy.Delay(0)
				if on {
					proxy.Delay(time.Minute)
				}
			}
		}
		if err = c.round(ctx); err != nil {
			break
		}
		t.tried.Add(1)
	}
	stop()
	group.Wait()
	t.notef("unready after at most %s, ready again after at most %s; the other two did %d operations meanwhile",
		describe(c.unready), describe(c.ready), served.Load())
	if served.Load() == 0 {
		t.failf("the other two did nothing")
	}
	return err
}

func (t *trial) stopProcess(p *site.Process) {
	if err := p.Stop(); err != nil {
		t.failf("%v", err)
	}
	if n := p.Panics.Load(); n > 0 {
		t.failf("%d panics", n)
	}
}

// carryOn signs up, in and out at servers that nothing is wrong with, until load ends.
func (t *trial) carryOn(ctx, load context.Context, s *browser.Site) (n int64) {
	for load.Err() == nil {
		b := browser.New(s)
		for step, op := range []func() (browser.Answer, error){
			func() (browser.Answer, error) { return b.Register(ctx, newEmail()) },
			func() (browser.Answer, error) { return b.Session(ctx) },
			func() (browser.Answer, error) { return b.SignIn(ctx, b.Passkeys[0]) },
			func() (browser.Answer, error) { return b.SignOut(ctx) },
		} {
			if a, err := op(); err != nil {
				t.failf("a server that is not cut off, step %d: %v: %s", step+1, err, a)
				break
			}
			n++
		}
		pause(load, 100*time.Millisecond)
	}
	return n
}

// cut is one process without its database.
type cut struct {
	*trial
	process      *site.Process
	site, others *browser.Site
	way          string
	set          func(on bool)

	unready, ready time.Duration
}

func (c *cut) round(ctx context.Context) error {
	b := browser.New(c.site)
	if a, err := b.Register(ctx, newEmail()); err != nil {
		return fmt.Errorf("before: %w: %s", err, a)
	}
	if status := c.readiness(ctx); status != http.StatusOK {
		return fmt.Errorf("before: not ready: %d", status)
	}
	c.set(true)
	took := c.waitFor(ctx, http.StatusServiceUnavailable, unreadyWithin)
	c.unready = max(c.unready, took)
	email := newEmail()
	session, signIn, signOut := b.Clone(), b.Clone(), b.Clone()
	var group sync.WaitGroup
	for name, op := range map[string]func() (browser.Answer, error){
		"session":      func() (browser.Answer, error) { return session.Session(ctx) },
		"sign-in":      func() (browser.Answer, error) { return signIn.SignIn(ctx, signIn.Passkeys[0]) },
		"sign-out":     func() (browser.Answer, error) { return signOut.SignOut(ctx) },
		"registration": func() (browser.Answer, error) { return browser.New(c.site).Register(ctx, email) },
	} {
		group.Go(func() {
			start := time.Now()
			a, err := op()
			c.unavailable(c.way+": "+name, a, err)
			if took := time.Since(start); took > deadline {
				c.failf("%s: %s: answered after %s", c.way, name, took.Round(time.Millisecond))
			}
		})
	}
	group.Wait()
	if a, err := b.CSRF(ctx); err != nil {
		c.failf("%s: what needs no database fails: %s", c.way, a)
	}
	// The same person, at a server that is well.
	elsewhere := b.Clone()
	elsewhere.Site = c.others
	if a, err := elsewhere.Session(ctx); err != nil {
		c.failf("%s: the session is unknown elsewhere: %s", c.way, a)
	}
	c.set(false)
	c.ready = max(c.ready, c.waitFor(ctx, http.StatusOK, readyWithin))
	if a, err := b.Session(ctx); err != nil {
		c.failf("%s, over: session: %s", c.way, a)
	}
	if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
		c.failf("%s, over: sign-in: %s", c.way, a)
	}
	if a, err := browser.New(c.site).Register(ctx, email); err != nil {
		c.failf("%s, over: registration: %s", c.way, a)
	}
	return ctx.Err()
}

// waitFor waits until the process says that it is ready, or that it is not.
func (c *cut) waitFor(ctx context.Context, status int, within time.Duration) time.Duration {
	start := time.Now()
	for c.readiness(ctx) != status {
		if time.Since(start) > within {
			c.failf("%s: after %s the readiness is not %d", c.way, within, status)
			break
		}
		pause(ctx, 20*time.Millisecond)
	}
	return time.Since(start)
}

// readiness is what a load balancer asks for.
func (c *cut) readiness(ctx context.Context) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, browser.Origin+"/healthz", http.NoBody)
	if err != nil {
		return 0
	}
	response, err := c.process.Send(r)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}
