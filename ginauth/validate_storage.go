package ginauth

import (
	"context"
	"errors"
	"fmt"
)

// storageNeeds says who needs which part of the adapter; empty for a part that nothing needs.
type storageNeeds struct {
	sessions, passkeys, tokens, lookup, manage, claims string
}

func (c *Config) storageNeeds() (n storageNeeds) {
	because := func(why string, parts ...*string) {
		for _, part := range parts {
			if *part == "" {
				*part = why
			}
		}
	}
	if c.Session.Revocable && c.Session.Strategy == StrategyJWT {
		because("Session.Revocable", &n.tokens, &n.lookup, &n.manage)
	}
	for _, p := range c.Providers {
		switch p := p.(type) {
		case *WebAuthnProvider:
			because("passkey sign-in", &n.passkeys, &n.tokens, &n.lookup, &n.manage)
		case *EmailProvider:
			because("e-mail sign-in", &n.tokens, &n.lookup, &n.manage, &n.claims)
		case *OAuthProvider:
			if c.Adapter == nil && c.Session.Strategy == StrategyJWT {
				continue
			}
			because("linking accounts", &n.tokens, &n.lookup, &n.manage)
			if p != nil && p.DangerouslyLinkByEmail {
				because("DangerouslyLinkByEmail", &n.claims)
			}
		}
	}
	if c.Session.Strategy == StrategyDatabase {
		because("Session.Strategy database", &n.sessions)
		if c.Session.AbsoluteAge > 0 {
			because("Session.AbsoluteAge with stored sessions (negative turns it off)", &n.tokens, &n.lookup)
		}
	}
	return n
}

// missing names every interface that an adapter lacks, with who needs it.
func (n storageNeeds) missing(s storage) (errs []error) {
	for _, part := range []struct {
		why, what string
		has       bool
	}{
		{n.sessions, "SessionAdapter", s.sessions != nil},
		{n.passkeys, "PasskeyAdapter", s.passkeys != nil},
		{n.tokens, "TokenAdapter", s.ledger.tokens != nil},
		{n.lookup, "TokenLookupAdapter", s.ledger.lookup != nil},
		{n.manage, "ManagementAdapter", s.manage != nil},
		{n.claims, "ClaimAdapter", s.claims != nil},
	} {
		switch {
		case part.why == "" || part.has:
		case s.users == nil:
			return []error{fmt.Errorf("Adapter is missing: %s needs one; try bunadapter.New(db)", part.why)}
		default:
			errs = append(errs, fmt.Errorf("Adapter (%T) has no %s: %s needs it", s.users, part.what, part.why))
		}
	}
	return errs
}

// validateStorage reports what the adapter lacks for what is configured.
func (c *Config) validateStorage() []error {
	s := newStorage(c.Adapter)
	errs := c.storageNeeds().missing(s)
	if c.Adapter != nil && s.tx == nil {
		errs = append(errs, fmt.Errorf("Adapter (%T) has no TxAdapter: a sign-in that writes several rows needs it", c.Adapter))
	}
	return errs
}

// errProbed ends a transaction that was begun only to be looked at.
var errProbed = errors.New("ginauth: probed")

// checkTx makes sure that what InTx hands out can do what the adapter can: a wrapper that forgets an
// interface there would fail in the middle of a sign-in.
func checkTx(c Config) error {
	s := newStorage(c.Adapter)
	if s.tx == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), tableCheck)
	defer cancel()
	var errs []error
	// A database that is out of reach is not a mistake of the configuration.
	_ = s.tx.InTx(ctx, func(tx Adapter) error {
		inner := newStorage(tx)
		errs = c.storageNeeds().missing(inner)
		if inner.users == nil || inner.tx == nil {
			errs = append(errs, fmt.Errorf("Adapter (%T) has no TxAdapter: transactions nest", tx))
		}
		return errProbed
	})
	if len(errs) > 0 {
		return fmt.Errorf("%w: what InTx of %T hands out: %w", ErrConfig, c.Adapter, errors.Join(errs...))
	}
	return nil
}
