package ginauth_test

import (
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// R8: whoever proves an address gets the user rid of those who did not: of their passkeys, and of
// their sessions as far as those can be ended. Who proved it before is not touched again.
func TestR8_EmailClaimsUser(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var office post
			s := newSite(t, with(office.provider()), sessions)
			eve := s.browser(t)
			eve.SignUp("ann@example.com")
			open := func() {
				t.Helper()
				askLink(s.browser(t), "ann@example.com")
				c := s.browser(t)
				if follow(c, office.last(t).URL); c.Email() != "ann@example.com" {
					t.Fatalf("signed in as %q: %s", c.Email(), s.logs)
				}
			}
			open()
			if tables := s.Dump(); len(tables.Users) != 1 || len(tables.Authenticators)+len(tables.Accounts) != 0 {
				t.Errorf("left: %+v", tables)
			}
			// A token that nothing can end lives on; the tables have nothing of it.
			if signedIn := eve.User() != nil; signedIn != (name == "jwt") {
				t.Errorf("signed in without a proof: %v", signedIn)
			}
			if a := eve.Authenticate(); a.ErrorCode() == "" {
				t.Error("the passkey of whoever did not prove the address still signs in")
			}

			ann := s.browser(t)
			askLink(ann, "ann@example.com")
			follow(ann, office.last(t).URL)
			if a := ann.AddPasskey(); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			if open(); len(s.Dump().Authenticators) != 1 || ann.User() == nil {
				t.Error("cleared again: the address was proven before")
			}
		})
	}
}

// In their own session people prove their own address.
func TestR8_OwnSession(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	own, err := s.CreateUser(t.Context(), ginauth.User{Email: "bob@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	c := s.browser(t)
	session := ginauth.StoredSession{Token: "11111111-2222-4333-8444-555555555555", UserID: own.ID, Expires: time.Now().Add(time.Hour)}
	if err := s.CreateSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	c.SetCookie(sessionCookie, session.Token)
	if a := c.AddPasskey(); a.ErrorCode() != "" {
		t.Fatal(a.Body)
	}
	askLink(c, "bob@example.com")
	if follow(c, office.last(t).URL); len(s.Dump().Authenticators) != 1 || c.Email() != "bob@example.com" {
		t.Errorf("%d passkeys, signed in as %q", len(s.Dump().Authenticators), c.Email())
	}
}
