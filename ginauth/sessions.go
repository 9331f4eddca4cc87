package ginauth

import (
	"context"
	"errors"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// sessionStrategy is how sessions are kept: as rows of the database (rowSessions) or sealed in cookies
// (tokenSessions). Nothing else asks for Session.Strategy or Session.Revocable.
type sessionStrategy interface {
	// open reads the session that one value of the cookie stands for. A session that is expired, ended or
	// unreadable is a resolution without one; only a failure is an error.
	open(ctx context.Context, cookie sessionCookie, trigger Trigger, data any) (*resolution, error)
	// tries is how many values that contradict each other are worth opening.
	tries() int
	// holder returns whose valid session a cookie seems to be, or "". It asks no storage.
	holder(cookie sessionCookie) string
	// show answers GET /session and POST /session with a session that opened, and renews it.
	show(x *exchange, res *resolution, trigger Trigger, data any) error

	// ofStoredUsers reports whether only users of the adapter can have sessions.
	ofStoredUsers() bool
	// userOf returns the user of the current session as the database has them, or nil.
	userOf(x *exchange, current *resolution) (*User, error)
	// stands reports whether a session may still change its user. user is the row as it is now.
	stands(ctx context.Context, s storage, session *Session, user *User) (bool, error)

	// fits refuses a user who cannot have a session. Call it before anything is written.
	fits(u User) error
	// fitsAgain refuses when no session could follow the current one. Call it before anything is written.
	fitsAgain(x *exchange, current *resolution) error
	// prepare reads what the next session of a user depends on, in the transaction that makes it and
	// before anything is written.
	prepare(ctx context.Context, tx storage, userID string, next *nextSession) error
	// create stores the next session, as far as there is something to store.
	create(ctx context.Context, tx storage, userID string, next *nextSession) error
	// bindingOf is what ties flows and links to the next session.
	bindingOf(userID string, next nextSession) string
	// issue sets the cookie of a session that a sign-in began.
	issue(x *exchange, id Identity, current *resolution, done signedIn) error
	// reissue sets the cookie of a session that takes the place of the current one.
	reissue(x *exchange, current *resolution, next nextSession) error

	// endLive ends a session that must still live: errEnded when it does not.
	endLive(ctx context.Context, tx storage, current *resolution) error
	// endAnyway ends a session. It is not an error if the session has ended already, or never was.
	endAnyway(ctx context.Context, tx storage, res *resolution) error
	// endAll ends all sessions of a user, as far as they can be ended, and returns the generation of the
	// next. It locks the user.
	endAll(ctx context.Context, tx storage, userID string) (time.Time, error)
	// signOut ends the session that one value of the cookie stands for, and tells the event.
	signOut(x *exchange, cookie sessionCookie) error
	// endable reports whether sessions can be ended before they run out.
	endable() bool
	// name returns claims that name a session for endAnyway, or nil, and named what they name.
	name(session *resolution) jwt.Claims
	named(claims jwt.Claims) *resolution
}

// newSessions is the only place that chooses.
func newSessions(a *Auth) sessionStrategy {
	if a.cfg.Session.Strategy == StrategyDatabase {
		return rowSessions{a}
	}
	return tokenSessions{a, a.cfg.Session.Revocable}
}

// nextSession is a session that is about to begin.
type nextSession struct {
	began beginning
	// row is the stored session, where there is one.
	row StoredSession
	// sid is the ID of a token that can be ended.
	sid string
	// generation is that of the user's tokens.
	generation time.Time
}

func newNextSession(began beginning) nextSession { return nextSession{began: began, sid: newUUID()} }

// errEnded says that a session had ended before it was to be used.
var errEnded = errors.New("ginauth: the session has ended")

// bind makes sure, inside a transaction that has locked the user, that the session which the request
// rests on still lives, and ends it: another one takes its place. A session that has ended meanwhile
// is errEnded. user is the row as it is now.
func (x *exchange) bind(tx storage, current *resolution, user *User) error {
	if current.session == nil {
		return errEnded
	}
	stands, err := x.sessions.stands(x.ctx, tx, current.session, user)
	if err == nil && !stands {
		err = errEnded
	}
	if err != nil {
		return err
	}
	return x.sessions.endLive(x.ctx, tx, current)
}

// endReplaced ends the sessions that a sign-in takes the place of: signing in always changes the token.
// Those of a request that brought several would live on without a cookie.
func (x *exchange) endReplaced(tx storage, id Identity, current *resolution) error {
	replaced := append([]*resolution{current}, current.rivals...)
	if current.session == nil && id.endsSession != "" {
		replaced = append(replaced, x.sessionToEnd(id.endsSession))
	}
	for _, res := range replaced {
		if err := x.sessions.endAnyway(x.ctx, tx, res); err != nil {
			return err
		}
	}
	return nil
}
