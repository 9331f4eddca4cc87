package adaptertest

import (
	"fmt"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func (r *rows) createSession(s ginauth.StoredSession) error {
	if _, taken := r.sessions[s.Token]; taken {
		return &uniqueError{"session exists"}
	}
	s.Expires = milliseconds(s.Expires)
	insert(r, r.sessions, s.Token, s)
	return nil
}

func (r *rows) sessionAndUser(token string) (ginauth.StoredSession, ginauth.User, error) {
	s, ok := r.sessions[token]
	if !ok {
		return ginauth.StoredSession{}, ginauth.User{}, notFound("session")
	}
	u, err := r.userByID(s.row.UserID)
	if err != nil {
		return ginauth.StoredSession{}, ginauth.User{}, err
	}
	return s.row, u, nil
}

func (r *rows) updateSession(s ginauth.StoredSession) error {
	old, ok := r.sessions[s.Token]
	if !ok {
		return notFound("session")
	}
	old.row.Expires = milliseconds(s.Expires)
	update(r, r.sessions, s.Token, old.row)
	return nil
}

func (r *rows) deleteSession(token string) error {
	if _, ok := r.sessions[token]; !ok {
		return notFound("session")
	}
	remove(r, r.sessions, token)
	return nil
}

func (r *rows) createToken(t ginauth.VerificationToken) error {
	key := tokenKey{t.Identifier, t.Token}
	if _, taken := r.tokens[key]; taken {
		return &uniqueError{"verification token exists"}
	}
	t.Expires = milliseconds(t.Expires)
	insert(r, r.tokens, key, t)
	return nil
}

func (r *rows) token(identifier, token string) (ginauth.VerificationToken, error) {
	t, ok := r.tokens[tokenKey{identifier, token}]
	if !ok {
		return ginauth.VerificationToken{}, notFound("verification token")
	}
	return t.row, nil
}

func (r *rows) tokensOf(identifier string) (list []ginauth.VerificationToken) {
	for _, t := range inOrder(r.tokens) {
		if t.Identifier == identifier {
			list = append(list, t)
		}
	}
	return list
}

func (r *rows) useToken(identifier, token string) (ginauth.VerificationToken, error) {
	t, err := r.token(identifier, token)
	remove(r, r.tokens, tokenKey{identifier, token})
	return t, err
}

func (r *rows) deleteExpiredTokens(now time.Time, limit int) {
	for key, t := range r.tokens {
		if limit <= 0 {
			return
		}
		if t.row.Expires.Before(now) {
			remove(r, r.tokens, key)
			limit--
		}
	}
}

func (r *rows) createAuthenticator(a ginauth.Authenticator) error {
	key := string(a.CredentialID)
	if _, taken := r.authenticators[key]; taken {
		return &uniqueError{"credential ID exists"}
	}
	insert(r, r.authenticators, key, cloneAuthenticator(a))
	// The list is only ever appended to, so the copy that set keeps for undoing stays as it is.
	set(r, r.credentials, a.UserID, append(r.credentials[a.UserID], key))
	return nil
}

func (r *rows) authenticator(credentialID []byte) (ginauth.Authenticator, error) {
	a, ok := r.authenticators[string(credentialID)]
	if !ok {
		return ginauth.Authenticator{}, notFound("authenticator")
	}
	return cloneAuthenticator(a.row), nil
}

func (r *rows) authenticatorsOf(userID string) []ginauth.Authenticator {
	keys := r.credentials[userID]
	list := make([]ginauth.Authenticator, len(keys))
	for i, key := range keys {
		list[i] = cloneAuthenticator(r.authenticators[key].row)
	}
	return list
}

func (r *rows) updateAuthenticator(a ginauth.Authenticator) error {
	old, ok := r.authenticators[string(a.CredentialID)]
	if !ok {
		return notFound("authenticator")
	}
	shared := old.row.MultiDevice && a.MultiDevice
	if !shared && old.row.Counter >= a.Counter && (old.row.Counter != 0 || a.Counter != 0) {
		return fmt.Errorf("adaptertest: signature counter did not go up: %w", ginauth.ErrConflict)
	}
	old.row.Counter, old.row.BackedUp = max(old.row.Counter, a.Counter), a.BackedUp
	old.row.MultiDevice = old.row.MultiDevice || a.MultiDevice
	update(r, r.authenticators, string(a.CredentialID), old.row)
	return nil
}
