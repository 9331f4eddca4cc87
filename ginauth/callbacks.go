package ginauth

import (
	"context"
	"maps"
	"slices"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Trigger says why a JWT or Session callback runs.
type Trigger string

// The triggers. A plain read of the session has none.
const (
	TriggerNone   Trigger = ""
	TriggerSignIn Trigger = "signIn"
	TriggerSignUp Trigger = "signUp"
	TriggerUpdate Trigger = "update"
)

// Callbacks let the application decide and shape. Each may be nil. They are called concurrently.
type Callbacks struct {
	// SignIn is the gate: it runs after the identity is proven and before anything is written. Its
	// zero result refuses. An error refuses too and is logged.
	SignIn func(ctx context.Context, p SignInParams) (Decision, error)
	// Redirect chooses where to go. url is what was asked for, unchecked; baseURL is the public
	// origin. The answer is an absolute URL: of a site, or of an application with a scheme of its own,
	// such as myapp://done. Any other answer becomes baseURL, and the log says why; schemes that
	// browsers handle themselves are never redirected to (javascript, data, vbscript, file, blob,
	// about and the like). Defaults to paths of the public origin, and to that origin and
	// TrustedOrigins.
	Redirect func(ctx context.Context, url, baseURL string) string
	// JWT sees the claims at sign-in, at each read and at each update (JWT strategy). What it
	// returns is what is stored; nil claims end the session. An error is 503 at a read, because it does
	// not tell whether the session is good, and Configuration at a sign-in. It must be fast: guards call
	// it too. With Session.Revocable it has to leave sub as it is: an answer with another one is an error.
	JWT func(ctx context.Context, p JWTParams) (jwt.Claims, error)
	// Session makes the body of `GET /session`: anything that encodes to JSON. The default is
	// p.Session.
	Session func(ctx context.Context, p SessionParams) (any, error)
}

// Decision is the SignIn callback's answer.
type Decision struct {
	allow    bool
	redirect string
}

// Allow lets the sign-in go on.
func Allow() Decision { return Decision{allow: true} }

// Deny refuses: the browser learns AccessDenied.
func Deny() Decision { return Decision{} }

// RedirectTo refuses and sends the browser to url, which passes the Redirect callback first.
func RedirectTo(url string) Decision { return Decision{redirect: url} }

// SignInParams is what the SignIn callback decides on.
type SignInParams struct {
	// User is the stored user when there is one, else the user-to-be, whose address is unproven
	// unless the provider proved it.
	User    User
	Account Account
	// Profile is what an OAuth provider told.
	Profile map[string]any
	// Credentials is the form of a credentials sign-in.
	Credentials map[string]string
	// VerificationRequest is true when an e-mail link is asked for rather than followed.
	VerificationRequest bool
}

// JWTParams is what the JWT callback shapes a token from.
type JWTParams struct {
	// Token is the claims so far; the callback may change and return it.
	Token jwt.Claims
	// User, Account and Profile are set at sign-in only.
	User      *User
	Account   *Account
	Profile   map[string]any
	IsNewUser bool
	Trigger   Trigger
	// Update is the client's data at TriggerUpdate, as encoding/json decodes it: unchecked input.
	Update any
}

// SessionParams is what the Session callback shapes the body of `GET /session` from.
type SessionParams struct {
	// Session is the default body.
	Session SessionBody
	// Token is set with the JWT strategy, User with the database strategy.
	Token jwt.Claims
	User  *User
	// Trigger and Update are set for an update with the database strategy; with the JWT strategy
	// the JWT callback sees them.
	Trigger Trigger
	Update  any
	// Current is the session as guards see it; [Session.Authentication] tells when and how it began.
	Current *Session
}

// SessionBody is the default body of `GET /session`: nothing but what a page may show.
type SessionBody struct {
	User    SessionUser `json:"user"`
	Expires string      `json:"expires"`
}

// SessionUser holds the three public fields as they travel: a string, null, or (in a token that
// lacks the claim) absent.
type SessionUser map[string]any

// MarshalJSON writes name, email and image first, as clients are used to see them, then whatever
// a callback added, by name.
func (u SessionUser) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, len(u))
	for _, name := range publicFields {
		if _, ok := u[name]; ok {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(u)) {
		if !slices.Contains(publicFields, name) {
			names = append(names, name)
		}
	}
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := encodeJSON(name)
		if err != nil {
			return nil, err
		}
		value, err := encodeJSON(u[name])
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

var publicFields = []string{"name", "email", "image"}

// Events tell the application what happened. Each may be nil. They run after the fact, before
// the answer is sent; they cannot change it.
type Events struct {
	SignIn      func(ctx context.Context, e SignInEvent)
	SignOut     func(ctx context.Context, e SignOutEvent)
	CreateUser  func(ctx context.Context, u User)
	UpdateUser  func(ctx context.Context, u User)
	LinkAccount func(ctx context.Context, u User, a Account)
	// RemovePasskey follows [Auth.RemovePasskey].
	RemovePasskey func(ctx context.Context, u User, a Authenticator)
	// ClaimAddress follows a sign-in that proved a user's address for the first time and removed
	// what had been set up before.
	ClaimAddress func(ctx context.Context, e ClaimEvent)
	// CounterWentBack reports a passkey that may have been copied, whether or not it signed in.
	CounterWentBack func(ctx context.Context, e CounterEvent)
	Session         func(ctx context.Context, s Session)
}

// SignInEvent tells who signed in and how.
type SignInEvent struct {
	User      User
	Account   Account
	Profile   map[string]any
	IsNewUser bool
}

// SignOutEvent tells which session ended: Claims with the JWT strategy, UserID with both (when known).
type SignOutEvent struct {
	UserID string
	Claims jwt.Claims
}
