package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const sessionsOf = `SELECT COUNT(*) FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = ?`

func races() []race {
	due := site.Options{UpdateAge: -1}
	return []race{
		{name: "same assertion", rounds: 1000, round: sameAssertion},
		{name: "same challenge", rounds: 500, round: sameChallenge},
		{name: "same address", rounds: 500, round: sameAddress},
		{name: "same credential", rounds: 2000, round: sameCredential},
		{name: "counters out of order", rounds: 2000, round: counterOrder},
		{name: "adding, signing out", rounds: 1000, round: addWhileSigningOut},
		{name: "adding, user deleted", rounds: 1000, round: addWhileDeleted},
		{name: "session, signing out", rounds: 2000, round: sessionWhileSigningOut},
		{name: "session refresh", rounds: 1000, options: due, round: refreshTogether},
		{name: "step-up", rounds: 500, options: site.Options{AddWithin: 10 * time.Minute}, alone: true, round: stepUpTogether},
		{name: "step-up too late", rounds: 50, options: site.Options{AddWithin: 200 * time.Millisecond}, alone: true, round: stepUpLate},
	}
}

// sameAssertion sends one answer to one challenge many times.
func sameAssertion(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	p.ForgetSession()
	if err := r.Exec(ctx, `DELETE FROM "Session"`); err != nil {
		return err
	}
	t, a, err := p.BeginSignIn(ctx, p.Passkeys[0], "")
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	send := make([]func() browser.Answer, r.size.crowd)
	for i := range send {
		send[i] = func() browser.Answer { return t.Send(ctx) }
	}
	if n := r.signedIn(r.together(send...), "Configuration"); n != 1 {
		r.failf("%d of %d signed in", n, len(send))
	}
	r.expect(ctx, "sessions", 1, sessionsOf, p.email)
	return nil
}

// sameChallenge signs one challenge many times.
func sameChallenge(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	p.ForgetSession()
	if err := r.Exec(ctx, `DELETE FROM "Session"`); err != nil {
		return err
	}
	t, a, err := p.BeginSignIn(ctx, p.Passkeys[0], "")
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	send := make([]func() browser.Answer, (r.size.crowd+1)/2)
	for i := range send {
		other, err := t.Again()
		if err != nil {
			return err
		}
		send[i] = func() browser.Answer { return other.Send(ctx) }
	}
	n := r.signedIn(r.together(send...), "Configuration")
	if n > 1 {
		r.failf("%d of %d signed in", n, len(send))
	}
	r.expect(ctx, "sessions", int64(n), sessionsOf, p.email)
	return nil
}

// sameAddress registers one address from many browsers.
func sameAddress(ctx context.Context, r *racing) error {
	email := newEmail()
	send := make([]func() browser.Answer, (r.size.crowd+1)/2)
	for i := range send {
		t, a, err := browser.New(r.site).BeginRegister(ctx, email, nil)
		if err != nil {
			return fmt.Errorf("%w: %s", err, a)
		}
		send[i] = func() browser.Answer { return t.Send(ctx) }
	}
	if n := r.signedIn(r.together(send...), "AccountNotLinked", "RateLimited"); n != 1 {
		r.failf("%d of %d registered", n, len(send))
	}
	r.expect(ctx, "users", 1, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, email)
	r.expect(ctx, "passkeys", 1, `SELECT COUNT(*) FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, email)
	r.expect(ctx, "sessions", 1, sessionsOf, email)
	return nil
}

// sameCredential registers one credential ID for two people.
func sameCredential(ctx context.Context, r *racing) error {
	id := make([]byte, 32)
	_, _ = rand.Read(id) // never fails
	emails := []string{newEmail(), newEmail()}
	send := make([]func() browser.Answer, 2)
	for i := range send {
		t, a, err := browser.New(r.site).BeginRegister(ctx, emails[i], id)
		if err != nil {
			return fmt.Errorf("%w: %s", err, a)
		}
		send[i] = func() browser.Answer { return t.Send(ctx) }
	}
	if n := r.signedIn(r.together(send...), "AccountNotLinked"); n != 1 {
		r.failf("%d of 2 registered", n)
	}
	r.expect(ctx, "users", 1, `SELECT COUNT(*) FROM "User" WHERE "email" IN (?, ?)`, emails[0], emails[1])
	return nil
}

// counterOrder lets a passkey's two newest signatures overtake each other.
func counterOrder(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	p.ForgetSession()
	send := make([]func() browser.Answer, 2)
	for i := range send {
		t, a, err := p.Clone().BeginSignIn(ctx, p.Passkeys[0], "")
		if err != nil {
			return fmt.Errorf("%w: %s", err, a)
		}
		send[i] = func() browser.Answer { return t.Send(ctx) }
	}
	answers := r.together(send...)
	r.signedIn(answers[:1], "WebAuthnVerificationError")
	if n := r.signedIn(answers[1:]); n != 1 {
		r.failf("the higher counter was refused: %s", answers[1])
	}
	if !answers[0].SignedIn() {
		r.count("the lower counter came too late")
	}
	r.expect(ctx, "stored counter", int64(p.Passkeys[0].Counter), `SELECT a."counter" FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, p.email)
	return nil
}

// addWhileSigningOut adds a passkey in one window and signs out in another.
func addWhileSigningOut(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	t, a, err := p.BeginRegister(ctx, "", nil)
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	window := p.Clone()
	answers := r.together(func() browser.Answer { return t.Send(ctx) }, func() browser.Answer { a, _ := window.SignOut(ctx); return a })
	added := r.signedIn(answers[:1], "Configuration", "AccountNotLinked")
	if answers[1].Status != http.StatusOK || answers[1].Code() != "" {
		r.failf("sign-out: %s", answers[1])
	}
	if added == 1 {
		r.count("the passkey was first")
	}
	// A key was stored only with the session that was made along with it.
	r.expect(ctx, "passkeys", int64(1+added), `SELECT COUNT(*) FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, p.email)
	r.expect(ctx, "sessions", int64(added), sessionsOf, p.email)
	return nil
}

// addWhileDeleted adds a passkey while an administrator deletes the user.
func addWhileDeleted(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	t, a, err := p.BeginRegister(ctx, "", nil)
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	answers := r.together(func() browser.Answer { return t.Send(ctx) }, func() browser.Answer {
		if err := r.Exec(ctx, `DELETE FROM "User" WHERE "email" = ?`, p.email); err != nil {
			r.count("the deletion was refused: " + err.Error())
			return browser.Answer{}
		}
		return browser.Answer{Status: http.StatusOK}
	})
	if r.signedIn(answers[:1], "Configuration", "AccountNotLinked") == 1 {
		r.count("the passkey was first")
	}
	if answers[1].Status == http.StatusOK {
		r.expect(ctx, "passkeys of nobody", 0, `SELECT COUNT(*) FROM "Authenticator" WHERE "userId" NOT IN (SELECT "id" FROM "User")`)
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
	if err := r.MakeDue(ctx); err != nil {
		return err
	}
	window := p.Clone()
	answers := r.together(func() browser.Answer { a, _ := window.Session(ctx); return a }, func() browser.Answer { a, _ := p.SignOut(ctx); return a })
	if answers[0].Status != http.StatusOK || answers[1].Status != http.StatusOK {
		r.failf("session: %s, sign-out: %s", answers[0], answers[1])
	}
	if value, _ := answers[0].Session(); value != "" {
		r.count("the session was first")
	}
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
	if err := r.MakeDue(ctx); err != nil {
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
