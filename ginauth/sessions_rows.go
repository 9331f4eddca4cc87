package ginauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// rowSessions keeps sessions as rows (StrategyDatabase). The cookie holds the row's token.
type rowSessions struct{ *Auth }

func (r rowSessions) open(ctx context.Context, cookie sessionCookie, _ Trigger, _ any) (*resolution, error) {
	if !plausibleToken(cookie.value) {
		return &resolution{}, nil
	}
	row, user, err := r.store.sessions.SessionAndUser(ctx, cookie.value)
	if errors.Is(err, ErrNotFound) {
		return &resolution{}, nil
	}
	if err != nil {
		return nil, stored("load session", err)
	}
	res := &resolution{stored: row, user: user}
	if !row.Expires.After(time.Now()) {
		res.expired = true
		return res, nil
	}
	binding := bindingOf("session", row.Token)
	res.session = &Session{User: user, Expires: row.Expires, binding: binding}
	if r.store.ledger.reads() {
		res.session.load = func(ctx context.Context) (beginning, error) { return loadBeginning(ctx, r.store, binding) }
	}
	return res, nil
}

// tries is small, because each is a query.
func (rowSessions) tries() int { return authcookie.MaxValues }

func (rowSessions) holder(sessionCookie) string { return "" }

func (r rowSessions) show(x *exchange, res *resolution, trigger Trigger, data any) error {
	expires := time.Now().Add(r.cfg.Session.MaxAge)
	if r.renewalDue(res.stored) {
		life, err := r.renew(x.ctx, res)
		if errors.Is(err, errEnded) {
			x.clearSession(res.present)
			return x.json(nil)
		}
		if err != nil {
			return err
		}
		expires = time.Now().Add(life)
	}
	body, err := x.sessionBody(SessionParams{
		Session: SessionBody{User: publicUser(res.user), Expires: res.stored.Expires.UTC().Format(isoMillis)},
		User:    &res.user,
		Trigger: trigger,
		Update:  data,
		Current: res.session,
	})
	if err != nil {
		return err
	}
	x.setStoredSession(res.stored.Token, expires, res.present)
	x.emitSession(res.session)
	return x.json(body)
}

// renewalDue reports whether a stored session's expiry is to be pushed forward: once per UpdateAge.
func (r rowSessions) renewalDue(row StoredSession) bool {
	return !row.Expires.Add(r.cfg.Session.UpdateAge - r.cfg.Session.MaxAge).After(time.Now())
}

// renew pushes the expiry of a stored session forward, as far as AbsoluteAge allows, and returns how
// long it may go on. A session that is over, or was signed out in between, is errEnded: this answer
// must not bring it back.
func (r rowSessions) renew(ctx context.Context, res *resolution) (time.Duration, error) {
	life, err := r.lifeOfStored(ctx, res.session)
	if err != nil {
		return 0, err
	}
	if life <= 0 {
		if err := r.endAnyway(ctx, r.store, res); err != nil {
			return 0, err
		}
		return 0, errEnded
	}
	expires := time.Now().Add(life)
	if life < r.cfg.Session.MaxAge && expires.Sub(res.stored.Expires).Abs() < time.Second {
		return life, nil // it has its last day already
	}
	err = r.store.sessions.UpdateSession(ctx, StoredSession{Token: res.stored.Token, UserID: res.stored.UserID, Expires: expires})
	if errors.Is(err, ErrNotFound) {
		return 0, errEnded
	}
	return life, stored("update session", err)
}

// lifeOfStored is lifeOf for a stored session. One that another server began counts from now on.
func (r rowSessions) lifeOfStored(ctx context.Context, session *Session) (time.Duration, error) {
	if r.cfg.Session.AbsoluteAge <= 0 || !r.store.ledger.reads() {
		return r.cfg.Session.MaxAge, nil
	}
	began, err := loadBeginning(ctx, r.store, session.binding)
	if err != nil {
		return 0, err
	}
	if began.at.IsZero() {
		began = newBeginning(nil)
		err := r.rememberBeginning(ctx, r.store, session.binding, began)
		if err != nil && !errors.Is(err, ErrConflict) {
			return 0, err
		}
	}
	return r.lifeOf(began), nil
}

func (rowSessions) ofStoredUsers() bool { return true }

func (rowSessions) userOf(_ *exchange, current *resolution) (*User, error) {
	if current.session == nil {
		return nil, nil
	}
	return &current.user, nil
}

// stands is always true: what ends a session deletes its row.
func (rowSessions) stands(context.Context, storage, *Session, *User) (bool, error) { return true, nil }

func (rowSessions) fits(User) error                        { return nil }
func (rowSessions) fitsAgain(*exchange, *resolution) error { return nil }

func (rowSessions) prepare(context.Context, storage, string, *nextSession) error { return nil }

func (r rowSessions) create(ctx context.Context, tx storage, userID string, next *nextSession) error {
	life := r.lifeOf(next.began)
	if life <= 0 {
		return fmt.Errorf("%w: Session.AbsoluteAge", errEnded)
	}
	next.row = StoredSession{Token: newUUID(), UserID: userID, Expires: time.Now().Add(life).UTC().Truncate(time.Millisecond)}
	if err := tx.sessions.CreateSession(ctx, next.row); err != nil {
		return stored("create session", err)
	}
	return r.rememberBeginning(ctx, tx, bindingOf("session", next.row.Token), next.began)
}

func (rowSessions) bindingOf(_ string, next nextSession) string {
	return bindingOf("session", next.row.Token)
}

func (r rowSessions) issue(x *exchange, _ Identity, current *resolution, done signedIn) error {
	return r.reissue(x, current, done.nextSession)
}

func (rowSessions) reissue(x *exchange, current *resolution, next nextSession) error {
	x.setStoredSession(next.row.Token, next.row.Expires, current.present)
	return nil
}

func (r rowSessions) endLive(ctx context.Context, tx storage, current *resolution) error {
	err := tx.sessions.DeleteSession(ctx, current.stored.Token)
	if errors.Is(err, ErrNotFound) {
		return errEnded
	}
	if err != nil {
		return stored("delete session", err)
	}
	return r.forgetSession(ctx, tx, current.session.binding)
}

func (r rowSessions) endAnyway(ctx context.Context, tx storage, res *resolution) error {
	if res.stored.Token == "" {
		return nil
	}
	if err := tx.sessions.DeleteSession(ctx, res.stored.Token); err != nil && !errors.Is(err, ErrNotFound) {
		return stored("delete session", err)
	}
	return r.forgetSession(ctx, tx, bindingOf("session", res.stored.Token))
}

func (rowSessions) endAll(ctx context.Context, tx storage, userID string) (time.Time, error) {
	if err := tx.manage.LockUser(ctx, userID); err != nil {
		return time.Time{}, stored("lock user", err)
	}
	return time.Time{}, stored("delete sessions", tx.manage.DeleteSessionsByUser(ctx, userID))
}

// signOut deletes a stored session, whether or not it can be read: a replica may not have it yet. The
// user is only read for the event.
func (r rowSessions) signOut(x *exchange, cookie sessionCookie) error {
	if !plausibleToken(cookie.value) {
		return nil
	}
	event := SignOutEvent{}
	if r.cfg.Events.SignOut != nil {
		row, _, err := r.store.sessions.SessionAndUser(x.ctx, cookie.value)
		if err != nil && !errors.Is(err, ErrNotFound) {
			r.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: the SignOut event is left out, because the session could not be read", slog.String("error", oneLine(err.Error())))
		}
		event.UserID = row.UserID
	}
	if err := r.endAnyway(x.ctx, r.store, &resolution{stored: StoredSession{Token: cookie.value}}); err != nil {
		return err
	}
	x.emitSignOut(event)
	return nil
}

func (rowSessions) endable() bool { return true }

const claimEndsToken = "token"

func (rowSessions) name(session *resolution) jwt.Claims {
	return jwt.Claims{claimEndsToken: session.stored.Token}
}

func (rowSessions) named(claims jwt.Claims) *resolution {
	return &resolution{stored: StoredSession{Token: claims.String(claimEndsToken)}}
}
