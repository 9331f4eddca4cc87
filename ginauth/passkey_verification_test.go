package ginauth_test

import (
	"encoding/json"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// What the server demands is what the options ask for, in both ceremonies and in the step-up before a
// further passkey, whatever the fields of the provider say.
func TestUserVerification_AskedIsDemanded(t *testing.T) {
	noUV := func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagUserVerified }
	asked := func(options []byte) string {
		var o struct {
			UserVerification       string
			AuthenticatorSelection struct{ UserVerification string }
		}
		if err := json.Unmarshal(options, &o); err != nil {
			t.Fatal(err)
		}
		return o.UserVerification + o.AuthenticatorSelection.UserVerification
	}
	for _, field := range []string{"", "required", "preferred", "discouraged"} {
		for _, skip := range []bool{false, true} {
			for kind, strategy := range sessionKinds {
				want := "required"
				if skip && field != "" {
					want = field
				} else if skip {
					want = "preferred"
				}
				s := newSite(t, strategy, func(c *ginauth.Config) {
					p := passkeyProvider("passkey")
					p.DangerouslySkipUserVerification = skip
					p.Registration.UserVerification, p.Authentication.UserVerification = field, field
					c.Providers = []ginauth.Provider{p}
				})
				c := s.browser(t)
				for _, query := range []string{"?action=register&email=ada@example.com", "?action=authenticate", "?action=authenticate&email=ada@example.com", "?email=ada@example.com"} {
					if _, options := s.browser(t).Options(query); asked(options) != want {
						t.Errorf("%q, skip %t, %s: options%s ask for %q, want %q", field, skip, kind, query, asked(options), want)
					}
				}
				if a := c.Register("ada@example.com", noUV); (a.ErrorCode() == "") != skip {
					t.Errorf("%q, skip %t, %s: sign-up without verification: %s", field, skip, kind, a.Body)
				}
				c = s.browser(t)
				c.SignUp("bob@example.com")
				if _, options := c.Options("?action=register"); asked(options) != want {
					t.Errorf("%q, skip %t, %s: a further passkey asks for %q", field, skip, kind, asked(options))
				}
				c.SignOut()
				if a := c.Authenticate(noUV); (a.ErrorCode() == "") != skip {
					t.Errorf("%q, skip %t, %s: sign-in without verification: %s", field, skip, kind, a.Body)
				}
			}
		}
	}
}
