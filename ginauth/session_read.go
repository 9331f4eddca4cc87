package ginauth

import (
	"errors"
	"fmt"
	"time"
)

// isoMillis is how JavaScript writes a date.
const isoMillis = "2006-01-02T15:04:05.000Z"

// updateSession is POST /session.
func (x *exchange) updateSession() error {
	if !x.csrfVerified {
		return ErrMissingCSRF
	}
	return x.showSession(true, x.body["data"])
}

// showSession answers with the session's public body, or null, and keeps the session alive.
func (x *exchange) showSession(update bool, data any) error {
	trigger := TriggerNone
	if update {
		trigger = TriggerUpdate
	}
	res, err := x.resolveFor(trigger, data)
	if err != nil {
		return err
	}
	if res.session == nil {
		if res.expired {
			if err := x.store.sessions.DeleteSession(x.ctx, res.stored.Token); err != nil && !errors.Is(err, ErrNotFound) {
				return stored("delete expired session", err)
			}
		}
		x.clearSession(res.present)
		return x.json(nil)
	}
	if x.cfg.Session.Strategy == StrategyDatabase {
		return x.showStored(res, trigger, data)
	}
	return x.showToken(res)
}

func (x *exchange) showToken(res *resolution) error {
	expires := time.Now().Add(x.lifeOf(res.session.began))
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
	if err := x.sendToken(claims, res.session.began, res.present); err != nil {
		return err
	}
	res.session.Expires = expires
	x.emitSession(res.session)
	return x.json(body)
}

func (x *exchange) showStored(res *resolution, trigger Trigger, data any) error {
	expires := time.Now().Add(x.cfg.Session.MaxAge)
	if x.renewalDue(res.stored) {
		life, err := x.renew(res)
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
func (x *exchange) renewalDue(row StoredSession) bool {
	return !row.Expires.Add(x.cfg.Session.UpdateAge - x.cfg.Session.MaxAge).After(time.Now())
}

// renew pushes the expiry of a stored session forward, as far as AbsoluteAge allows, and returns how
// long it may go on. A session that is over, or was signed out in between, is errEnded: this answer
// must not bring it back.
func (x *exchange) renew(res *resolution) (time.Duration, error) {
	life, err := x.lifeOfStored(res.session)
	if err != nil {
		return 0, err
	}
	if life <= 0 {
		if err := x.store.sessions.DeleteSession(x.ctx, res.stored.Token); err != nil && !errors.Is(err, ErrNotFound) {
			return 0, stored("delete session", err)
		}
		return 0, errEnded
	}
	expires := time.Now().Add(life)
	if life < x.cfg.Session.MaxAge && expires.Sub(res.stored.Expires).Abs() < time.Second {
		return life, nil // it has its last day already
	}
	err = x.store.sessions.UpdateSession(x.ctx, StoredSession{Token: res.stored.Token, UserID: res.stored.UserID, Expires: expires})
	if errors.Is(err, ErrNotFound) {
		return 0, errEnded
	}
	return life, stored("update session", err)
}

// lifeOfStored is lifeOf for a stored session. One that another server began counts from now on.
func (x *exchange) lifeOfStored(session *Session) (time.Duration, error) {
	if x.cfg.Session.AbsoluteAge <= 0 || !x.store.ledger.reads() {
		return x.cfg.Session.MaxAge, nil
	}
	began, err := loadBeginning(x.ctx, x.store, session.binding)
	if err != nil {
		return 0, err
	}
	if began.at.IsZero() {
		began = newBeginning(nil)
		err := x.rememberBeginning(x.ctx, x.store, session.binding, began)
		if err != nil && !errors.Is(err, ErrConflict) {
			return 0, err
		}
	}
	return x.lifeOf(began), nil
}

func (x *exchange) sessionBody(p SessionParams) (any, error) {
	if x.cfg.Callbacks.Session == nil {
		return p.Session, nil
	}
	body, err := x.cfg.Callbacks.Session(x.ctx, p)
	if err != nil {
		return nil, fmt.Errorf("ginauth: Session callback: %w", err)
	}
	return body, nil
}

func (x *exchange) emitSession(s *Session) {
	if x.cfg.Events.Session != nil {
		x.cfg.Events.Session(x.ctx, *s)
	}
}

// publicUser shows a stored user: what is not known is null.
func publicUser(u User) SessionUser {
	return SessionUser{"name": orNull(u.Name), "email": orNull(u.Email), "image": orNull(u.Image)}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
