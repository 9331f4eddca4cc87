package ginauth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// sweepEvery is how many records are made between two sweeps of expired ones.
const sweepEvery = 64

// useOnce records that a value was used; the second time it is ErrFlow. Inserting under a unique
// key is the one atomic step, on every instance: of any number of attempts one gets past it. After
// expires the record may go, so the value itself must be worthless by then.
func (x *exchange) useOnce(identifier, value string, expires time.Time) error {
	sum := sha256.Sum256([]byte(value))
	err := x.store.tokens.CreateVerificationToken(x.ctx, VerificationToken{
		Identifier: identifier,
		Token:      hex.EncodeToString(sum[:]),
		Expires:    expires.UTC(),
	})
	if errors.Is(err, ErrConflict) {
		return fmt.Errorf("%w: %s was used", ErrFlow, identifier)
	}
	if err != nil {
		return stored("record "+identifier, err)
	}
	x.sweepAtTimes()
	return nil
}

// sweepAtTimes follows every record that is made, and removes those that have expired now and then.
func (x *exchange) sweepAtTimes() {
	if x.recorded.Add(1)%sweepEvery == 0 {
		if err := x.store.tokens.DeleteExpiredVerificationTokens(x.ctx, time.Now(), 1000); err != nil {
			x.log(stored("sweep", err), "none")
		}
	}
}
