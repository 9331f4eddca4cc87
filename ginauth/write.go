package ginauth

import (
	"errors"
	"fmt"
	"time"
)

// signedIn is the result of a completed sign-in.
type signedIn struct {
	user    User
	account Account
	isNew   bool
	linked  bool
	nextSession
	// claimed is what was taken away when the user's address was proven.
	claimed *ClaimEvent
}

// write carries a plan out, in one transaction. A conflict means that another request was faster,
// which is the same as having come too late.
func (x *exchange) write(id Identity, current *resolution, todo plan) (signedIn, error) {
	began := newBeginning(methodsOf(id))
	if todo.handOn {
		var err error
		if began, err = x.handedOn(current.session); err != nil {
			return signedIn{}, err
		}
	}
	next := newNextSession(began)
	var done signedIn
	fresh := func() signedIn {
		d := signedIn{account: id.Account, isNew: todo.create, linked: todo.link, nextSession: next}
		if todo.user != nil {
			d.user = *todo.user
		}
		return d
	}
	switch {
	case x.store.tx == nil: // without tables there is nothing to write
		return fresh(), nil
	case id.Account.Type == KindCredentials && !x.sessions.endable():
		done = fresh()
		err := x.sessions.prepare(x.ctx, x.store, done.user.ID, &done.nextSession)
		return done, err
	}
	err := x.store.inTx(x.ctx, func(tx storage) error {
		done = fresh()
		return x.writeIn(tx, id, current, todo, &done)
	})
	switch {
	case errors.Is(err, errEnded):
		err = fmt.Errorf("%w: %w", ErrFlow, err)
	case errors.Is(err, ErrNotFound) && !errors.Is(err, ErrWebAuthn) && !errors.Is(err, ErrVerification):
		err = fmt.Errorf("%w: the user was deleted meanwhile: %w", ErrFlow, err)
	}
	return done, notLinked(id, err)
}

// writeIn is write inside its transaction. Users are locked before anything of theirs is written, in
// this order everywhere, so that two requests about one user wait for each other and neither is
// refused by the database. They are locked before anything is read, too: with repeatable reads MySQL
// goes on to show what was there at the first read.
func (x *exchange) writeIn(tx storage, id Identity, current *resolution, todo plan, done *signedIn) error {
	if todo.user != nil && (todo.claim || todo.rests || todo.verified || todo.byAccount) {
		row, err := tx.lockUser(x.ctx, todo.user.ID)
		if err != nil {
			return err
		}
		done.user = *row
	}
	if err := x.useUp(tx, id.link); err != nil {
		return err
	}
	if todo.byAccount {
		if err := x.stillHas(tx, id.Account, done.user.ID); err != nil {
			return err
		}
	}
	if todo.rests || id.boundTo != nil {
		if err := x.bind(tx, current, &done.user); err != nil {
			return err
		}
	}
	if todo.claim && done.user.EmailVerified.IsZero() {
		if err := x.claim(tx, id, done); err != nil {
			return err
		}
	}
	if err := x.sessions.prepare(x.ctx, tx, done.user.ID, &done.nextSession); err != nil {
		return err
	}
	if err := x.writeUser(tx, id, todo, done); err != nil {
		return err
	}
	if id.Account.Type != KindCredentials || x.sessions.ofStoredUsers() {
		done.account.UserID = done.user.ID
	}
	if todo.link {
		if err := stored("link account", tx.users.LinkAccount(x.ctx, done.account)); err != nil {
			return notLinked(id, err)
		}
	}
	if err := x.writeAuthenticator(tx, id, done.user.ID); err != nil {
		return err
	}
	if !todo.rests && id.boundTo == nil {
		if err := x.endReplaced(tx, id, current); err != nil {
			return err
		}
	}
	if err := x.sessions.create(x.ctx, tx, done.user.ID, &done.nextSession); err != nil {
		return err
	}
	if !todo.handOn {
		return nil
	}
	return x.handOnLinks(tx, current.session.binding, x.sessions.bindingOf(done.user.ID, done.nextSession))
}

// stillHas makes sure, with the user locked, that the account which signs them in is theirs: since it was
// looked up, another user may have proven the address, and then nothing from before signs in.
func (x *exchange) stillHas(tx storage, account Account, userID string) error {
	owner, err := tx.userByAccount(x.ctx, account.Provider, account.ProviderAccountID)
	if err == nil && (owner == nil || owner.ID != userID) {
		return fmt.Errorf("%w: the account was removed meanwhile", ErrOAuthAccountNotLinked)
	}
	return err
}

func (x *exchange) writeUser(tx storage, id Identity, todo plan, done *signedIn) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	if !todo.create {
		if !todo.verified || !done.user.EmailVerified.IsZero() {
			return nil
		}
		done.user.EmailVerified = now
		return stored("update user", tx.users.UpdateUser(x.ctx, done.user))
	}
	u := id.User
	if id.boundTo != nil {
		// The user is in no table any more. With the old id, what is left of a deleted user would
		// come back to life: their other passkeys, their rows in the application.
		u.ID = ""
		// The address in a token may be anything that a user typed.
		u.Email, _ = addressOf(u.Email)
	}
	u.EmailVerified = time.Time{}
	if todo.verified && u.Email != "" {
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
