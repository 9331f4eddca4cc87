package adaptertest

import (
	"context"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// methods are what [Memory] and its transactions have in common: they differ in how they reach the
// rows.
type methods struct {
	run func(ctx context.Context, fn func(r *rows) error) error
}

// CreateUser implements [ginauth.Adapter].
func (m *methods) CreateUser(ctx context.Context, u ginauth.User) (created ginauth.User, err error) {
	err = m.run(ctx, func(r *rows) (err error) { created, err = r.createUser(u); return err })
	return created, err
}

// UserByID implements [ginauth.Adapter].
func (m *methods) UserByID(ctx context.Context, id string) (u ginauth.User, err error) {
	err = m.run(ctx, func(r *rows) (err error) { u, err = r.userByID(id); return err })
	return u, err
}

// UserByEmail implements [ginauth.Adapter].
func (m *methods) UserByEmail(ctx context.Context, email string) (u ginauth.User, err error) {
	err = m.run(ctx, func(r *rows) (err error) { u, err = r.userByEmail(email); return err })
	return u, err
}

// UserByAccount implements [ginauth.Adapter].
func (m *methods) UserByAccount(ctx context.Context, provider, providerAccountID string) (u ginauth.User, err error) {
	err = m.run(ctx, func(r *rows) (err error) { u, err = r.userByAccount(provider, providerAccountID); return err })
	return u, err
}

// UpdateUser implements [ginauth.Adapter].
func (m *methods) UpdateUser(ctx context.Context, u ginauth.User) error {
	return m.run(ctx, func(r *rows) error { return r.updateUser(u) })
}

// LinkAccount implements [ginauth.Adapter].
func (m *methods) LinkAccount(ctx context.Context, a ginauth.Account) error {
	return m.run(ctx, func(r *rows) error { return r.linkAccount(a) })
}

// CreateSession implements [ginauth.SessionAdapter].
func (m *methods) CreateSession(ctx context.Context, s ginauth.StoredSession) error {
	return m.run(ctx, func(r *rows) error { return r.createSession(s) })
}

// SessionAndUser implements [ginauth.SessionAdapter].
func (m *methods) SessionAndUser(ctx context.Context, token string) (s ginauth.StoredSession, u ginauth.User, err error) {
	err = m.run(ctx, func(r *rows) (err error) { s, u, err = r.sessionAndUser(token); return err })
	return s, u, err
}

// UpdateSession implements [ginauth.SessionAdapter].
func (m *methods) UpdateSession(ctx context.Context, s ginauth.StoredSession) error {
	return m.run(ctx, func(r *rows) error { return r.updateSession(s) })
}

// DeleteSession implements [ginauth.SessionAdapter].
func (m *methods) DeleteSession(ctx context.Context, token string) error {
	return m.run(ctx, func(r *rows) error { return r.deleteSession(token) })
}

// CreateVerificationToken implements [ginauth.TokenAdapter].
func (m *methods) CreateVerificationToken(ctx context.Context, t ginauth.VerificationToken) error {
	return m.run(ctx, func(r *rows) error { return r.createToken(t) })
}

// VerificationToken implements [ginauth.TokenLookupAdapter].
func (m *methods) VerificationToken(ctx context.Context, identifier, token string) (t ginauth.VerificationToken, err error) {
	err = m.run(ctx, func(r *rows) (err error) { t, err = r.token(identifier, token); return err })
	return t, err
}

// VerificationTokens implements [ginauth.TokenLookupAdapter].
func (m *methods) VerificationTokens(ctx context.Context, identifier string) (list []ginauth.VerificationToken, err error) {
	err = m.run(ctx, func(r *rows) error { list = r.tokensOf(identifier); return nil })
	return list, err
}

// DeleteVerificationTokens implements [ginauth.TokenLookupAdapter].
func (m *methods) DeleteVerificationTokens(ctx context.Context, identifier string) error {
	return m.run(ctx, func(r *rows) error {
		for _, t := range r.tokensOf(identifier) {
			remove(r, r.tokens, tokenKey{t.Identifier, t.Token})
		}
		return nil
	})
}

// UseVerificationToken implements [ginauth.TokenAdapter].
func (m *methods) UseVerificationToken(ctx context.Context, identifier, token string) (t ginauth.VerificationToken, err error) {
	err = m.run(ctx, func(r *rows) (err error) { t, err = r.useToken(identifier, token); return err })
	return t, err
}

// DeleteExpiredVerificationTokens implements [ginauth.TokenAdapter].
func (m *methods) DeleteExpiredVerificationTokens(ctx context.Context, now time.Time, limit int) error {
	return m.run(ctx, func(r *rows) error { r.deleteExpiredTokens(now, limit); return nil })
}

// CreateAuthenticator implements [ginauth.PasskeyAdapter].
func (m *methods) CreateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return m.run(ctx, func(r *rows) error { return r.createAuthenticator(a) })
}

// AuthenticatorByCredentialID implements [ginauth.PasskeyAdapter].
func (m *methods) AuthenticatorByCredentialID(ctx context.Context, credentialID []byte) (a ginauth.Authenticator, err error) {
	err = m.run(ctx, func(r *rows) (err error) { a, err = r.authenticator(credentialID); return err })
	return a, err
}

// AuthenticatorsByUser implements [ginauth.PasskeyAdapter].
func (m *methods) AuthenticatorsByUser(ctx context.Context, userID string) (list []ginauth.Authenticator, err error) {
	err = m.run(ctx, func(r *rows) error { list = r.authenticatorsOf(userID); return nil })
	return list, err
}

// UpdateAuthenticator implements [ginauth.PasskeyAdapter].
func (m *methods) UpdateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return m.run(ctx, func(r *rows) error { return r.updateAuthenticator(a) })
}

// DeleteUnproven implements [ginauth.ClaimAdapter].
func (m *methods) DeleteUnproven(ctx context.Context, userID string) error {
	return m.run(ctx, func(r *rows) error { r.deleteUnproven(userID); return nil })
}

// LockUser implements [ginauth.ManagementAdapter]: nobody else reaches the rows within InTx anyway.
func (m *methods) LockUser(ctx context.Context, userID string) error {
	return m.run(ctx, func(r *rows) error { _, err := r.userByID(userID); return err })
}

// AccountsByUser implements [ginauth.ManagementAdapter].
func (m *methods) AccountsByUser(ctx context.Context, userID string) (list []ginauth.Account, err error) {
	err = m.run(ctx, func(r *rows) error { list = r.accountsOf(userID); return nil })
	return list, err
}

// DeleteAuthenticator implements [ginauth.ManagementAdapter].
func (m *methods) DeleteAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return m.run(ctx, func(r *rows) error { return r.deleteAuthenticator(a) })
}

// DeleteSessionsByUser implements [ginauth.ManagementAdapter].
func (m *methods) DeleteSessionsByUser(ctx context.Context, userID string) error {
	return m.run(ctx, func(r *rows) error { r.deleteSessionsOf(userID); return nil })
}
