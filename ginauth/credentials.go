package ginauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// credentialsCallback is POST /callback/:id of a credentials provider; its CSRF token was checked.
func (x *exchange) credentialsCallback(p *CredentialsProvider) error {
	credentials := x.bodyText()
	// Authorize may take its time: hashing a password is meant to.
	user, err := p.Authorize(x.c.Request.Context(), credentials, x.c.Request)
	defer x.restartDeadline()()
	switch {
	case err != nil:
		return fmt.Errorf("ginauth: Authorize of provider %s: %w", p.ID, err)
	case user == nil:
		return ErrCredentials
	}
	u := *user
	if u.ID == "" {
		if x.cfg.Session.Strategy == StrategyDatabase {
			return fmt.Errorf("%w: Authorize of provider %s returned a user without ID; %s", errNoStoredUser, p.ID, storedUserRemedy)
		}
		u.ID = newUUID()
	}
	return x.completeSignIn(Identity{
		User:        u,
		Account:     Account{Type: KindCredentials, Provider: p.ID, ProviderAccountID: u.ID},
		Credentials: credentials,
	})
}

// errNoStoredUser says that a session can not be stored for whom Authorize returned.
var errNoStoredUser = errors.New("ginauth: credentials need a stored user")

const storedUserRemedy = "with Session.Strategy database return a user of the Adapter, or set StrategyJWT"

// storeCredentialsSession makes the session of somebody whom Authorize vouches for. With the database strategy a session belongs to a row, so the user
// must be one, and it is the row that counts from here on.
func (x *exchange) storeCredentialsSession(id Identity, current *resolution) (signedIn, error) {
	if x.cfg.Session.Strategy != StrategyDatabase {
		return x.replaceCredentialsToken(id, current)
	}
	var done signedIn
	err := x.store.inTx(x.ctx, func(tx storage) error {
		user, err := tx.users.UserByID(x.ctx, id.User.ID)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: Authorize of provider %s returned one whose ID the Adapter does not know; %s", errNoStoredUser, id.Account.Provider, storedUserRemedy)
		}
		if err != nil {
			return stored("user by id", err)
		}
		done = signedIn{user: user, account: id.Account}
		done.account.UserID = user.ID
		return x.replaceSession(tx, id, current, &done)
	})
	return done, err
}

// replaceCredentialsToken is storeCredentialsSession for the JWT strategy: there is nothing to write
// but that a session ended.
func (x *exchange) replaceCredentialsToken(id Identity, current *resolution) (signedIn, error) {
	done := signedIn{user: id.User, account: id.Account}
	if !x.revocable() {
		return done, nil
	}
	err := x.store.inTx(x.ctx, func(tx storage) error {
		if err := x.readGeneration(tx, &id.User, &done); err != nil {
			return err
		}
		return x.endReplaced(tx, id, current)
	})
	return done, err
}

// bodyText returns all fields of the body as text: of a JSON body, numbers and truth values as they
// are written, null as nothing, and anything deeper as JSON.
func (x *exchange) bodyText() map[string]string {
	fields := make(map[string]string, len(x.body))
	for name, value := range x.body {
		switch v := value.(type) {
		case string:
			fields[name] = v
		case float64:
			fields[name] = strconv.FormatFloat(v, 'f', -1, 64)
		case nil:
			fields[name] = ""
		default:
			if b, err := json.Marshal(v); err == nil {
				fields[name] = string(b)
			}
		}
	}
	return fields
}
