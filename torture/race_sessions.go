package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// adding is a newcomer who is about to add a passkey.
func (r *racing) adding(ctx context.Context) (*person, *browser.Attempt, error) {
	p, err := r.newcomer(ctx)
	if err != nil {
		return nil, nil, err
	}
	t, a, err := p.BeginRegister(ctx, "", nil)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s", err, a)
	}
	return p, t, nil
}

// addWhileSigningOut adds a passkey in one window and signs out in another.
func addWhileSigningOut(ctx context.Context, r *racing) error {
	p, t, err := r.adding(ctx)
	if err != nil {
		return err
	}
	window := p.Clone()
	adding, out := r.duel(func() browser.Answer { return t.Send(ctx) }, func() browser.Answer { a, _ := window.SignOut(ctx); return a })
	added := r.signedIn([]browser.Answer{adding}, "Configuration", "AccountNotLinked")
	if out.Status != http.StatusOK || out.Code() != "" {
		r.failf("sign-out: %s", out)
	}
	r.decided(added == 1, "the passkey was first")
	// A key was stored only with the session that was made along with it.
	r.expect(ctx, "passkeys", int64(1+added), keysOf, p.email)
	r.expect(ctx, "sessions", int64(added), sessionsOf, p.email)
	return nil
}

// addWhileDeleted adds a passkey while an administrator deletes the user.
func addWhileDeleted(ctx context.Context, r *racing) error {
	p, t, err := r.adding(ctx)
	if err != nil {
		return err
	}
	id, err := r.Texts(ctx, `SELECT "id" FROM "User" WHERE "email" = ?`, p.email)
	if err != nil || len(id) != 1 {
		return fmt.Errorf("user: %v, %w", id, err)
	}
	adding, deleting := r.duel(func() browser.Answer { return t.Send(ctx) }, func() browser.Answer {
		if err := r.Exec(ctx, `DELETE FROM "User" WHERE "email" = ?`, p.email); err != nil {
			r.count("the deletion was refused: " + err.Error())
			return browser.Answer{}
		}
		return browser.Answer{Status: http.StatusOK}
	})
	r.decided(r.signedIn([]browser.Answer{adding}, "Configuration", "AccountNotLinked") == 1, "the passkey was first")
	if deleting.Status == http.StatusOK {
		r.expect(ctx, "passkeys of nobody", 0, `SELECT COUNT(*) FROM "Authenticator" WHERE "userId" = ?`, id[0])
		r.expect(ctx, "users", 0, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, p.email)
	}
	return nil
}

// sessionWhileSigningOut asks for the session while it is being ended.
func sessionWhileSigningOut(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	if err := r.MakeDueOf(ctx, p.email); err != nil {
		return err
	}
	window := p.Clone()
	asked, out := r.duel(func() browser.Answer { a, _ := window.Session(ctx); return a }, func() browser.Answer { a, _ := p.SignOut(ctx); return a })
	if asked.Status != http.StatusOK || out.Status != http.StatusOK {
		r.failf("session: %s, sign-out: %s", asked, out)
	}
	value, _ := asked.Session()
	r.decided(value != "", "the session was first")
	// The window has whatever the late answer gave it; it must be worth nothing.
	if a, err := window.Session(ctx); err == nil {
		r.failf("still signed in after the sign-out was answered: %s", a)
	}
	r.expect(ctx, "sessions", 0, sessionsOf, p.email)
	return nil
}

// refreshTogether asks for a session that is due from twenty windows.
func refreshTogether(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	if err := r.MakeDueOf(ctx, p.email); err != nil {
		return err
	}
	ask := make([]func() browser.Answer, 20)
	for i := range ask {
		window := p.Clone()
		ask[i] = func() browser.Answer { a, _ := window.Session(ctx); return a }
	}
	for _, a := range r.together(ask...) {
		if value, _ := a.Session(); a.Status != http.StatusOK || value != p.SessionToken() {
			r.failf("session: %s", a)
		}
	}
	r.expect(ctx, "sessions", 1, sessionsOf, p.email)
	return nil
}

// stepUpTogether asks from ten windows to add a passkey, shortly after a sign-in.
func stepUpTogether(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	ask := make([]func() browser.Answer, 10)
	for i := range ask {
		window := p.Clone()
		ask[i] = func() browser.Answer {
			_, a, err := window.BeginRegister(ctx, "", nil)
			if err != nil && a.Status == http.StatusOK {
				r.count("asked to sign in although that was just done")
			}
			return a
		}
	}
	for _, a := range r.together(ask...) {
		if a.Status != http.StatusOK && a.Status != http.StatusServiceUnavailable {
			r.failf("options: %s", a)
		}
		if a.Status == http.StatusServiceUnavailable {
			r.count("503")
		}
	}
	if _, a, err := p.BeginRegister(ctx, "", nil); err != nil {
		r.failf("the time of the sign-in is lost: %s", a)
	}
	return nil
}

// stepUpLate keeps asking to add a passkey until the sign-in is too long ago.
func stepUpLate(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	// The sign-in was some time before its answer.
	late := time.Now().Add(200 * time.Millisecond)
	ask := make([]func() browser.Answer, 2)
	for i := range ask {
		window := p.Clone()
		ask[i] = func() (a browser.Answer) {
			for time.Now().Before(late.Add(50 * time.Millisecond)) {
				began := time.Now()
				var err error
				if _, a, err = window.BeginRegister(ctx, "", nil); err == nil && began.After(late) {
					r.failf("may add a passkey %s too late", began.Sub(late))
				}
			}
			return a
		}
	}
	r.together(ask...)
	return nil
}
