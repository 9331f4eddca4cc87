package ginauth

import "errors"

// Errors that adapters return and ginauth tests for.
var (
	// ErrNotFound says that a row does not exist. Nothing else may be reported as ErrNotFound.
	ErrNotFound = errors.New("ginauth: not found")
	// ErrConflict says that a unique key, or the condition of an update, refused a write.
	ErrConflict = errors.New("ginauth: conflict")
)

// Errors of a sign-in. The browser learns the code in the comment; their text goes to the log.
var (
	// ErrAccessDenied: the SignIn callback refused (AccessDenied).
	ErrAccessDenied = errors.New("ginauth: access denied")
	// ErrMissingCSRF: the CSRF token is missing or wrong (MissingCSRF).
	ErrMissingCSRF = errors.New("ginauth: missing or wrong CSRF token")
	// ErrCredentials: Authorize found no user (CredentialsSignin). See [CredentialsError] for codes.
	ErrCredentials = errors.New("ginauth: credentials refused")
	// ErrVerification: an e-mail link is unknown, used or expired (Verification).
	ErrVerification = errors.New("ginauth: sign-in link is not valid")
	// ErrAccountNotLinked: the passkey's address or credential belongs to another user (AccountNotLinked).
	ErrAccountNotLinked = errors.New("ginauth: account not linked")
	// ErrOAuthAccountNotLinked: the same for OAuth and OpenID Connect (OAuthAccountNotLinked).
	ErrOAuthAccountNotLinked = errors.New("ginauth: OAuth account not linked")
	// ErrOAuthCallback: the provider answered with an error (OAuthCallbackError).
	ErrOAuthCallback = errors.New("ginauth: OAuth provider returned an error")
	// ErrWebAuthn: a ceremony did not verify (WebAuthnVerificationError).
	ErrWebAuthn = errors.New("ginauth: WebAuthn ceremony failed")
	// ErrFlow: the ceremony's state is missing, expired, used, or was made for something else.
	// The browser learns Configuration.
	ErrFlow = errors.New("ginauth: no matching flow")
)

// ErrStorage wraps every failure of an adapter or a flow store: the answer is 503. A value that does
// not fit its column is [ErrValue] instead.
var ErrStorage = errors.New("ginauth: storage failed")

// ErrConfig wraps every mistake that [Register] finds.
var ErrConfig = errors.New("ginauth: configuration")

// CredentialsError refuses credentials with a code of the application's own, which the client sees
// beside the error. It matches [ErrCredentials].
type CredentialsError struct {
	// Code appears in the redirect as `code`; empty means "credentials".
	Code string
}

func (e *CredentialsError) Error() string { return ErrCredentials.Error() + " (code " + e.Code + ")" }

// Is makes errors.Is(err, ErrCredentials) true.
func (e *CredentialsError) Is(target error) bool { return target == ErrCredentials }
