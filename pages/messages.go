package pages

import "net/http"

// cause is an error with the code that says more about it: ?error= and &code=.
type cause struct{ problem, code string }

// signInProblem is the text for ?error= and &code= of the sign-in page: empty
// for no error, a general sentence for one that is not known. Neither of the
// two is ever shown.
func signInProblem(problem, code string) string {
	if problem == "" {
		return ""
	}
	if n, ok := refinements[cause{problem, code}]; ok {
		return n.text
	}
	if text, ok := signInProblems[problem]; ok {
		return text
	}
	return "Signing in did not work. Please try again."
}

const otherAccount = "Signing in with that account did not work. Try again, or use another account."

var signInProblems = map[string]string{
	"Signin":                    otherAccount,
	"OAuthSignin":               otherAccount,
	"OAuthCallbackError":        otherAccount,
	"OAuthCreateAccount":        otherAccount,
	"EmailCreateAccount":        otherAccount,
	"Callback":                  otherAccount,
	"OAuthAccountNotLinked":     "This email already belongs to an account. Sign in the way you did before.",
	"AccountNotLinked":          "This email or passkey already belongs to an account. Sign in the way you did before.",
	"EmailSignin":               "We could not send the email. Check the address and try again.",
	"CredentialsSignin":         "That did not match an account. Check what you entered and try again.",
	"SessionRequired":           "Sign in to see that page.",
	"MissingCSRF":               "This page had been open too long. Please try again.",
	"WebAuthnVerificationError": "Your passkey could not be verified. Please try again.",
}

// notice is what an error page says, and with which status.
type notice struct {
	status        int
	heading, text string
	signIn        bool // whether trying again can help
}

var (
	unknownNotice = notice{http.StatusOK, "Something went wrong", "Please go back and try again.", true}

	unavailableNotice = notice{http.StatusServiceUnavailable, "Temporarily unavailable",
		"We cannot sign you in or out at the moment. Please try again in a minute.", false}

	notices = map[string]notice{
		"Configuration": {http.StatusInternalServerError, "Server error",
			"Signing in is not working at the moment. It is not your fault; whoever runs this site can find the reason in its log.", false},
		"AccessDenied": {http.StatusForbidden, "Access denied",
			"This account is not allowed to sign in here.", true},
		"Verification": {http.StatusForbidden, "This link no longer works",
			"Sign-in links work once and for a limited time. Ask for a new one.", true},
		"SessionRequired": {http.StatusOK, "Please sign in",
			"Sign in to see that page.", true},
		"WebAuthnVerificationError": {http.StatusOK, "Passkey not verified",
			"Your passkey could not be verified. Please try again.", true},
	}

	// refinements say more than the error alone. Both pages look here first.
	refinements = map[cause]notice{
		{"WebAuthnVerificationError", "unknown_credential"}: {http.StatusOK, "Passkey not known",
			"This passkey is not known here any more. Remove it from your password manager, sign in another way, then add a new one.", true},
		{"OAuthAccountNotLinked", "reauth_required"}: {http.StatusOK, "Please sign in again",
			"You signed in too long ago to connect an account. Sign in again first, then connect the account.", true},
		{"AccountNotLinked", "reauth_required"}: {http.StatusOK, "Please sign in again",
			"You signed in too long ago to add a passkey. Sign in again first, then add the passkey.", true},
	}
)

// noticeFor is the notice for ?error= and &code= of the error page.
func noticeFor(problem, code string) notice {
	if n, ok := refinements[cause{problem, code}]; ok {
		return n
	}
	if n, ok := notices[problem]; ok {
		return n
	}
	return unknownNotice
}
