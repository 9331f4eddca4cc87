package ginauth

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

const (
	// askedFor begins the identifier of the record that stands beside a link: with which browser and
	// from which provider it was asked for. A hash of the link follows.
	askedFor = "ginauth:asked-for:"
	// askedIn begins the identifier of the records of links that a session asked for. The session's
	// binding follows.
	askedIn = "ginauth:asked-in:"
)

// asking says whether a request comes from where a link was asked for.
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
			err = x.store.tokens.CreateVerificationToken(x.ctx, row)
		}
	}
	if err != nil && !errors.Is(err, ErrConflict) {
		x.log(stored("record who asked for a link", err), "none")
	}
	x.sweepAtTimes()
}

// askedHere finds out whether this browser, and this session in it, asked for the link; and refuses a
// link of another e-mail provider, because what one of them proves another need not.
func (x *exchange) askedHere(p *EmailProvider, link VerificationToken) (here asking, err error) {
	list, err := x.store.lookup.VerificationTokens(x.ctx, askedFor+hashOfLink(link))
	if err != nil {
		return here, stored("who asked for a link", err)
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
	row, err := x.store.lookup.VerificationToken(x.ctx, askedIn+current.session.binding, hashOfLink(link))
	asked, err := found("who asked for a link", row, err)
	here.session = asked != nil
	return here, err
}

// forgetAsking removes what is known of a link that was used.
func forgetAsking(ctx context.Context, tx storage, link VerificationToken) error {
	return stored("who asked for a link", tx.lookup.DeleteVerificationTokens(ctx, askedFor+hashOfLink(link)))
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
	if tx.lookup == nil || from == to {
		return nil
	}
	list, err := tx.lookup.VerificationTokens(x.ctx, askedIn+from)
	if err != nil || len(list) == 0 {
		return stored("who asked for a link", err)
	}
	if err := tx.lookup.DeleteVerificationTokens(x.ctx, askedIn+from); err != nil {
		return stored("who asked for a link", err)
	}
	for _, row := range list {
		row.Identifier = askedIn + to
		if err := tx.tokens.CreateVerificationToken(x.ctx, row); err != nil {
			return stored("who asked for a link", err)
		}
	}
	return nil
}
