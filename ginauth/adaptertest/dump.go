package adaptertest

import (
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// Tables are copies of all rows of a [Memory], in the order in which they were inserted.
type Tables struct {
	Users              []ginauth.User
	Accounts           []ginauth.Account
	Sessions           []ginauth.StoredSession
	Authenticators     []ginauth.Authenticator
	VerificationTokens []ginauth.VerificationToken
}

// Dump returns all rows.
func (m *Memory) Dump() Tables {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := Tables{
		Users:              inOrder(m.rows.users),
		Accounts:           inOrder(m.rows.accounts),
		Sessions:           inOrder(m.rows.sessions),
		Authenticators:     inOrder(m.rows.authenticators),
		VerificationTokens: inOrder(m.rows.tokens),
	}
	for i, a := range t.Authenticators {
		t.Authenticators[i] = cloneAuthenticator(a)
	}
	return t
}

// Reset deletes all rows.
func (m *Memory) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = newRows()
}

// SetSessionExpiry moves the expiry of the session with this token and reports whether there is one.
func (m *Memory) SetSessionExpiry(token string, expires time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.rows.sessions[token]
	if ok {
		s.row.Expires = milliseconds(expires)
		m.rows.sessions[token] = s
	}
	return ok
}

// SetTokenExpiry moves the expiry of every verification token with this identifier and returns how
// many there are.
func (m *Memory) SetTokenExpiry(identifier string, expires time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for key, t := range m.rows.tokens {
		if key.identifier == identifier {
			t.row.Expires = milliseconds(expires)
			m.rows.tokens[key] = t
			n++
		}
	}
	return n
}

// DeleteUser deletes the user row with this address and nothing else, as a database without foreign
// keys would, and reports whether there was one.
func (m *Memory) DeleteUser(email string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, ok := m.rows.emails[email]
	if ok {
		m.rows.freeEmail(email)
		delete(m.rows.users, id)
	}
	return ok
}

// DeletePasskeyAccounts deletes the account rows of all passkeys and keeps their authenticators.
func (m *Memory) DeletePasskeyAccounts() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, a := range m.rows.accounts {
		if a.row.Type == ginauth.KindWebAuthn {
			delete(m.rows.accounts, key)
		}
	}
}
