package ginauth_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// lostPasskeys are the ways in which a passkey that an authenticator still holds is gone here.
var lostPasskeys = map[string]struct {
	spoil  func(s *site, during func(func()))
	change testclient.Change
}{
	"never stored": {func(*site, func(func())) {}, func(c *testauthn.Ceremony) { c.CredentialID = bytes.Repeat([]byte{3}, 32) }},
	"ID too long":  {func(*site, func(func())) {}, func(c *testauthn.Ceremony) { c.CredentialID = make([]byte, 1024) }},
	"removed": {func(s *site, _ func(func())) {
		removeFirst(s)
	}, nil},
	"account gone": {func(s *site, _ func(func())) { s.DeletePasskeyAccounts() }, nil},
	"user gone":    {func(s *site, _ func(func())) { s.DeleteUser("ada@example.com") }, nil},
	"removed while it signs in": {func(s *site, during func(func())) {
		during(func() { removeFirst(s) })
	}, nil},
}

func removeFirst(s *site) {
	if err := s.DeleteAuthenticator(context.Background(), s.Dump().Authenticators[0]); err != nil {
		panic(err)
	}
}

// A passkey that the site does not know, or knows no more, is told apart from a server that is broken, in
// what the browser gets and in the log.
func TestUnknownPasskey_IsToldApart(t *testing.T) {
	for name, lost := range lostPasskeys {
		for kind, strategy := range sessionKinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				hook := func() {}
				s := newSite(t, strategy, func(c *ginauth.Config) {
					c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) {
						hook()
						return ginauth.Allow(), nil
					}
				})
				c := s.browser(t)
				c.SignUp("ada@example.com")
				c.SignOut()
				lost.spoil(s, func(f func()) { hook = f })
				change := lost.change
				if change == nil {
					change = func(*testauthn.Ceremony) {}
				}
				sessions := len(s.Dump().Sessions)
				a := c.Authenticate(change)
				if want := siteOrigin + "/auth/error?error=WebAuthnVerificationError&code=unknown_credential"; a.Status != 200 || a.URL() != want {
					t.Errorf("%d %s, want %s", a.Status, a.Body, want)
				}
				if c.User() != nil || len(s.Dump().Sessions) != sessions {
					t.Error("somebody was signed in")
				}
				if line := lastLog(t, s); line["level"] != "WARN" || line["cause"] != "unknown credential" || line["code"] != "WebAuthnVerificationError" {
					t.Errorf("log %v", line)
				}
			})
		}
	}
}

// The same without the client's header, and with a page of the application's own.
func TestUnknownPasskey_Redirects(t *testing.T) {
	for page, want := range map[string]string{
		"":                     siteOrigin + "/auth/error?error=WebAuthnVerificationError&code=unknown_credential",
		"/oops":                siteOrigin + "/oops?error=WebAuthnVerificationError&code=unknown_credential",
		"/oops?lang=en":        siteOrigin + "/oops?lang=en&error=WebAuthnVerificationError&code=unknown_credential",
		"https://x.example/no": "https://x.example/no?error=WebAuthnVerificationError&code=unknown_credential",
	} {
		s := newSite(t, func(c *ginauth.Config) { c.Pages.Error = page })
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		removeFirst(s)
		c.Header.Del("X-Auth-Return-Redirect")
		if a := c.Authenticate(); a.Status != http.StatusFound || a.Header.Get("Location") != want {
			t.Errorf("%q: %d %s, want %s", page, a.Status, a.Header.Get("Location"), want)
		}
	}
}

// R18: where accounts are hidden it looks like every other ceremony that failed.
func TestUnknownPasskey_HiddenAccountsStayHidden(t *testing.T) {
	for name, lost := range lostPasskeys {
		hook := func() {}
		s := newSite(t, withHiddenAccounts, func(c *ginauth.Config) {
			c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) {
				hook()
				return ginauth.Allow(), nil
			}
		})
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		want := c.Authenticate(testauthn.SignWith(testauthn.NewES256()))
		lost.spoil(s, func(f func()) { hook = f })
		change := lost.change
		if change == nil {
			change = func(*testauthn.Ceremony) {}
		}
		a := c.Authenticate(change)
		if a.Status != want.Status || a.Body != want.Body || a.URL() != siteOrigin+"/auth/error?error=WebAuthnVerificationError" || c.User() != nil {
			t.Errorf("%s: %d %s, want %s", name, a.Status, a.Body, want.Body)
		}
		if line := lastLog(t, s); line["level"] != "WARN" || line["cause"] != "unknown credential" {
			t.Errorf("%s: log %v", name, line)
		}
	}
}

// A server that is broken says so: it does not look as if the passkey were unknown.
func TestUnknownPasskey_IsNotAnOutage(t *testing.T) {
	for kind, strategy := range sessionKinds {
		f := &faults{}
		s := newSite(t, strategy, withFaults(f))
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		b := begin(c, "?action=authenticate")
		data, token := c.Perform(b.action, b.options), c.CSRF()
		f.arm(-1, false)
		a := c.Post("/callback/passkey", map[string]string{"action": b.action, "data": data, "csrfToken": token})
		f.disarm()
		if a.Status != http.StatusServiceUnavailable || a.ErrorCode() != "Configuration" {
			t.Errorf("%s: %d %s", kind, a.Status, a.Body)
		}
		if line := lastLog(t, s); line["level"] != "ERROR" || line["cause"] != "storage" {
			t.Errorf("%s: log %v", kind, line)
		}
	}
}
