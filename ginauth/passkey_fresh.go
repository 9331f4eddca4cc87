package ginauth

import (
	"errors"
	"time"
)

// freshSession is the identifier of the verification tokens that say when a stored session began.
const freshSession = "ginauth:signed-in"

// claimAuthTime is when the person last proved who they are, in seconds since 1970 (OpenID
// Connect Core, section 2). Only tokens of servers that ask for it carry it.
const claimAuthTime = "auth_time"

// freshFor is the longest AddWithin of all providers; zero means that nobody asks.
func freshFor(providers []Provider) time.Duration {
	var longest time.Duration
	for _, p := range providers {
		if w, ok := p.(*WebAuthnProvider); ok {
			longest = max(longest, w.AddWithin)
		}
	}
	return longest
}

// rememberSignIn records the moment of a sign-in next to a stored session, while somebody asks.
func (x *exchange) rememberSignIn(tx storage, s StoredSession) error {
	if x.freshFor == 0 {
		return nil
	}
	err := tx.tokens.CreateVerificationToken(x.ctx, VerificationToken{
		Identifier: freshSession,
		Token:      bindingOf("session", s.Token),
		Expires:    time.Now().Add(x.freshFor).UTC().Truncate(time.Millisecond),
	})
	return stored("remember sign-in", err)
}

// freshness returns how much longer the session's sign-in counts as recent, which it does for the
// time within: at most a ceremony's time, and zero or less when it does not. A within of zero asks
// for nothing.
func (x *exchange) freshness(tx storage, within time.Duration, session *Session) (time.Duration, error) {
	if within == 0 {
		return maxCeremony, nil
	}
	var at time.Time
	if session.Claims != nil {
		at, _ = session.Claims.Time(claimAuthTime)
	} else {
		row, err := tx.lookup.VerificationToken(x.ctx, freshSession, session.binding)
		signIn, err := found("sign-in time", row, err)
		if err != nil {
			return 0, err
		}
		if signIn != nil {
			at = signIn.Expires.Add(-x.freshFor)
		}
	}
	age := time.Since(at)
	if at.IsZero() || age < -clockSkew {
		return 0, nil
	}
	return min(maxCeremony, within-age), nil
}

// keepSignInTime hands the moment of a session's sign-in on to the one that takes its place.
func (x *exchange) keepSignInTime(tx storage, old *Session, next StoredSession) error {
	if x.freshFor == 0 {
		return nil
	}
	row, err := tx.tokens.UseVerificationToken(x.ctx, freshSession, old.binding)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		row.Token = bindingOf("session", next.Token)
		err = tx.tokens.CreateVerificationToken(x.ctx, row)
	}
	return stored("keep sign-in time", err)
}
