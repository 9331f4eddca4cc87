package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// late holds a request up at the moment when it begins to write, lets somebody else finish, and
// lets it go on: the races that luck seldom finds.
func late(ctx context.Context, t *trial) error {
	controller := &faultsql.Controller{}
	options := site.Options{Secret: site.NewSecret(), UpdateAge: -1}
	slow, stop, err := t.server(options, database.Options{Faults: controller})
	if err != nil {
		return err
	}
	defer stop()
	quick, stopQuick, err := t.server(options, database.Options{})
	if err != nil {
		return err
	}
	defer stopQuick()
	l := &lateness{trial: t, controller: controller,
		slow:  &browser.Site{Instances: []browser.Instance{slow.Send}},
		quick: &browser.Site{Instances: []browser.Instance{quick.Send}}}
	for range max(1, t.size.rounds/10) {
		for _, round := range []func(context.Context) error{l.addAfterSignOut, l.addAfterDeletion, l.registerAfterOther, l.refreshAfterSignOut, l.signInAfterHigher} {
			if err := round(ctx); err != nil {
				return err
			}
			t.tried.Add(1)
			t.checkInvariants(ctx, "late")
		}
	}
	return nil
}

// lateness has two servers, of which one can be held up.
type lateness struct {
	*trial
	controller  *faultsql.Controller
	slow, quick *browser.Site
}

// held sends a request to the slow server and, while it is held up before its first statement with
// this verb, does something else.
func (l *lateness) held(verb string, request func() browser.Answer, meanwhile func() error) (browser.Answer, error) {
	reached := make(chan struct{})
	waits := false
	l.controller.Arm(func(s faultsql.Statement) (faultsql.Fault, bool) {
		if waits || s.Verb != verb {
			return faultsql.Fault{}, false
		}
		waits = true
		close(reached)
		return database.Slow(time.Minute), true
	})
	answer := make(chan browser.Answer, 1)
	go func() { answer <- request() }()
	var err error
	select {
	case <-reached:
		err = meanwhile()
	case a := <-answer:
		return a, fmt.Errorf("no %s was reached: %s", verb, a)
	}
	l.controller.Disarm()
	return <-answer, err
}

func (l *lateness) newcomer(ctx context.Context) (*person, error) {
	p := &person{Browser: browser.New(l.quick), email: newEmail()}
	if a, err := p.Register(ctx, p.email); err != nil {
		return nil, fmt.Errorf("registration: %w: %s", err, a)
	}
	return p, nil
}

// window is another window of a person, which uses the slow server.
func (l *lateness) window(p *person) *browser.Browser {
	w := p.Clone()
	w.Site = l.slow
	return w
}

func (l *lateness) passkeys(ctx context.Context, p *person, want int64) {
	n, err := l.Count(ctx, `SELECT COUNT(*) FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, p.email)
	if err != nil || n != want {
		l.failf("%d passkeys, expected %d: %v", n, want, err)
	}
}

// addAfterSignOut: the session ends while a passkey is about to be added with it.
func (l *lateness) addAfterSignOut(ctx context.Context) error {
	p, err := l.newcomer(ctx)
	if err != nil {
		return err
	}
	t, _, err := l.window(p).BeginRegister(ctx, "", nil)
	if err != nil {
		return err
	}
	a, err := l.held("BEGIN", func() browser.Answer { return t.Send(ctx) }, func() error { _, err := p.SignOut(ctx); return err })
	if a.SignedIn() || a.Code() != "Configuration" {
		l.failf("a passkey was added after the sign-out: %s", a)
	}
	l.passkeys(ctx, p, 1)
	return err
}

// addAfterDeletion: the user goes while a passkey is about to be added.
func (l *lateness) addAfterDeletion(ctx context.Context) error {
	p, err := l.newcomer(ctx)
	if err != nil {
		return err
	}
	t, _, err := l.window(p).BeginRegister(ctx, "", nil)
	if err != nil {
		return err
	}
	a, err := l.held("BEGIN", func() browser.Answer { return t.Send(ctx) }, func() error {
		return l.Exec(ctx, `DELETE FROM "User" WHERE "email" = ?`, p.email)
	})
	if a.SignedIn() {
		l.failf("a passkey was added to nobody: %s", a)
	}
	l.passkeys(ctx, p, 0)
	return err
}

// registerAfterOther: somebody else registers the address first.
func (l *lateness) registerAfterOther(ctx context.Context) error {
	p := &person{email: newEmail()}
	t, _, err := browser.New(l.slow).BeginRegister(ctx, p.email, nil)
	if err != nil {
		return err
	}
	a, err := l.held("BEGIN", func() browser.Answer { return t.Send(ctx) }, func() error {
		_, err := browser.New(l.quick).Register(ctx, p.email)
		return err
	})
	if a.Code() != "AccountNotLinked" {
		l.failf("the second registration: %s", a)
	}
	l.passkeys(ctx, p, 1)
	return err
}

// refreshAfterSignOut: the session ends while its expiry is about to be moved.
func (l *lateness) refreshAfterSignOut(ctx context.Context) error {
	p, err := l.newcomer(ctx)
	if err != nil {
		return err
	}
	w := l.window(p)
	a, err := l.held("UPDATE", func() browser.Answer { a, _ := w.Session(ctx); return a }, func() error { _, err := p.SignOut(ctx); return err })
	if a.Status != http.StatusOK || string(a.Body) != "null" {
		l.failf("the session after the sign-out: %s", a)
	}
	if value, _ := a.Session(); value != "" {
		l.failf("the session cookie is set after the sign-out")
	}
	return err
}

// signInAfterHigher: a signature with a higher counter overtakes.
func (l *lateness) signInAfterHigher(ctx context.Context) error {
	p, err := l.newcomer(ctx)
	if err != nil {
		return err
	}
	t, _, err := l.window(p).BeginSignIn(ctx, p.Passkeys[0], "")
	if err != nil {
		return err
	}
	a, err := l.held("BEGIN", func() browser.Answer { return t.Send(ctx) }, func() error { _, err := p.SignIn(ctx, p.Passkeys[0]); return err })
	if a.Code() != "WebAuthnVerificationError" {
		l.failf("the lower counter: %s", a)
	}
	n, countErr := l.Count(ctx, `SELECT MAX(a."counter") FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, p.email)
	if countErr != nil || n != int64(p.Passkeys[0].Counter) {
		l.failf("the stored counter is %d, expected %d: %v", n, p.Passkeys[0].Counter, countErr)
	}
	return err
}
