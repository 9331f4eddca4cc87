package ginauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// ErrValue says that a value does not fit the column it is meant for: that it is longer, or has
// characters or a number that the column cannot hold. An adapter's error wraps it, names the column,
// and leaves nothing of the row behind. Trying again does not help, so it is never reported as an
// outage: the browser learns Configuration, and the log has the column.
var ErrValue = errors.New("ginauth: value does not fit its column")

// FitChecker is looked for where people sign up by passkey or e-mail; nothing needs it. With it, an
// address that the users table cannot hold is refused before a passkey is made or a link is sent.
type FitChecker interface {
	// Fits returns the error that wraps [ErrValue] with which CreateUser would refuse u, or nil. It
	// writes nothing, and does not look whether the address is taken.
	Fits(ctx context.Context, u User) error
}

// fits asks the adapter whether it can store a user-to-be.
func (x *exchange) fits(u User) error {
	if x.store.fit == nil {
		return nil
	}
	return stored("look whether the user fits", x.store.fit.Fits(x.ctx, u))
}

// refuseUnfit answers the options of a registration whose user the database cannot hold.
func (x *exchange) refuseUnfit(err error) error {
	if !errors.Is(err, ErrValue) {
		return err
	}
	const reason = "Invalid request"
	x.log(fmt.Errorf("ginauth: a sign-up was refused before it began: %w", err), reason)
	return x.refuseOptions(reason)
}

// isOutage reports whether storage failed, so that the same request may succeed later.
func isOutage(err error) bool {
	return (errors.Is(err, ErrStorage) || errors.Is(err, context.DeadlineExceeded)) && !errors.Is(err, ErrValue)
}

// guardFailure answers a request whose session could not be loaded.
func (a *Auth) guardFailure(c *gin.Context, err error) {
	a.logGuard(c, err)
	if errors.Is(err, ErrValue) { // a JWT callback wrote it
		guardJSON(c, http.StatusInternalServerError, "configuration")
		return
	}
	c.Header("Retry-After", "1")
	guardJSON(c, http.StatusServiceUnavailable, "unavailable")
}
