package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// newcomer registers somebody.
func (r *racing) newcomer(ctx context.Context) (*person, error) {
	p := &person{Browser: browser.New(r.site), email: newEmail()}
	if a, err := p.Register(ctx, p.email); err != nil {
		return nil, fmt.Errorf("registration: %w: %s", err, a)
	}
	return p, nil
}

// start is a request that is to take part, some time after the others.
type start struct {
	send func() browser.Answer
	late time.Duration
}

// run is a request that took part.
type run struct {
	answer       browser.Answer
	began, ended time.Time
}

// together sends requests at once and returns their answers in the order in which they began.
func (r *racing) together(all ...func() browser.Answer) []browser.Answer {
	starts := make([]start, len(all))
	for i, f := range all {
		starts[i].send = f
	}
	runs := r.run(starts)
	slices.SortFunc(runs, func(a, b run) int { return a.began.Compare(b.began) })
	answers := make([]browser.Answer, len(runs))
	for i, done := range runs {
		answers[i] = done.answer
	}
	return answers
}

// leadStep is by how much a duel's lead changes after a round.
const leadStep = 50 * time.Microsecond

// duel runs two functions at once, of which one may take longer than the other to get to what they
// both want. decided makes up for that.
func (r *racing) duel(first, second func() browser.Answer) (a, b browser.Answer) {
	lead := time.Duration(r.lead.Load())
	runs := r.run([]start{{first, max(0, -lead)}, {second, max(0, lead)}})
	return runs[0].answer, runs[1].answer
}

func (r *racing) run(starts []start) []run {
	runs := make([]run, len(starts))
	gate := make(chan struct{})
	var group sync.WaitGroup
	// The scheduler has favorites.
	for _, i := range rand.Perm(len(starts)) { //nolint:gosec // G404: any order will do
		group.Go(func() {
			<-gate
			if starts[i].late > 0 {
				time.Sleep(starts[i].late)
			}
			runs[i].began = time.Now()
			runs[i].answer = starts[i].send()
			runs[i].ended = time.Now()
		})
	}
	close(gate)
	group.Wait()
	r.compare(runs)
	return runs
}

// compare counts the requests that had begun before the first of them was answered.
func (r *racing) compare(runs []run) {
	r.tried.Add(int64(len(runs)))
	first := slices.MinFunc(runs, func(a, b run) int { return a.ended.Compare(b.ended) }).ended
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, done := range runs {
		r.requests++
		if done.began.Before(first) {
			r.met++
		}
		if took := done.ended.Sub(done.began); took > deadline {
			r.failf("answered after %s", took)
		}
	}
}

// decided counts a duel that the first of its functions won, or lost. Whoever won has to wait a
// little longer from now on, so that either wins about every other round: then what happens in one
// of them happens within what happens in the other.
func (r *racing) decided(firstWon bool, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.duels++
	step := leadStep
	if firstWon {
		r.firstWon++
		r.counts[what]++
		step = -step
	}
	r.lead.Add(int64(step))
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
		case !slices.Contains(refusals, a.Code()):
			r.failf("unexpected answer: %s", a)
		}
		if _, touched := a.Session(); touched && !a.SignedIn() {
			r.failf("a failed answer touches the session cookie")
		}
	}
	return n
}

// overtaken counts the rounds that another than the first to begin has won.
func (r *racing) overtaken(answers []browser.Answer) {
	if slices.ContainsFunc(answers[1:], browser.Answer.SignedIn) {
		r.count("the first to begin was overtaken")
	}
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
