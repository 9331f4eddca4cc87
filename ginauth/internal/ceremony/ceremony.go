// Package ceremony verifies what a browser answers in a WebAuthn ceremony (WebAuthn Level 3, sections
// 7.1 and 7.2). It knows nothing of requests, cookies and storage: the caller keeps the challenge,
// makes sure that it is used once, and owns the rows.
//
// It is the only package that imports go-webauthn, whose permissive defaults all end here.
package ceremony

import (
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Expected is what an answer must match.
type Expected struct {
	// Challenge is that of the options, in base64url.
	Challenge string
	// RPID is the relying party ID.
	RPID string
	// Origins are the origins on which the ceremony may run.
	Origins []string
	// SkipUserVerification accepts answers without the user verification flag.
	SkipUserVerification bool
}

// Error is an answer that does not verify.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

func fail(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// libraryError keeps the library's developer text, which holds challenges and database errors,
// out of logs.
func libraryError(step string, err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && e.Type != "" {
		return fail("%s: %s", step, e.Type)
	}
	return fail("%s", step)
}

// verifier sets go-webauthn up for one ceremony.
func verifier(want Expected) (*webauthn.WebAuthn, webauthn.SessionData, error) {
	library, err := webauthn.New(&webauthn.Config{
		// The relying party ID is in the session data. Here the library would refuse an IP address,
		// which is what load generators and other clients that are not browsers use.
		RPOrigins: want.Origins,
		// Password managers add outputs that were not asked for; WebAuthn Level 3 lets us ignore them.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, webauthn.SessionData{}, fmt.Errorf("relying party: %w", err)
	}
	verification := protocol.VerificationRequired
	if want.SkipUserVerification {
		verification = protocol.VerificationPreferred
	}
	return library, webauthn.SessionData{Challenge: want.Challenge, RelyingPartyID: want.RPID, UserVerification: verification}, nil
}

// user is go-webauthn's view of the person in a ceremony.
type user struct {
	handle     []byte
	credential webauthn.Credential
}

func (u user) WebAuthnID() []byte          { return u.handle }
func (u user) WebAuthnName() string        { return "" }
func (u user) WebAuthnDisplayName() string { return "" }
func (u user) WebAuthnCredentials() []webauthn.Credential {
	if u.credential.ID == nil {
		return nil
	}
	return []webauthn.Credential{u.credential}
}
