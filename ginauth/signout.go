package ginauth

import (
	"errors"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// signOut is POST /signout. It does not claim success when the session could not be ended.
func (x *exchange) signOut() error {
	if !x.csrfVerified {
		return ErrMissingCSRF
	}
	name := x.cookies.session.name
	value, _, present := authcookie.Join(x.jar, name)
	if value != "" {
		event := SignOutEvent{}
		if x.cfg.Session.Strategy == StrategyDatabase {
			if plausibleToken(value) {
				row, _, err := x.store.sessions.SessionAndUser(x.ctx, value)
				if err == nil {
					event.UserID = row.UserID
					err = x.store.sessions.DeleteSession(x.ctx, value)
				}
				if err != nil && !errors.Is(err, ErrNotFound) {
					return stored("delete session", err)
				}
			}
		} else if claims, err := x.tokens.Decode(value, name); err == nil {
			event.UserID, event.Claims = claims.Subject(), claims
		}
		if x.cfg.Events.SignOut != nil && event.UserID != "" {
			x.cfg.Events.SignOut(x.ctx, event)
		}
	}
	x.clearSession(present)
	return x.redirect(x.callbackURL)
}
