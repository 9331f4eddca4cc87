package ginauth

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// tableCheck is how long a look at the tables may take at start.
const tableCheck = 30 * time.Second

var providerID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$`)

// checkTables asks an adapter that can tell whether its tables are fit for what is configured.
func checkTables(c Config) error {
	ctx, cancel := context.WithTimeout(context.Background(), tableCheck)
	defer cancel()
	if a, ok := c.Adapter.(TableChecker); ok {
		if err := a.CheckTables(ctx, c.tableUse()); err != nil {
			return fmt.Errorf("%w: Adapter: %w", ErrConfig, err)
		}
		return nil
	}
	type check = func(context.Context) error
	var checks []check
	if a, ok := c.Adapter.(interface{ Check(context.Context) error }); ok {
		checks = append(checks, a.Check)
	}
	n := c.storageNeeds()
	if a, ok := c.Adapter.(interface{ CheckSessions(context.Context) error }); ok && n.sessions != "" {
		checks = append(checks, a.CheckSessions)
	}
	if a, ok := c.Adapter.(interface{ CheckTokens(context.Context) error }); ok && n.tokens != "" {
		checks = append(checks, a.CheckTokens)
	}
	if a, ok := c.Adapter.(interface{ CheckPasskeys(context.Context) error }); ok && n.passkeys != "" {
		checks = append(checks, a.CheckPasskeys)
	}
	var errs []error
	for _, check := range checks {
		// A later check repeats what the general one found.
		if err := check(ctx); err != nil && (len(errs) == 0 || !strings.Contains(errors.Join(errs...).Error(), err.Error())) {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("%w: Adapter: %w", ErrConfig, errors.Join(errs...))
	}
	return nil
}

func (c *Config) validateProviders() []error {
	var errs []error
	if len(c.Providers) == 0 {
		errs = append(errs, fmt.Errorf("Providers is empty; add one, such as providers.Passkey()"))
	}
	seen := map[string]bool{}
	conditional := ""
	for i, p := range c.Providers {
		at := fmt.Sprintf("Providers[%d]", i)
		if isNilProvider(p) {
			errs = append(errs, fmt.Errorf("%s is nil; remove it", at))
			continue
		}
		at += " (" + p.ProviderID() + ")"
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf(at+": "+format, args...))
		}
		if !providerID.MatchString(p.ProviderID()) || p.ProviderID() == "undefined" {
			bad("ID %q; use letters, digits, dots and dashes", p.ProviderID())
		}
		if seen[p.ProviderID()] {
			bad("ID is used twice; give one of them another ID")
		}
		seen[p.ProviderID()] = true
		switch p := p.(type) {
		case *WebAuthnProvider:
			p.validate(bad)
			if p.ConditionalUI {
				if conditional != "" {
					bad("ConditionalUI is set here and in %s; browsers allow one, switch one off", conditional)
				}
				conditional = p.ID
			}
		case *CredentialsProvider:
			if p.Authorize == nil {
				bad("Authorize is nil; set the function that checks the credentials")
			}
		case *EmailProvider:
			if p.Send == nil {
				bad("Send is nil; set the function that delivers the link")
			}
			if p.Check != nil {
				if err := p.Check(); err != nil {
					bad("%w", err)
				}
			}
			if p.MaxAge < 0 {
				bad("MaxAge is %s; use a positive duration, or zero for 24 hours", p.MaxAge)
			}
		case *OAuthProvider:
			p.validate(bad)
			p.validateProxy(c.TrustHost, bad)
		}
	}
	return errs
}

func isNilProvider(p Provider) bool {
	switch p := p.(type) {
	case nil:
		return true
	case *WebAuthnProvider:
		return p == nil
	case *CredentialsProvider:
		return p == nil
	case *EmailProvider:
		return p == nil
	case *OAuthProvider:
		return p == nil
	}
	return false
}

func (p *WebAuthnProvider) validate(bad func(string, ...any)) {
	for _, d := range []struct {
		field string
		d     time.Duration
	}{{"Registration", p.Registration.Timeout}, {"Authentication", p.Authentication.Timeout}} {
		if d.d < 0 || d.d > maxCeremony {
			bad("%s.Timeout is %s; use at most %s", d.field, d.d, maxCeremony)
		}
	}
	if p.AddWithin < 0 {
		bad("AddWithin is %s; use a positive duration such as 10 minutes, or zero for no limit", p.AddWithin)
	}
	if p.AddWithPasskey && p.AddWithin == 0 {
		bad("AddWithPasskey says which sign-in is recent, and nothing without AddWithin; set that as well, to 10 minutes for example")
	}
	oneOf := func(field, value string, allowed ...string) {
		for _, a := range append(allowed, "") {
			if value == a {
				return
			}
		}
		bad("%s is %q; use %s", field, value, strings.Join(allowed, ", "))
	}
	oneOf("Registration.ResidentKey", p.Registration.ResidentKey, "required", "preferred", "discouraged")
	oneOf("Registration.UserVerification", p.Registration.UserVerification, "required", "preferred", "discouraged")
	oneOf("Authentication.UserVerification", p.Authentication.UserVerification, "required", "preferred", "discouraged")
	oneOf("Registration.Attestation", p.Registration.Attestation, "none", "indirect", "direct", "enterprise")
	oneOf("Registration.AuthenticatorAttachment", p.Registration.AuthenticatorAttachment, "platform", "cross-platform")
	for i, o := range p.RelyingParty.Origins {
		if _, err := ceremonyOrigin(o); err != nil {
			bad("RelyingParty.Origins[%d] %q %w", i, o, err)
		}
	}
	if remedy := remedyForHost(p.RelyingParty.ID); remedy != "" {
		bad("RelyingParty.ID is %q; %s", p.RelyingParty.ID, remedy)
	}
	if p.ConditionalUI {
		ok := false
		for _, f := range p.FormFields {
			ok = ok || strings.Contains(f.Autocomplete, "webauthn")
		}
		if !ok {
			bad(`ConditionalUI needs a form field with "webauthn" in Autocomplete; add it or switch ConditionalUI off`)
		}
	}
	names := map[string]bool{}
	for _, f := range p.FormFields {
		if f.Name == "" || reservedField[f.Name] || names[f.Name] {
			bad("FormFields: %q cannot name a field; names are unique and not one of csrfToken, callbackUrl, action, data", f.Name)
		}
		names[f.Name] = true
	}
}

// reservedField are form names that the protocol uses itself.
var reservedField = map[string]bool{"csrfToken": true, "callbackUrl": true, "action": true, "data": true}
