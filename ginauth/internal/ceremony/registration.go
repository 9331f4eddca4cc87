package ceremony

import (
	"bytes"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// Registration is an answer to creation options.
type Registration struct {
	*Answer
	object protocol.AttestationObject
}

// Credential is what a verified registration made.
type Credential struct {
	ID []byte
	// PublicKey is a COSE_Key.
	PublicKey []byte
	State
}

// Registration returns the answer to creation options.
func (a *Answer) Registration() (*Registration, error) {
	if a.err != nil {
		return nil, a.err
	}
	r := &Registration{Answer: a}
	raw, ok := a.response.bytes("attestationObject")
	if !ok || webauthncbor.Unmarshal(raw, &r.object) != nil {
		return nil, fail(Malformed, "malformed answer: attestationObject does not parse")
	}
	if r.object.AuthData.Unmarshal(r.object.RawAuthData) != nil || !r.object.AuthData.Flags.HasAttestedCredentialData() {
		return nil, fail(Malformed, "malformed answer: authenticator data do not parse")
	}
	return r, nil
}

// Transports are the client's hints, unchecked; nil when it gave none.
func (r *Registration) Transports() []string {
	var raw []json.RawMessage
	if json.Unmarshal(r.response.value("transports"), &raw) != nil {
		return nil
	}
	list := make([]string, 0, len(raw))
	for _, v := range raw {
		var s string
		if json.Unmarshal(v, &s) == nil {
			list = append(list, s)
		}
	}
	return list
}

// Verify checks a registration (WebAuthn Level 3, section 7.1).
func (r *Registration) Verify(want Expected) (Credential, error) {
	if err := checkClient(r.client, protocol.CreateCeremony, want); err != nil {
		return Credential{}, err
	}
	d := r.object.AuthData
	if err := checkAuthData(d, want); err != nil {
		return Credential{}, err
	}
	if !bytes.Equal(d.AttData.CredentialID, r.id) {
		return Credential{}, fail(CredentialID, "credential ID: another one is attested")
	}
	// The key is looked at first: verifying with an absurdly long one is work for an attacker's benefit.
	if err := checkCredential(r.id, d.AttData.CredentialPublicKey); err != nil {
		return Credential{}, err
	}
	if err := checkAttestation(r.object); err != nil {
		return Credential{}, err
	}
	if err := r.verify(want); err != nil {
		return Credential{}, libraryError(err)
	}
	return Credential{ID: r.id, PublicKey: d.AttData.CredentialPublicKey, State: stateOf(d)}, nil
}

// verify lets go-webauthn check all of it once more, and the attestation.
func (r *Registration) verify(want Expected) error {
	params := make([]protocol.CredentialParameter, len(Algorithms))
	for i, alg := range Algorithms {
		params[i] = protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.COSEAlgorithmIdentifier(alg)}
	}
	parsed := protocol.ParsedCredentialCreationData{
		Response: protocol.ParsedAttestationResponse{CollectedClientData: r.client.library(), AttestationObject: r.object},
	}
	parsed.RawID = r.id
	parsed.Raw.AttestationResponse.ClientDataJSON = r.clientDataJSON
	_, err := parsed.Verify(want.Challenge, want.RPID, want.Origins, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, !want.SkipUserVerification, true, nil, params, protocol.AttestationPolicy{}, protocol.SignaturePolicy{})
	return err
}
