package ginauth

import (
	"context"
	"time"
)

// Adapter is what ginauth needs of a database for users and their accounts.
//
// All methods are called concurrently. "No such row" is [ErrNotFound] and a broken unique key is
// [ErrConflict]; a value that does not fit its column is [ErrValue] (all may be wrapped). Any other
// error means that storage failed, and ginauth then answers 503 rather than treating anybody as
// signed out. Strings are compared byte by byte, except for the case
// of e-mail addresses in UserByEmail.
//
// Register looks for the further interfaces below, depending on what is configured, and refuses to
// start without them, on the adapter that InTx hands out as well: [SessionAdapter], [TokenAdapter],
// [TokenLookupAdapter], [PasskeyAdapter], [TxAdapter], [ManagementAdapter], [ClaimAdapter].
type Adapter interface {
	// CreateUser inserts u. An empty u.ID is filled by the adapter. It returns the stored row.
	// An e-mail address that another user has is ErrConflict, and may be so in another case too. A Name
	// or Image that its column cannot hold may be left out: decoration must not keep anybody out.
	CreateUser(ctx context.Context, u User) (User, error)
	UserByID(ctx context.Context, id string) (User, error)
	// UserByEmail finds the user with this address, exactly as it is given. When there is none, it
	// finds the only user whose address equals it in lower case (JavaScript's toLowerCase), because
	// ginauth asks in lower case while a table may hold what people typed. When several users do, it
	// is ErrNotFound. Nothing else is the same: what a collation says about accents, width or spaces
	// at the end must not find another person.
	UserByEmail(ctx context.Context, email string) (User, error)
	// UserByAccount finds the user through the account with this provider and id.
	UserByAccount(ctx context.Context, provider, providerAccountID string) (User, error)
	// UpdateUser writes every field of u to the row with u.ID. No such row is ErrNotFound.
	UpdateUser(ctx context.Context, u User) error
	// LinkAccount inserts a, as it is or without what a column cannot hold of Scope, SessionState,
	// TokenType and ExpiresAt. An account that exists, of any user, is ErrConflict. A user who was
	// deleted meanwhile is ErrNotFound where a foreign key tells; so it is for sessions and
	// authenticators.
	LinkAccount(ctx context.Context, a Account) error
}

// StoredSession is a row of the sessions table.
type StoredSession struct {
	// Token is the session cookie's value.
	Token   string
	UserID  string
	Expires time.Time
}

// SessionAdapter stores sessions; the database strategy needs it.
type SessionAdapter interface {
	CreateSession(ctx context.Context, s StoredSession) error
	// SessionAndUser loads both in one query. It returns expired sessions too: the caller decides.
	SessionAndUser(ctx context.Context, token string) (StoredSession, User, error)
	// UpdateSession moves the expiry of the session with s.Token. A session that is gone is
	// ErrNotFound and is not made anew.
	UpdateSession(ctx context.Context, s StoredSession) error
	// DeleteSession removes the session. One that does not exist is ErrNotFound.
	DeleteSession(ctx context.Context, token string) error
}

// VerificationToken is a row that can be used once. E-mail links are such rows, and so is the
// record that a WebAuthn challenge was used.
type VerificationToken struct {
	Identifier string
	// Token is a hash, never the secret itself.
	Token   string
	Expires time.Time
}

// TokenAdapter stores verification tokens; e-mail and passkey providers need it.
type TokenAdapter interface {
	// CreateVerificationToken inserts t. A second row with the same Identifier and Token is ErrConflict.
	CreateVerificationToken(ctx context.Context, t VerificationToken) error
	// UseVerificationToken deletes the row that matches both and returns it. It is atomic: of two
	// concurrent calls one gets ErrNotFound. The caller looks at Expires.
	UseVerificationToken(ctx context.Context, identifier, token string) (VerificationToken, error)
	// DeleteExpiredVerificationTokens removes at most limit rows that expired before now.
	DeleteExpiredVerificationTokens(ctx context.Context, now time.Time, limit int) error
}

// TokenLookupAdapter reads verification tokens without using them up, and removes what stands under
// one identifier. Whatever rests on a session needs it: stored sessions, passkeys, linking, links.
type TokenLookupAdapter interface {
	// VerificationToken returns the row that matches both. The caller looks at Expires.
	VerificationToken(ctx context.Context, identifier, token string) (VerificationToken, error)
	// VerificationTokens returns the rows with this identifier, in no particular order. No row is
	// not an error.
	VerificationTokens(ctx context.Context, identifier string) ([]VerificationToken, error)
	// DeleteVerificationTokens removes the rows with this identifier. No row is not an error.
	DeleteVerificationTokens(ctx context.Context, identifier string) error
}

// PasskeyAdapter stores authenticators; WebAuthn providers need it.
type PasskeyAdapter interface {
	// CreateAuthenticator inserts a. A credential ID that exists, of any user, is ErrConflict.
	CreateAuthenticator(ctx context.Context, a Authenticator) error
	AuthenticatorByCredentialID(ctx context.Context, credentialID []byte) (Authenticator, error)
	// AuthenticatorsByUser lists in order of creation where the table knows it; none is no error.
	AuthenticatorsByUser(ctx context.Context, userID string) ([]Authenticator, error)
	// UpdateAuthenticator writes what a signature says of the row with a.CredentialID, in one
	// statement: Counter, BackedUp, and MultiDevice where a has it. MultiDevice never becomes false
	// again. No such row is ErrNotFound.
	//
	// It writes only when the stored counter is lower than a.Counter or both are zero. A counter that
	// would go back or stand still is ErrConflict, and nothing is written. When MultiDevice is true in
	// the stored row and in a, every counter is accepted and the higher one stays: the devices that
	// share such a passkey count each for itself. The row decides, so one that becomes multi-device
	// by this very call is still held to its counter.
	UpdateAuthenticator(ctx context.Context, a Authenticator) error
}

// ManagementAdapter locks a user and takes away what they have. Adding a passkey, linking an account,
// [Auth.RemovePasskey] and [Auth.EndSessions] need it.
type ManagementAdapter interface {
	// LockUser, within InTx, makes everybody else who calls it for this user wait for the end of the
	// transaction; what is read after it is what they left. No such user is ErrNotFound.
	LockUser(ctx context.Context, userID string) error
	// AccountsByUser lists what sign-ins are linked to the user; none is no error.
	AccountsByUser(ctx context.Context, userID string) ([]Account, error)
	// DeleteAuthenticator removes the authenticator with a.CredentialID and a.UserID, and its
	// account. No such row is ErrNotFound.
	DeleteAuthenticator(ctx context.Context, a Authenticator) error
	// DeleteSessionsByUser removes all sessions of the user; none is no error.
	DeleteSessionsByUser(ctx context.Context, userID string) error
}

// ClaimAdapter takes a user away from everyone who could sign in as that user before their address was
// proven. E-mail links need it, and so does DangerouslyLinkByEmail.
type ClaimAdapter interface {
	// DeleteUnproven removes all authenticators, accounts (of every type) and sessions of the user,
	// in this order: a sign-in that it waits for leaves a session, which then goes as well. Nothing
	// to remove is not an error.
	DeleteUnproven(ctx context.Context, userID string) error
}

// TxAdapter runs several writes as one.
type TxAdapter interface {
	// InTx calls fn with an adapter whose methods all run in one transaction, and commits when fn
	// returns nil. tx implements the same further interfaces as the adapter itself. When fn fails
	// or panics nothing of it is stored, and the same when a write within it failed, whatever fn
	// returns. A commit whose outcome is unknown is an error. Within fn, InTx of tx may be called
	// again: what the inner fn wrote can then be taken back alone.
	// fn may be called more than once, after a conflict between transactions; it must not keep
	// results of an earlier call.
	InTx(ctx context.Context, fn func(tx Adapter) error) error
}
