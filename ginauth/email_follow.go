package ginauth

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// emailCallback is /callback/:id of an e-mail provider: a link is followed. Opening it in the browser
// that asked for it signs in. Elsewhere, and wherever it would take something away, a page says what
// will happen, and only its form, with the CSRF token, uses the link.
func (x *exchange) emailCallback(p *EmailProvider) error {
	field := func(name string) string { return x.query[name] }
	posted := x.c.Request.Method == http.MethodPost && (!p.OneStep || x.field("token") != "")
	if posted {
		if !x.csrfVerified {
			return ErrMissingCSRF
		}
		field = x.field
	}
	token, address := field("token"), addressOfLink(field("email"))
	if token == "" {
		return errNoLinkToken
	}
	row, err := x.readLink(address, token)
	if errors.Is(err, ErrVerification) && x.isSignedInAs(address) {
		// Opened once more in the browser that it signed in: it proves nothing and leads on.
		return x.redirect(x.callbackURL)
	}
	if err != nil {
		return err
	}
	if !row.Expires.After(time.Now()) {
		x.withdrawLink(row)
		return fmt.Errorf("%w: expired", ErrVerification)
	}
	id := emailIdentity(p, row.Identifier)
	id.link = &row
	here, err := x.askedHere(p, row)
	if err != nil {
		return err
	}
	id.ownLink = here.session
	if !posted {
		ask, removes, err := x.mustConfirm(p, id, here)
		if err != nil {
			return err
		}
		if ask {
			return x.confirmLinkPage(p, token, row.Identifier, removes)
		}
	}
	return x.completeSignIn(id)
}

// errNoLinkToken is a callback that no link leads to.
var errNoLinkToken = errors.New("ginauth: sign-in link without token: it was opened by hand, or a mail program cut it off")

// mustConfirm reports whether a page has to come before the link is used, and whether that would
// remove passkeys or accounts. Nothing is ever removed by opening an address.
func (x *exchange) mustConfirm(p *EmailProvider, id Identity, here asking) (ask, removes bool, err error) {
	current, err := x.resolve()
	if err != nil {
		return false, false, err
	}
	s, err := x.locate(id, current)
	if err != nil {
		return false, false, err
	}
	if !decide(s).claim {
		return !here.browser && !p.OneStep, false, nil
	}
	removes, err = x.hasWaysIn(s.byEmail.ID)
	return true, removes, err
}

// hasWaysIn reports whether a user has passkeys or accounts.
func (x *exchange) hasWaysIn(userID string) (bool, error) {
	passkeys, err := x.store.passkeysOf(x.ctx, userID)
	if err != nil || len(passkeys) > 0 {
		return len(passkeys) > 0, err
	}
	accounts, err := x.store.accountsOf(x.ctx, userID)
	return len(accounts) > 0, err
}

// isSignedInAs reports whether the request's own session has this address.
func (x *exchange) isSignedInAs(address string) bool {
	current, err := x.resolve()
	if err != nil || current.session == nil {
		return false
	}
	wanted, err := addressOf(address)
	own, _ := addressOf(current.session.User.Email)
	return err == nil && own == wanted
}

// readLink finds the stored token of a link, whichever of the secrets it was made with. It is used up
// with what it signs in, so that a transaction which fails does not burn it.
func (x *exchange) readLink(address, token string) (VerificationToken, error) {
	if !plausibleAddress(address) || len(token) > maxLinkToken {
		return VerificationToken{}, fmt.Errorf("%w: malformed", ErrVerification)
	}
	for _, key := range x.linkKeys() {
		row, err := x.store.ledger.get(x.ctx, address, hashLinkToken(token, key))
		if err != nil {
			return VerificationToken{}, err
		}
		if row != nil {
			return *row, nil
		}
	}
	return VerificationToken{}, fmt.Errorf("%w: unknown or used", ErrVerification)
}

// useUp consumes a link: of any number of requests one gets past it.
func (x *exchange) useUp(tx storage, link *VerificationToken) error {
	if link == nil {
		return nil
	}
	taken, err := tx.ledger.take(x.ctx, link.Identifier, link.Token)
	if err != nil {
		return err
	}
	if taken == nil {
		return fmt.Errorf("%w: used", ErrVerification)
	}
	return forgetAsking(x.ctx, tx, *link)
}

// emailIdentity is what a link proves. The user is looked up by locate.
func emailIdentity(p *EmailProvider, address string) Identity {
	return Identity{
		User:          User{ID: newUUID(), Email: address},
		Account:       Account{Type: KindEmail, Provider: p.ID, ProviderAccountID: address},
		emailVerified: true,
	}
}
