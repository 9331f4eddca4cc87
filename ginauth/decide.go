package ginauth

import "fmt"

// situation is everything that decides who is signed in by a verified identity.
type situation struct {
	kind Kind
	// adding is true when a passkey was registered rather than used.
	adding bool
	// signedIn is the stored user of the current session, if any.
	signedIn *User
	// fresh says that this session's sign-in is recent enough to change its user.
	fresh bool
	// owner is the user who has the account, if any; of credentials it is whom Authorize vouches for.
	owner *User
	// byEmail is the user who has the identity's address, if any.
	byEmail *User
	// verified says that the identity proves its address: by a link, or because a service says so.
	verified bool
	// linkByEmail is the provider's DangerouslyLinkByEmail.
	linkByEmail bool
	// ownLink says that the signed-in session itself asked for the link that was followed.
	ownLink bool
	// storeless says that users are in no table.
	storeless bool
}

// plan is what to do about a situation. Exactly one of err, create and user is set.
type plan struct {
	err    error
	create bool
	user   *User
	// link says that the account is new to the user.
	link bool
	// verified says that the user's address was proven just now, for the first time.
	verified bool
	// claim says that everything which could sign in as the user before has to go.
	claim bool
	// rests says that the plan rests on the current session, which must still live when it is carried out.
	rests bool
	// byAccount says that the user signs in with an account, which must still be theirs then.
	byAccount bool
	// handOn says that the user proved nothing new, so the sign-in stays as old as it is.
	handOn bool
}

// decide is pure: the same situation always gives the same plan. Nothing else decides who is signed
// in, what is linked to whom and what is taken away.
func decide(s situation) plan {
	switch s.kind {
	case KindEmail:
		return decideEmail(s)
	case KindWebAuthn:
		return decidePasskey(s)
	case KindOAuth, KindOIDC:
		return decideOAuth(s)
	case KindCredentials:
		if s.owner == nil {
			return plan{err: errNoStoredUser}
		}
		return plan{user: s.owner}
	}
	return plan{err: errUnknownProvider}
}

func decideEmail(s situation) plan {
	switch {
	case s.byEmail == nil:
		return plan{create: true, verified: true}
	case !s.byEmail.EmailVerified.IsZero():
		return plan{user: s.byEmail}
	case s.ownLink && s.signedIn != nil && s.signedIn.ID == s.byEmail.ID:
		// The one who set everything up is the one who reads the mail.
		return plan{user: s.byEmail, verified: true, rests: true}
	}
	// Until now anyone may have made this user.
	return plan{user: s.byEmail, verified: true, claim: true}
}

func decidePasskey(s situation) plan {
	switch {
	case !s.adding && s.owner == nil:
		return plan{err: errUnknownCredential}
	case s.owner != nil && s.adding:
		// Registering never signs in as the credential's owner.
		return plan{err: fmt.Errorf("%w: the credential is registered already", ErrAccountNotLinked)}
	case s.owner != nil && s.signedIn != nil && s.owner.ID != s.signedIn.ID:
		return plan{err: fmt.Errorf("%w: the passkey is another user's than the session", ErrAccountNotLinked)}
	case s.owner != nil:
		return plan{user: s.owner}
	case s.signedIn != nil && !s.fresh:
		return plan{err: fmt.Errorf("%w: %w", ErrAccountNotLinked, errStale)}
	case s.signedIn != nil:
		return plan{user: s.signedIn, link: true, rests: true, handOn: true}
	case s.byEmail != nil:
		// The request has not proven that the address is its own.
		return plan{err: fmt.Errorf("%w: another user has the address", ErrAccountNotLinked)}
	}
	return plan{create: true, link: true}
}

func decideOAuth(s situation) plan {
	switch {
	case s.storeless:
		return plan{user: s.owner}
	case s.owner != nil && s.signedIn != nil && s.owner.ID != s.signedIn.ID:
		return plan{err: fmt.Errorf("%w: the account is another user's than the session", ErrOAuthAccountNotLinked)}
	case s.owner != nil:
		return plan{user: s.owner, byAccount: true}
	case s.signedIn != nil && !s.fresh:
		return plan{err: fmt.Errorf("%w: %w", ErrOAuthAccountNotLinked, errStale)}
	case s.signedIn != nil:
		return plan{user: s.signedIn, link: true, rests: true, handOn: true}
	case s.byEmail != nil && s.linkByEmail && s.verified:
		unproven := s.byEmail.EmailVerified.IsZero()
		return plan{user: s.byEmail, link: true, verified: unproven, claim: unproven}
	case s.byEmail != nil:
		return plan{err: fmt.Errorf("%w: another user has the address", ErrOAuthAccountNotLinked)}
	}
	return plan{create: true, link: true, verified: s.verified}
}
