package ginauth

// claim is called, with the user locked, when an address is proven for the first time. Until then
// anyone may have made its user: everything that could sign in as that user goes, of whatever kind,
// and so do the links that are still under way.
func (x *exchange) claim(tx storage, id Identity, done *signedIn) error {
	user := done.user
	event := ClaimEvent{User: user, Provider: id.Account.Provider}
	var err error
	if event.Passkeys, err = tx.passkeysOf(x.ctx, user.ID); err != nil {
		return err
	}
	if event.Accounts, err = tx.accountsOf(x.ctx, user.ID); err != nil {
		return err
	}
	if err := stored("delete what was unproven", tx.claims.DeleteUnproven(x.ctx, user.ID)); err != nil {
		return err
	}
	for _, address := range []string{user.Email, id.User.Email} {
		if err := tx.ledger.drop(x.ctx, address); err != nil {
			return err
		}
	}
	if done.generation, err = x.sessions.endAll(x.ctx, tx, user.ID); err != nil {
		return err
	}
	done.claimed = &event
	return nil
}
