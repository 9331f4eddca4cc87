package ginauth

import "errors"

// locate looks up, once, all that decides about a verified identity.
func (x *exchange) locate(id Identity, current *resolution) (situation, error) {
	s := situation{
		kind: id.Account.Type, adding: id.New != nil, storeless: x.store.users == nil,
		linkByEmail: id.linkByEmail, verified: id.emailVerified, ownLink: id.ownLink,
	}
	if s.kind == KindCredentials {
		err := x.locateCredentials(id, &s)
		return s, err
	}
	if s.storeless {
		s.owner = &id.User
		return s, nil
	}
	var err error
	if s.signedIn, err = x.sessions.userOf(x, current); err != nil {
		return s, err
	}
	switch {
	case id.Used != nil:
		s.owner = &id.User
	case s.kind != KindEmail:
		if s.owner, err = x.store.userByAccount(x.ctx, id.Account.Provider, id.Account.ProviderAccountID); err != nil {
			return s, err
		}
	}
	if id.User.Email != "" && s.owner == nil && (s.signedIn == nil || s.kind == KindEmail) {
		if s.byEmail, err = x.store.userByAddress(x.ctx, id.User.Email); err != nil {
			return s, err
		}
	}
	if s.signedIn != nil && s.owner == nil && s.kind != KindEmail {
		s.fresh, err = x.mayChange(id, current, s.signedIn)
	}
	return s, err
}

// locateCredentials finds the row of the user whom Authorize returned. A session that is stored belongs
// to a row, and it is the row that counts from here on; a token needs none.
func (x *exchange) locateCredentials(id Identity, s *situation) error {
	if !x.sessions.ofStoredUsers() {
		s.owner = &id.User
		return nil
	}
	var err error
	s.owner, err = x.store.userByID(x.ctx, id.User.ID)
	return err
}

// mayChange reports whether the session may add to its user what was proven. A passkey's flow ends with
// the freshness of the session that it was made for; an account of another service is looked at here.
func (x *exchange) mayChange(id Identity, current *resolution, user *User) (bool, error) {
	stands, err := x.sessions.stands(x.ctx, x.store, current.session, user)
	if err != nil || !stands || id.New != nil {
		return stands, err
	}
	left, err := x.freshness(x.ctx, x.store, x.stepUp, current.session)
	return left > 0, err
}

// stored is the row that the SignIn callback decides on: people as they are stored, where they are.
func (s situation) stored() *User {
	if s.kind == KindEmail {
		return s.byEmail
	}
	return s.owner
}

// errStale says that the sign-in of a session is too long ago, or was by the wrong method, to change
// its user.
var errStale = errors.New("ginauth: a recent sign-in is needed to add to an account")
