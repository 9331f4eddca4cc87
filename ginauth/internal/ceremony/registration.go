package ceremony

import (
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// Registration is an answer to creation options.
type Registration struct {
	parsed *protocol.ParsedCredentialCreationData
}

// Credential is what a verified registration made.
type Credential struct {
	ID []byte
	// PublicKey is a COSE_Key.
	PublicKey                []byte
	Counter                  uint32
	BackupEligible, BackedUp bool
}

// ParseRegistration reads RegistrationResponseJSON.
func ParseRegistration(data []byte) (*Registration, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(data)
	if err != nil {
		return nil, libraryError("parse", err)
	}
	return &Registration{parsed}, nil
}

// Origin is where the client says that the ceremony ran.
func (r *Registration) Origin() string { return r.parsed.Response.CollectedClientData.Origin }

// Transports are the client's hints, unchecked; nil when it told none.
func (r *Registration) Transports() []string { return r.parsed.Raw.AttestationResponse.Transports }

// Verify checks a registration for the user with this handle (WebAuthn Level 3, section 7.1).
func (r *Registration) Verify(want Expected, handle []byte) (Credential, error) {
	library, session, err := verifier(want)
	if err != nil {
		return Credential{}, err
	}
	session.UserID = handle
	for _, alg := range Algorithms {
		session.CredParams = append(session.CredParams, protocol.CredentialParameter{
			Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.COSEAlgorithmIdentifier(alg),
		})
	}
	// The key is looked at first: verifying with an absurdly long one is work for an attacker's benefit.
	attested := r.parsed.Response.AttestationObject.AuthData.AttData
	if err := checkCredential(attested.CredentialID, attested.CredentialPublicKey); err != nil {
		return Credential{}, err
	}
	if err := checkAttestation(r.parsed.Response.AttestationObject); err != nil {
		return Credential{}, err
	}
	c, err := library.CreateCredential(user{handle: handle}, session, r.parsed)
	if err != nil {
		return Credential{}, libraryError("verify", err)
	}
	return Credential{
		ID: c.ID, PublicKey: c.PublicKey, Counter: c.Authenticator.SignCount,
		BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}, nil
}
