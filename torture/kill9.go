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

const (
	// killWithin is how long after the callbacks were sent the server is killed, at most.
	killWithin = 20 * time.Millisecond
	// killClients is how many people are registering when it happens.
	killClients = 3
)

// startExample starts the example server on the trial's database, with stored sessions.
func (t *trial) startExample(ctx context.Context, settings ...string) (*site.Process, error) {
	return site.Start(ctx, t.size.example, append([]string{"DATABASE_URL=" + t.URL, "SESSION_STRATEGY=database"}, settings...)...)
}

// kill9 kills the server while people register, starts it again and lets them try again. SQLite is
// used with synchronous=FULL and NORMAL in turn: the kernel keeps what a dead process has written,
// so there is to be no difference.
func kill9(ctx context.Context, t *trial) error {
	secret := "AUTH_SECRET=" + site.NewSecret()
	begun := 0
	start := func() (*site.Process, error) {
		settings := []string{secret}
		if t.Engine == database.SQLite {
			settings = append(settings, "DATABASE_URL="+t.URL+"?_pragma=synchronous("+[]string{"FULL", "NORMAL"}[begun%2]+")")
		}
		begun++
		return t.startExample(ctx, settings...)
	}
	begin := time.Now()
	process, err := start()
	if err != nil {
		return err
	}
	var answered, stored, lost int
	for range t.size.kills {
		s := &browser.Site{Instances: []browser.Instance{process.Send}}
		people, err := registerAndKill(ctx, s, process)
		if err != nil {
			return err
		}
		t.tried.Add(1)
		if process, err = start(); err != nil {
			return err
		}
		s.Instances[0] = process.Send
		t.checkInvariants(ctx, "after kill -9")
		hidden := 0
		for _, p := range people {
			if p.answer.SignedIn() {
				answered++
			}
			a, err := p.SignIn(ctx, p.attempt.Passkey)
			switch {
			case err == nil && p.answer.SignedIn():
			case err == nil:
				stored++
				hidden++
			case p.answer.SignedIn():
				t.failf("a registration that was answered is gone: %s", a)
			default:
				lost++
				if a, err := browser.New(s).Register(ctx, p.email); err != nil {
					t.failf("neither signs in nor registers: %s", a)
				}
			}
		}
		if n := t.orphans(ctx, s); n > hidden {
			t.failf("I5: %d sessions that nobody has, from %d registrations without an answer", n, hidden)
		}
		if err := t.Clear(ctx); err != nil {
			return err
		}
	}
	if t.size.kills > 0 {
		t.notef("%s for each kill: a thousand take %.0f s", describe(time.Since(begin)/time.Duration(t.size.kills)), time.Since(begin).Seconds()/float64(t.size.kills)*1000)
	}
	t.notef("%d registrations: %d answered, %d stored without an answer, %d not stored", t.size.kills*killClients, answered, stored, lost)
	return process.Stop()
}

// victim is somebody whose registration is under way when the server dies.
type victim struct {
	*browser.Browser
	email   string
	attempt *browser.Attempt
	answer  browser.Answer
}

func registerAndKill(ctx context.Context, s *browser.Site, process *site.Process) ([]*victim, error) {
	people := make([]*victim, killClients)
	for i := range people {
		p := &victim{Browser: browser.New(s), email: newEmail()}
		var a browser.Answer
		var err error
		if p.attempt, a, err = p.BeginRegister(ctx, p.email, nil); err != nil {
			return nil, fmt.Errorf("before the kill: %w: %s", err, a)
		}
		people[i] = p
	}
	var group sync.WaitGroup
	for _, p := range people {
		group.Go(func() { p.answer = p.attempt.Send(ctx) })
	}
	pause(ctx, rand.N(killWithin)) //nolint:gosec // G404: any moment will do
	err := process.Kill()
	group.Wait()
	return people, err
}
