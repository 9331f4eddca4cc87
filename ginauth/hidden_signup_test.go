package ginauth_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// R18: with HideAccounts everything before the last step of a sign-up is the same for a known and an
// unknown address: answers, headers and cookies. Only the last step tells, with a passkey that was
// made for the address; for an address that is taken it looks like any other failure.
func TestR18_AllThatSignUpTells(t *testing.T) {
	var office post
	s := newSite(t, withHiddenAccounts, with(office.provider()))
	s.browser(t).SignUp("ada@example.com")
	// shape is what an answer shows, without what is random in any.
	shape := func(c *testclient.Client, a testclient.Answer) string {
		names := []string{}
		for name := range a.Header {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, k := range c.Cookies() {
			names = append(names, k.Name)
		}
		return strings.Join(names, " ")
	}
	ask := map[string]func(c *testclient.Client, email string) testclient.Answer{
		"options to register": func(c *testclient.Client, email string) testclient.Answer {
			return c.Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(email))
		},
		"options to sign in": func(c *testclient.Client, email string) testclient.Answer {
			return c.Get("/webauthn-options/passkey?action=authenticate&email=" + url.QueryEscape(email))
		},
		"options": func(c *testclient.Client, email string) testclient.Answer {
			return c.Get("/webauthn-options/passkey?email=" + url.QueryEscape(email))
		},
		"sign-in link": askLink,
	}
	for name, step := range ask {
		var seen [2]string
		for i, email := range []string{"ada@example.com", "eve@example.com"} {
			c := s.browser(t)
			a := step(c, email)
			seen[i] = fmt.Sprintln(a.Status, a.ErrorCode(), shape(c, a))
		}
		if seen[0] != seen[1] || !strings.HasPrefix(seen[0], "200") {
			t.Errorf("%s, a known address:\n%s\nand another:\n%s", name, seen[0], seen[1])
		}
	}

	// The last step: a free address signs up, and one that is taken fails as a wrong signature does.
	wrong := s.browser(t).Register("new@example.com", func(c *testauthn.Ceremony) { c.Origin = "https://evil.example" })
	before := written(s)
	taken := s.browser(t)
	if a := taken.Register("ada@example.com"); a.Status != wrong.Status || a.Body != wrong.Body || taken.User() != nil {
		t.Errorf("a taken address: %d %s, a wrong answer: %d %s", a.Status, a.Body, wrong.Status, wrong.Body)
	}
	wroteNothing(t, before, written(s))
	free := s.browser(t)
	if a := free.Register("eve@example.com"); a.ErrorCode() != "" || free.Email() != "eve@example.com" {
		t.Errorf("a free address: %s", a.Body)
	}
	// Signing in with a passkey tells its owner's address to the owner alone.
	free.SignOut()
	free.SignIn()
}
