package ginauth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/ginauth/ginauth/ginauth/internal/ceremony"
)

// errUnknownCredential is an assertion by a passkey that is not stored, or whose account or user is
// gone. The browser learns WebAuthnVerificationError with the code unknown_credential, so that a
// page can say which passkey to use instead.
var errUnknownCredential = errors.New("ginauth: unknown credential")

// errMalformed is a callback that is not the answer to a ceremony.
var errMalformed = errors.New("ginauth: malformed WebAuthn answer")

// passkeyCallback is POST /callback/:provider of a WebAuthn provider.
func (x *exchange) passkeyCallback(p *WebAuthnProvider) error {
	res, err := x.resolve()
	if err != nil {
		return err
	}
	var id Identity
	// The browser's answer is JSON text in a field of the form.
	answer := ceremony.Read(x.field("data"))
	switch action := x.field("action"); action {
	case ceremonyAuthenticate:
		id, err = x.identifyByPasskey(p, res.session, answer)
	case ceremonyRegister:
		id, err = x.registerPasskey(p, res.session, answer)
	default:
		err = fmt.Errorf("%w: action", errMalformed)
	}
	x.countFailure(err)
	if err == nil {
		err = overtaken(id, x.completeSignIn(id))
	}
	if err != nil && p.HideAccounts && !errors.Is(err, ErrStorage) && !errors.Is(err, ErrAccessDenied) {
		return fmt.Errorf("%w: %w", errHidden, err)
	}
	return err
}

// overtaken names what happened to the passkey between its look-up and the write.
func overtaken(id Identity, err error) error {
	switch failed := errors.Is(err, ErrWebAuthn) || errors.Is(err, ErrFlow); {
	case id.Used == nil || !failed || errors.Is(err, ErrAccessDenied):
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%w: removed meanwhile: %w", errUnknownCredential, err)
	case errors.Is(err, ErrConflict):
		return because(cause(ceremony.Counter), err)
	}
	return err
}

// errHidden makes every failed ceremony look like one that did not verify.
var errHidden = fmt.Errorf("%w: accounts are hidden", ErrWebAuthn)

// registerPasskey verifies a registration (WebAuthn Level 3, section 7.1).
func (x *exchange) registerPasskey(p *WebAuthnProvider, session *Session, sent *ceremony.Answer) (Identity, error) {
	f, err := x.takeFlow(p, ceremonyRegister, session, sent)
	if err != nil {
		return Identity{}, err
	}
	if err := x.limitNewcomer(f); err != nil {
		return Identity{}, err
	}
	answer, err := sent.Registration()
	if err != nil {
		return Identity{}, ceremonyError(err)
	}
	want := x.expected(p, f)
	credential, err := answer.Verify(want)
	if err != nil {
		return Identity{}, verificationError(err, want)
	}
	return x.registered(p, f, session, answer, credential), nil
}

// registered makes the identity of a verified registration.
func (x *exchange) registered(p *WebAuthnProvider, f passkeyFlow, session *Session, answer *ceremony.Registration, c ceremony.Credential) Identity {
	accountID := base64.StdEncoding.EncodeToString(c.ID)
	id := Identity{
		User:    User{ID: f.UserID, Name: f.Name, Email: f.Email, Image: f.Image},
		Account: Account{Type: KindWebAuthn, Provider: p.ID, ProviderAccountID: accountID},
		New: &Authenticator{
			CredentialID:      c.ID,
			ProviderAccountID: accountID,
			PublicKey:         c.PublicKey,
			Counter:           c.Counter,
			MultiDevice:       c.BackupEligible,
			BackedUp:          c.BackedUp,
			Transports:        transportsOf(answer.Transports()),
		},
		boundTo: session,
	}
	if session != nil {
		id.User = session.User
	}
	return id
}

// identifyByPasskey verifies an assertion (WebAuthn Level 3, section 7.2). There is one path for
// all: by the credential ID to its authenticator, from there to its user. User handle, counter and
// flags are checks, never keys.
func (x *exchange) identifyByPasskey(p *WebAuthnProvider, session *Session, sent *ceremony.Answer) (Identity, error) {
	f, err := x.takeFlow(p, ceremonyAuthenticate, session, sent)
	if err != nil {
		return Identity{}, err
	}
	answer, err := sent.Assertion()
	if err != nil {
		return Identity{}, ceremonyError(err)
	}
	if err := x.refuseAfterFailures("passkey", string(answer.CredentialID())); err != nil {
		return Identity{}, err
	}
	authenticator, err := x.authenticatorOf(answer.CredentialID())
	unknown := p.HideAccounts && errors.Is(err, errUnknownCredential)
	if unknown {
		authenticator = standIn(answer.CredentialID())
	} else if err != nil {
		return Identity{}, err
	}
	if err := x.refuseAfterFailures("user", authenticator.UserID); err != nil {
		return Identity{}, err
	}
	want := x.expected(p, f)
	signed, err := answer.Verify(want, authenticator.PublicKey)
	if unknown {
		return Identity{}, errors.Join(errUnknownCredential, err)
	}
	if err != nil {
		return Identity{}, verificationError(err, want)
	}
	// After the signature: a client without one learns nothing from the number of look-ups.
	if err := x.checkHandle(answer, authenticator.UserID); err != nil {
		return Identity{}, err
	}
	if f.UserID != "" && f.UserID != authenticator.UserID {
		if session != nil {
			return Identity{}, because(causeOtherUser, fmt.Errorf("%w: another user is signed in", ErrAccountNotLinked))
		}
		return Identity{}, because(causeOtherUser, fmt.Errorf("%w: not a credential of the user who was asked for", ErrWebAuthn))
	}
	user, err := x.store.userByAccount(x.ctx, p.ID, authenticator.ProviderAccountID)
	if err != nil {
		return Identity{}, err
	}
	if user == nil || user.ID != authenticator.UserID {
		return Identity{}, fmt.Errorf("%w: its account or user is gone", errUnknownCredential)
	}
	used, back, err := advance(*authenticator, signed, p.AllowBackupEligibilityUpgrade)
	back.User = *user
	if err != nil {
		x.tellCounter(back)
		return Identity{}, ceremonyError(err)
	}
	return Identity{
		User:    *user,
		Account: Account{Type: KindWebAuthn, Provider: p.ID, ProviderAccountID: authenticator.ProviderAccountID, UserID: user.ID},
		Used:    &used, counter: back,
	}, nil
}

func (x *exchange) authenticatorOf(credentialID []byte) (*Authenticator, error) {
	if len(credentialID) == 0 || len(credentialID) > ceremony.MaxCredentialID {
		return nil, errUnknownCredential
	}
	a, err := x.store.passkeyByID(x.ctx, credentialID)
	if err != nil {
		return nil, err
	}
	if a == nil || !bytes.Equal(a.CredentialID, credentialID) {
		return nil, errUnknownCredential
	}
	return a, nil
}

// checkHandle refuses a user handle that belongs to another user. One that belongs to no user is
// accepted: Auth.js made random handles and kept none of them.
func (x *exchange) checkHandle(answer *ceremony.Assertion, userID string) error {
	if n := answer.HandleLength(); n > 64 {
		return because(causeUserHandle, fmt.Errorf("%w: user handle of %d bytes", ErrWebAuthn, n))
	}
	readings := answer.Handles()
	if slices.ContainsFunc(readings, func(r []byte) bool { return bytes.Equal(r, ceremony.Handle(userID)) }) {
		return nil
	}
	for _, r := range readings {
		if hasControl(string(r)) {
			continue
		}
		other, err := x.store.userByID(x.ctx, string(r))
		if err != nil {
			return err
		}
		if other != nil {
			return because(causeUserHandle, fmt.Errorf("%w: user handle of another user", ErrWebAuthn))
		}
	}
	return nil
}

// expected is what the answer of a ceremony must match.
func (x *exchange) expected(p *WebAuthnProvider, f passkeyFlow) ceremony.Expected {
	rp := x.relyingParty(p)
	want := ceremony.Expected{Challenge: f.Challenge, RPID: rp.ID, SkipUserVerification: p.DangerouslySkipUserVerification}
	for _, o := range rp.Origins {
		if origin, err := ceremonyOrigin(o); err == nil {
			want.Origins = append(want.Origins, origin)
		}
	}
	return want
}

// ceremonyError makes a failed ceremony of an answer that does not verify.
func ceremonyError(err error) error {
	if errors.Is(err, ceremony.ErrNoAnswer) {
		return fmt.Errorf("%w: data", errMalformed)
	}
	return fmt.Errorf("%w: %w", ErrWebAuthn, err)
}

// verificationError is ceremonyError. A site that runs under another name than the configured one is the
// usual mistake, so the log says what was expected, and the setting.
func verificationError(err error, want ceremony.Expected) error {
	var refused *ceremony.Error
	if !errors.As(err, &refused) {
		return ceremonyError(err)
	}
	switch refused.Cause {
	case ceremony.Origin:
		return because(cause(refused.Cause), ceremonyError(err),
			slog.String("origin", shownOrigin(refused.Origin)), slog.String("expected", strings.Join(want.Origins, " ")),
			slog.String("setting", "RelyingParty.Origins or BaseURL"))
	case ceremony.RelyingParty:
		return because(cause(refused.Cause), ceremonyError(err), slog.String("expected", want.RPID), slog.String("setting", "RelyingParty.ID"))
	}
	return ceremonyError(err)
}
