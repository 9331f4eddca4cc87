package ginauth

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// The claims by which a token can be ended before it expires. They stay when it is renewed.
const (
	// claimSession is the session's ID (OpenID Connect Front-Channel Logout, section 3).
	claimSession = "sid"
	// claimGeneration is the generation of the person's sessions to which this one belongs, in
	// seconds since 1970. Where nobody ever ended all of their sessions at once there is none.
	claimGeneration = "gen"
)

// generationLife is how long after it was made the record of a generation is kept: no session may
// live longer without being renewed. It does not follow MaxAge, because the number must only grow.
const generationLife = 400 * 24 * time.Hour

// shapeClaims calls the JWT callback, if there is one. Nil claims end the session.
func (t tokenSessions) shapeClaims(ctx context.Context, p JWTParams) (jwt.Claims, error) {
	callback := t.cfg.Callbacks.JWT
	if callback == nil {
		return p.Token, nil
	}
	before := maps.Clone(p.Token)
	claims, err := callback(ctx, p)
	if err != nil || claims == nil {
		return nil, err
	}
	if t.revocable && claims["sub"] != nil && claims.Subject() != before.Subject() {
		return nil, errOtherUser
	}
	for _, name := range t.ownClaims() {
		if v, ok := before[name]; ok {
			claims[name] = v
		} else {
			delete(claims, name)
		}
	}
	return claims, nil
}

// errOtherUser is a JWT callback that would keep a session from being found by its user.
var errOtherUser = errors.New("the callback changed the claim sub: with Session.Revocable keep it, because EndSessions finds sessions by their user; put other identifiers into claims of their own")

// ownClaims are the claims that a JWT callback can neither lose nor choose.
func (t tokenSessions) ownClaims() (names []string) {
	names = []string{claimAuthTime, claimMethods, claimGeneration}
	if t.revocable {
		names = append(names, claimSession)
	}
	return names
}

// tokenEnded reports whether a token that is good by itself was ended, alone or with all of its owner's.
func tokenEnded(ctx context.Context, s storage, claims jwt.Claims) (bool, error) {
	id := claims.String(claimSession)
	if id == "" { // made before Revocable was set, or by another server: nothing could end it
		return true, nil
	}
	ended, err := s.ledger.get(ctx, endedSession, bindingOf("session", id))
	if err != nil || ended != nil {
		return true, err
	}
	newest, err := generation(ctx, s, claims.Subject())
	if err != nil {
		return true, err
	}
	own, _ := claims.Time(claimGeneration)
	return own.Before(newest), nil
}

// outlivesRecords reports whether a token is older than MaxAge, as after that was lowered. What it says
// of its own end does not count then, because the record that it was ended may be gone.
func (t tokenSessions) outlivesRecords(claims jwt.Claims) bool {
	issued, _ := claims.Time("iat")
	return time.Since(issued) > t.cfg.Session.MaxAge+clockSkew
}

// generation returns a person's newest generation of sessions; zero is before the first.
func generation(ctx context.Context, s storage, userID string) (time.Time, error) {
	newest, err := s.ledger.get(ctx, sessionGeneration, bindingOf("user", userID))
	if err != nil || newest == nil {
		return time.Time{}, err
	}
	return newest.Expires, nil
}

// endGeneration begins a new generation of a person's sessions, which ends all older ones. Within
// the transaction nobody else does.
func endGeneration(ctx context.Context, tx storage, userID string) (time.Time, error) {
	if err := tx.manage.LockUser(ctx, userID); err != nil {
		return time.Time{}, stored("lock user", err)
	}
	number := time.Now().Add(generationLife)
	old, err := tx.ledger.take(ctx, sessionGeneration, bindingOf("user", userID))
	if err != nil {
		return time.Time{}, err
	}
	if old != nil && old.Expires.After(number) {
		number = old.Expires // a clock went back, or another one is ahead
	}
	// Whole seconds, which every column keeps; one more, so that the number grows.
	number = number.Add(time.Second).UTC().Truncate(time.Second)
	return number, tx.ledger.add(ctx, sessionGeneration, bindingOf("user", userID), number)
}

// plainBinding ties a flow to a plain token, which changes at every read: to the user and the moment
// of the sign-in.
func plainBinding(userID string, b beginning) string {
	return bindingOf("subject", userID+"\x00"+strconv.FormatInt(b.at.Unix(), 10))
}
