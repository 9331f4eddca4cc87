package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// twoPasskeys registers somebody with two passkeys, signed in with either of them in another window.
// MariaDB reads small tables from end to end when it deletes a user's sessions, and then may give
// other people's work up.
func (r *racing) twoPasskeys(ctx context.Context) (p *person, other *browser.Browser, err error) {
	for range maxPrepare {
		var a browser.Answer
		p = &person{Browser: browser.New(r.site), email: newEmail()}
		if a, err = p.Register(ctx, p.email); err == nil {
			a, err = p.Register(ctx, "")
		}
		if err == nil {
			other = p.Clone()
			other.ForgetSession()
			a, err = other.SignIn(ctx, p.Passkeys[1])
		}
		if err == nil {
			return p, other, nil
		}
		err = fmt.Errorf("prepare: %w: %s", err, a)
		if a.Status != http.StatusServiceUnavailable {
			break
		}
		r.count("503")
	}
	return nil, nil, err
}

// maxPrepare is how often somebody tries to sign up.
const maxPrepare = 3

// removed reports whether an answer is that of a removal, and fails when it is neither that nor a
// refusal.
func (r *racing) removed(a browser.Answer) bool {
	switch a.Status {
	case http.StatusNoContent:
		return true
	case http.StatusServiceUnavailable:
		r.count("503")
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusConflict:
		if _, touched := a.Session(); touched {
			r.failf("a failed answer touches the session cookie")
		}
	default:
		r.failf("unexpected answer: %s", a)
	}
	return false
}

// removeLastTwo removes each of two passkeys in a window of its own. A session that is stored ends
// with the other's removal; a token does not, and is refused to remove the last.
func removeLastTwo(ctx context.Context, r *racing) error {
	p, other, err := r.twoPasskeys(ctx)
	if err != nil {
		return err
	}
	a, b := r.duel(
		func() browser.Answer { return p.RemovePasskey(ctx, p.Passkeys[0]) },
		func() browser.Answer { return other.RemovePasskey(ctx, p.Passkeys[1]) })
	first, second := r.removed(a), r.removed(b)
	if a.Status == http.StatusServiceUnavailable || b.Status == http.StatusServiceUnavailable {
		if first && second {
			r.failf("both were removed")
		}
		return nil
	}
	if first == second {
		r.failf("removed the first %t, the second %t", first, second)
	}
	for _, answer := range []browser.Answer{a, b} {
		if answer.Status == http.StatusConflict {
			r.count("the other was refused as the last one")
		}
	}
	r.decided(first, "the first was removed")
	r.expect(ctx, "passkeys", 1, keysOf, p.email)
	if left, err := r.Count(ctx, sessionsOf, p.email); err != nil || left > 1 {
		r.failf("%d sessions are left: %v", left, err)
	}
	if _, err := p.Session(ctx); first && err != nil {
		r.failf("whoever removed a passkey is signed out: %v", err)
	}
	return nil
}

// signInWhileRemoved signs in with a passkey while its owner removes it in another window. Either the
// sign-in fails, or its session ends with the removal.
func signInWhileRemoved(uncounted bool) func(ctx context.Context, r *racing) error {
	return func(ctx context.Context, r *racing) error {
		p := &person{Browser: browser.New(r.site), email: newEmail()}
		p.Uncounted = uncounted
		for _, email := range []string{p.email, ""} {
			if a, err := p.Register(ctx, email); err != nil {
				return fmt.Errorf("registration: %w: %s", err, a)
			}
		}
		finder := browser.New(r.site)
		t, a, err := finder.BeginSignIn(ctx, p.Passkeys[0], "")
		if err != nil {
			return fmt.Errorf("%w: %s", err, a)
		}
		signing, removing := r.duel(
			func() browser.Answer { a, _ := finder.Finish(ctx, t); return a },
			func() browser.Answer { return p.RemovePasskey(ctx, p.Passkeys[0]) })
		in := r.signedIn([]browser.Answer{signing}, "WebAuthnVerificationError", "Configuration") == 1
		r.decided(in, "the sign-in got through")
		if !r.removed(removing) {
			return nil
		}
		if a, err := finder.Session(ctx); err == nil {
			r.failf("the session of a removed passkey lives on: %s", a)
		}
		if a, err := browser.New(r.site).SignIn(ctx, p.Passkeys[0]); err == nil {
			r.failf("the removed passkey signs in: %s", a)
		}
		if _, err := p.Session(ctx); err != nil {
			r.failf("whoever removed a passkey is signed out: %v", err)
		}
		r.expect(ctx, "passkeys", 1, keysOf, p.email)
		return nil
	}
}

// removeWhileEnding removes a passkey in one window and signs out everywhere in another: whichever
// is first, nobody is signed in after that.
func removeWhileEnding(ctx context.Context, r *racing) error {
	p, other, err := r.twoPasskeys(ctx)
	if err != nil {
		return err
	}
	removing, ending := r.duel(
		func() browser.Answer { return p.RemovePasskey(ctx, p.Passkeys[0]) },
		func() browser.Answer { return other.EndSessions(ctx) })
	return r.ended(ctx, p, r.removed(removing), ending, "the removal was first")
}

// addWhileEnding adds a passkey in one window and signs out everywhere in another.
func addWhileEnding(ctx context.Context, r *racing) error {
	p, other, err := r.twoPasskeys(ctx)
	if err != nil {
		return err
	}
	t, a, err := p.BeginRegister(ctx, "", nil)
	if err != nil {
		return fmt.Errorf("%w: %s", err, a)
	}
	adding, ending := r.duel(
		func() browser.Answer { return t.Send(ctx) },
		func() browser.Answer { return other.EndSessions(ctx) })
	added := r.signedIn([]browser.Answer{adding}, "Configuration", "AccountNotLinked") == 1
	return r.ended(ctx, p, added, ending, "the passkey was first")
}

// ended looks whether nobody is signed in any more. Where the window that ends all sessions had
// lost its own to that before, it is asked to sign in.
func (r *racing) ended(ctx context.Context, p *person, first bool, ending browser.Answer, what string) error {
	r.decided(first, what)
	switch ending.Status {
	case http.StatusNoContent:
		r.expect(ctx, "sessions after all were ended", 0, sessionsOf, p.email)
	case http.StatusServiceUnavailable:
		r.count("503")
	case http.StatusUnauthorized:
		r.count("the window that was to end them was signed out before")
	default:
		r.failf("ending the sessions: %s", ending)
	}
	return nil
}
