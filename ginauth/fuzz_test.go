package ginauth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// FuzzOptionsQuery: every query is answered with options or refused, and pages that show parts of a
// query never show them as markup.
func FuzzOptionsQuery(f *testing.F) {
	for _, seed := range []string{
		"", "action=register&email=a@b.example", "action=authenticate", "action=", "email=", "email=a%00b", "email=%ff", "action=register&action=authenticate",
		"error=<svg onload=x>", "callbackUrl=//evil.example", "error=%22%3E%3Cscript%3E", "%zz=%", "email=" + strings.Repeat("a", 300),
	} {
		f.Add(seed)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '#' }) {
			query = url.PathEscape(query)
		}
		if _, err := url.Parse(siteOrigin + "/?" + query); err != nil {
			return
		}
		c := s.browser(t)
		if a := c.Get("/webauthn-options/passkey?" + query); a.Status != 200 && a.Status != 400 || !strings.HasPrefix(a.Body, "{") {
			t.Fatalf("options: %d %s", a.Status, a.Body)
		}
		for _, path := range []string{"/signin?", "/error?", "/signout?", "/verify-request?"} {
			a := c.Get(path + query)
			if a.Status != 200 && a.Status != 403 && a.Status != 500 {
				t.Fatalf("%s: %d", path, a.Status)
			}
			// What is no letter of a page: a tag that begins with what only the query has.
			for _, value := range decoded(query) {
				if strings.Contains(value, "<") && len(value) > 8 && strings.Contains(a.Body, value) {
					t.Fatalf("%s shows %q as markup", path, value)
				}
			}
		}
		if len(s.Dump().Users) != 0 {
			t.Fatal("a user was made")
		}
	})
}

// FuzzUserHandle: whatever handle an answer brings, it signs in the owner of the credential or
// nobody, and never somebody else.
func FuzzUserHandle(f *testing.F) {
	s := newSite(f)
	ada, eve := s.browser(f), s.browser(f)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	eve.SignOut()
	f.Add(newest(ada).UserHandle)
	f.Add(newest(eve).UserHandle)
	f.Add([]byte(nil))
	f.Add([]byte(strings.Repeat("a", 65)))
	f.Add([]byte("\x00\xff"))
	adas := string(newest(ada).UserHandle)
	f.Fuzz(func(t *testing.T, handle []byte) {
		c := eve.Clone()
		c.TB = t
		a := c.Authenticate(testauthn.Handle(handle))
		if a.ErrorCode() != "" {
			if c.Cookie(sessionCookie) != "" {
				t.Fatal("refused and signed in")
			}
			return
		}
		if got := c.Email(); got != "eve@example.com" || string(handle) == adas || len(handle) > 64 {
			t.Fatalf("handle %q signed in %q", handle, got)
		}
		c.SignOut()
	})
}

// decoded are the values of a query.
func decoded(query string) (values []string) {
	parsed, _ := url.ParseQuery(query)
	for _, list := range parsed {
		values = append(values, list...)
	}
	return values
}
