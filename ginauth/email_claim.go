package ginauth

import "context"

// ClaimAdapter is looked for where e-mail links are configured; nothing needs it. With it, following
// a link takes a user away from whoever signed up under an address that was not theirs: a passkey
// sign-up proves no address, so the one who made the user and the one who reads the mail need not be
// the same person.
type ClaimAdapter interface {
	// DeleteUnproven removes all sessions of the user, their authenticators, and the accounts of
	// type webauthn that belong to these. None is no error.
	DeleteUnproven(ctx context.Context, userID string) error
}

// claim is called when an address is proven. Until then anybody may have made its user, except
// when it is that user's own session in which the link was opened.
func (x *exchange) claim(tx storage, u User, current *resolution) error {
	own := current.session != nil && current.session.User.ID == u.ID
	if own || !u.EmailVerified.IsZero() {
		return nil
	}
	if x.revocable() {
		if _, err := endGeneration(x.ctx, tx, u.ID); err != nil {
			return err
		}
	}
	if tx.claims == nil {
		return nil
	}
	return stored("delete what was unproven", tx.claims.DeleteUnproven(x.ctx, u.ID))
}
