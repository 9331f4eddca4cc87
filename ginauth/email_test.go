package ginauth_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// post is a post office: it keeps the links instead of delivering them.
type post struct {
	mu    sync.Mutex
	links []ginauth.SignInLink
	// fail is what Send returns, seen what it finds in the database.
	fail error
	seen func()
}

func (p *post) provider(change ...func(*ginauth.EmailProvider)) *ginauth.EmailProvider {
	e := &ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(_ context.Context, m ginauth.SignInLink) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.seen != nil {
			p.seen()
		}
		if p.fail != nil {
			return p.fail
		}
		p.links = append(p.links, m)
		return nil
	}}
	for _, f := range change {
		f(e)
	}
	return e
}

func (p *post) last(tb testing.TB) ginauth.SignInLink {
	tb.Helper()
	if len(p.links) == 0 {
		tb.Fatal("no link was sent")
	}
	return p.links[len(p.links)-1]
}

// linksOf are the rows of links, without the records beside them.
func linksOf(s *site) (list []ginauth.VerificationToken) {
	for _, row := range s.Dump().VerificationTokens {
		if !strings.HasPrefix(row.Identifier, "ginauth:") {
			list = append(list, row)
		}
	}
	return list
}

func askLink(c *testclient.Client, address string) testclient.Answer {
	return c.Post("/signin/email", map[string]string{"csrfToken": c.CSRF(), "email": address, "callbackUrl": "/inbox?x=1&y=ä"})
}

// follow opens a link in a browser, as a mail program does, and confirms it where a page asks for that.
func follow(c *testclient.Client, link string) testclient.Answer {
	c.TB.Helper()
	a := openLink(c, link)
	if a.Status != http.StatusOK {
		return a
	}
	return confirm(c, a)
}

// confirm presses the button of the page that a link led to.
func confirm(c *testclient.Client, page testclient.Answer) testclient.Answer {
	c.TB.Helper()
	form := formOf(page.Body)
	if form.action == "" || form.fields["token"] == "" {
		c.TB.Fatalf("not a page that asks: %d %s", page.Status, page.Body)
	}
	return c.Post(strings.TrimPrefix(form.action, "/auth"), form.fields, "X-Auth-Return-Redirect", "")
}

// webForm is the first form of a page.
type webForm struct {
	action string
	fields map[string]string
}

func formOf(page string) (f webForm) {
	f.fields = map[string]string{}
	if m := regexp.MustCompile(`<form[^>]* action="([^"]*)"`).FindStringSubmatch(page); m != nil {
		f.action = html.UnescapeString(m[1])
	}
	for _, m := range regexp.MustCompile(`<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		f.fields[html.UnescapeString(m[1])] = html.UnescapeString(m[2])
	}
	return f
}

// openLink opens a link in a browser and does nothing else.
func openLink(c *testclient.Client, link string) testclient.Answer {
	c.TB.Helper()
	u, err := url.Parse(link)
	if err != nil {
		c.TB.Fatal(err)
	}
	return c.Do(http.MethodGet, u.RequestURI(), "", "", "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "")
}

func TestEmailNotSent(t *testing.T) {
	t.Run("mail server down", func(t *testing.T) {
		office := post{fail: errors.New("connection refused")}
		s := newSite(t, with(office.provider()))
		var during int
		office.seen = func() { during = len(s.Dump().VerificationTokens) }
		if a := askLink(s.browser(t), "ann@example.com"); a.ErrorCode() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
		if tables := s.Dump(); during != 1 || len(tables.VerificationTokens) != 0 || len(tables.Users) != 0 {
			t.Errorf("%d rows while sending, then %+v", during, tables)
		}
		if log := s.logs.String(); !strings.Contains(log, "connection refused") || strings.Contains(log, "ann@") {
			t.Errorf("log %s", log)
		}
	})
	t.Run("client gone while sending", func(t *testing.T) {
		s := newSite(t, func(c *ginauth.Config) {
			c.Providers = []ginauth.Provider{&ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(ctx context.Context, m ginauth.SignInLink) error {
				m.Request.Context().Value(cancelKey{}).(context.CancelFunc)()
				return ctx.Err()
			}}}
		})
		c := testclient.NewRemote(t, cancellable{testclient.Handler(s.engine)}, siteOrigin)
		askLink(c, "ann@example.com")
		if rows := s.Dump().VerificationTokens; len(rows) != 0 {
			t.Errorf("left %+v", rows)
		}
	})
	t.Run("storage down", func(t *testing.T) {
		var office post
		s := newSite(t, with(office.provider()), func(c *ginauth.Config) { c.Adapter = brokenTokens{c.Adapter.(*adaptertest.Memory)} })
		if a := askLink(s.browser(t), "ann@example.com"); a.Status != http.StatusServiceUnavailable || len(office.links) != 0 {
			t.Errorf("answer %d, %d links sent", a.Status, len(office.links))
		}
	})
	for _, address := range []string{"", "ann", "a@b@c.test", `"a"@b.test`, "ann@example.com\r\nBcc: b@c.test"} {
		t.Run("address "+address, func(t *testing.T) {
			var office post
			s := newSite(t, with(office.provider()))
			if a := askLink(s.browser(t), address); a.ErrorCode() != "Configuration" || len(office.links) != 0 || len(s.Dump().VerificationTokens) != 0 {
				t.Errorf("answer %s", a.URL())
			}
		})
	}
	t.Run("no CSRF token", func(t *testing.T) {
		var office post
		s := newSite(t, with(office.provider()))
		if a := s.browser(t).Post("/signin/email", map[string]string{"email": "ann@example.com"}); a.ErrorCode() != "MissingCSRF" || len(office.links) != 0 {
			t.Errorf("answer %s", a.URL())
		}
	})
}

type cancelKey struct{}

// cancellable lets a handler cancel its own request, as a browser that goes away does.
type cancellable struct{ base http.RoundTripper }

func (c cancellable) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	return c.base.RoundTrip(r.WithContext(context.WithValue(ctx, cancelKey{}, cancel)))
}

// brokenTokens can store no verification tokens.
type brokenTokens struct{ *adaptertest.Memory }

func (brokenTokens) CreateVerificationToken(context.Context, ginauth.VerificationToken) error {
	return errors.New("disk full")
}

func TestEmailGate(t *testing.T) {
	var office post
	var asked []ginauth.SignInParams
	allowFollowing := true
	s := newSite(t, with(office.provider()), func(c *ginauth.Config) {
		c.Callbacks.SignIn = func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
			asked = append(asked, p)
			switch {
			case strings.HasPrefix(p.User.Email, "denied"):
				return ginauth.Deny(), nil
			case strings.HasPrefix(p.User.Email, "elsewhere"):
				return ginauth.RedirectTo("/policy"), nil
			case !p.VerificationRequest && !allowFollowing:
				return ginauth.Deny(), nil
			}
			return ginauth.Allow(), nil
		}
	})
	if a := askLink(s.browser(t), "denied@example.com"); a.ErrorCode() != "AccessDenied" || len(office.links) != 0 {
		t.Errorf("denied: %s", a.URL())
	}
	if a := askLink(s.browser(t), "elsewhere@example.com"); a.URL() != siteOrigin+"/policy" || len(office.links) != 0 {
		t.Errorf("elsewhere: %s", a.URL())
	}
	askLink(s.browser(t), "ann@example.com")
	allowFollowing = false
	if a := follow(s.browser(t), office.last(t).URL); a.ErrorCode() != "AccessDenied" || len(s.Dump().Users) != 0 {
		t.Errorf("denied when followed: %s", a.URL())
	}
	if got := asked[len(asked)-2:]; !got[0].VerificationRequest || got[1].VerificationRequest || got[1].Account.ProviderAccountID != "ann@example.com" {
		t.Errorf("asked %+v", got)
	}
}
