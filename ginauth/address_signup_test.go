package ginauth_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// notAddresses are what people, programs and attackers give instead of an address.
var notAddresses = []string{
	"ann", "not an address", "@", "ann@", "@example.com", "ann@@example.com", "ann@b@example.com",
	"ann@example.com,bob@example.com", "ann@example.com,b.test", "ann,bob@example.com", "ann@example.com;bob@example.com", "ann@example.com，b.test",
	"ann@example.com＠evil.example", `"ann"@example.com`, `"ann@evil.example"@example.com`, "＂ann＂@example.com", "Ann <ann@example.com>", "<img src=x>@example.com", "ann@<img>",
	"ann bob@example.com", "ann@exa mple.com", "ann\u3000bob@example.com", "ann\r\nBcc: bob@example.com", "ann\x00@example.com", "ann\x7f@example.com",
	"ann\u200b@example.com", "ann\u200d@example.com", "ann\ufeff@example.com", "ann\u00ad@example.com", "ann\u2060@example.com", "ann\u202e@example.com",
	"ann\ufe0f@example.com", "ann\U000e0100@example.com", "ann\u034f@example.com", "ann\u3164@example.com", "ann\u115f@example.com", "ann\u180b@example.com",
	"ann@example\ufe0f.com", "ann@exam\u00adple.com", "ann@exam\u200bple.com",
	"ann@example.com.", "ann@example.com\u3002", "ann@.example.com", "ann@example..com", "ann@example\u3002.com", "ann@-example.com", "ann@example-.com", "ann@example.com-",
	"ann@[127.0.0.1]", "ann@127.0.0.1", "ann@127.1", "ann@0x7f.1", "ann@example.com:25", "ann@exa/mple.com", "ann@example.com?x", "ann@xn--a.example", "mailto:ann@example.com",
	strings.Repeat("a", 243) + "@example.com", strings.Repeat("ﷺ", 80) + "@example.com", "a@" + strings.Repeat("ü.", 100) + "example", "a@" + strings.Repeat("b", 64) + ".com", "unknown", "null", "n/a", "-",
}

// What is not an address is no address for a passkey sign-up, however the provider finds out who
// is meant: 400 before a passkey is made, and nothing is written.
func TestAddress_PasskeySignUpNeedsOne(t *testing.T) {
	for name, change := range map[string]func(*ginauth.WebAuthnProvider){
		"by the query":        func(*ginauth.WebAuthnProvider) {},
		"accounts are hidden": func(p *ginauth.WebAuthnProvider) { p.HideAccounts = true },
		"by UserInfo": func(p *ginauth.WebAuthnProvider) {
			p.UserInfo = func(_ context.Context, q ginauth.UserInfoRequest) (*ginauth.UserInfo, error) {
				return &ginauth.UserInfo{User: ginauth.User{Name: "Ann", Email: q.Query["email"]}}, nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := passkeyProvider("passkey")
			change(p)
			s := newSite(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
			before := s.Dump()
			for _, bad := range append([]string{"ann\xff@example.com"}, notAddresses...) {
				c := s.browser(t)
				a := c.Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(bad))
				if a.Status != http.StatusBadRequest || strings.TrimSpace(a.Body) != `{"error":"Invalid request"}` || c.Cookie(challengeCookie) != "" {
					t.Errorf("%q: %d %s", bad, a.Status, a.Body)
				}
				if p.HideAccounts {
					continue // without an action it is a sign-in, of anyone
				}
				if a := c.Get("/webauthn-options/passkey?email=" + url.QueryEscape(bad)); a.Status != http.StatusBadRequest {
					t.Errorf("%q without an action: %d %s", bad, a.Status, a.Body)
				}
			}
			wroteNothing(t, before, s.Dump())
		})
	}
}

// normalForms are addresses as people write them, and as they are stored.
var normalForms = map[string]string{
	"Ann@Example.com":                         "ann@example.com",
	" ann@example.com\n":                      "ann@example.com", //nolint:gocritic // space around is what it is about
	"ａｎｎ＠example.com":                         "ann@example.com",
	"ann\uFE6Bexample.com":                    "ann@example.com",
	"ann@example\u3002com":                    "ann@example.com",
	"ann@example\uff0ecom":                    "ann@example.com",
	"ann@example\uff61com":                    "ann@example.com",
	"zoe\u0308@BÜCHER.example":                "zoë@bücher.example",
	"ann@xn--BCHER-kva.example":               "ann@bücher.example",
	"ann@faß.example":                         "ann@faß.example",
	"ΑΣ@example.com":                          "ας@example.com",
	"İ@example.com":                           "i\u0307@example.com",
	"user@localhost":                          "user@localhost",
	"ann+tag@sub.Example.co.uk":               "ann+tag@sub.example.co.uk",
	"o'neil/dept=1@example.com":               "o'neil/dept=1@example.com",
	"\U0001f511@example.com":                  "\U0001f511@example.com",
	"ann@r3---sn-ab5l6n7e.test":               "ann@r3---sn-ab5l6n7e.test",
	"ann@my_host":                             "ann@my_host",
	strings.Repeat("A", 242) + "@example.com": strings.Repeat("a", 242) + "@example.com",
}

// An address is brought into normal form by every way in: it is what is shown, stored and
// sent.
func TestR15_OneNormalForm(t *testing.T) {
	for written, want := range normalForms {
		t.Run(written, func(t *testing.T) {
			s := newSite(t)
			c := s.browser(t)
			a := c.Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(written))
			var o struct {
				Options struct {
					User struct{ Name, DisplayName string }
				}
			}
			_ = json.Unmarshal([]byte(a.Body), &o)
			if o.Options.User.Name != want || o.Options.User.DisplayName != want {
				t.Errorf("the options name %+v: %d %s", o.Options.User, a.Status, a.Body)
			}
			c.SignUp(written)
			if users := s.Dump().Users; len(users) != 1 || users[0].Email != want || c.Email() != want {
				t.Errorf("a passkey stored %+v", users)
			}

			var office post
			s = newSite(t, with(office.provider()))
			askLink(s.browser(t), written)
			c = s.browser(t)
			follow(c, office.last(t).URL)
			if users := s.Dump().Users; office.last(t).To != want || len(users) != 1 || users[0].Email != want || c.Email() != want {
				t.Errorf("a link to %q stored %+v", office.last(t).To, users)
			}

			svc := newService(t)
			svc.claims = func(c map[string]any) { c["email"] = written }
			s = newSite(t, with(svc.oidc("svc")))
			svc.signInWith(s.browser(t), "svc", "ann")
			if users := s.Dump().Users; len(users) != 1 || users[0].Email != want {
				t.Errorf("a service stored %+v", users)
			}
		})
	}
}

// The address of a user-to-be that UserInfo returns is brought into normal form too.
func TestAddress_OfUserInfo(t *testing.T) {
	p := passkeyProvider("passkey")
	p.UserInfo = func(context.Context, ginauth.UserInfoRequest) (*ginauth.UserInfo, error) {
		return &ginauth.UserInfo{User: ginauth.User{Name: "Ann", Email: " Ann＠BÜCHER.example"}}, nil
	}
	s := newSite(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
	c := s.browser(t)
	c.SignUp("x@example.com")
	if users := s.Dump().Users; len(users) != 1 || users[0].Email != "ann@bücher.example" || users[0].Name != "Ann" {
		t.Errorf("stored %+v", users)
	}
}

// What a service says is verified is that very mailbox, also when the service writes its domain in ASCII. A
// list is not an address, and a mailbox that only normalizing makes is not what the service verified.
func TestAddress_OfService(t *testing.T) {
	for told, want := range map[string]struct {
		email    string
		verified bool
	}{
		"ann@example.com": {"ann@example.com", true}, "Ann@Example.com\n": {"ann@example.com", true}, "ann@xn--bcher-kva.example": {"ann@bücher.example", true},
		"ann@bücher.example": {"ann@bücher.example", true}, "ANN@BÜCHER.example": {"ann@bücher.example", true}, "ａnn@example.com": {"ann@example.com", false},
		"ann@example.com,bob@example.com": {}, "ann@example.com,b.test": {}, "ann@example.com，b.test": {}, "ann": {}, "ann@example.com.": {},
	} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { c["email"], c["email_verified"] = told, true }
		s := newSite(t, with(svc.oidc("svc")))
		svc.signInWith(s.browser(t), "svc", "ann")
		if users := s.Dump().Users; len(users) != 1 || users[0].Email != want.email || users[0].EmailVerified.IsZero() == want.verified {
			t.Errorf("%q: stored %+v", told, users)
		}
	}
}

// An address is one user, in whatever spelling and whichever way it comes in.
func TestAddress_OneUser(t *testing.T) {
	for first, again := range map[string]string{
		"ann@example.com": "Ann@Example.com", "Ann@Example.com": "ann@example.com", "ann@bücher.example": "ANN@xn--bcher-kva.example",
		"ann@example\u3002com": "ann@example.com", "ann＠example.com": "ann@example.com",
	} {
		t.Run(first, func(t *testing.T) {
			var office post
			svc := newService(t)
			svc.claims = func(c map[string]any) { c["email"] = again }
			s := newSite(t, with(office.provider(), svc.oidc("svc")))
			c := s.browser(t)
			c.SignUp(first)
			before := written(s)
			if a := s.browser(t).Get("/webauthn-options/passkey?action=register&email=" + url.QueryEscape(again)); a.Status != http.StatusBadRequest {
				t.Errorf("signing up again: %d %s", a.Status, a.Body)
			}
			if a := svc.signInWith(s.browser(t), "svc", "bob"); a.ErrorCode() != "OAuthAccountNotLinked" {
				t.Errorf("a service: %s", a.URL())
			}
			wroteNothing(t, before, written(s))
			askLink(s.browser(t), again)
			byLink := s.browser(t)
			follow(byLink, office.last(t).URL)
			if users := s.Dump().Users; len(users) != 1 || byLink.Email() != users[0].Email {
				t.Errorf("the link signed in as %q of %+v", byLink.Email(), users)
			}
		})
	}
}

// Of many who sign up at once for an address in its spellings one gets it.
func TestAddress_OneUserAtOnce(t *testing.T) {
	spellings := []string{"ann@bücher.example", "Ann@BÜCHER.example", "ANN@xn--bcher-kva.example", "ann＠bücher\u3002example"}
	s := newSite(t)
	clients := make([]*testclient.Client, 20)
	answers := make([]string, len(clients))
	for i := range clients {
		clients[i] = s.browser(t)
		action, options := clients[i].Options("?action=register&email=" + url.QueryEscape(spellings[i%len(spellings)]))
		answers[i] = clients[i].Perform(action, options)
		clients[i].CSRF()
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for i, c := range clients {
		wg.Go(func() {
			a := c.Callback("register", answers[i], nil)
			mu.Lock()
			defer mu.Unlock()
			if a.ErrorCode() == "" {
				in++
			} else if a.ErrorCode() != "AccountNotLinked" {
				t.Errorf("answer %s", a.Body)
			}
		})
	}
	wg.Wait()
	if users := s.Dump().Users; in != 1 || len(users) != 1 {
		t.Errorf("%d are in, as %+v", in, users)
	}
	consistent(t, s)
}
