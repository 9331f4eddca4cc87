package ginauth

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Identity is what a provider has proven about the user who is signing in. Nothing is in it that only
// the request claims.
type Identity struct {
	// User is the stored user when the provider knows one, else the profile of the user-to-be.
	User User
	// Account is the account that was used, or is to be made.
	Account Account
	// Profile is what an OAuth provider told.
	Profile map[string]any
	// Credentials is the form of a credentials sign-in.
	Credentials map[string]string
	// New is the authenticator that was registered, Used the one that signed, with its new counter.
	New, Used *Authenticator
	// counter is what there is to report of the counter of Used.
	counter CounterEvent
	// linkByEmail is the provider's DangerouslyLinkByEmail.
	linkByEmail bool
	// emailVerified says that the identity proves User.Email.
	emailVerified bool
	// link is the sign-in link that was followed: it is used up with what it signs in.
	link *VerificationToken
	// ownLink says that the session of the request asked for the link.
	ownLink bool
	// boundTo is the session that a passkey is added to.
	boundTo *Session
	// endsSession is the sealed token of the session that an answer, posted by another site, came
	// without: signing in ends it all the same.
	endsSession string
}

// completeSignIn turns an identity into a session. It is the only place that signs anybody in:
// locate, gate, decision, writes in one transaction, session, events, answer.
func (x *exchange) completeSignIn(id Identity) error {
	current, err := x.resolve()
	if err != nil {
		return err
	}
	s, err := x.locate(id, current)
	if err != nil {
		return err
	}
	redirect, err := x.gate(id.asked(s))
	if err != nil || redirect != "" {
		if id.link != nil {
			x.withdrawLink(*id.link) // followed, and refused: there is no second try
		}
		if err != nil {
			return err
		}
		return x.redirect(redirect)
	}
	todo := decide(s)
	if todo.err != nil {
		return todo.err
	}
	if err := x.sessions.fits(id.User); err != nil {
		return err
	}
	done, err := x.write(id, current, todo)
	if err != nil {
		return err
	}
	return x.finishSignIn(id, current, done)
}

// asked is what the SignIn callback decides on.
func (id Identity) asked(s situation) SignInParams {
	p := SignInParams{User: id.User, Account: id.Account, Profile: id.Profile, Credentials: id.Credentials}
	if u := s.stored(); u != nil && u.ID != id.User.ID {
		p.User, p.Account.UserID = *u, u.ID
	} else if s.kind == KindEmail {
		p.Account.UserID = p.User.ID
	}
	return p
}

// gate asks the SignIn callback, before anything is written.
func (x *exchange) gate(p SignInParams) (redirect string, err error) {
	if x.cfg.Callbacks.SignIn == nil {
		return "", nil
	}
	d, err := x.cfg.Callbacks.SignIn(x.ctx, p)
	switch {
	case err != nil:
		return "", because(causeCallback, fmt.Errorf("%w: SignIn callback: %w", ErrAccessDenied, err))
	case d.redirect != "":
		return x.redirectTarget(x.ctx, d.redirect, x.origin), nil
	case !d.allow:
		return "", ErrAccessDenied
	}
	return "", nil
}

// finishSignIn sets the cookie, after everything is stored, tells the events and answers.
func (x *exchange) finishSignIn(id Identity, current *resolution, done signedIn) error {
	x.emitWrites(done, id)
	if err := x.sessions.issue(x, id, current, done); err != nil {
		return err
	}
	if x.cfg.Events.SignIn != nil {
		x.cfg.Events.SignIn(x.ctx, SignInEvent{User: done.user, Account: done.account, Profile: id.Profile, IsNewUser: done.isNew})
	}
	if page := x.cfg.Pages.NewUser; done.isNew && page != "" {
		return x.redirect(page + querySeparator(page) + encodeForm("callbackUrl", x.callbackURL))
	}
	return x.redirect(x.callbackURL)
}

func (x *exchange) emitWrites(done signedIn, id Identity) {
	e := x.cfg.Events
	if done.claimed != nil {
		done.claimed.User = done.user
		x.tellClaim(*done.claimed)
	}
	switch {
	case done.isNew && e.CreateUser != nil:
		e.CreateUser(x.ctx, done.user)
	case !done.isNew && id.Account.Type == KindEmail && e.UpdateUser != nil:
		e.UpdateUser(x.ctx, done.user)
	}
	if done.linked && e.LinkAccount != nil && id.Account.Type != KindEmail {
		e.LinkAccount(x.ctx, done.user, done.account)
	}
	x.tellCounter(id.counter)
}

// claimsOf is the default token of a user. What a stored user lacks is null, what another source
// does not tell is absent.
func claimsOf(u User, isStored bool) jwt.Claims {
	claims := jwt.Claims{"sub": u.ID}
	for name, value := range map[string]string{"name": u.Name, "email": u.Email, "picture": u.Image} {
		if value != "" || isStored {
			claims[name] = orNull(value)
		}
	}
	return claims
}

// notLinked names a conflict after the kind of account. A signature counter that was overtaken is a
// conflict too, but a ceremony that failed.
func notLinked(id Identity, err error) error {
	if !errors.Is(err, ErrConflict) || errors.Is(err, ErrWebAuthn) {
		return err
	}
	if id.Account.Type == KindWebAuthn || id.Account.Type == KindEmail {
		return fmt.Errorf("%w: %w", ErrAccountNotLinked, err)
	}
	return fmt.Errorf("%w: %w", ErrOAuthAccountNotLinked, err)
}

// newUUID returns a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
