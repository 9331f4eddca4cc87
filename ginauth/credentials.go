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
		return fmt.Errorf("%w of provider %s: %w", errAuthorize, p.ID, err)
	case user == nil:
		return ErrCredentials
	}
	u := *user
	if u.ID == "" {
		if x.sessions.ofStoredUsers() {
			return fmt.Errorf("%w: provider %s: the user has no ID", errNoStoredUser, p.ID)
		}
		u.ID = newUUID()
	}
	return x.completeSignIn(Identity{
		User:        u,
		Account:     Account{Type: KindCredentials, Provider: p.ID, ProviderAccountID: u.ID},
		Credentials: credentials,
	})
}

// errAuthorize wraps the errors of Authorize.
var errAuthorize = errors.New("ginauth: Authorize")

// errNoStoredUser says that a session cannot be stored for whom Authorize returned.
var errNoStoredUser = errors.New("ginauth: Authorize returned a user whose ID the Adapter does not know: with Session.Strategy database return a user of the Adapter, or set StrategyJWT")

// bodyText returns all fields of the body as text.
func (x *exchange) bodyText() map[string]string {
	fields := make(map[string]string, len(x.body))
	for name, value := range x.body {
		fields[name] = textOf(value)
	}
	return fields
}

// textOf returns a field of a form or JSON body as text: numbers and truth values as they are
// written, null as nothing, and anything deeper as JSON.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case nil:
		return ""
	}
	b, err := json.Marshal(value)
	if err != nil { // not of what a decoder made
		return ""
	}
	return string(b)
}
