package ginauth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// R15: an address is normalized before anything else happens to it, so one mailbox is one user
// however its address is spelled, and nothing turns into another address after the checks.
func TestR15_NormalizedBeforeAnythingElse(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	ann, err := s.CreateUser(t.Context(), ginauth.User{Email: "ann@example.com", EmailVerified: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{
		"ann@example.com", " Ann@Example.COM ", "\uff41\uff4e\uff4e@example.com", "ann\uff20example.com", "ann\ufe6bexample.com",
		"ann@\uff25\uff38ample.com", "ann@ex\u1d43mple.com", "ann@example\uff0ecom",
	} {
		c := s.browser(t)
		askLink(c, spelling)
		if len(office.links) == 0 || office.last(t).To != "ann@example.com" {
			t.Errorf("%+q: sent to %+v", spelling, office.links)
			continue
		}
		if row := links(s); len(row) != 1 || row[0].Identifier != "ann@example.com" {
			t.Errorf("%+q: stored %+v", spelling, row)
		}
		if follow(c, office.last(t).URL); c.Email() != "ann@example.com" {
			t.Errorf("%+q: signed in as %q", spelling, c.Email())
		}
		office.links = nil
	}
	if users := s.Dump().Users; len(users) != 1 || users[0].ID != ann.ID {
		t.Errorf("one mailbox has %d users", len(users))
	}
	// What looks harmless and becomes a second address, a quote or a space is refused.
	for _, spelling := range []string{
		"ann@example.com\uff20evil.example", "\uff02ann\uff02@example.com", "ann\uff0cbob@example.com", "ann\u3000bob@example.com",
		"ann\uff1cbob@example.com", "ann\u00a0bob@example.com", "ann@exa\u2003mple.com", "ann\uff1abob@example.com",
	} {
		if a := askLink(s.browser(t), spelling); a.ErrorCode() == "" || len(office.links) != 0 || len(links(s)) != 0 {
			t.Errorf("%+q: %s, sent %+v", spelling, a.URL(), office.links)
		}
	}
}

// links are the stored tokens of sign-in links, without the records of ginauth's own.
func links(s *site) []ginauth.VerificationToken {
	return slices.DeleteFunc(s.Dump().VerificationTokens, func(v ginauth.VerificationToken) bool {
		return strings.HasPrefix(v.Identifier, "ginauth:")
	})
}
