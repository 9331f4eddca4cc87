package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// The spellings of one mailbox share its limit of links.
func TestAddress_OneMailboxOneLimit(t *testing.T) {
	var office post
	s := limitedPeople(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{office.provider()} })
	for range 2 {
		for _, spelling := range []string{
			"ann@bücher.example", "ANN@BÜCHER.EXAMPLE", "ann@xn--bcher-kva.example", "ann@bücher\u3002example", "ann@bücher\uff0eexample", "ann@bücher\uff61example",
			"ann@bu\u0308cher.example", "ａnn@bücher.example", "ann@bücher.example,other.example", " ann@bücher.example", "ann\ufe0f@bücher.example", "ann@bücher\ufe0f.example",
			"ann\u200b@bücher.example", "ann@bü\u00adcher.example", "ann\U000e0101@bücher.example", "ann\u034f@bücher.example", "ann@bücher.example.", "ann@bücher.example\u3002",
		} {
			askLink(s.browser(t), spelling)
		}
	}
	if len(office.links) != 5 {
		t.Errorf("%d links were sent, want 5", len(office.links))
	}
	for _, l := range office.links {
		if l.To != "ann@bücher.example" {
			t.Errorf("a link was sent to %q", l.To)
		}
	}
}

// What is not an address gets no link; a list ends at its comma, as at Auth.js.
func TestAddress_LinkNeedsOne(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	for _, bad := range notAddresses {
		if strings.Contains(bad, ",b.test") || strings.Contains(bad, "，b.test") {
			continue
		}
		if a := askLink(s.browser(t), bad); a.ErrorCode() != "Configuration" {
			t.Errorf("%q: %s", bad, a.URL())
		}
	}
	if len(office.links) > 0 || len(s.Dump().VerificationTokens) > 0 {
		t.Errorf("sent %+v", office.links)
	}
	for _, list := range []string{"ann@example.com,b.test", "Ann@Example.com，b.test"} {
		if askLink(s.browser(t), list); office.last(t).To != "ann@example.com" {
			t.Errorf("%q: sent to %q", list, office.last(t).To)
		}
	}
}

// What Normalize returns is an address like any other, or an identifier of the application's own kind.
func TestAddress_NormalizeReturnsOne(t *testing.T) {
	for returned, want := range map[string]string{
		"Ann@Example.com": "ann@example.com", "ann@xn--bcher-kva.example": "ann@bücher.example", "+15551234": "+15551234",
		"ann@example.com,bob@example.com": "", "ann@example.com,b.test": "", "ann＠example.com，b.test": "", "ann@127.0.0.1": "", "a\nb": "", "": "",
	} {
		var office post
		s := newSite(t, with(office.provider(func(p *ginauth.EmailProvider) { p.Normalize = func(string) (string, error) { return returned, nil } })))
		askLink(s.browser(t), "x")
		if want == "" {
			if len(office.links) > 0 {
				t.Errorf("%q: sent to %q", returned, office.last(t).To)
			}
			continue
		}
		c := s.browser(t)
		if follow(c, office.last(t).URL); c.Email() != want {
			t.Errorf("%q: signed in as %q", returned, c.Email())
		}
	}
}

// A link whose plus was decoded on the way still works, wherever in the address it stands.
func TestLink_PlusDecoded(t *testing.T) {
	for _, address := range []string{"ann+x@example.com", "ann++x@example.com", "+ann@example.com", "ann+@example.com"} {
		for name, instead := range map[string]string{"plus": "+", "blank": "%20", "as sent": "%2B"} {
			var office post
			s := newSite(t, with(office.provider()))
			askLink(s.browser(t), address)
			link := office.last(t).URL
			if !strings.Contains(link, "%2B") {
				t.Fatalf("no %%2B in %s", link)
			}
			c := s.browser(t)
			if a := follow(c, strings.ReplaceAll(link, "%2B", instead)); c.Email() != address {
				t.Errorf("%s, %s: %s", address, name, a.URL())
			}
		}
	}
}

// A blank is a plus and nothing else: no other address is reached by one.
func TestLink_BlankIsNothingElse(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	askLink(s.browser(t), "annx@example.com")
	link := office.last(t).URL
	for _, instead := range []string{"ann%20x%40", "ann+x%40", "%20annx%40", "an%6ex%20%40"} {
		c := s.browser(t)
		if a := follow(c, strings.Replace(link, "annx%40", instead, 1)); a.ErrorCode() != "Verification" || c.User() != nil {
			t.Errorf("%s: %s", instead, a.URL())
		}
	}
	c := s.browser(t)
	if follow(c, link); c.Email() != "annx@example.com" {
		t.Error("the link is used up")
	}
}

// Guesses are counted for an account in whatever spelling some database takes for its name.
func TestRateLimit_SpellingsOfOneAccount(t *testing.T) {
	for field, spellings := range map[string][]string{
		"email": {
			"ann@example.com", "ANN@Example.com", " ann@example.com", "ann@example.com ", "änn@example.com", "a\u200bnn@example.com", "ann\u00ad@example.com", "ann\ufe0f@example.com",
			"ａｎｎ@example.com", "ann@example\u3002com", "a\u0301nn@example.com", "ann@example.com\x00", "ann\u3164@example.com", "ann@éxample.com", "ann@xn--xample-9ua.com",
		},
		"username": {"ann", "ANN", "änn", "ånn", "a\u200bnn", "ann\u2060", "ａｎｎ", " ann ", "ann\ufe0f", "a\U000e0100nn", "ann\t", "ａ\u0308nn"},
	} {
		asked := 0
		s := limitedPeople(t, func(c *ginauth.Config) {
			c.Session.Strategy = ginauth.StrategyJWT
			c.Providers = []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password", Authorize: func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) {
				asked++
				return nil, nil
			}}}
		})
		guess := func(who string) testclient.Answer {
			c := s.browser(t)
			return c.Post("/callback/password", map[string]string{field: who, "password": "wrong", "csrfToken": c.CSRF()})
		}
		for _, who := range spellings {
			guess(who)
		}
		if asked != 5 {
			t.Errorf("%s: Authorize was asked %d times, want 5", field, asked)
		}
		if a := guess("bob@example.com"); a.Status == http.StatusTooManyRequests {
			t.Errorf("%s: another account is refused", field)
		}
	}
}

// An error of Normalize is told to nobody but the log, and holds no address of ours.
func TestAddress_NormalizeRefuses(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider(func(p *ginauth.EmailProvider) {
		p.Normalize = func(string) (string, error) { return "", errors.New("not one of us") }
	})))
	if a := askLink(s.browser(t), "ann@example.com"); a.ErrorCode() != "Configuration" || len(office.links) > 0 {
		t.Errorf("answer %s", a.URL())
	}
	if log := s.logs.String(); strings.Contains(log, "ann@") || !strings.Contains(log, "not one of us") {
		t.Errorf("log %s", log)
	}
}
