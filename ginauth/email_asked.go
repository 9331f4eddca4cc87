package ginauth

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// asking reports whether a request comes from where a link was asked for.
type asking struct{ browser, session bool }

func hashOfLink(link VerificationToken) string {
	return bindingOf("link", link.Identifier+"\x00"+link.Token)
}

// askingToken holds what is known of a link. The hash keeps it unique where a table wants tokens to be.
func askingToken(link VerificationToken, browser, provider string) string {
	return hashOfLink(link) + ":" + browser + ":" + provider
}

// browserBinding stands for the browser: for its CSRF token, which under a __Host- name no sibling site
// can plant.
func (x *exchange) browserBinding() string { return bindingOf("browser", x.csrfToken) }

// rememberAsking records which browser, provider and session a link was asked for with. The link is on
// its way already, so a failure only means that opening it takes a click more.
func (x *exchange) rememberAsking(p *EmailProvider, link VerificationToken) {
	defer x.restartDeadline()()
	rows := []VerificationToken{{
		Identifier: askedFor + hashOfLink(link), Token: askingToken(link, x.browserBinding(), p.ID), Expires: link.Expires,
	}}
	current, err := x.resolve()
	if err == nil && current.session != nil {
		rows = append(rows, VerificationToken{Identifier: askedIn + current.session.binding, Token: hashOfLink(link), Expires: link.Expires})
	}
	for _, row := range rows {
		if err == nil {
			err = x.store.ledger.add(x.ctx, row.Identifier, row.Token, row.Expires)
		}
	}
	if err != nil && !errors.Is(err, ErrConflict) {
		x.log(err, "none")
	}
	x.sweepAtTimes()
}

// askedHere finds out whether this browser, and this session in it, asked for the link; and refuses a
// link of another e-mail provider, because what one of them proves another need not.
func (x *exchange) askedHere(p *EmailProvider, link VerificationToken) (here asking, err error) {
	list, err := x.store.ledger.list(x.ctx, askedFor+hashOfLink(link))
	if err != nil {
		return here, err
	}
	several := x.emailProviders() > 1
	known := false
	for _, row := range list {
		parts := strings.Split(row.Token, ":")
		if len(parts) != 3 || several && parts[2] != p.ID {
			continue
		}
		known = true
		here.browser = here.browser || parts[1] == x.browserBinding()
	}
	if several && !known {
		return here, fmt.Errorf("%w: made by another provider", ErrVerification)
	}
	current, err := x.resolve()
	if err != nil || !here.browser || current.session == nil {
		return here, err
	}
	asked, err := x.store.ledger.get(x.ctx, askedIn+current.session.binding, hashOfLink(link))
	here.session = asked != nil
	return here, err
}

// forgetAsking removes what is known of a link that was used.
func forgetAsking(ctx context.Context, tx storage, link VerificationToken) error {
	return tx.ledger.drop(ctx, askedFor+hashOfLink(link))
}

func (x *exchange) emailProviders() (n int) {
	for _, p := range x.cfg.Providers {
		if _, ok := p.(*EmailProvider); ok {
			n++
		}
	}
	return n
}

// handOnLinks lets the session that takes another's place, in the same browser, be the one that asked.
func (x *exchange) handOnLinks(tx storage, from, to string) error {
	if !tx.ledger.reads() || from == to {
		return nil
	}
	list, err := tx.ledger.list(x.ctx, askedIn+from)
	if err != nil || len(list) == 0 {
		return err
	}
	if err := tx.ledger.drop(x.ctx, askedIn+from); err != nil {
		return err
	}
	for _, row := range list {
		if err := tx.ledger.add(x.ctx, askedIn+to, row.Token, row.Expires); err != nil {
			return err
		}
	}
	return nil
}
