package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// readOnly makes the database refuse every write, as the one is that a failover left behind. Who is
// signed in stays so; everything that has to be stored is 503 until the database takes it again.
func readOnly(ctx context.Context, t *trial) error {
	replica, err := t.NewReplica(ctx, 4)
	if err != nil {
		return err
	}
	defer func() {
		if err := replica.Close(context.WithoutCancel(ctx)); err != nil {
			t.failf("%v", err)
		}
	}()
	server, err := site.New(site.Options{Adapter: bunadapter.New(replica.Bun)})
	if err != nil {
		return err
	}
	defer t.checkPanics(server)
	s := &browser.Site{Instances: []browser.Instance{server.Send}}
	for i := range t.size.readOnly {
		way := replica.Ways[i%len(replica.Ways)]
		f := &failover{trial: t, site: s, way: way.Name}
		if err := f.prepare(ctx); err != nil {
			return err
		}
		if err := way.Set(ctx, true); err != nil {
			return fmt.Errorf("%s: %w", way.Name, err)
		}
		if err := t.Refusal(ctx, replica); err != nil {
			return fmt.Errorf("%s: %w", way.Name, err)
		}
		f.during(ctx)
		if err := way.Set(ctx, false); err != nil {
			return fmt.Errorf("%s, back: %w", way.Name, err)
		}
		f.after(ctx)
		t.tried.Add(1)
		t.checkInvariants(ctx, way.Name)
		t.noOrphans(ctx, s)
	}
	return nil
}

// failover is one time that the database only reads.
type failover struct {
	*trial
	site *browser.Site
	way  string
	// fresh was seen a moment ago; the end of due's session has to be moved.
	fresh, due *browser.Browser
	// signIn and register were begun before.
	signIn, register *browser.Attempt
	email            string
}

func (f *failover) what(text string) string { return f.way + ": " + text }

func (f *failover) prepare(ctx context.Context) error {
	f.email = newEmail()
	f.due, f.fresh = browser.New(f.site), browser.New(f.site)
	if a, err := f.due.Register(ctx, newEmail()); err != nil {
		return fmt.Errorf("before: %w: %s", err, a)
	}
	if err := f.MakeDue(ctx); err != nil {
		return err
	}
	a, err := f.fresh.Register(ctx, newEmail())
	if err != nil {
		return fmt.Errorf("before: %w: %s", err, a)
	}
	if f.signIn, a, err = f.fresh.Clone().BeginSignIn(ctx, f.fresh.Passkeys[0], ""); err != nil {
		return fmt.Errorf("before: %w: %s", err, a)
	}
	if f.register, a, err = browser.New(f.site).BeginRegister(ctx, f.email, nil); err != nil {
		return fmt.Errorf("before: %w: %s", err, a)
	}
	return nil
}

func (f *failover) during(ctx context.Context) {
	a, err := f.fresh.Session(ctx)
	if err != nil {
		f.failf("%s: the session is not shown: %s", f.way, a)
	}
	a, err = f.due.Session(ctx)
	f.unavailable(f.what("a session that is due"), a, err)
	if string(a.Body) != "null" {
		f.failf("%s: a session that is due: the body is not null: %s", f.way, a)
	}
	for name, attempt := range map[string]*browser.Attempt{"sign-in": f.signIn, "registration": f.register} {
		a := attempt.Send(ctx)
		err := browser.ErrRefused
		if a.SignedIn() {
			err = nil
		}
		f.unavailable(f.what(name+" begun before"), a, err)
	}
	b := f.fresh.Clone()
	a, err = b.SignIn(ctx, b.Passkeys[0])
	f.unavailable(f.what("sign-in"), a, err)
	b = browser.New(f.site)
	a, err = b.Register(ctx, newEmail())
	f.unavailable(f.what("registration"), a, err)
	b = f.fresh.Clone()
	a, err = b.Register(ctx, "")
	f.unavailable(f.what("adding a passkey"), a, err)
	a, err = f.fresh.SignOut(ctx)
	f.unavailable(f.what("sign-out"), a, err)
	if a, err := f.fresh.Session(ctx); err != nil {
		f.failf("%s: after a sign-out that failed: %s", f.way, a)
	}
}

func (f *failover) after(ctx context.Context) {
	if a, err := f.due.Session(ctx); err != nil {
		f.failf("%s, over: the session that is due: %s", f.way, a)
	}
	if a, err := browser.New(f.site).Register(ctx, f.email); err != nil {
		f.failf("%s, over: registration: %s", f.way, a)
	}
	if a, err := f.due.SignIn(ctx, f.due.Passkeys[0]); err != nil {
		f.failf("%s, over: sign-in: %s", f.way, a)
	}
	if a, err := f.fresh.SignOut(ctx); err != nil {
		f.failf("%s, over: sign-out: %s", f.way, a)
	}
	if a := f.signIn.Send(ctx); a.SignedIn() && a.Status == http.StatusOK {
		f.notef("%s, over: the sign-in that failed is good for another try", f.way)
	}
}
