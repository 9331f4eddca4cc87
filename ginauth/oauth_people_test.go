package ginauth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// What a service sends for everybody is nobody's identifier: two people must not become one.
func TestWhatIsNoIdentifierSignsNobodyIn(t *testing.T) {
	for _, sub := range []string{
		"Not supported currently. Use oid claim.", "not SUPPORTED currently. use oid claim.", " ", "\u00a0", "\u200b", "ann example", " ann", "ann\t",
		"null", "NULL", "undefined", "(null)", "<nil>", "-", "0", "00000000-0000-0000-0000-000000000000", "a\u200bnn",
	} {
		for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
			t.Run(fmt.Sprintf("%s %q", kind, sub), func(t *testing.T) {
				svc := newService(t)
				change := func(c map[string]any) { c["sub"] = sub }
				svc.claims, svc.userInfo = change, change
				p := svc.oidc("svc")
				if kind == ginauth.KindOAuth {
					p = svc.oauth("svc")
				}
				s := newSite(t, with(p))
				c := s.browser(t)
				before := written(s)
				if a := svc.signInWith(c, "svc", "ann"); a.ErrorCode() != "Configuration" || c.User() != nil {
					t.Errorf("answer %s, signed in as %v", a.URL(), c.User())
				}
				wroteNothing(t, before, written(s))
				if !strings.Contains(s.logs.String(), "does not identify a person") {
					t.Errorf("the log does not say why: %s", s.logs)
				}
			})
		}
	}
}

// A Profile of the application's own is held to the same.
func TestProfileFunctionMustFindAnIdentifier(t *testing.T) {
	svc := newService(t)
	svc.claims = func(c map[string]any) { delete(c, "sub") }
	id := ""
	s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) {
		p.Profile = func(context.Context, ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
			return ginauth.ProfileUser{ID: id}, nil
		}
	})))
	for _, id = range []string{"", "unknown", "ann example"} {
		if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "Configuration" || len(s.Dump().Users) != 0 {
			t.Errorf("%q: %s", id, a.URL())
		}
	}
	id = "7"
	if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "" || s.Dump().Accounts[0].ProviderAccountID != "7" {
		t.Errorf("an identifier from elsewhere in the token: %s", a.URL())
	}
}

func TestB2CUsersWithoutASubjectStayApart(t *testing.T) {
	oids := map[string]string{"ann": "6babcaad-604b-40ac-a9d7-9fd97c0b7791", "bob": "6babcaad-604b-40ac-a9d7-9fd97c0b7792"}
	for _, sub := range []string{"Not supported currently. Use oid claim.", "NOT SUPPORTED CURRENTLY. USE OID CLAIM.", " ", ""} {
		svc := newService(t)
		told := true
		svc.claims = func(c map[string]any) {
			who, _ := c["sub"].(string)
			c["emails"], c["sub"] = []string{who + "@example.net"}, sub
			if told {
				c["oid"] = oids[who]
			}
		}
		p := providers.AzureADB2C(issuerURL, serviceID, serviceSecret)
		p.HTTPClient = svc.client()
		s := newSite(t, with(p))
		for _, who := range []string{"ann", "bob", "ann"} {
			c := s.browser(t)
			if a := svc.signInWith(c, p.ID, who); c.Email() != who+"@example.net" {
				t.Errorf("sub %q: %s is signed in as %q (%s)", sub, who, c.Email(), a.URL())
			}
		}
		if tables := s.Dump(); len(tables.Users) != 2 || tables.Accounts[0].ProviderAccountID != oids["ann"] {
			t.Errorf("sub %q: %d users, accounts %+v", sub, len(tables.Users), tables.Accounts)
		}
		told = false
		c := s.browser(t)
		if a := svc.signInWith(c, p.ID, "carl"); a.ErrorCode() != "Configuration" || c.User() != nil || !strings.Contains(s.logs.String(), "Subject (sub) claim") {
			t.Errorf("sub %q without oid: %s, log %s", sub, a.URL(), s.logs)
		}
	}
}

// The identifier signs people in. An address is a courtesy: what is none keeps nobody out, and joins
// nobody to anybody.
func TestWhatIsNoAddressIsNone(t *testing.T) {
	for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
		for _, email := range []any{
			" ", "ann @example.net", "ann@example.net\nBcc: b@example.net", "a@\x00b", "Ann <ann@example.net>", "a@b,c@d", "a@b,c", strings.Repeat("a", 300) + "@example.net",
			"unknown", "null", "-", "n/a", "@", "a@", "null@null", "Undefined@undefined", 0, true, []string{"ann@example.net"}, map[string]string{"value": "ann@example.net"},
		} {
			t.Run(fmt.Sprintf("%s %.20v", kind, email), func(t *testing.T) {
				svc := newService(t)
				change := func(c map[string]any) { c["email"], c["email_verified"] = email, true }
				svc.claims, svc.userInfo = change, change
				trusting := func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true }
				p := svc.oidc("svc", trusting)
				if kind == ginauth.KindOAuth {
					p = svc.oauth("svc", trusting)
				}
				s := newSite(t, with(p))
				for _, who := range []string{"ann", "bob"} {
					c := s.browser(t)
					if a := svc.signInWith(c, "svc", who); a.ErrorCode() != "" || c.User()["name"] != "Name "+who {
						t.Errorf("%s: %s, signed in as %v", who, a.URL(), c.User())
					}
				}
				for _, u := range s.Dump().Users {
					if u.Email != "" {
						t.Errorf("kept as the address: %q", u.Email)
					}
				}
				text, isText := email.(string)
				if told := isText && strings.TrimSpace(text) != "" || email == 0; told != strings.Contains(s.logs.String(), "an e-mail address that is not valid") {
					t.Errorf("told an address: %t; log %s", told, s.logs)
				}
				if isText && len(text) > 3 && strings.Contains(s.logs.String(), "example.net") {
					t.Errorf("the address is in the log: %s", s.logs)
				}
			})
		}
	}
}

func TestSpaceAroundAnAddressIsDropped(t *testing.T) {
	for _, email := range []string{" Ann@example.net", "ann@example.net ", "ann@example.net\r\n", "ann@example.net\u00a0", "\u3000ann@example.net"} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { c["email"] = email }
		s := newSite(t, with(svc.oidc("svc")))
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); c.Email() != "ann@example.net" {
			t.Errorf("%q: %s, signed in as %q", email, a.URL(), c.Email())
		}
	}
}

// An address that the service verified is proven from the start, and no other one is.
func TestVerifiedAddressIsProvenAtSignUp(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(map[string]any)
		want   bool
	}{
		{"verified", func(c map[string]any) { c["email_verified"] = true }, true},
		{"verified, space around it", func(c map[string]any) { c["email_verified"], c["email"] = true, " Ann@example.net\n" }, true},
		{"not verified", func(c map[string]any) { c["email_verified"] = false }, false},
		{"not said", func(map[string]any) {}, false},
		{"said as a text", func(c map[string]any) { c["email_verified"] = "true" }, false},
		{"said as a number", func(c map[string]any) { c["email_verified"] = 1 }, false},
		{"another mailbox", func(c map[string]any) { c["email_verified"], c["email"] = true, "\uff41nn@example.net" }, false},
		{"no address", func(c map[string]any) { c["email_verified"], c["email"] = true, "unknown" }, false},
	} {
		for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
			svc := newService(t)
			svc.claims, svc.userInfo = tt.change, tt.change
			p := svc.oidc("svc")
			if kind == ginauth.KindOAuth {
				p = svc.oauth("svc")
			}
			s := newSite(t, with(p))
			if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "" {
				t.Errorf("%s, %s: %s", kind, tt.name, a.URL())
			} else if got := !s.Dump().Users[0].EmailVerified.IsZero(); got != tt.want {
				t.Errorf("%s, %s: proven %t, want %t", kind, tt.name, got, tt.want)
			}
		}
	}
}

// The word counts for the address beside it, not for one that another answer holds.
func TestVerifiedCountsForTheAddressBesideIt(t *testing.T) {
	svc := newService(t)
	svc.claims = func(c map[string]any) { c["email_verified"] = true }
	s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true })))
	svc.userInfo = func(c map[string]any) { c["email"] = "victim@example.net" }
	if a := svc.signInWith(s.browser(t), "svc", "ann"); a.ErrorCode() != "" {
		t.Fatal(a.URL())
	}
	if u := s.Dump().Users[0]; u.Email != "victim@example.net" || !u.EmailVerified.IsZero() {
		t.Errorf("user %+v", u)
	}
}
