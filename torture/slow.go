package main

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	slowPool    = 5
	slowClients = 200
)

// slow lets every statement take long, with more people than connections. Answers come by the
// deadline, nothing piles up, and all is well again when the database is.
func slow(ctx context.Context, t *trial) error {
	controller := &faultsql.Controller{}
	options := database.Options{Pool: slowPool, Faults: controller}
	var proxy *site.Proxy
	if t.Address != "" {
		// On the way to a server, so that its driver has to cope.
		var err error
		if proxy, err = site.NewProxy(ctx, t.Address); err != nil {
			return err
		}
		defer proxy.Close()
		options.Address = proxy.Address()
	}
	delay := func(d time.Duration) {
		if proxy != nil {
			proxy.Delay(d)
			return
		}
		controller.Disarm()
		if d > 0 {
			controller.Arm(func(faultsql.Statement) (faultsql.Fault, bool) { return database.Slow(d), true })
		}
	}
	s, stop, err := t.oneServer(site.Options{}, options)
	if err != nil {
		return err
	}
	defer stop()
	if n, bad := t.visit(ctx, s); bad > 0 {
		t.failf("before: %d of %d failed", bad, n)
	}
	for _, d := range []time.Duration{100 * time.Millisecond, time.Second, 30 * time.Second} {
		if t.size.load > 0 {
			t.slowBy(ctx, s, d, delay)
		}
	}
	return nil
}

func (t *trial) slowBy(ctx context.Context, s *browser.Site, d time.Duration, delay func(time.Duration)) {
	before := runtime.NumGoroutine()
	delay(d)
	load, cancel := context.WithTimeout(ctx, t.size.load)
	defer cancel()
	var good, unavailable, longest atomic.Int64
	var group sync.WaitGroup
	for range slowClients {
		group.Go(func() {
			for load.Err() == nil {
				b := browser.New(s)
				start := time.Now()
				a, err := b.Register(ctx, newEmail())
				took := time.Since(start)
				t.tried.Add(1)
				// Two requests, each with a deadline.
				for old := longest.Load(); int64(took) > old && !longest.CompareAndSwap(old, int64(took)); old = longest.Load() {
				}
				switch {
				case err == nil:
					good.Add(1)
				case a.Status == http.StatusServiceUnavailable:
					unavailable.Add(1)
				default:
					t.failf("%s slow: %s", describe(d), a)
				}
				if took > 2*deadline {
					t.failf("%s slow: two requests took %s", describe(d), took)
				}
			}
		})
	}
	group.Wait()
	delay(0)
	recovered := time.Now()
	for n, bad := t.visit(ctx, s); bad > 0; n, bad = t.visit(ctx, s) {
		if time.Since(recovered) > 2*time.Second {
			t.failf("%s slow: %d of %d operations still fail after it ended", describe(d), bad, n)
			break
		}
	}
	took := time.Since(recovered)
	left := goroutines(before + 2*slowPool)
	t.notef("%s slow: %d registered, %d 503, the longest took %d ms, well again after %d ms, goroutines %d → %d",
		describe(d), good.Load(), unavailable.Load(), longest.Load()/1e6, took.Milliseconds(), before, left)
	if left > before+4*slowPool+10 {
		t.failf("%s slow: %d goroutines before, %d after", describe(d), before, left)
	}
}

// goroutines waits a little for goroutines to end, and counts them.
func goroutines(enough int) int {
	n := runtime.NumGoroutine()
	for range 30 {
		if n <= enough {
			break
		}
		time.Sleep(100 * time.Millisecond)
		n = runtime.NumGoroutine()
	}
	return n
}
