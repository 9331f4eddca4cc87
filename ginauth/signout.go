package ginauth

import (
	"fmt"

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
			if err := x.sessions.signOut(x, one); err != nil {
				return err
			}
		}
		complete = complete && cookie.complete
	}
	// A plain token ends only when the browser drops its cookie, and a request does not tell in which
	// scope the browser holds it.
	x.writeSession(authcookie.Refresh(x.cookies.session.name, "", present), authcookie.Lifetime{}, present, !x.sessions.ofStoredUsers())
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

func (x *exchange) emitSignOut(event SignOutEvent) {
	if x.cfg.Events.SignOut != nil && event.UserID != "" {
		x.cfg.Events.SignOut(x.ctx, event)
	}
}
