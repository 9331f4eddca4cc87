package ginauth

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// signOut is POST /signout. It ends every session whose cookie the request brought, or fails.
func (x *exchange) signOut() error {
	if !x.csrfVerified {
		return ErrMissingCSRF
	}
	present := x.sessionCookie(x.jar, x.cookies).present
	complete := true
	for _, cookie := range x.allSessions() {
		for _, one := range cookie.each() {
			if err := x.endSession(one); err != nil {
				return err
			}
		}
		complete = complete && cookie.complete
	}
	// A token that is not revocable ends only when the browser drops its cookie, and a request does
	// not tell in which scope the browser holds it.
	x.writeSession(authcookie.Refresh(x.cookies.session.name, "", present), authcookie.Lifetime{}, present, x.cfg.Session.Strategy == StrategyJWT)
	if !complete {
		x.onFailure, x.elsewhereOnFailure = x.setCookies, x.elsewhere
		return fmt.Errorf("ginauth: a sign-out brought more than %d values of a session cookie, and not all of these sessions were ended", authcookie.MaxValues)
	}
	return x.redirect(x.callbackURL)
}

// allSessions lists the session cookies of the request under all names that ginauth gives them. A
// sign-out also ends sessions that would not be accepted.
func (x *exchange) allSessions() []sessionCookie {
	spec := x.cookies.session
	all := []sessionCookie{readSession(x.jar, spec.name)}
	if x.cfg.Cookies.AcceptV4 {
		all = append(all, readSessionV4(x.jar, x.cookies))
	}
	for _, name := range spec.formerNames {
		all = append(all, readSession(x.jar, name))
	}
	return all
}

// endSession ends one session and reports it to the event. A value that does not open is no error.
func (x *exchange) endSession(cookie sessionCookie) error {
	if x.cfg.Session.Strategy == StrategyDatabase {
		return x.endStored(cookie.value)
	}
	claims, err := x.decodeToken(cookie)
	if err != nil {
		return nil //nolint:nilerr // there is no session to end
	}
	// A token without an ID is not accepted as a revocable session, so there is nothing to end.
	if id := claims.String(claimSession); x.revocable() && id != "" {
		if err := x.endToken(x.store, id); err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
		x.sweepAtTimes()
	}
	x.emitSignOut(SignOutEvent{UserID: claims.Subject(), Claims: claims})
	return nil
}

// endStored deletes a stored session, whether or not it can be read: a replica may not have it yet.
// The user is only read for the event.
func (x *exchange) endStored(value string) error {
	if !plausibleToken(value) {
		return nil
	}
	event := SignOutEvent{}
	if x.cfg.Events.SignOut != nil {
		row, _, err := x.store.sessions.SessionAndUser(x.ctx, value)
		if err != nil && !errors.Is(err, ErrNotFound) {
			x.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: the SignOut event is left out, because the session could not be read", slog.String("error", oneLine(err.Error())))
		}
		event.UserID = row.UserID
	}
	if err := x.store.sessions.DeleteSession(x.ctx, value); err != nil && !errors.Is(err, ErrNotFound) {
		return stored("delete session", err)
	}
	if err := x.forgetSession(x.ctx, x.store, bindingOf("session", value)); err != nil {
		return err
	}
	x.emitSignOut(event)
	return nil
}

func (x *exchange) emitSignOut(event SignOutEvent) {
	if x.cfg.Events.SignOut != nil && event.UserID != "" {
		x.cfg.Events.SignOut(x.ctx, event)
	}
}

// endRivals ends the sessions of a request that brought several when a sign-in replaces them.
// Otherwise they would live on without a cookie.
func (x *exchange) endRivals(tx storage, current *resolution) error {
	for _, rival := range current.rivals {
		var err error
		switch {
		case x.cfg.Session.Strategy == StrategyDatabase:
			err = stored("delete session", tx.sessions.DeleteSession(x.ctx, rival.stored.Token))
			if err == nil || errors.Is(err, ErrNotFound) {
				err = x.forgetSession(x.ctx, tx, rival.session.binding)
			}
		case x.revocable():
			// The inner transaction keeps this one usable if the session has ended already.
			err = tx.inTx(x.ctx, func(tx storage) error { return x.endToken(tx, rival.session.Claims.String(claimSession)) })
		}
		if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return nil
}
