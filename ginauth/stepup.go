package ginauth

import (
	"context"
	"time"
)

// stepUp is what must be true of a sign-in before something is added to its user or taken away.
// The zero value asks for nothing.
type stepUp struct {
	within time.Duration
	// byPasskey: other sign-ins do not count, for users who have a passkey.
	byPasskey bool
}

// strictestStepUp is what is asked for where no provider's own setting decides: as soon as one provider
// asks for a recent sign-in, a way around it would make that worthless.
func strictestStepUp(providers []Provider) (s stepUp) {
	for _, p := range providers {
		if w, ok := p.(*WebAuthnProvider); ok && w.AddWithin > 0 {
			if s.within == 0 || w.AddWithin < s.within {
				s.within = w.AddWithin
			}
			s.byPasskey = s.byPasskey || w.AddWithPasskey
		}
	}
	return s
}

// stepUpFor is what a passkey of this provider asks for. How long ago the sign-in may be is its own
// setting. The method is the same for all providers, or a sign-in link would lead to a passkey of the lax
// provider, and that passkey to everything else.
func (a *Auth) stepUpFor(p *WebAuthnProvider) stepUp {
	if p == nil || p.AddWithin == 0 {
		return a.stepUp
	}
	return stepUp{p.AddWithin, a.stepUp.byPasskey}
}

// freshness returns how much longer the session's sign-in meets what is asked for: at most a
// ceremony's time, and zero or less when it does not.
func (a *Auth) freshness(ctx context.Context, s storage, asked stepUp, session *Session) (time.Duration, error) {
	if asked.within == 0 {
		return maxCeremony, nil
	}
	began, err := a.beganAt(ctx, s, session)
	if err != nil {
		return 0, err
	}
	signIn := began.authentication()
	age := time.Since(signIn.Time)
	if signIn.Time.IsZero() || age < -clockSkew {
		return 0, nil
	}
	left := min(maxCeremony, asked.within-age)
	if left <= 0 || !asked.byPasskey || signIn.ByPasskey() {
		return left, nil
	}
	list, err := s.passkeysOf(ctx, session.User.ID)
	if err != nil {
		return 0, err
	}
	if len(list) > 0 {
		return 0, nil
	}
	return left, nil
}

// mayAdd returns for how long a passkey may be added to the signed-in user: zero or less when the
// sign-in has to be renewed first.
func (x *exchange) mayAdd(p *WebAuthnProvider, current *resolution) (time.Duration, error) {
	user, err := x.sessions.userOf(x, current)
	if err != nil {
		return 0, err
	}
	if user != nil {
		if stands, err := x.sessions.stands(x.ctx, x.store, current.session, user); err != nil || !stands {
			return 0, err
		}
	}
	return x.freshness(x.ctx, x.store, x.stepUpFor(p), current.session)
}
