package ginauth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// tokenSessions seals sessions in cookies (StrategyJWT). Those that are revocable can be ended, by
// records in the ledger that each read looks for.
type tokenSessions struct {
	*Auth
	revocable bool
}

func (t tokenSessions) open(ctx context.Context, cookie sessionCookie, trigger Trigger, data any) (*resolution, error) {
	claims, err := t.decode(cookie)
	if err != nil {
		return &resolution{}, nil //nolint:nilerr // a token that is wrong in any way is not a session
	}
	expires, _ := claims.Time("exp")
	began := beginningOf(claims)
	if t.lifeOf(began) <= 0 {
		return &resolution{}, nil
	}
	began.mark(claims)
	if t.revocable {
		if t.outlivesRecords(claims) {
			return &resolution{}, nil
		}
		if ended, err := tokenEnded(ctx, t.store, claims); err != nil || ended {
			return &resolution{}, err
		}
	}
	claims, err = t.shapeClaims(ctx, JWTParams{Token: claims, Trigger: trigger, Update: data})
	if err != nil {
		// The callback could not tell whether the session is good, so the session must not end.
		return nil, fmt.Errorf("%w: JWT callback: %w", ErrStorage, err)
	}
	if claims == nil {
		return &resolution{}, nil
	}
	binding := t.bindingOf(claims.Subject(), nextSession{began: began, sid: claims.String(claimSession)})
	return &resolution{session: &Session{User: userOf(claims), Expires: expires, Claims: claims, binding: binding, began: began}}, nil
}

// decode opens a token. One that was sealed for another purpose is an error.
func (t tokenSessions) decode(cookie sessionCookie) (jwt.Claims, error) {
	codec := t.tokens
	if cookie.v4 {
		codec = t.tokensV4
	}
	claims, err := codec.Decode(cookie.value, cookie.salt)
	if err != nil {
		return nil, err
	}
	if err := t.checkSession(claims); err != nil {
		return nil, err
	}
	return claims, nil
}

func (tokenSessions) tries() int { return math.MaxInt }

func (t tokenSessions) holder(cookie sessionCookie) string {
	claims, err := t.decode(cookie)
	if err != nil {
		return ""
	}
	return claims.Subject()
}

func (t tokenSessions) show(x *exchange, res *resolution, _ Trigger, _ any) error {
	expires := time.Now().Add(t.lifeOf(res.session.began))
	claims := res.session.Claims
	user := SessionUser{}
	for _, f := range [...][2]string{{"name", "name"}, {"email", "email"}, {"image", "picture"}} {
		if v, ok := claims[f[1]]; ok {
			user[f[0]] = v
		}
	}
	body, err := x.sessionBody(SessionParams{
		Session: SessionBody{User: user, Expires: expires.UTC().Format(isoMillis)},
		Token:   claims,
		Current: res.session,
	})
	if err != nil {
		return err
	}
	if err := t.send(x, claims, res.session.began, res.present); err != nil {
		return err
	}
	res.session.Expires = expires
	x.emitSession(res.session)
	return x.json(body)
}

func (tokenSessions) ofStoredUsers() bool { return false }

// userOf looks the user up, because a token may outlive its user.
func (t tokenSessions) userOf(x *exchange, current *resolution) (*User, error) {
	if current.session == nil || current.session.User.ID == "" || t.store.users == nil {
		return nil, nil
	}
	return t.store.userByID(x.ctx, current.session.User.ID)
}

// stands is false for a token that began before the user's address was proven. A plain token cannot be
// ended, so it may go on reading after all sessions were ended, but it adds, links and removes nothing
// any more.
func (t tokenSessions) stands(ctx context.Context, s storage, session *Session, user *User) (bool, error) {
	if !user.EmailVerified.IsZero() && session.began.at.Unix() < user.EmailVerified.Unix() {
		return false, nil
	}
	if t.revocable || !s.ledger.reads() {
		return true, nil // open has looked, or nothing ever ends sessions
	}
	newest, err := generation(ctx, s, user.ID)
	if err != nil {
		return false, err
	}
	if newest.IsZero() && time.Since(session.began.at) >= generationLife {
		return false, nil // what ended it may have been forgotten since
	}
	own, _ := session.Claims.Time(claimGeneration)
	return !own.Before(newest), nil
}

func (tokenSessions) fits(u User) error {
	if len(u.ID)+len(u.Email) > longestToken/2 {
		return fmt.Errorf("ginauth: the user's ID and e-mail address have %d bytes together, too many for a session token", len(u.ID)+len(u.Email))
	}
	return nil
}

func (t tokenSessions) fitsAgain(x *exchange, current *resolution) error {
	_, err := t.fit(x, current.session.Claims, t.cfg.Session.MaxAge)
	return err
}

// prepare finds out to which generation the token will belong: if all sessions are ended at the same
// time, then this one as well.
func (tokenSessions) prepare(ctx context.Context, tx storage, userID string, next *nextSession) (err error) {
	if tx.ledger.reads() && userID != "" && next.generation.IsZero() {
		next.generation, err = generation(ctx, tx, userID)
	}
	return err
}

func (tokenSessions) create(context.Context, storage, string, *nextSession) error { return nil }

func (t tokenSessions) bindingOf(userID string, next nextSession) string {
	if t.revocable {
		return bindingOf("session", next.sid)
	}
	return plainBinding(userID, next.began)
}

func (t tokenSessions) issue(x *exchange, id Identity, current *resolution, done signedIn) error {
	trigger := TriggerSignIn
	if done.isNew {
		trigger = TriggerSignUp
	}
	claims := claimsOf(done.user, id.Account.Type != KindCredentials && t.store.users != nil)
	t.mark(claims, done.nextSession)
	claims, err := t.shapeClaims(x.ctx, JWTParams{
		Token: claims, User: &done.user, Account: &done.account, Profile: id.Profile, IsNewUser: done.isNew, Trigger: trigger,
	})
	if err != nil {
		return fmt.Errorf("ginauth: JWT callback: %w", err)
	}
	if claims == nil {
		x.clearSession(current.present)
		return nil
	}
	return t.send(x, claims, done.began, current.present)
}

func (t tokenSessions) reissue(x *exchange, current *resolution, next nextSession) error {
	claims := maps.Clone(current.session.Claims)
	t.mark(claims, next)
	return t.send(x, claims, next.began, current.present)
}

// mark gives a token what says how it began, and what it needs to be ended or to be told from those
// that were.
func (t tokenSessions) mark(claims jwt.Claims, next nextSession) {
	next.began.mark(claims)
	if t.revocable {
		claims[claimSession] = next.sid
	}
	delete(claims, claimGeneration)
	if !next.generation.IsZero() {
		claims[claimGeneration] = next.generation.Unix()
	}
}

// send seals claims into the session cookie, for as long as the session may go on.
func (t tokenSessions) send(x *exchange, claims jwt.Claims, began beginning, present []string) error {
	life := t.lifeOf(began)
	if life <= 0 {
		return fmt.Errorf("%w: the session has reached Session.AbsoluteAge", ErrFlow)
	}
	token, err := t.fit(x, claims, life)
	if err != nil {
		return err
	}
	x.setSession(token, time.Now().Add(life), present)
	return nil
}

// endLive does nothing for a plain token, which nothing ends.
func (t tokenSessions) endLive(ctx context.Context, tx storage, current *resolution) error {
	if !t.revocable {
		return nil
	}
	claims := current.session.Claims
	ended, err := tokenEnded(ctx, tx, claims)
	if err == nil && !ended {
		err = t.end(ctx, tx, claims.String(claimSession))
	}
	if err == nil && ended || errors.Is(err, ErrConflict) {
		return errEnded
	}
	return err
}

// endAnyway works in a transaction of its own within tx, because a refused insert fails all of it.
func (t tokenSessions) endAnyway(ctx context.Context, tx storage, res *resolution) error {
	sid := res.claims().String(claimSession)
	if !t.revocable || sid == "" {
		return nil
	}
	err := tx.inTx(ctx, func(tx storage) error { return t.end(ctx, tx, sid) })
	if errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

func (tokenSessions) endAll(ctx context.Context, tx storage, userID string) (time.Time, error) {
	return endGeneration(ctx, tx, userID)
}

func (t tokenSessions) signOut(x *exchange, cookie sessionCookie) error {
	claims, err := t.decode(cookie)
	if err != nil {
		return nil //nolint:nilerr // nothing to end
	}
	// A token without an ID is not accepted as a revocable session, so there is nothing to end.
	if id := claims.String(claimSession); t.revocable && id != "" {
		if err := t.end(x.ctx, t.store, id); err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
		x.sweepAtTimes()
	}
	x.emitSignOut(SignOutEvent{UserID: claims.Subject(), Claims: claims})
	return nil
}

// end ends the session with this ID; of any number of calls one succeeds, the others get ErrConflict.
func (t tokenSessions) end(ctx context.Context, tx storage, id string) error {
	// An hour more: a request that read the session just before may still answer with a renewed token.
	return tx.ledger.add(ctx, endedSession, bindingOf("session", id), time.Now().Add(t.cfg.Session.MaxAge+time.Hour))
}

func (t tokenSessions) endable() bool { return t.revocable }

func (t tokenSessions) name(session *resolution) jwt.Claims {
	if !t.revocable {
		return nil // nothing ends a plain token
	}
	return jwt.Claims{claimSession: session.claims().String(claimSession)}
}

func (tokenSessions) named(claims jwt.Claims) *resolution {
	return &resolution{session: &Session{Claims: claims}}
}
