package adaptertest

import (
	"slices"

	"github.com/ginauth/ginauth/ginauth"
)

func (r *rows) deleteUnproven(userID string) {
	for _, a := range r.authenticatorsOf(userID) {
		r.removeAuthenticator(a)
	}
	for _, a := range r.accountsOf(userID) {
		remove(r, r.accounts, accountKey{a.Provider, a.ProviderAccountID})
	}
	r.deleteSessionsOf(userID)
}

func (r *rows) deleteSessionsOf(userID string) {
	for token, s := range r.sessions {
		if s.row.UserID == userID {
			remove(r, r.sessions, token)
		}
	}
}

func (r *rows) accountsOf(userID string) (list []ginauth.Account) {
	for _, a := range inOrder(r.accounts) {
		if a.UserID == userID {
			list = append(list, a)
		}
	}
	return list
}

func (r *rows) deleteAuthenticator(a ginauth.Authenticator) error {
	old, ok := r.authenticators[string(a.CredentialID)]
	if !ok || old.row.UserID != a.UserID {
		return notFound("authenticator")
	}
	r.removeAuthenticator(old.row)
	for _, account := range r.accountsOf(a.UserID) {
		if account.Type == ginauth.KindWebAuthn && account.ProviderAccountID == old.row.ProviderAccountID {
			remove(r, r.accounts, accountKey{account.Provider, account.ProviderAccountID})
		}
	}
	return nil
}

// removeAuthenticator leaves the list as it is that undoing puts back.
func (r *rows) removeAuthenticator(a ginauth.Authenticator) {
	key := string(a.CredentialID)
	remove(r, r.authenticators, key)
	left := slices.DeleteFunc(slices.Clone(r.credentials[a.UserID]), func(other string) bool { return other == key })
	set(r, r.credentials, a.UserID, left)
}
