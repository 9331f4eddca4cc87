// Package ceremony verifies what a browser answers in a WebAuthn ceremony (WebAuthn Level 3, sections
// 7.1 and 7.2). It knows nothing of requests, cookies and storage: the caller keeps the challenge,
// makes sure that it is used once, and owns the rows.
//
// An answer is read once, by [Read], and from the inputs of the verification alone. Whatever else a
// client sends along, such as copies, extension outputs and members of other versions of the
// specification, is not looked at, so it cannot fail a ceremony.
//
// No other package imports go-webauthn, whose permissive defaults all end here.
package ceremony

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
)

// Expected is what an answer must match.
type Expected struct {
	// Challenge is that of the options, in base64url.
	Challenge string
	// RPID is the relying party ID.
	RPID string
	// Origins are the origins on which the ceremony may run, as browsers write them. They are compared
	// byte by byte.
	Origins []string
	// SkipUserVerification accepts answers without the user verification flag.
	SkipUserVerification bool
}

// Cause names the check that an answer failed, in a few words for logs.
type Cause string

// The causes, in the order of the checks.
const (
	Malformed        Cause = "malformed answer"
	Type             Cause = "type"
	Challenge        Cause = "challenge"
	Origin           Cause = "origin"
	CrossOrigin      Cause = "cross-origin"
	RelyingParty     Cause = "relying party"
	UserPresence     Cause = "user presence"
	UserVerification Cause = "user verification"
	BackupFlag       Cause = "backup flag"
	CredentialID     Cause = "credential ID" //nolint:gosec // a word, not a credential
	PublicKey        Cause = "public key"
	Algorithm        Cause = "algorithm"
	Attestation      Cause = "attestation"
	Signature        Cause = "signature"
	Counter          Cause = "counter"
	// Other is what go-webauthn refuses although all checks of this package passed.
	Other Cause = "other"
)

// Refuse returns an [Error] for a check that the caller makes.
func Refuse(cause Cause, text string) error { return &Error{Cause: cause, Text: text} }

// Error is an answer that does not verify. Its text is all ours: go-webauthn's holds challenges.
type Error struct {
	Cause Cause
	Text  string
	// Origin, with the cause of that name, is where the client says that the ceremony ran. It is
	// untrusted and may have any length.
	Origin string
}

func (e *Error) Error() string { return e.Text }

func fail(cause Cause, format string, args ...any) error {
	return &Error{Cause: cause, Text: fmt.Sprintf(format, args...)}
}

// minChallenge bounds challenges, in characters of base64url: 16 bytes (WebAuthn Level 3, section
// 13.4.3).
const minChallenge = 22

// checkClient verifies client data (section 7.1, steps 7 to 11, and section 7.2, steps 10 to 14).
func checkClient(c clientData, ceremony protocol.CeremonyType, want Expected) error {
	switch {
	case c.kind != string(ceremony):
		return fail(Type, "type: the client data are those of another ceremony")
	case len(want.Challenge) < minChallenge:
		return fail(Challenge, "challenge: the expected one is too short")
	case subtle.ConstantTimeCompare([]byte(c.challenge), []byte(want.Challenge)) != 1:
		return fail(Challenge, "challenge: the answer is to another one")
	case !slices.Contains(want.Origins, c.origin):
		return &Error{Cause: Origin, Text: "origin: the ceremony ran on one that is not configured", Origin: c.origin}
	case c.crossOrigin || c.topOrigin != "":
		return fail(CrossOrigin, "cross-origin: the ceremony ran in a frame of another site")
	}
	return nil
}

// checkAuthData verifies what authenticator data say of the ceremony (section 7.1, steps 14 to 17,
// and section 7.2, steps 15 to 18).
func checkAuthData(d protocol.AuthenticatorData, want Expected) error {
	sum := sha256.Sum256([]byte(want.RPID))
	switch {
	case subtle.ConstantTimeCompare(d.RPIDHash, sum[:]) != 1:
		return fail(RelyingParty, "relying party: the credential is of another one")
	case !d.Flags.HasUserPresent():
		return fail(UserPresence, "user presence: the flag is not set")
	case !d.Flags.HasUserVerified() && !want.SkipUserVerification:
		return fail(UserVerification, "user verification: the flag is not set")
	case d.Flags.HasBackupState() && !d.Flags.HasBackupEligible():
		return fail(BackupFlag, "backup flag: backed up, but not eligible for backup")
	}
	return nil
}

// State is what an authenticator says of a credential in each ceremony.
type State struct {
	Counter                  uint32
	BackupEligible, BackedUp bool
}

func stateOf(d protocol.AuthenticatorData) State {
	return State{Counter: d.Counter, BackupEligible: d.Flags.HasBackupEligible(), BackedUp: d.Flags.HasBackupState()}
}

// libraryError says of what kind go-webauthn's refusal is.
func libraryError(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		switch e.Type {
		case protocol.ErrAssertionSignature.Type:
			return fail(Signature, "verify: invalid_signature")
		case protocol.ErrAttestation.Type, protocol.ErrInvalidAttestation.Type, protocol.ErrAttestationCertificate.Type:
			return fail(Attestation, "verify: invalid_attestation")
		}
	}
	return fail(Other, "verify: refused")
}
