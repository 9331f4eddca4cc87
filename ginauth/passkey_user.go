package ginauth

// userInfo asks who is meant by a request of a user who is not signed in: by the provider's function,
// or by the address in the query. The address of a user-to-be is in normal form, and empty when what
// was given is not an address.
func (x *exchange) userInfo(p *WebAuthnProvider) (*UserInfo, error) {
	if p.UserInfo != nil {
		who, err := p.UserInfo(x.ctx, UserInfoRequest{Query: x.query, Request: x.c.Request, Adapter: x.store.users})
		if err != nil || who == nil || who.Exists {
			return who, stored("UserInfo", err)
		}
		newcomer := *who
		newcomer.User.Email, _ = addressOf(who.User.Email)
		return &newcomer, nil
	}
	email := x.query["email"]
	if email == "" {
		return nil, nil
	}
	if p.HideAccounts {
		return x.hiddenUser(email)
	}
	if validAddress(email) {
		user, err := x.store.userByAddress(x.ctx, email)
		if err != nil {
			return nil, err
		}
		if user != nil {
			return &UserInfo{User: *user, Exists: true}, nil
		}
	}
	return newcomerAt(email), nil
}

// newcomerAt is the user-to-be with an address.
func newcomerAt(email string) *UserInfo {
	normal, _ := addressOf(email)
	return &UserInfo{User: User{Email: normal}}
}

// hiddenUser is who has an address as far as HideAccounts lets the answer depend on it. Looking the
// address up would take longer where no user has it. Storage is asked all the same, always for the
// same: during an outage these options would lead to a ceremony that cannot be finished.
func (x *exchange) hiddenUser(email string) (*UserInfo, error) {
	if _, err := x.store.userByID(x.ctx, newUUID()); err != nil {
		return nil, err
	}
	return newcomerAt(email), nil
}

// hideAccounts makes the answer depend on the request alone: no user's credentials are listed, and
// whether an address is free shows at the callback, to a client that made a passkey for it.
func hideAccounts(action string, who *UserInfo) (string, *UserInfo) {
	if action != ceremonyRegister {
		return ceremonyAuthenticate, nil
	}
	if who == nil {
		return "", nil
	}
	return ceremonyRegister, newcomerAt(who.User.Email)
}

// nameable reports whether a passkey can be made for this user: authenticators show the address. That
// of a stored user only has to be presentable, for it may be older than what is an address today.
func (u *UserInfo) nameable() bool {
	if u.Exists {
		return validAddress(u.User.Email)
	}
	normal, err := addressOf(u.User.Email)
	return err == nil && normal == u.User.Email
}

// validAddress refuses what must not reach a database or an authenticator's screen.
func validAddress(s string) bool {
	return s != "" && len(s) <= maxAddress && !hasControl(s)
}
