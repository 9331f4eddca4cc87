package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	// optionsBurst and optionsEvery are ginauth's default limit of options, per address.
	optionsBurst = 30
	optionsEvery = 2 * time.Second
	// overload is how many times that an abuser asks for.
	overload = 10
	// maxSlower is by how much abuse may slow the others down, and slowEnough what is too little to
	// say so: the machine has other things to do.
	maxSlower  = 4
	slowEnough = 20 * time.Millisecond
)

// abuser asks for options all the time. Its address is that of one subscriber, however it is written.
type abuser struct {
	name    string
	address func(n int) string

	mu      sync.Mutex
	n       int
	allowed int
	began   time.Time
}

// abuse lets people sign in, with and without abusers.
func abuse(ctx context.Context, t *trial) error {
	server, stop, err := t.server(site.Options{
		RateLimit: &ginauth.RateLimitConfig{TrustedProxies: []netip.Prefix{site.TrustedProxy()}},
	}, database.Options{})
	if err != nil {
		return err
	}
	defer stop()
	watch := &stopwatch{send: server.Send}
	people, err := crowd(ctx, &browser.Site{Instances: []browser.Instance{watch.measure}}, t.size.crowd*3/2)
	if err != nil {
		return err
	}
	abusers := []*abuser{
		{name: "with made-up proxies", address: func(n int) string { return fmt.Sprintf("192.0.2.%d, 203.0.113.9", n%256) }},
		{name: "with a whole IPv6 network", address: func(n int) string { return fmt.Sprintf("2001:db8:bad:1::%x", n+1) }},
	}
	outside := &browser.Site{Instances: []browser.Instance{server.Send}}
	phase := t.size.load / 3
	var calm, busy []time.Duration
	// In turns, so that what else the machine does happens to both.
	for range 2 {
		t.signIns(ctx, people, phase)
		calm = append(calm, watch.reset()...)
		var group sync.WaitGroup
		for _, a := range abusers {
			group.Go(func() { t.overdo(ctx, outside, a, phase) })
		}
		t.signIns(ctx, people, phase)
		group.Wait()
		busy = append(busy, watch.reset()...)
	}
	for _, a := range abusers {
		t.judge(a)
	}
	before, after := percentile(calm, 99), percentile(busy, 99)
	ratio := float64(after) / float64(before)
	t.notef("the others: %d requests each, p99 %s without, %s with abusers, %.2f times", len(busy), before.Round(time.Microsecond), after.Round(time.Microsecond), ratio)
	if phase >= time.Second && ratio > maxSlower && after-before > slowEnough {
		t.failf("the others wait %.1f times as long", ratio)
	}
	return ctx.Err()
}

// crowd registers n people, each from an address of their own.
func crowd(ctx context.Context, s *browser.Site, n int) ([]*browser.Browser, error) {
	people := make([]*browser.Browser, n)
	for i := range people {
		b := browser.New(s)
		b.Address = fmt.Sprintf("198.18.%d.%d", i/256, i%256)
		if i%2 == 1 {
			b.Address = fmt.Sprintf("2001:db8:%x:1::1", i)
		}
		if a, err := b.Register(ctx, newEmail()); err != nil {
			return nil, fmt.Errorf("registration: %w: %s", err, a)
		}
		people[i] = b
	}
	return people, nil
}

// signIns lets everybody sign in twice, at any time of the phase. That is what the limits allow:
// with a registration, nine callbacks in a minute.
func (t *trial) signIns(ctx context.Context, people []*browser.Browser, phase time.Duration) {
	var group sync.WaitGroup
	for _, b := range people {
		at := []time.Duration{rand.N(phase), rand.N(phase)} //nolint:gosec // G404: traffic
		slices.Sort(at)
		group.Go(func() {
			start := time.Now()
			for _, at := range at {
				pause(ctx, at-time.Since(start))
				if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
					t.failf("somebody who behaves: %v: %s", err, a)
				}
				t.tried.Add(1)
			}
		})
	}
	group.Wait()
}

// overdo asks for ten times what is allowed in both of the phases together.
func (t *trial) overdo(ctx context.Context, s *browser.Site, a *abuser, phase time.Duration) {
	if a.began.IsZero() {
		a.began = time.Now()
	}
	requests := overload * (optionsBurst + int(2*phase/optionsEvery)) / 2
	start := time.Now()
	var group sync.WaitGroup
	for i := range requests {
		pause(ctx, phase*time.Duration(i)/time.Duration(requests)-time.Since(start))
		group.Go(func() {
			a.mu.Lock()
			b := browser.New(s)
			b.Address = a.address(a.n)
			a.n++
			a.mu.Unlock()
			answer := b.Options(ctx, "")
			t.tried.Add(1)
			seconds, err := strconv.Atoi(answer.RetryAfter)
			switch {
			case answer.Status == http.StatusOK:
				a.mu.Lock()
				a.allowed++
				a.mu.Unlock()
			case answer.Status != http.StatusTooManyRequests || answer.Code() != "RateLimited" || err != nil || seconds < 1 || seconds > 60:
				t.failf("abuser %s: %s, Retry-After %q", a.name, answer, answer.RetryAfter)
			}
		})
	}
	group.Wait()
}

// judge compares what an abuser got with what the limit allows.
func (t *trial) judge(a *abuser) {
	most := optionsBurst + 1 + int(time.Since(a.began)/optionsEvery)
	t.notef("abuser %s: %d of %d requests allowed, the others 429", a.name, a.allowed, a.n)
	if a.allowed < optionsBurst || a.allowed > most {
		t.failf("abuser %s: %d requests allowed, expected %d to %d", a.name, a.allowed, optionsBurst, most)
	}
}

// stopwatch measures how long answers take.
type stopwatch struct {
	send browser.Instance

	mu  sync.Mutex
	all []time.Duration
}

func (w *stopwatch) measure(r *http.Request) (*http.Response, error) {
	start := time.Now()
	response, err := w.send(r)
	took := time.Since(start)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, took)
	return response, err
}

// reset returns what was measured and starts again.
func (w *stopwatch) reset() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.all
	w.all = nil
	return all
}

// percentile is the smallest that p percent are not above.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[(len(all)*p+99)/100-1]
}
