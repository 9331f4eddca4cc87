package providers

import (
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// webAuthnTimeout is how long a ceremony may take, and the most that ginauth allows.
const webAuthnTimeout = 5 * time.Minute

// Passkey signs people up and in with discoverable credentials and user verification: without a
// password and without naming themselves first. Its id is "passkey".
func Passkey() *ginauth.WebAuthnProvider {
	p := WebAuthn()
	p.ID = "passkey"
	p.Name = "Passkey"
	p.Registration.ResidentKey = "required"
	p.Registration.UserVerification = "required"
	p.Authentication.UserVerification = "required"
	return p
}

// WebAuthn signs people up and in with any WebAuthn credential, and leaves to the authenticator
// whether that is a discoverable one. User verification is demanded all the same, unless
// DangerouslySkipUserVerification is set. Its id is "webauthn".
//
// Passkey and WebAuthn both offer conditional UI, which at most one provider may: switch it off in
// one of them to use both.
func WebAuthn() *ginauth.WebAuthnProvider {
	return &ginauth.WebAuthnProvider{
		ID:            "webauthn",
		Name:          "WebAuthn",
		ConditionalUI: true,
		FormFields: []ginauth.FormField{{
			Name:         "email",
			Label:        "Email",
			Autocomplete: "username webauthn",
			Required:     true,
		}},
		Registration:   ginauth.RegistrationOptions{Timeout: webAuthnTimeout},
		Authentication: ginauth.AuthenticationOptions{Timeout: webAuthnTimeout},
	}
}
