package ginauth

import "errors"

// outcome is what the browser learns of an error.
type outcome struct {
	err error
	// code is the `error` parameter, and detail the `code` parameter beside it; most have none.
	code, detail string
	// signIn sends to the sign-in page instead of the error page.
	signIn bool
}

// outcomes is the closed table of errors that browsers are told; anything else is Configuration.
var outcomes = []outcome{
	// Before what it hides.
	{err: errHidden, code: "WebAuthnVerificationError"},
	{err: errUnknownCredential, code: "WebAuthnVerificationError", detail: "unknown_credential"},
	{err: ErrCredentials, code: "CredentialsSignin", detail: "credentials", signIn: true},
	{err: ErrOAuthAccountNotLinked, code: "OAuthAccountNotLinked", signIn: true},
	{err: ErrOAuthCallback, code: "OAuthCallbackError", signIn: true},
	{err: ErrAccessDenied, code: "AccessDenied"},
	{err: ErrVerification, code: "Verification"},
	{err: ErrMissingCSRF, code: "MissingCSRF", signIn: true},
	{err: ErrAccountNotLinked, code: "AccountNotLinked", signIn: true},
	{err: ErrWebAuthn, code: "WebAuthnVerificationError"},
}

func outcomeOf(err error) outcome {
	for _, o := range outcomes {
		if !errors.Is(err, o.err) {
			continue
		}
		var custom *CredentialsError
		if errors.Is(o.err, ErrCredentials) && errors.As(err, &custom) && custom.Code != "" {
			o.detail = custom.Code
		}
		if errors.Is(err, errStale) {
			o.detail = "reauth_required"
		}
		return o
	}
	return outcome{code: "Configuration"}
}

// params are the parameters of the page that the error leads to.
func (o outcome) params() []string {
	if o.detail == "" {
		return []string{"error", o.code}
	}
	return []string{"error", o.code, "code", o.detail}
}
