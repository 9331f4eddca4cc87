package ginauth

import "errors"

// signOut is POST /signout. It does not claim success when the session could not be ended.
func (x *exchange) signOut() error {
	if !x.csrfVerified {
		return ErrMissingCSRF
	}
	cookie := x.sessionCookie(x.jar, x.cookies)
	if value := cookie.value; value != "" {
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
				if err := x.forgetSession(x.ctx, x.store, bindingOf("session", value)); err != nil {
					return err
				}
			}
		} else if claims, err := x.decodeToken(cookie); err == nil {
			event.UserID, event.Claims = claims.Subject(), claims
			// A token without an ID is accepted nowhere, so there is nothing to end.
			if id := claims.String(claimSession); x.revocable() && id != "" {
				if err := x.endToken(x.store, id); err != nil && !errors.Is(err, ErrConflict) {
					return err
				}
				x.sweepAtTimes()
			}
		}
		if x.cfg.Events.SignOut != nil && event.UserID != "" {
			x.cfg.Events.SignOut(x.ctx, event)
		}
	}
	x.clearSession(cookie.present)
	return x.redirect(x.callbackURL)
}
