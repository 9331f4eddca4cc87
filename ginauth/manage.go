package ginauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// Errors of [Auth.RemovePasskey].
var (
	// ErrSignInNeeded: the request is not signed in, or the sign-in is longer ago than the provider's
	// AddWithin allows. Signing in with a passkey and trying again is the way on.
	ErrSignInNeeded = errors.New("ginauth: a recent sign-in is needed")
	// ErrLastPasskey: without this passkey the user could not sign in any more.
	ErrLastPasskey = errors.New("ginauth: the only way to sign in cannot be removed")
)

// Passkeys lists a user's passkeys in the order of their creation, as far as the tables know it. Who
// may see them is for the caller to decide; none is no error. Errors are ErrStorage.
func (a *Auth) Passkeys(ctx context.Context, userID string) (list []Authenticator, err error) {
	defer a.containStorage(ctx, "Passkeys", &err)
	if a.store.passkeys == nil {
		return nil, a.lacks("Passkeys", "PasskeyAdapter")
	}
	return a.store.passkeysOf(ctx, userID)
}

// EndSessions signs a user out everywhere. A user whom the tables do not have is ErrNotFound.
//
// Sessions of StrategyJWT end only with [SessionConfig].Revocable. Without it every session from before
// still reads until it expires, but it cannot add, link or remove anything any more; EndSessions then
// returns ErrConfig, after it has recorded that.
func (a *Auth) EndSessions(ctx context.Context, userID string) (err error) {
	defer a.containStorage(ctx, "EndSessions", &err)
	if a.store.manage == nil {
		return a.lacks("EndSessions", "ManagementAdapter")
	}
	err = a.store.inTx(ctx, func(tx storage) error {
		_, err := a.sessions.endAll(ctx, tx, userID)
		return err
	})
	if errors.Is(err, ErrStorage) || a.sessions.endable() {
		return err
	}
	return errors.Join(fmt.Errorf("%w: EndSessions: a session of StrategyJWT can be read until it expires; set Session.Revocable, or use StrategyDatabase", ErrConfig), err)
}

func (a *Auth) lacks(method, what string) error {
	return fmt.Errorf("%w: %s: the Adapter (%T) is not a %s", ErrConfig, method, a.cfg.Adapter, what)
}

// RemovePasskey removes one of the signed-in user's passkeys, and its account. It ends all of their
// sessions, as far as those can be ended, because the passkey may have begun them, and signs this browser
// in anew. credentialID is the raw ID, as [Auth.Passkeys] lists it. Call it from a handler of the
// application that answers a POST or DELETE. The answer must not have begun, because it carries the new
// session cookie. Only sessions of cookies count.
//
// Nothing is removed when it refuses: with [ErrSignInNeeded], [ErrLastPasskey], [ErrNotFound] (also
// for a passkey of another user) or [ErrMissingCSRF] (the browser says that another site asks). With
// [ErrStorage] a commit may have got through whose answer was lost; asking again is safe. What counts
// as a further way to sign in are accounts of the providers that are configured, and an e-mail provider
// for a user whose address is verified.
func (a *Auth) RemovePasskey(c *gin.Context, credentialID []byte) (err error) {
	defer a.containStorage(c.Request.Context(), "RemovePasskey", &err)
	if err := checkSize(c.Request); err != nil {
		return fmt.Errorf("%w: %w", ErrSignInNeeded, err)
	}
	if a.store.manage == nil || a.store.passkeys == nil {
		return a.lacks("RemovePasskey", "ManagementAdapter and PasskeyAdapter")
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), handlerDeadline)
	defer cancel()
	x := &exchange{Auth: a, c: c, ctx: ctx, jar: authcookie.FromHeader(c.Request.Header)}
	if x.origin, err = a.originFor(c.Request); err != nil {
		return fmt.Errorf("%w: no public origin", ErrSignInNeeded)
	}
	if !x.sameSite() {
		return fmt.Errorf("%w: %w", ErrMissingCSRF, errCrossSite)
	}
	x.cookies = a.cookiesFor(x.origin)
	current, err := x.resolve()
	if err != nil {
		return err
	}
	if current.session == nil {
		return ErrSignInNeeded
	}
	if err := x.sessions.fitsAgain(x, current); err != nil {
		return err
	}
	removed, next, err := x.removePasskey(current, credentialID)
	if err != nil {
		return err
	}
	if err := x.sessions.reissue(x, current, next); err != nil {
		return err
	}
	hardenHeaders(c.Writer.Header())
	for _, line := range x.cookieLines() {
		c.Writer.Header().Add("Set-Cookie", line)
	}
	if a.cfg.Events.RemovePasskey != nil {
		a.emit(ctx, "RemovePasskey", func() { a.cfg.Events.RemovePasskey(ctx, current.session.User, *removed) })
	}
	return nil
}

// removePasskey does everything that is stored, in one transaction.
func (x *exchange) removePasskey(current *resolution, credentialID []byte) (removed *Authenticator, next nextSession, err error) {
	session := current.session
	began, err := x.handedOn(session)
	if err != nil {
		return nil, next, err
	}
	err = x.store.inTx(x.ctx, func(tx storage) error {
		// Two who remove the last two passkeys at the same time must not both succeed.
		user, err := tx.lockUser(x.ctx, session.User.ID)
		if err != nil {
			return err
		}
		if removed, err = tx.passkeyByID(x.ctx, credentialID); err != nil {
			return err
		}
		if removed == nil || removed.UserID != user.ID || !bytes.Equal(removed.CredentialID, credentialID) {
			return fmt.Errorf("passkey: %w", ErrNotFound)
		}
		if err := x.mayRemove(tx, session, user, removed); err != nil {
			return err
		}
		if err := x.bind(tx, current, user); err != nil {
			return err
		}
		if err := stored("delete authenticator", tx.manage.DeleteAuthenticator(x.ctx, *removed)); err != nil {
			return err
		}
		next = newNextSession(began)
		if next.generation, err = x.sessions.endAll(x.ctx, tx, user.ID); err != nil {
			return err
		}
		if err := x.sessions.create(x.ctx, tx, user.ID, &next); err != nil {
			return err
		}
		return x.handOnLinks(tx, session.binding, x.sessions.bindingOf(user.ID, next))
	})
	if errors.Is(err, errEnded) {
		err = ErrSignInNeeded
	}
	return removed, next, err
}

// mayRemove refuses when the sign-in is too long ago, and when there would be no way back in.
func (x *exchange) mayRemove(tx storage, session *Session, user *User, p *Authenticator) error {
	accounts, err := tx.accountsOf(x.ctx, user.ID)
	if err != nil {
		return err
	}
	asked, otherWay := x.stepUp, false
	keys, err := tx.passkeysOf(x.ctx, user.ID)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		provider := x.providers[a.Provider]
		w, isPasskey := provider.(*WebAuthnProvider)
		switch {
		case a.Type == KindWebAuthn && a.ProviderAccountID == p.ProviderAccountID:
			if isPasskey {
				asked = x.stepUpFor(w)
			}
		case a.Type == KindWebAuthn:
			// An account whose passkey is gone signs nobody in.
			otherWay = otherWay || isPasskey && slices.ContainsFunc(keys, func(k Authenticator) bool { return k.ProviderAccountID == a.ProviderAccountID })
		case provider != nil:
			otherWay = true
		}
	}
	left, err := x.freshness(x.ctx, tx, asked, session)
	if err != nil {
		return err
	}
	if left <= 0 {
		return ErrSignInNeeded
	}
	if !otherWay && !(x.emailProviders() > 0 && !user.EmailVerified.IsZero() && validAddress(user.Email)) {
		return ErrLastPasskey
	}
	return nil
}
