package ginauth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Identity is what a provider has proven about whoever is asking. Nothing is in it that only the
// request claims.
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
	// linkByEmail is the provider's DangerouslyLinkByEmail.
	linkByEmail bool
	// emailVerified says that an OAuth provider's service verified User's address.
	emailVerified bool
	// isStored says that User is a row that was just read.
	isStored bool
	// boundTo is the session that a passkey is added to: it must still live when the key is stored.
	boundTo *Session
}

// signedIn is the result of a completed sign-in.
type signedIn struct {
	user    User
	account Account
	isNew   bool
	linked  bool
	session StoredSession
	// generation is that of the user's sessions, where they are revocable tokens.
	generation time.Time
}

// completeSignIn turns an identity into a session. It is the only place that signs anybody in:
// gate, decision, writes in one transaction, session, events, answer.
func (x *exchange) completeSignIn(id Identity) error {
	redirect, err := x.gate(SignInParams{User: id.User, Account: id.Account, Profile: id.Profile, Credentials: id.Credentials})
	if err != nil {
		return err
	}
	if redirect != "" {
		return x.redirect(redirect)
	}
	current, err := x.resolve()
	if err != nil {
		return err
	}
	var done signedIn
	switch {
	case id.Account.Type == KindCredentials:
		done, err = x.storeCredentialsSession(id, current)
	case x.store.users == nil:
		done = signedIn{user: id.User, account: id.Account}
	default:
		done, err = x.storeSignIn(id, current)
	}
	if err != nil {
		return err
	}
	return x.finishSignIn(id, current, done)
}

// gate asks the SignIn callback, before anything is written.
func (x *exchange) gate(p SignInParams) (redirect string, err error) {
	if x.cfg.Callbacks.SignIn == nil {
		return "", nil
	}
	d, err := x.cfg.Callbacks.SignIn(x.ctx, p)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: SignIn callback: %w", ErrAccessDenied, err)
	case d.redirect != "":
		return x.redirectTarget(x.ctx, d.redirect, x.origin), nil
	case !d.allow:
		return "", ErrAccessDenied
	}
	return "", nil
}

// storeSignIn decides and writes. A conflict means that somebody else was faster, which is the
// same as having come too late.
func (x *exchange) storeSignIn(id Identity, current *resolution) (signedIn, error) {
	s, err := x.situationOf(id, current)
	if err != nil {
		return signedIn{}, err
	}
	todo := decide(s)
	if todo.err != nil {
		return signedIn{}, todo.err
	}
	var done signedIn
	err = x.store.inTx(x.ctx, func(tx storage) error {
		done = signedIn{account: id.Account, isNew: todo.create, linked: todo.link}
		if todo.verified && !todo.create {
			if err := x.claim(tx, *todo.user, current); err != nil {
				return err
			}
		}
		if err := x.lockForAdding(tx, id, todo); err != nil {
			return err
		}
		if err := x.readGeneration(tx, todo.user, &done); err != nil {
			return err
		}
		if err := x.writeUser(tx, id, todo, &done); err != nil {
			return err
		}
		done.account.UserID = done.user.ID
		if todo.link {
			if err := stored("link account", tx.users.LinkAccount(x.ctx, done.account)); err != nil {
				return notLinked(id, err)
			}
		}
		if err := x.writeAuthenticator(tx, id, done.user.ID); err != nil {
			return err
		}
		return x.replaceSession(tx, id, current, &done)
	})
	if errors.Is(err, ErrNotFound) && !errors.Is(err, ErrWebAuthn) {
		err = fmt.Errorf("%w: the user was deleted meanwhile: %w", ErrFlow, err)
	}
	return done, notLinked(id, err)
}

// lockForAdding lets a passkey be added before all sessions of its user are ended, or after, when the
// one that asked is found to have ended. In between, the session that follows it would live on.
func (x *exchange) lockForAdding(tx storage, id Identity, todo plan) error {
	if id.boundTo == nil || todo.create || tx.manage == nil {
		return nil
	}
	return stored("lock user", tx.manage.LockUser(x.ctx, todo.user.ID))
}

func (x *exchange) writeUser(tx storage, id Identity, todo plan, done *signedIn) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	if !todo.create {
		done.user = *todo.user
		if todo.verified {
			done.user.EmailVerified = now
			return stored("update user", tx.users.UpdateUser(x.ctx, done.user))
		}
		return nil
	}
	u := id.User
	if id.boundTo != nil || id.isStored {
		// The user is in no table, or not any more. With the old id, what is left of a
		// deleted user would come back to life: their other passkeys, their rows in the application.
		u.ID = ""
	}
	u.EmailVerified = time.Time{}
	if todo.verified {
		u.EmailVerified = now
	}
	created, err := tx.users.CreateUser(x.ctx, u)
	if err != nil {
		return notLinked(id, stored("create user", err))
	}
	done.user = created
	return nil
}

func (x *exchange) writeAuthenticator(tx storage, id Identity, userID string) error {
	switch {
	case id.New != nil:
		a := *id.New
		a.UserID = userID
		return notLinked(id, stored("create authenticator", tx.passkeys.CreateAuthenticator(x.ctx, a)))
	case id.Used != nil:
		err := stored("update authenticator", tx.passkeys.UpdateAuthenticator(x.ctx, *id.Used))
		if errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: counter: %w", ErrWebAuthn, err)
		}
		return err
	}
	return nil
}

// replaceSession makes the new session and ends the one that the request came with: signing in
// always changes the token.
func (x *exchange) replaceSession(tx storage, id Identity, current *resolution, done *signedIn) error {
	if x.cfg.Session.Strategy != StrategyDatabase {
		return x.endReplaced(tx, id, current)
	}
	if old := current.stored.Token; old != "" {
		err := tx.sessions.DeleteSession(x.ctx, old)
		if errors.Is(err, ErrNotFound) && id.boundTo != nil {
			return fmt.Errorf("%w: the session ended while a passkey was being added", ErrFlow)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return stored("delete session", err)
		}
	}
	done.session = StoredSession{
		Token:   newUUID(),
		UserID:  done.user.ID,
		Expires: time.Now().Add(x.cfg.Session.MaxAge).UTC().Truncate(time.Millisecond),
	}
	if err := tx.sessions.CreateSession(x.ctx, done.session); err != nil {
		return stored("create session", err)
	}
	return x.rememberSignIn(tx, done.session)
}

// notLinked names a conflict after the kind of account. A signature counter that was overtaken is a
// conflict too, but a ceremony that failed.
func notLinked(id Identity, err error) error {
	if !errors.Is(err, ErrConflict) || errors.Is(err, ErrWebAuthn) {
		return err
	}
	if id.Account.Type == KindWebAuthn {
		return fmt.Errorf("%w: %w", ErrAccountNotLinked, err)
	}
	return fmt.Errorf("%w: %w", ErrOAuthAccountNotLinked, err)
}

func (x *exchange) situationOf(id Identity, current *resolution) (situation, error) {
	s := situation{kind: id.Account.Type, adding: id.New != nil, linkByEmail: id.linkByEmail}
	var err error
	if s.signedIn, err = x.storedUserOf(current); err != nil {
		return s, err
	}
	switch {
	case id.Used != nil:
		s.owner = &id.User
	case s.kind != KindEmail:
		owner, err := x.store.users.UserByAccount(x.ctx, id.Account.Provider, id.Account.ProviderAccountID)
		if s.owner, err = found("user by account", owner, err); err != nil {
			return s, err
		}
	}
	if id.User.Email != "" && s.owner == nil && (s.signedIn == nil || s.kind == KindEmail) {
		u, err := x.store.users.UserByEmail(x.ctx, id.User.Email)
		if s.byEmail, err = found("user by e-mail", u, err); err != nil {
			return s, err
		}
	}
	return s, nil
}

// storedUserOf returns the session's user as the database has them; a token may outlive its user.
func (x *exchange) storedUserOf(current *resolution) (*User, error) {
	switch {
	case current.session == nil:
		return nil, nil
	case x.cfg.Session.Strategy == StrategyDatabase:
		return &current.user, nil
	case current.session.User.ID == "" || x.store.users == nil:
		return nil, nil
	}
	u, err := x.store.users.UserByID(x.ctx, current.session.User.ID)
	return found("user by id", u, err)
}

// finishSignIn sets the cookie, after everything is stored, tells the events and answers.
func (x *exchange) finishSignIn(id Identity, current *resolution, done signedIn) error {
	x.emitWrites(done, id)
	if done.session.Token != "" {
		x.setStoredSession(done.session.Token, done.session.Expires, current.present)
	} else if err := x.issueToken(id, current, done); err != nil {
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
	switch {
	case done.isNew && e.CreateUser != nil:
		e.CreateUser(x.ctx, done.user)
	case !done.isNew && id.Account.Type == KindEmail && e.UpdateUser != nil:
		e.UpdateUser(x.ctx, done.user)
	}
	if done.linked && e.LinkAccount != nil && id.Account.Type != KindEmail {
		e.LinkAccount(x.ctx, done.user, done.account)
	}
}

// issueToken makes the session cookie of the JWT strategy.
func (x *exchange) issueToken(id Identity, current *resolution, done signedIn) error {
	trigger := TriggerSignIn
	if done.isNew {
		trigger = TriggerSignUp
	}
	claims := claimsOf(done.user, id.Account.Type != KindCredentials && x.store.users != nil)
	if x.freshFor != 0 {
		claims[claimAuthTime] = time.Now().Unix()
	}
	x.markSession(claims, done.generation)
	claims, err := x.shapeClaims(x.ctx, JWTParams{
		Token: claims, User: &done.user, Account: &done.account, Profile: id.Profile, IsNewUser: done.isNew, Trigger: trigger,
	})
	if err != nil {
		return fmt.Errorf("ginauth: JWT callback: %w", err)
	}
	if claims == nil {
		x.clearSession(current.present)
		return nil
	}
	token, err := x.tokens.Encode(claims, x.cookies.session.name, x.cfg.Session.MaxAge)
	if err != nil {
		return fmt.Errorf("ginauth: encode session: %w", err)
	}
	return x.setSession(token, time.Now().Add(x.cfg.Session.MaxAge), current.present)
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

// newUUID returns a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
