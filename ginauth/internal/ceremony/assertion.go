package ceremony

import (
	"github.com/go-webauthn/webauthn/protocol"
)

// Assertion is an answer to request options.
type Assertion struct {
	*Answer
	raw, signature []byte
	data           protocol.AuthenticatorData
	handle         handle
}

// Assertion returns the answer to request options.
func (a *Answer) Assertion() (*Assertion, error) {
	if a.err != nil {
		return nil, a.err
	}
	s := &Assertion{Answer: a}
	var ok bool
	if s.raw, ok = a.response.bytes("authenticatorData"); !ok || s.data.Unmarshal(s.raw) != nil {
		return nil, fail(Malformed, "malformed answer: authenticator data do not parse")
	}
	if s.signature, ok = a.response.bytes("signature"); !ok {
		return nil, fail(Malformed, "malformed answer: signature is missing or not base64url")
	}
	if s.handle, ok = readHandle(a.response); !ok {
		return nil, fail(Malformed, "malformed answer: userHandle is not text")
	}
	return s, nil
}

// CredentialID names the credential that signed.
func (s *Assertion) CredentialID() []byte { return s.id }

// Verify checks an assertion by a stored public key (WebAuthn Level 3, section 7.2) but for its user
// handle and for what may change from one assertion to the next, which it returns.
func (s *Assertion) Verify(want Expected, publicKey []byte) (State, error) {
	if err := checkClient(s.client, protocol.AssertCeremony, want); err != nil {
		return State{}, err
	}
	if err := checkAuthData(s.data, want); err != nil {
		return State{}, err
	}
	if err := checkKey(publicKey); err != nil {
		return State{}, err
	}
	if err := s.verify(want, publicKey); err != nil {
		return State{}, libraryError(err)
	}
	return stateOf(s.data), nil
}

// verify lets go-webauthn check all of it once more, and the signature.
func (s *Assertion) verify(want Expected, publicKey []byte) error {
	parsed := protocol.ParsedCredentialAssertionData{
		Response: protocol.ParsedAssertionResponse{CollectedClientData: s.client.library(), AuthenticatorData: s.data, Signature: s.signature},
	}
	parsed.RawID = s.id
	parsed.Raw.AssertionResponse.ClientDataJSON = s.clientDataJSON
	parsed.Raw.AssertionResponse.AuthenticatorData = s.raw
	return parsed.Verify(want.Challenge, want.RPID, "", want.Origins, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, !want.SkipUserVerification, true, publicKey, protocol.SignaturePolicy{})
}
