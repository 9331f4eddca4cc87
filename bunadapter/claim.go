package bunadapter

import (
	"context"

	"github.com/ginauth/ginauth/ginauth"
)

// DeleteUnproven implements [ginauth.ClaimAdapter]. Tables that the database does not have hold
// nothing to remove.
func (a *Adapter) DeleteUnproven(ctx context.Context, userID string) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	webauthn := l.account.columns["type"].equals(string(ginauth.KindWebAuthn))
	for _, t := range []*table{l.session, l.authenticator, l.account} {
		if !t.exists {
			continue
		}
		users := t.columns["userId"]
		if !users.findable(userID) {
			return nil
		}
		where := users.equals(userID)
		if t == l.account {
			where = where.and(webauthn)
		}
		if _, err := a.delete(ctx, t, where); err != nil {
			return err
		}
	}
	return nil
}

var _ ginauth.ClaimAdapter = (*Adapter)(nil)
