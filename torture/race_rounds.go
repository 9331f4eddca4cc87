package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	sessionsOf       = `SELECT COUNT(*) FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = ?`
	keysOf           = `SELECT COUNT(*) FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`
	deleteSessionsOf = `DELETE FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = ?)`
)

func races() []race {
	due := site.Options{UpdateAge: -1}
	revocable := site.Options{Strategy: ginauth.StrategyJWT, Revocable: true}
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
		{name: "removing both", rounds: 500, round: removeLastTwo},
		{name: "removing both, JWT", rounds: 500, options: site.Options{Strategy: ginauth.StrategyJWT}, alone: true, round: removeLastTwo},
		{name: "removing, sessions ended", rounds: 500, alone: true, round: removeWhileEnding},
		{name: "adding, sessions ended", rounds: 500, alone: true, round: addWhileEnding},
		{name: "sign-in, passkey removed", rounds: 500, alone: true, round: signInWhileRemoved(false)},
		{name: "sign-in, passkey removed, counter 0", rounds: 500, alone: true, round: signInWhileRemoved(true)},
		{name: "sign-in, passkey removed, counter 0, revocable", rounds: 500, options: revocable, alone: true, round: signInWhileRemoved(true)},
		{name: "removing both, revocable", rounds: 500, options: revocable, alone: true, round: removeLastTwo},
		{name: "claimed while adding", rounds: 500, options: site.Options{Mail: mail.deliver}, alone: true, round: claimWhileAdding},
		{name: "claimed while adding, JWT", rounds: 500, options: site.Options{Mail: mail.deliver, Strategy: ginauth.StrategyJWT}, alone: true, round: claimWhileAdding},
		{name: "claimed while adding, revocable", rounds: 500, options: site.Options{Mail: mail.deliver, Strategy: ginauth.StrategyJWT, Revocable: true}, alone: true, round: claimWhileAdding},
		{name: "claimed while signing in", rounds: 500, options: site.Options{Mail: mail.deliver}, alone: true, round: claimWhileSigningIn},
		{name: "link at several", rounds: 500, options: site.Options{Mail: mail.deliver}, alone: true, round: linkTogether},
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
	if err := r.Exec(ctx, deleteSessionsOf, p.email); err != nil {
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
	answers := r.together(send...)
	if n := r.signedIn(answers, "Configuration"); n != 1 {
		r.failf("%d of %d signed in", n, len(send))
	}
	r.overtaken(answers)
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
	if err := r.Exec(ctx, deleteSessionsOf, p.email); err != nil {
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
	answers := r.together(send...)
	n := r.signedIn(answers, "Configuration")
	if n > 1 {
		r.failf("%d of %d signed in", n, len(send))
	}
	r.overtaken(answers)
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
	answers := r.together(send...)
	if n := r.signedIn(answers, "AccountNotLinked", "RateLimited"); n != 1 {
		r.failf("%d of %d registered", n, len(send))
	}
	r.overtaken(answers)
	r.expect(ctx, "users", 1, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, email)
	r.expect(ctx, "passkeys", 1, keysOf, email)
	r.expect(ctx, "sessions", 1, sessionsOf, email)
	return nil
}

// sameCredential registers one credential ID for two people.
func sameCredential(ctx context.Context, r *racing) error {
	id := browser.NewID()
	emails := []string{newEmail(), newEmail()}
	send := make([]func() browser.Answer, 2)
	for i := range send {
		t, a, err := browser.New(r.site).BeginRegister(ctx, emails[i], id)
		if err != nil {
			return fmt.Errorf("%w: %s", err, a)
		}
		send[i] = func() browser.Answer { return t.Send(ctx) }
	}
	a, b := r.duel(send[0], send[1])
	if n := r.signedIn([]browser.Answer{a, b}, "AccountNotLinked"); n != 1 {
		r.failf("%d of 2 registered", n)
	}
	r.decided(a.SignedIn(), "the first address got the credential")
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
	lower, higher := r.duel(send[0], send[1])
	r.signedIn([]browser.Answer{lower}, "WebAuthnVerificationError")
	if r.signedIn([]browser.Answer{higher}) != 1 {
		r.failf("the higher counter was refused: %s", higher)
	}
	r.decided(lower.SignedIn(), "the lower counter was first")
	r.expect(ctx, "stored counter", int64(p.Passkeys[0].Counter), `SELECT a."counter" FROM "Authenticator" a JOIN "User" u ON u."id" = a."userId" WHERE u."email" = ?`, p.email)
	return nil
}
