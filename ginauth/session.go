package ginauth

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Strategy says where sessions live.
type Strategy string

const (
	// StrategyJWT keeps the session in an encrypted cookie. Any Auth.js server with the same
	// secret reads it.
	StrategyJWT Strategy = "jwt"
	// StrategyDatabase keeps the session in the sessions table; the cookie is its token.
	StrategyDatabase Strategy = "database"
)

// SessionConfig says where sessions live and for how long.
type SessionConfig struct {
	// Strategy is StrategyDatabase when the Adapter can store sessions, else StrategyJWT.
	Strategy Strategy
	// MaxAge is how long an idle session lives; 30 days when zero.
	MaxAge time.Duration
	// UpdateAge is how often at most the expiry of a stored session is pushed forward; 24 hours
	// when zero, at every request when negative. The JWT strategy does not use it.
	UpdateAge time.Duration
	// AbsoluteAge ends a session this long after its sign-in, however often it is used. A session that
	// another server began counts from when it was first seen here. Negative turns it off. Defaults to
	// a year.
	AbsoluteAge time.Duration
	// Revocable makes sessions of the JWT strategy end when they should: at sign-out, with
	// [Auth.EndSessions], when a passkey is removed or another user proves the address. Each read
	// of a session then asks the database twice, which a Next.js server that reads the cookie by
	// itself does not do. Tokens that were made without it are not accepted any more. Sessions of
	// StrategyDatabase can always be ended.
	Revocable bool
}

// Session is a signed-in user's session as guards and callbacks see it. It is never expired.
type Session struct {
	// User has ID, Name, Email and Image; with the database strategy it is the stored row.
	User    User
	Expires time.Time
	// Claims are the token's, with the JWT strategy; nil with the database strategy.
	Claims jwt.Claims

	// binding ties a flow to this session.
	binding string
	// began is how a token's session began; load asks the database how a stored one did.
	began beginning
	load  func(ctx context.Context) (beginning, error)
}

type sessionKey struct{}

// SessionFrom returns the session that [Auth.LoadSession], [Auth.RequireSession] or
// [Auth.RequireSignIn] put into the request, or nil when nobody is signed in. It takes a
// *gin.Context as well as a request's context.
func SessionFrom(ctx context.Context) *Session { //nolint:contextcheck // the request of a *gin.Context is its parent
	// Gin's context looks values up in its request only when the engine was told to.
	if c, ok := ctx.(*gin.Context); ok {
		ctx = c.Request.Context()
	}
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}
