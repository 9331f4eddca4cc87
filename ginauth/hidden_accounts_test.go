package ginauth_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

func withHiddenAccounts(c *ginauth.Config) {
	p := passkeyProvider("passkey")
	p.HideAccounts = true
	c.Providers = []ginauth.Provider{p}
}

// R18: the options route answers alike for addresses that are known and for those that are not.
// Lesson of CVE-2026-23511.
func TestR18_OptionsTellNothing(t *testing.T) {
	s := newSite(t, withHiddenAccounts)
	ada := s.browser(t)
	ada.SignUp("ada@example.com")
	shape := func(query string) string {
		a := s.browser(t).Get("/webauthn-options/passkey?" + query)
		var body struct {
			Action  string
			Options map[string]any
		}
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
			t.Fatal(err)
		}
		delete(body.Options, "challenge")
		if user, ok := body.Options["user"].(map[string]any); ok {
			if id, _ := user["id"].(string); len(id) != 48 {
				t.Errorf("user.id %q", id)
			}
			delete(user, "id")
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return a.Header.Get("Content-Length") + strings.ReplaceAll(string(text), "ada@", "eve@")
	}
	for _, action := range []string{"", "action=authenticate&", "action=register&"} {
		known, free := shape(action+"email=ada@example.com"), shape(action+"email=eve@example.com")
		if known != free {
			t.Errorf("%q:\n%s\n%s", action, known, free)
		}
	}
}

// R18: every failed ceremony looks the same, whatever was wrong with it.
func TestR18_FailuresLookTheSame(t *testing.T) {
	s := newSite(t, withHiddenAccounts)
	ada := s.browser(t)
	ada.SignUp("ada@example.com")
	taken := s.browser(t)
	want := taken.Ceremony("?action=register&email=" + url.QueryEscape("ada@example.com"))
	if want.ErrorCode() != "WebAuthnVerificationError" {
		t.Fatalf("an address that is taken: %s", want.Body)
	}
	for _, w := range append(wrongAlways(), wrongAuthentications()...) {
		c := s.browser(t)
		c.Passkeys = ada.Passkeys
		if a := c.Authenticate(w.change); a.Status != want.Status || a.Body != want.Body {
			t.Errorf("%s: %d %s", w.name, a.Status, a.Body)
		}
	}
	replay := s.browser(t)
	replay.Passkeys = ada.Passkeys
	action, options := replay.Options("?action=authenticate")
	answer, cookie := replay.Perform(action, options), replay.Cookie(challengeCookie)
	replay.Callback(action, answer, nil)
	replay.SignOut()
	replay.SetCookie(challengeCookie, cookie)
	if a := replay.Callback(action, answer, nil); a.Body != want.Body {
		t.Errorf("a used challenge: %s", a.Body)
	}
	s.DeletePasskeyAccounts()
	if a := replay.Authenticate(); a.Body != want.Body {
		t.Errorf("an unknown credential: %s", a.Body)
	}
}

// R18: an attempt costs the same work whether its credential is somebody's or nobody's, and whatever
// user handle comes with it: the same questions to storage, and a signature to verify.
func TestR18_FailuresCostTheSame(t *testing.T) {
	f := &faults{}
	s := newSite(t, withFaults(f), withHiddenAccounts)
	ada, bob := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	bob.SignUp("bob@example.com")
	forger := testauthn.NewES256()
	for name, handle := range map[string][]byte{
		"no handle": nil, "the owner's": newest(ada).UserHandle, "somebody's": newest(bob).UserHandle, "nobody's": []byte("0123456789abcdef"), "too long": make([]byte, 65),
	} {
		var calls [2]string
		for i, id := range [][]byte{newest(ada).ID, []byte("0123456789abcdefghijklmnopqrstuv")} {
			c := s.browser(t)
			action, options := c.Options("?action=authenticate")
			p := *newest(ada)
			p.ID = id
			answer := string(c.Passkeys.Assert(&p, requestFor(t, options), testauthn.SignWith(forger), testauthn.Handle(handle)))
			f.arm(0, false)
			a := c.Callback(action, answer, nil)
			calls[i] = strings.Join(f.calls, " ")
			f.disarm()
			if a.ErrorCode() != "WebAuthnVerificationError" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		if calls[0] != calls[1] || !strings.Contains(calls[0], "AuthenticatorByCredentialID") {
			t.Errorf("%s handle: somebody's credential takes\n%s\nand nobody's\n%s", name, calls[0], calls[1])
		}
	}
	for _, query := range []string{"?action=authenticate&email=", "?action=register&email=", "?email="} {
		var calls [2]string
		for i, email := range []string{"ada@example.com", "nobody@example.com"} {
			f.arm(0, false)
			s.browser(t).Options(query + email)
			calls[i] = strings.Join(f.calls, " ")
			f.disarm()
		}
		if calls[0] != calls[1] || calls[0] == "" {
			t.Errorf("options%s: somebody's address takes\n%s\nand nobody's\n%s", query, calls[0], calls[1])
		}
	}
	if n := strings.Count(s.logs.String(), "invalid_signature"); n != 2*5 {
		t.Errorf("%d signatures were verified, want those of all ten attempts", n)
	}
}
