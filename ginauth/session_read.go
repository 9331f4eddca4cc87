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
	expires := time.Now().Add(x.cfg.Session.MaxAge)
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
	})
	if err != nil {
		return err
	}
	token, err := x.tokens.Encode(claims, x.cookies.session.name, x.cfg.Session.MaxAge)
	if err != nil {
		return fmt.Errorf("ginauth: encode session: %w", err)
	}
	if err := x.setSession(token, expires, res.present); err != nil {
		return err
	}
	res.session.Expires = expires
	x.emitSession(res.session)
	return x.json(body)
}

func (x *exchange) showStored(res *resolution, trigger Trigger, data any) error {
	now := time.Now()
	expires := now.Add(x.cfg.Session.MaxAge)
	due := res.stored.Expires.Add(x.cfg.Session.UpdateAge - x.cfg.Session.MaxAge)
	if !due.After(now) {
		err := x.store.sessions.UpdateSession(x.ctx, StoredSession{Token: res.stored.Token, UserID: res.stored.UserID, Expires: expires})
		if errors.Is(err, ErrNotFound) {
			// Signed out in between: this answer must not bring the session back.
			x.clearSession(res.present)
			return x.json(nil)
		}
		if err != nil {
			return stored("update session", err)
		}
	}
	body, err := x.sessionBody(SessionParams{
		Session: SessionBody{User: publicUser(res.user), Expires: res.stored.Expires.UTC().Format(isoMillis)},
		User:    &res.user,
		Trigger: trigger,
		Update:  data,
	})
	if err != nil {
		return err
	}
	x.setStoredSession(res.stored.Token, expires, res.present)
	x.emitSession(res.session)
	return x.json(body)
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
