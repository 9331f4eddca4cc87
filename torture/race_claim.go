package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
)

// mailboxes keep the newest link of each address.
type mailboxes struct{ links sync.Map }

// mail is where the races' links go.
var mail mailboxes

func (m *mailboxes) deliver(to, link string) { m.links.Store(to, link) }

// link asks for a link to an address, and returns it.
func (m *mailboxes) link(ctx context.Context, owner *browser.Browser, email string) (string, error) {
	if a, err := owner.AskLink(ctx, email); err != nil {
		return "", fmt.Errorf("%w: %s", err, a)
	}
	sent, _ := m.links.LoadAndDelete(email)
	link, ok := sent.(string)
	if !ok {
		return "", fmt.Errorf("no link was sent")
	}
	return link, nil
}

const accountsOf = `SELECT COUNT(*) FROM "Account" c JOIN "User" u ON u."id" = c."userId" WHERE u."email" = ?`

// claimWhileAdding: a squatter, who signed up under an unproven address, adds a passkey while the
// owner of the address follows a link. Nothing of the squatter may be left.
func claimWhileAdding(ctx context.Context, r *racing) error {
	p, t, err := r.adding(ctx)
	if err != nil {
		return err
	}
	return r.claim(ctx, p, t, "the passkey was added first")
}

// claimWhileSigningIn: the same with a sign-in. Its session must have ended with the others.
func claimWhileSigningIn(ctx context.Context, r *racing) error {
	p, err := r.newcomer(ctx)
	if err != nil {
		return err
	}
	p.ForgetSession()
	t, a, err := p.BeginSignIn(ctx, p.Passkeys[0], "")
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	return r.claim(ctx, p, t, "the sign-in was first")
}

// claim lets an attempt of the squatter meet the owner's link.
func (r *racing) claim(ctx context.Context, p *person, t *browser.Attempt, what string) error {
	owner := browser.New(r.site)
	link, err := mail.link(ctx, owner, p.email)
	if err != nil {
		return err
	}
	before := p.Browser
	attempt, claiming := r.duel(
		func() browser.Answer { a, _ := before.Finish(ctx, t); return a },
		func() browser.Answer { return owner.Confirm(ctx, link) })
	first := r.signedIn([]browser.Answer{attempt}, "Configuration", "AccountNotLinked", "WebAuthnVerificationError") == 1
	r.decided(first, what)
	for n := 0; claiming.Status == http.StatusServiceUnavailable && n < maxPrepare; n++ {
		r.count("503")
		claiming = owner.Confirm(ctx, link) // a failure does not use the link up
	}
	if value, _ := claiming.Session(); value == "" {
		r.failf("the owner did not get in: %s", claiming)
	}
	r.expect(ctx, "passkeys from before the claim", 0, keysOf, p.email)
	r.expect(ctx, "accounts from before the claim", 0, accountsOf, p.email)
	// A token that cannot be ended may still be read, but it is good for nothing else.
	if a, err := before.Session(ctx); err == nil && (r.options.Strategy != ginauth.StrategyJWT || r.options.Revocable) {
		r.failf("the squatter is still signed in: %s", a)
	}
	if _, a, err := before.BeginRegister(ctx, "", nil); err == nil {
		r.failf("the squatter may add a passkey: %s", a)
	}
	for _, key := range before.Passkeys {
		if a, err := browser.New(r.site).SignIn(ctx, key); err == nil {
			r.failf("a passkey from before the claim signs in: %s", a)
		}
	}
	// The owner has no passkey, which the invariants would notice.
	return r.Exec(ctx, `DELETE FROM "User" WHERE "email" = ?`, p.email)
}

// linkTogether follows one link at all servers at once, by opening it and by the page's form.
func linkTogether(ctx context.Context, r *racing) error {
	email := newEmail()
	owner := browser.New(r.site)
	link, err := mail.link(ctx, owner, email)
	if err != nil {
		return err
	}
	send := make([]func() browser.Answer, 6)
	for i := range send {
		follow := owner.Clone().Open
		if i%2 == 0 {
			follow = owner.Clone().Confirm
		}
		send[i] = func() browser.Answer { return follow(ctx, link) }
	}
	won, unavailable := 0, 0
	for _, a := range r.together(send...) {
		value, _ := a.Session()
		switch {
		case value != "":
			won++
		case a.Status == http.StatusServiceUnavailable:
			unavailable++
			r.count("503")
		case a.Status != http.StatusOK && a.Status != http.StatusFound:
			r.failf("unexpected answer: %s", a)
		}
	}
	if won > 1 || won == 0 && unavailable == 0 {
		r.failf("a link signed in %d times", won)
	}
	r.expect(ctx, "sessions", int64(won), sessionsOf, email)
	r.expect(ctx, "links that are left", int64(min(1-won, 1)), `SELECT COUNT(*) FROM "VerificationToken" WHERE "identifier" = ?`, email)
	return r.Exec(ctx, `DELETE FROM "User" WHERE "email" = ?`, email)
}
