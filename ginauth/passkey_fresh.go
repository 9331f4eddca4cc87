package ginauth

import "time"

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

// freshness returns how much longer the session's sign-in is recent enough to add a passkey: at
// most a ceremony's time, and zero or less when it is not.
func (x *exchange) freshness(p *WebAuthnProvider, session *Session) (time.Duration, error) {
	if p.AddWithin == 0 {
		return maxCeremony, nil
	}
	if session.Claims != nil {
		at, ok := session.Claims.Time(claimAuthTime)
		if !ok {
			return 0, nil
		}
		return min(maxCeremony, p.AddWithin-time.Since(at)), nil
	}
	row, err := x.store.lookup.VerificationToken(x.ctx, freshSession, session.binding)
	signIn, err := found("sign-in time", row, err)
	if err != nil || signIn == nil {
		return 0, err
	}
	return min(maxCeremony, p.AddWithin-time.Since(signIn.Expires.Add(-x.freshFor))), nil
}
