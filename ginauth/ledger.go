package ginauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// ledger keeps short-lived records in the table of verification tokens, beside the sign-in links that
// Auth.js keeps there: what was used, asked for, begun or ended. A record is an identifier, a token and
// the time after which it may be swept. Identifier and token together are unique, so inserting a record
// is the one atomic step among all instances.
//
// Its errors are [ErrConflict] for a record that exists and [ErrStorage] for everything else.
type ledger struct {
	tokens TokenAdapter
	lookup TokenLookupAdapter
}

// reads reports whether records can be read back. Register saw to it wherever that matters.
func (l ledger) reads() bool { return l.tokens != nil && l.lookup != nil }

// ownRecords begins the identifiers of all records that are not links. No address begins with it.
const ownRecords = "ginauth:"

// The identifiers of the records. Those that end in a colon are followed by the hash of what the record
// is about.
//
//	identifier        token                           kept
//	usedChallenge     hash of the challenge           until it has expired by any clock
//	usedState         hash of the OAuth state         until the flow has expired by any clock
//	askedFor + link   link, browser, provider         as long as the link
//	askedIn + session link                            as long as the link
//	signInRecord      session, time, methods          Session.AbsoluteAge, 5 years at most
//	 + session
//	endedSession      session                         Session.MaxAge and an hour
//	sessionGeneration user                            generationLife; its expiry is the number
const (
	usedChallenge     = ownRecords + "webauthn-challenge"
	usedState         = ownRecords + "oauth-state"
	askedFor          = ownRecords + "asked-for:"
	askedIn           = ownRecords + "asked-in:"
	signInRecord      = ownRecords + "signed-in:"
	endedSession      = ownRecords + "ended-session"
	sessionGeneration = ownRecords + "session-generation"
)

// add inserts a record, or returns ErrConflict when it exists.
func (l ledger) add(ctx context.Context, identifier, token string, expires time.Time) error {
	return stored("add a record", l.tokens.CreateVerificationToken(ctx, VerificationToken{
		Identifier: identifier, Token: token, Expires: expires.UTC().Truncate(time.Millisecond),
	}))
}

// once records that a value was used. The second time is ErrFlow. After expires the record may go, so
// the value itself must be worthless by then.
func (l ledger) once(ctx context.Context, identifier, value string, expires time.Time) error {
	sum := sha256.Sum256([]byte(value))
	err := l.add(ctx, identifier, hex.EncodeToString(sum[:]), expires)
	if errors.Is(err, ErrConflict) {
		return fmt.Errorf("%w: %s was used", ErrFlow, identifier)
	}
	return err
}

// get returns a record, or nil.
func (l ledger) get(ctx context.Context, identifier, token string) (*VerificationToken, error) {
	row, err := l.lookup.VerificationToken(ctx, identifier, token)
	return found("read a record", row, err)
}

// list returns all records with this identifier.
func (l ledger) list(ctx context.Context, identifier string) ([]VerificationToken, error) {
	rows, err := l.lookup.VerificationTokens(ctx, identifier)
	return rows, stored("list records", err)
}

// take removes a record and returns it, or nil: of any number of calls at once one gets it.
func (l ledger) take(ctx context.Context, identifier, token string) (*VerificationToken, error) {
	row, err := l.tokens.UseVerificationToken(ctx, identifier, token)
	return found("take a record", row, err)
}

// drop removes all records with this identifier. It is not an error if there are none.
func (l ledger) drop(ctx context.Context, identifier string) error {
	err := l.lookup.DeleteVerificationTokens(ctx, identifier)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return stored("drop records", err)
}

// sweepEvery is how many records are made between two sweeps, and sweepAtMost how many one removes.
const (
	sweepEvery  = 64
	sweepAtMost = 1000
)

// sweepAtTimes follows every record that is made, and removes those that have expired now and then.
func (x *exchange) sweepAtTimes() {
	if x.recorded.Add(1)%sweepEvery == 0 {
		if err := x.store.ledger.tokens.DeleteExpiredVerificationTokens(x.ctx, time.Now(), sweepAtMost); err != nil {
			x.log(stored("sweep", err), "none")
		}
	}
}

// useOnce is ledger.once, and sweeps at times.
func (x *exchange) useOnce(identifier, value string, expires time.Time) error {
	if err := x.store.ledger.once(x.ctx, identifier, value, expires); err != nil {
		return err
	}
	x.sweepAtTimes()
	return nil
}
