package ginauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// errUnknownCredential is an assertion by a credential that nobody has. Like every other odd
// answer the browser is told Configuration.
var errUnknownCredential = errors.New("ginauth: unknown credential")

// errMalformed is a callback that is no answer to a ceremony.
var errMalformed = errors.New("ginauth: malformed WebAuthn answer")

// passkeyCallback is POST /callback/:provider of a WebAuthn provider.
func (x *exchange) passkeyCallback(p *WebAuthnProvider) error {
	res, err := x.resolve()
	if err != nil {
		return err
	}
	var id Identity
	switch action := x.field("action"); action {
	case ceremonyAuthenticate:
		id, err = x.identifyByPasskey(p, res.session)
	case ceremonyRegister:
		id, err = x.registerPasskey(p, res.session)
	default:
		err = fmt.Errorf("%w: action", errMalformed)
	}
	x.countFailure(err)
	if err == nil {
		err = x.completeSignIn(id)
	}
	if err != nil && p.HideAccounts && !errors.Is(err, ErrStorage) && !errors.Is(err, ErrAccessDenied) {
		return fmt.Errorf("%w: %w", errHidden, err)
	}
	return err
}

// errHidden makes every failed ceremony look like one that did not verify.
var errHidden = fmt.Errorf("%w: accounts are hidden", ErrWebAuthn)

// answerData returns the browser's JSON answer after a look at its shape: whatever is no object
// with an id could not come from the client.
func (x *exchange) answerData() ([]byte, error) {
	text, ok := x.body["data"].(string)
	if !ok {
		return nil, fmt.Errorf("%w: data", errMalformed)
	}
	var shape struct {
		ID *string `json:"id"`
	}
	if err := json.Unmarshal([]byte(text), &shape); err != nil || shape.ID == nil {
		return nil, fmt.Errorf("%w: data", errMalformed)
	}
	return []byte(text), nil
}

// registerPasskey verifies a registration (WebAuthn Level 3, section 7.1).
func (x *exchange) registerPasskey(p *WebAuthnProvider, session *Session) (Identity, error) {
	f, err := x.takeFlow(p, ceremonyRegister, session)
	if err != nil {
		return Identity{}, err
	}
	if err := x.limitNewcomer(f); err != nil {
		return Identity{}, err
	}
	data, err := x.answerData()
	if err != nil {
		return Identity{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(data)
	if err != nil {
		return Identity{}, ceremonyError("parse", err)
	}
	library, sessionData, err := x.verifier(p, f, parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return Identity{}, err
	}
	handle := userHandle(f.UserID)
	sessionData.UserID = handle
	for _, alg := range algorithms {
		sessionData.CredParams = append(sessionData.CredParams, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: coseAlgorithm(alg)})
	}
	// The key is looked at first: verifying with an absurdly long one is work for an attacker's benefit.
	attested := parsed.Response.AttestationObject.AuthData.AttData
	if err := checkCredential(attested.CredentialID, attested.CredentialPublicKey); err != nil {
		return Identity{}, err
	}
	if err := checkAttestation(parsed.Response.AttestationObject); err != nil {
		return Identity{}, err
	}
	credential, err := library.CreateCredential(ceremonyUser{handle: handle}, sessionData, parsed)
	if err != nil {
		return Identity{}, ceremonyError("verify", err)
	}
	return x.registered(p, f, session, parsed, credential), nil
}

// registered makes the identity of a verified registration.
func (x *exchange) registered(p *WebAuthnProvider, f passkeyFlow, session *Session, parsed *protocol.ParsedCredentialCreationData, c *webauthn.Credential) Identity {
	accountID := base64.StdEncoding.EncodeToString(c.ID)
	id := Identity{
		User:    User{ID: f.UserID, Name: f.Name, Email: f.Email, Image: f.Image},
		Account: Account{Type: KindWebAuthn, Provider: p.ID, ProviderAccountID: accountID},
		New: &Authenticator{
			CredentialID:      c.ID,
			ProviderAccountID: accountID,
			PublicKey:         c.PublicKey,
			Counter:           c.Authenticator.SignCount,
			MultiDevice:       c.Flags.BackupEligible,
			BackedUp:          c.Flags.BackupState,
			Transports:        transportsOf(parsed),
		},
		boundTo: session,
	}
	if session != nil {
		id.User = session.User
	}
	return id
}

// transportsOf takes the browser's hints as far as they are plausible.
func transportsOf(parsed *protocol.ParsedCredentialCreationData) []string {
	raw := parsed.Raw.AttestationResponse.Transports
	if raw == nil {
		return nil
	}
	list := make([]string, 0, len(raw))
	for _, t := range raw {
		if len(list) < 8 && providerID.MatchString(t) && len(t) <= 32 {
			list = append(list, t)
		}
	}
	return list
}

// identifyByPasskey verifies an assertion (WebAuthn Level 3, section 7.2). There is one path for
// all: by the credential ID to its authenticator, from there to its user. User handle, counter and
// flags are checks, never keys.
func (x *exchange) identifyByPasskey(p *WebAuthnProvider, session *Session) (Identity, error) {
	f, err := x.takeFlow(p, ceremonyAuthenticate, session)
	if err != nil {
		return Identity{}, err
	}
	data, err := x.answerData()
	if err != nil {
		return Identity{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(withHandleBytes(data))
	if err != nil {
		return Identity{}, ceremonyError("parse", err)
	}
	if err := x.refuseAfterFailures("passkey", string(parsed.RawID)); err != nil {
		return Identity{}, err
	}
	authenticator, err := x.authenticatorOf(parsed.RawID)
	unknown := p.HideAccounts && errors.Is(err, errUnknownCredential)
	if unknown {
		authenticator = standIn(parsed.RawID)
	} else if err != nil {
		return Identity{}, err
	}
	if err := x.refuseAfterFailures("user", authenticator.UserID); err != nil {
		return Identity{}, err
	}
	used, err := x.verifyAssertion(p, f, parsed, authenticator)
	if unknown {
		return Identity{}, errors.Join(errUnknownCredential, err)
	}
	if err != nil {
		return Identity{}, err
	}
	// After the signature: who has none learns nothing from how many users were looked for.
	if err := x.checkHandle(parsed.Response.UserHandle, authenticator.UserID); err != nil {
		return Identity{}, err
	}
	if f.UserID != "" && f.UserID != authenticator.UserID {
		if session != nil {
			return Identity{}, fmt.Errorf("%w: somebody else is signed in", ErrAccountNotLinked)
		}
		return Identity{}, fmt.Errorf("%w: not a credential of the user who was asked for", ErrWebAuthn)
	}
	owner, err := x.store.users.UserByAccount(x.ctx, p.ID, authenticator.ProviderAccountID)
	user, err := found("user by account", owner, err)
	if err != nil {
		return Identity{}, err
	}
	if user == nil || user.ID != authenticator.UserID {
		return Identity{}, fmt.Errorf("%w: its account or user is gone", errUnknownCredential)
	}
	return Identity{
		User:    *user,
		Account: Account{Type: KindWebAuthn, Provider: p.ID, ProviderAccountID: authenticator.ProviderAccountID, UserID: user.ID},
		Used:    used,
	}, nil
}

func (x *exchange) authenticatorOf(credentialID []byte) (*Authenticator, error) {
	if len(credentialID) == 0 || len(credentialID) > maxCredentialID {
		return nil, errUnknownCredential
	}
	row, err := x.store.passkeys.AuthenticatorByCredentialID(x.ctx, credentialID)
	a, err := found("authenticator", row, err)
	if err != nil {
		return nil, err
	}
	if a == nil || !bytes.Equal(a.CredentialID, credentialID) {
		return nil, errUnknownCredential
	}
	return a, nil
}

// checkHandle refuses a user handle that belongs to somebody else. One that nobody has is
// accepted: Auth.js made random handles and kept none of them.
func (x *exchange) checkHandle(handle []byte, userID string) error {
	switch {
	case len(handle) == 0:
		return nil
	case len(handle) > 64:
		return fmt.Errorf("%w: user handle of %d bytes", ErrWebAuthn, len(handle))
	}
	readings := handleReadings(handle)
	if slices.ContainsFunc(readings, func(r []byte) bool { return bytes.Equal(r, userHandle(userID)) }) {
		return nil
	}
	for _, r := range readings {
		if hasControl(string(r)) {
			continue
		}
		u, err := x.store.users.UserByID(x.ctx, string(r))
		other, err := found("user by handle", u, err)
		if err != nil {
			return err
		}
		if other != nil {
			return fmt.Errorf("%w: user handle of somebody else", ErrWebAuthn)
		}
	}
	return nil
}

// verifyAssertion returns the authenticator with its new counter and backup state.
func (x *exchange) verifyAssertion(p *WebAuthnProvider, f passkeyFlow, parsed *protocol.ParsedCredentialAssertionData, a *Authenticator) (*Authenticator, error) {
	library, sessionData, err := x.verifier(p, f, parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return nil, err
	}
	if err := checkKey(a.PublicKey); err != nil {
		return nil, err
	}
	// The handle is checked in both of its readings by checkHandle; the library compares one.
	handle := parsed.Response.UserHandle
	if len(handle) == 0 {
		handle = userHandle(a.UserID)
	}
	sessionData.UserID = handle
	credential, err := library.ValidateLogin(ceremonyUser{handle: handle, credential: webauthn.Credential{
		ID:        a.CredentialID,
		PublicKey: a.PublicKey,
		Flags:     webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: a.MultiDevice, BackupState: a.BackedUp},
		Authenticator: webauthn.Authenticator{
			SignCount: a.Counter,
		},
	}}, sessionData, parsed)
	if err != nil {
		return nil, ceremonyError("verify", err)
	}
	if credential.Authenticator.CloneWarning {
		return nil, fmt.Errorf("%w: signature counter went back, the credential may have been copied", ErrWebAuthn)
	}
	used := *a
	used.Counter = credential.Authenticator.SignCount
	used.BackedUp = parsed.Response.AuthenticatorData.Flags.HasBackupState()
	return &used, nil
}

// verifier sets go-webauthn up for one ceremony that ran on origin. Its permissive defaults are all
// overridden here, the only place that uses it.
func (x *exchange) verifier(p *WebAuthnProvider, f passkeyFlow, origin string) (*webauthn.WebAuthn, webauthn.SessionData, error) {
	rp := x.relyingParty(p)
	// WebAuthn Level 3, section 7.1 step 9, wants an origin; the library would also take a URL below it.
	if _, err := parseOrigin(origin); err != nil || strings.HasSuffix(origin, "/") {
		return nil, webauthn.SessionData{}, fmt.Errorf("%w: the client data hold no origin", ErrWebAuthn)
	}
	library, err := webauthn.New(&webauthn.Config{
		// The relying party ID is in the session data. Here the library would refuse an IP address,
		// which is what load generators and other clients that are no browsers use.
		RPDisplayName: rp.Name,
		RPOrigins:     rp.Origins,
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: maxCeremony, TimeoutUVD: maxCeremony},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: maxCeremony, TimeoutUVD: maxCeremony},
		},
		// Password managers add outputs that nobody asked for; WebAuthn Level 3 lets us ignore them.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, webauthn.SessionData{}, fmt.Errorf("ginauth: relying party: %w", err)
	}
	verification := protocol.VerificationRequired
	if p.DangerouslySkipUserVerification {
		verification = protocol.VerificationPreferred
	}
	return library, webauthn.SessionData{
		Challenge:        f.Challenge,
		RelyingPartyID:   rp.ID,
		Expires:          time.Unix(f.Expires, 0),
		UserVerification: verification,
	}, nil
}

// ceremonyError keeps the library's developer text, which holds challenges and database errors,
// out of logs.
func ceremonyError(step string, err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && e.Type != "" {
		return fmt.Errorf("%w: %s: %s", ErrWebAuthn, step, e.Type)
	}
	return fmt.Errorf("%w: %s", ErrWebAuthn, step)
}

// ceremonyUser is go-webauthn's view of whoever is in a ceremony.
type ceremonyUser struct {
	handle     []byte
	credential webauthn.Credential
}

func (u ceremonyUser) WebAuthnID() []byte          { return u.handle }
func (u ceremonyUser) WebAuthnName() string        { return "" }
func (u ceremonyUser) WebAuthnDisplayName() string { return "" }
func (u ceremonyUser) WebAuthnCredentials() []webauthn.Credential {
	if u.credential.ID == nil {
		return nil
	}
	return []webauthn.Credential{u.credential}
}
