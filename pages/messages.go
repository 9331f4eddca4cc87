package pages

import "net/http"

// signInProblem is the text for ?error= of the sign-in page: empty for no
// error, a general sentence for a code that is not known. The code itself is
// never shown.
func signInProblem(code string) string {
	if code == "" {
		return ""
	}
	if text, ok := signInProblems[code]; ok {
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
	}
)

// noticeFor is the notice for ?error= of the error page.
func noticeFor(code string) notice {
	if n, ok := notices[code]; ok {
		return n
	}
	return unknownNotice
}
