package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	// lanes is how many rounds of a race run at once. Each is about people of its own, so they only
	// fill the time in which the others wait for the database; with many more of them the requests
	// of one round would not meet any longer.
	lanes = 3
	// batch is how many rounds there are between two looks at the whole database.
	batch = 100
	// maxGivenUp is of how many requests one may be answered 503. The database gives transactions up
	// where requests meet, but the adapter runs them again.
	maxGivenUp = 100
	// enough is how many rounds it takes until a race that only ever ends in one way is suspicious.
	enough = 100
)

// race is several requests at once with one outcome that is right. Several rounds run at once: a
// round looks at and changes its own people alone.
type race struct {
	name string
	// rounds is the whole count.
	rounds int
	// options of the servers in this process; with some the example server cannot take part.
	options site.Options
	alone   bool
	round   func(ctx context.Context, r *racing) error
}

// scenario runs the race with one server and with three in this process, and with three processes.
func (k race) scenario() scenario {
	return scenario{"race: " + k.name, database.Engines(), func(ctx context.Context, t *trial) error {
		rounds := max(1, k.rounds*t.size.rounds/1000)
		for _, n := range []int{1, 3} {
			s, stop, err := t.servers(n, k.options)
			if err != nil {
				return err
			}
			err = k.run(ctx, t, s, fmt.Sprintf("%d in one process", n), rounds)
			stop()
			if err != nil {
				return err
			}
		}
		if k.alone {
			return nil
		}
		s, stop, err := t.processes(ctx, 3)
		if err != nil {
			return err
		}
		defer stop()
		return k.run(ctx, t, s, "3 processes", rounds)
	}}
}

func (k race) run(ctx context.Context, t *trial, s *browser.Site, where string, rounds int) error {
	r := &racing{trial: t, site: s, options: k.options, where: where, counts: map[string]int{}}
	start := time.Now()
	for done := 0; done < rounds; done += batch {
		if err := k.batch(ctx, r, min(batch, rounds-done)); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		t.checkInvariants(ctx, where)
		if n := t.orphans(ctx, s); n > 0 {
			r.failf("I5: %d sessions that nobody has", n)
		}
		if err := t.Clear(ctx); err != nil {
			return err
		}
	}
	r.report(rounds, time.Since(start))
	return nil
}

// batch runs rounds in lanes until they are done or one of them cannot be.
func (k race) batch(ctx context.Context, r *racing, rounds int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var begun atomic.Int64
	var group sync.WaitGroup
	for range min(lanes, rounds) {
		group.Go(func() {
			for begun.Add(1) <= int64(rounds) && ctx.Err() == nil {
				if err := k.round(ctx, r); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// racing is a race on one site.
type racing struct {
	*trial
	site    *browser.Site
	options site.Options
	where   string
	// lead is how long the second of a duel waits; the first does if it is negative.
	lead atomic.Int64

	mu     sync.Mutex
	counts map[string]int // what may go one way or the other
	heat
	duels, firstWon int
}

// heat is how close requests were: those of each round that had begun before one was answered.
type heat struct{ requests, met int }

func (r *racing) count(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what]++
}

func (r *racing) failf(format string, args ...any) {
	r.trial.failf("%s: %s", r.where, fmt.Sprintf(format, args...))
}

// report notes what was done, and fails for a duel that one side never won.
func (r *racing) report(rounds int, took time.Duration) {
	r.notef("%s: %d rounds, %d requests, of which %.0f %% had begun before the first was answered, %.1f s",
		r.where, rounds, r.requests, 100*float64(r.met)/float64(max(1, r.requests)), took.Seconds())
	for _, what := range slices.Sorted(maps.Keys(r.counts)) {
		r.notef("%s: %s: %d", r.where, what, r.counts[what])
	}
	if r.counts["503"] > r.requests/maxGivenUp && r.requests >= enough {
		r.failf("%d of %d requests were given up", r.counts["503"], r.requests)
	}
	if r.duels >= enough && (r.firstWon == 0 || r.firstWon == r.duels) {
		r.failf("the same side was first in all of %d rounds", r.duels)
	}
}

// servers mounts ginauth n times in this process, with one secret, each with connections of its own.
func (t *trial) servers(n int, o site.Options) (*browser.Site, func(), error) {
	s := &browser.Site{}
	var stops []func()
	stop := func() {
		for _, f := range stops {
			f()
		}
	}
	o.Secret = site.NewSecret()
	for range n {
		server, stopServer, err := t.server(o, database.Options{})
		if err != nil {
			stop()
			return nil, nil, err
		}
		stops = append(stops, stopServer)
		s.Instances = append(s.Instances, server.Send)
	}
	return s, stop, nil
}

// processes starts n example servers with one secret.
func (t *trial) processes(ctx context.Context, n int, settings ...string) (*browser.Site, func(), error) {
	s := &browser.Site{}
	var all []*site.Process
	stop := func() {
		for _, p := range all {
			if err := p.Stop(); err != nil {
				t.failf("%v", err)
			}
		}
	}
	settings = append([]string{"AUTH_SECRET=" + site.NewSecret()}, settings...)
	for range n {
		p, err := t.startExample(ctx, settings...)
		if err != nil {
			stop()
			return nil, nil, err
		}
		all = append(all, p)
		s.Instances = append(s.Instances, p.Send)
	}
	return s, stop, nil
}
