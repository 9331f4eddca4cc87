package ginauth_test

import (
	"net/http"
	"strings"
	"testing"
)

// The code in the query chooses among the words of the built-in pages, and neither it nor the error
// is ever shown.
func TestPagesHaveWordsForCodes(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string]string{
		"error=WebAuthnVerificationError&code=unknown_credential": "This passkey is not known here any more.",
		"error=OAuthAccountNotLinked&code=reauth_required":        "Sign in again first, then connect the account.",
		"error=AccountNotLinked&code=reauth_required":             "Sign in again first, then add the passkey.",
		"error=SessionRequired":                                   "Sign in to see that page.",
		"error=WebAuthnVerificationError&code=%3Cb%3Ehostile":     "could not be verified",
		// As everywhere, the first of two values counts.
		"error=AccountNotLinked&code=reauth_required&code=x": "Sign in again first, then add the passkey.",
	} {
		for _, page := range []string{"/auth/signin?", "/auth/error?"} {
			a := s.browser(t).Do(http.MethodGet, page+query, "", "")
			if a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
				t.Errorf("%s%s: %d, no %q in\n%s", page, query, a.Status, want, a.Body)
			}
			for _, echo := range []string{"unknown_credential", "reauth_required", "hostile", "NotLinked"} {
				if strings.Contains(a.Body, echo) {
					t.Errorf("%s%s: %q is shown", page, query, echo)
				}
			}
		}
	}
}
