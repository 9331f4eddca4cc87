package ginauth

// situation is everything that decides who is signed in by a verified identity.
type situation struct {
	kind Kind
	// adding is true when a passkey was registered rather than used.
	adding bool
	// signedIn is the stored user of the current session, if any.
	signedIn *User
	// owner is the user who has the account, if any.
	owner *User
	// byEmail is the user who has the identity's address, if any.
	byEmail *User
	// linkByEmail is the provider's DangerouslyLinkByEmail.
	linkByEmail bool
}

// plan is what to do about a situation. Exactly one of err, create and user is set.
type plan struct {
	err    error
	create bool
	user   *User
	// link says that the account is new to the user.
	link bool
	// verified says that the user's address was proven just now.
	verified bool
}

// decide is pure: the same situation always gives the same plan.
func decide(s situation) plan {
	switch s.kind {
	case KindEmail:
		if s.byEmail != nil {
			return plan{user: s.byEmail, verified: true}
		}
		return plan{create: true, verified: true}
	case KindWebAuthn:
		return decidePasskey(s)
	case KindOAuth, KindOIDC:
		return decideOAuth(s)
	}
	return plan{err: errUnknownProvider}
}

func decidePasskey(s situation) plan {
	switch {
	case !s.adding && s.owner == nil:
		return plan{err: errUnknownCredential}
	case s.owner != nil && s.adding:
		// Registering never signs in as whoever has the credential.
		return plan{err: ErrAccountNotLinked}
	case s.owner != nil && s.signedIn != nil && s.owner.ID != s.signedIn.ID:
		return plan{err: ErrAccountNotLinked}
	case s.owner != nil:
		return plan{user: s.owner}
	case s.signedIn != nil:
		return plan{user: s.signedIn, link: true}
	case s.byEmail != nil:
		// Nobody has proven that the address is theirs.
		return plan{err: ErrAccountNotLinked}
	}
	return plan{create: true, link: true}
}

func decideOAuth(s situation) plan {
	switch {
	case s.owner != nil && s.signedIn != nil && s.owner.ID != s.signedIn.ID:
		return plan{err: ErrOAuthAccountNotLinked}
	case s.owner != nil:
		return plan{user: s.owner}
	case s.signedIn != nil:
		return plan{user: s.signedIn, link: true}
	case s.byEmail != nil && s.linkByEmail:
		return plan{user: s.byEmail, link: true}
	case s.byEmail != nil:
		return plan{err: ErrOAuthAccountNotLinked}
	}
	return plan{create: true, link: true}
}
