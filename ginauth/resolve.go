package ginauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// resolution is what the request's session cookie turned out to be.
type resolution struct {
	// present are the session cookies that the request brought, good or bad.
	present []string
	// session is nil when nobody is signed in.
	session *Session
	// stored is the row behind it, with the database strategy.
	stored StoredSession
	// user is the stored user, with the database strategy.
	user User
	// expired: the row was found but is over.
	expired bool
	// rivals are the sessions of a request that brought several. None of them is its session then.
	rivals []*resolution
}

// resolve finds out who is signed in with this request. A session that does not name its user counts
// as none here; only GET /session shows it.
func (x *exchange) resolve() (*resolution, error) {
	if x.resolved != nil {
		return x.resolved, nil
	}
	res, err := x.resolveFor(TriggerNone, nil)
	if err == nil && !res.session.hasUser() {
		res.session = nil
	}
	return res, err
}

// resolveFor is resolve for an update: data is what the client sent.
func (x *exchange) resolveFor(trigger Trigger, data any) (*resolution, error) {
	cookie := x.sessionCookie(x.jar, x.cookies)
	res, err := x.openSession(x.ctx, cookie, trigger, data)
	if err != nil {
		return nil, err
	}
	res.present = cookie.present
	x.resolved = res
	return res, nil
}

// openSession is the only reader of session tokens, for handlers and guards alike: an expired,
// revoked or unreadable one is not a session, and only a failure is an error.
func (a *Auth) openSession(ctx context.Context, cookie sessionCookie, trigger Trigger, data any) (*resolution, error) {
	switch {
	case cookie.contradictory:
		return a.openOneOf(ctx, cookie, trigger, data)
	case cookie.value == "":
		return &resolution{}, nil
	}
	return a.sessions.open(ctx, cookie, trigger, data)
}

// claims are those of the session's token, if it has one.
func (r *resolution) claims() jwt.Claims {
	if r.session == nil {
		return nil
	}
	return r.session.Claims
}

// plausibleToken keeps what no server can have issued away from the database.
func plausibleToken(s string) bool {
	return len(s) <= 1024 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\uFFFD' })
}

// bindingOf is what ties a flow to the session that asked for it. A token is not kept in the
// clear; a token of the JWT strategy changes at every read, so what stays is its session's ID or,
// without one, what plainBinding takes.
func bindingOf(kind, id string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + id))
	return hex.EncodeToString(sum[:16])
}

func userOf(claims jwt.Claims) User {
	return User{ID: claims.Subject(), Name: claims.String("name"), Email: claims.String("email"), Image: claims.String("picture")}
}
