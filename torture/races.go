package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// race is several requests at once with one outcome that is right.
type race struct {
	name string
	// rounds is the whole count.
	rounds int
	// options of the servers in this process; with some the example server cannot take part.
	options site.Options
	alone   bool
	round   func(ctx context.Context, r *racing) error
}

// racing is a race on one site.
type racing struct {
	*trial
	site  *browser.Site
	where string
	// notes count what may go one way or the other.
	mu     sync.Mutex
	counts map[string]int
}

func (r *racing) count(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what]++
}

func (r *racing) failf(format string, args ...any) {
	r.trial.failf("%s: %s", r.where, fmt.Sprintf(format, args...))
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
	r := &racing{trial: t, site: s, where: where, counts: map[string]int{}}
	for i := range rounds {
		if err := k.round(ctx, r); err != nil {
			return fmt.Errorf("%s, round %d: %w", where, i+1, err)
		}
		if i%20 == 19 || i == rounds-1 {
			t.checkInvariants(ctx, where)
			if err := t.Clear(ctx); err != nil {
				return err
			}
		}
	}
	for what, n := range r.counts {
		t.notef("%s: %s: %d", where, what, n)
	}
	return nil
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
			if n := p.Panics.Load(); n > 0 {
				t.failf("%d panics", n)
			}
		}
	}
	settings = append(settings, "AUTH_SECRET="+site.NewSecret())
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

// newcomer registers somebody.
func (r *racing) newcomer(ctx context.Context) (*person, error) {
	p := &person{Browser: browser.New(r.site), email: newEmail()}
	if a, err := p.Register(ctx, p.email); err != nil {
		return nil, fmt.Errorf("registration: %w: %s", err, a)
	}
	return p, nil
}

// together runs the functions at once and returns their answers.
func (r *racing) together(all ...func() browser.Answer) []browser.Answer {
	answers := make([]browser.Answer, len(all))
	start := make(chan struct{})
	var group sync.WaitGroup
	// The scheduler has favourites.
	for _, i := range rand.Perm(len(all)) { //nolint:gosec // G404: any order will do
		f := all[i]
		group.Go(func() {
			<-start
			began := time.Now()
			answers[i] = f()
			if took := time.Since(began); took > deadline {
				r.failf("answered after %s", took)
			}
		})
	}
	close(start)
	group.Wait()
	r.tried.Add(int64(len(all)))
	return answers
}

// signedIn counts the answers that are sign-ins, and fails for those that are neither that nor a
// refusal that is known.
func (r *racing) signedIn(answers []browser.Answer, refusals ...string) int {
	n := 0
	for _, a := range answers {
		switch {
		case a.SignedIn():
			n++
		case a.Status == 503:
			r.count("503")
		case !known(a, refusals):
			r.failf("unexpected answer: %s", a)
		}
		if _, touched := a.Session(); touched && !a.SignedIn() {
			r.failf("a failed answer touches the session cookie")
		}
	}
	return n
}

func known(a browser.Answer, refusals []string) bool {
	for _, code := range refusals {
		if a.Code() == code {
			return true
		}
	}
	return false
}

// expect compares a count of rows.
func (r *racing) expect(ctx context.Context, what string, want int64, query string, args ...any) {
	n, err := r.Count(ctx, query, args...)
	if err != nil {
		r.failf("%s: %v", what, err)
	} else if n != want {
		r.failf("%s: %d, expected %d", what, n, want)
	}
}
