package ginauth

import (
	"fmt"
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
			if err := x.sessions.endAnyway(x.ctx, x.store, res); err != nil {
				return err
			}
		}
		x.clearSession(res.present)
		return x.json(nil)
	}
	return x.sessions.show(x, res, trigger, data)
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
