package ceremony

import (
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Assertion is an answer to request options.
type Assertion struct {
	parsed *protocol.ParsedCredentialAssertionData
}

// ParseAssertion reads AuthenticationResponseJSON.
func ParseAssertion(data []byte) (*Assertion, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(withHandleBytes(data))
	if err != nil {
		return nil, libraryError("parse", err)
	}
	return &Assertion{parsed}, nil
}

// Origin is where the client says that the ceremony ran.
func (a *Assertion) Origin() string { return a.parsed.Response.CollectedClientData.Origin }

// CredentialID names the credential that signed.
func (a *Assertion) CredentialID() []byte { return a.parsed.RawID }

// Handle is the user handle, unchecked; empty when none came.
func (a *Assertion) Handle() []byte { return a.parsed.Response.UserHandle }

// Verify checks an assertion by a stored credential (WebAuthn Level 3, section 7.2) but for its
// user handle, and returns the credential with its new counter and backup state.
func (a *Assertion) Verify(want Expected, stored Credential) (Credential, error) {
	library, session, err := verifier(want)
	if err != nil {
		return Credential{}, err
	}
	if err := checkKey(stored.PublicKey); err != nil {
		return Credential{}, err
	}
	// The handle has two readings, of which the library compares one: the caller checks both.
	handle := a.Handle()
	if len(handle) == 0 {
		handle = []byte{0}
	}
	session.UserID = handle
	c, err := library.ValidateLogin(user{handle: handle, credential: webauthn.Credential{
		ID:            stored.ID,
		PublicKey:     stored.PublicKey,
		Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: stored.BackupEligible, BackupState: stored.BackedUp},
		Authenticator: webauthn.Authenticator{SignCount: stored.Counter},
	}}, session, a.parsed)
	if err != nil {
		return Credential{}, libraryError("verify", err)
	}
	if c.Authenticator.CloneWarning {
		return Credential{}, fail("signature counter went back, the credential may have been copied")
	}
	stored.Counter = c.Authenticator.SignCount
	stored.BackedUp = a.parsed.Response.AuthenticatorData.Flags.HasBackupState()
	return stored, nil
}
