package ginauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// An address is looked up as it was typed first: rows are older than today's idea of an address.
func TestAddress_LookedUpAsTyped(t *testing.T) {
	for stored, typed := range map[string][]string{
		"not an address":            {"not an address"},
		"ada":                       {"ada", "ADA"},
		"Ann@Example.com":           {"Ann@Example.com", "ann@example.com", "ANN@EXAMPLE.COM", " ann@example.com ", "ａnn@example.com"},
		"ann@bücher.example":        {"ann@bücher.example", "ann@BÜCHER.example", "ann@xn--bcher-kva.example"},
		"ann@xn--bcher-kva.example": {"ann@xn--bcher-kva.example", "ann@bücher.example", "Ann@BÜCHER.example"},
		"a@x.test,b@y.test":         {"a@x.test,b@y.test"},
	} {
		for _, email := range typed {
			s := newSite(t)
			u, err := s.CreateUser(t.Context(), ginauth.User{ID: "0123456789abcdef", Email: stored})
			if err != nil {
				t.Fatal(err)
			}
			key := ginauth.Authenticator{CredentialID: []byte("fedcba9876543210"), UserID: u.ID, ProviderAccountID: "ZmVkY2JhOTg3NjU0MzIxMA==", PublicKey: []byte{1}}
			if err := s.CreateAuthenticator(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			c := s.browser(t)
			action, options := c.Options("?email=" + url.QueryEscape(email))
			if action != "authenticate" || !strings.Contains(string(options), "ZmVkY2JhOTg3NjU0MzIxMA") {
				t.Errorf("%q stored as %q: %s with %s", email, stored, action, options)
			}
			if a := c.Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(email)); a.Status != http.StatusBadRequest {
				t.Errorf("%q stored as %q can be signed up for: %d %s", email, stored, a.Status, a.Body)
			}
		}
	}
}

// A user whose stored address is none today can still add passkeys.
func TestAddress_OldOnesKeepTheirPasskeys(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	u := s.Dump().Users[0]
	u.Email = "ada"
	if err := s.UpdateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	c.OtherDevice()
	if a := c.AddPasskey(); a.ErrorCode() != "" || len(s.Dump().Authenticators) != 2 {
		t.Errorf("answer %d %s", a.Status, a.Body)
	}
}

// Of two users whose addresses differ in case each has the one that is stored for them. Typed in a third
// way it is the one in lower case.
func TestAddress_TwoCases(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	for id, email := range map[string]string{"capital-0123456789": "Ann@Example.com", "lower-0123456789": "ann@example.com"} {
		if _, err := s.CreateUser(t.Context(), ginauth.User{ID: id, Email: email}); err != nil {
			t.Fatal(err)
		}
	}
	askLink(s.browser(t), "ANN@example.com")
	c := s.browser(t)
	follow(c, office.last(t).URL)
	if got := c.Email(); got != "ann@example.com" || len(s.Dump().Users) != 2 {
		t.Errorf("signed in as %q of %+v", got, s.Dump().Users)
	}
}

// The claim fires whatever spelling was stored: the squatter's passkey and session go.
func TestAddress_ClaimInAnySpelling(t *testing.T) {
	for stored, proven := range map[string]string{
		"Ann@Example.com": "ann@example.com", "ANN@EXAMPLE.COM": "Ann@example.com", "ann@bücher.example": "ann@xn--bcher-kva.example", "Ann@bücher.example": "ann@BÜCHER.example", "Ann@xn--bcher-kva.example": "ann@bücher.example",
	} {
		t.Run(stored, func(t *testing.T) {
			var office post
			s := newSite(t, with(office.provider()))
			eve := s.browser(t)
			eve.SignUp("eve@example.com")
			u := s.Dump().Users[0]
			u.Email = stored
			if err := s.UpdateUser(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			askLink(s.browser(t), proven)
			ann := s.browser(t)
			follow(ann, office.last(t).URL)
			users := s.Dump().Users
			if ann.Email() != stored || len(users) != 1 || users[0].EmailVerified.IsZero() {
				t.Errorf("signed in as %q of %+v", ann.Email(), users)
			}
			if left := s.Dump(); eve.User() != nil || len(left.Authenticators) > 0 {
				t.Errorf("eve is %v and has %+v", eve.User(), left.Authenticators)
			}
		})
	}
}

// A service that links by address links to the stored user in whatever case the row has it.
func TestAddress_LinkByEmailInAnyCase(t *testing.T) {
	for _, told := range []string{"ann@example.com", "ANN@example.com"} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { c["email"], c["email_verified"] = told, true }
		s := newSite(t, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true })))
		if _, err := s.CreateUser(t.Context(), ginauth.User{ID: "u1", Email: "Ann@Example.com"}); err != nil {
			t.Fatal(err)
		}
		c := s.browser(t)
		if a := svc.signInWith(c, "svc", "ann"); c.Email() != "Ann@Example.com" || len(s.Dump().Users) != 1 {
			t.Errorf("%s: %s", told, a.URL())
		}
	}
}

// R18: with HideAccounts the options do not show in which case an address is stored, and ask storage the
// same for every spelling.
func TestR18_SpellingsTellNothing(t *testing.T) {
	f := &faults{}
	s := newSite(t, withFaults(f), withHiddenAccounts)
	if _, err := s.CreateUser(t.Context(), ginauth.User{ID: "u1", Email: "Ada@Example.com"}); err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, email := range []string{"ada@example.com", "ADA@example.com", "Ada@Example.com", "eve@example.com", "Eve@Example.com", "ada@bücher.example"} {
		f.arm(0, false)
		a := s.browser(t).Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(email))
		calls[strings.Join(f.calls, " ")] = true
		f.disarm()
		if a.Status != http.StatusOK || strings.Contains(a.Body, "Ada@") || strings.Contains(a.Body, "Example.com") {
			t.Errorf("%s: %d %s", email, a.Status, a.Body)
		}
	}
	if len(calls) != 1 {
		t.Errorf("the spellings take different work: %v", calls)
	}
}

// R18: with HideAccounts a stored user whom UserInfo finds looks like one that is not stored.
func TestR18_UserInfoTellsNothing(t *testing.T) {
	p := passkeyProvider("passkey")
	p.HideAccounts = true
	p.UserInfo = func(_ context.Context, q ginauth.UserInfoRequest) (*ginauth.UserInfo, error) {
		if q.Query["email"] == "ada@example.com" {
			return &ginauth.UserInfo{User: ginauth.User{ID: "u1", Name: "Ada Lovelace", Email: "Ada@Example.com"}, Exists: true}, nil
		}
		return &ginauth.UserInfo{User: ginauth.User{Email: q.Query["email"]}}, nil
	}
	s := newSite(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
	for email, want := range map[string]string{"ada@example.com": "ada@example.com", "Eve@example.com": "eve@example.com"} {
		a := s.browser(t).Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(email))
		if !strings.Contains(a.Body, `"name":"`+want+`","displayName":"`+want+`"`) {
			t.Errorf("%s: %d %s", email, a.Status, a.Body)
		}
	}
}
