package ginauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// A link that is opened in a browser which did not ask for it does nothing: a page asks, and its form
// uses the link. Programs that look at mails, and other people's devices, burn nothing.
func TestLinkElsewhereAsks(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var office post
			s := newSite(t, sessions, with(office.provider()))
			asker := s.browser(t)
			askLink(asker, "ann@example.com")
			link := office.last(t).URL
			before := s.Dump()
			for range 3 {
				scanner := s.browser(t)
				a := openLink(scanner, link)
				if a.Status != http.StatusOK || scanner.Cookie(sessionCookie) != "" {
					t.Fatalf("opening: %d %s", a.Status, a.Body)
				}
			}
			wroteNothing(t, before, s.Dump())

			other := s.browser(t)
			page := openLink(other, link)
			form := formOf(page.Body)
			for what, change := range map[string]func(fields map[string]string){
				"without the CSRF token": func(f map[string]string) { delete(f, "csrfToken") },
				"with another's":         func(f map[string]string) { f["csrfToken"] = strings.Repeat("0", 64) },
			} {
				fields := map[string]string{}
				for k, v := range form.fields {
					fields[k] = v
				}
				change(fields)
				if a := other.Post("/callback/email", fields); a.ErrorCode() != "MissingCSRF" {
					t.Errorf("posted %s: %s", what, a.URL())
				}
			}
			if a := s.browser(t).Post("/callback/email", form.fields); a.ErrorCode() != "MissingCSRF" {
				t.Errorf("posted by another browser: %s", a.URL())
			}
			if a := other.Post("/callback/email", form.fields, "Sec-Fetch-Site", "cross-site"); a.Status != http.StatusForbidden {
				t.Errorf("posted by another site: %d", a.Status)
			}
			wroteNothing(t, before, s.Dump())
			if a := confirm(other, page); a.URL() != siteOrigin+"/inbox?x=1&y=%C3%A4" || other.Email() != "ann@example.com" || asker.User() != nil {
				t.Errorf("confirmed: %d %s, %q", a.Status, a.URL(), other.Email())
			}
			if a := confirm(other, page); a.Status != http.StatusFound || a.URL() != siteOrigin+"/inbox?x=1&y=%C3%A4" {
				t.Errorf("confirmed twice: %d %s", a.Status, a.URL())
			}
			stranger := s.browser(t)
			if a := openLink(stranger, link); a.ErrorCode() != "Verification" {
				t.Errorf("a used link elsewhere: %d %s", a.Status, a.URL())
			}
		})
	}
}

// In the browser that asked, opening the link signs in at once, and opening it again leads on.
func TestLinkInTheBrowserThatAsked(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var office post
			s := newSite(t, sessions, with(office.provider()))
			c := s.browser(t)
			askLink(c, "ann@example.com")
			link := office.last(t).URL
			for i := range 3 {
				session := c.Cookie(sessionCookie)
				if a := openLink(c, link); a.Status != http.StatusFound || a.URL() != siteOrigin+"/inbox?x=1&y=%C3%A4" || c.Email() != "ann@example.com" {
					t.Fatalf("opening %d: %d %s", i, a.Status, a.URL())
				}
				if name == "database" && i > 0 && c.Cookie(sessionCookie) != session {
					t.Error("a used link made a session")
				}
			}
			bob := s.browser(t)
			askLink(bob, "bob@example.com")
			openLink(bob, office.last(t).URL)
			if a := openLink(bob, link); a.ErrorCode() != "Verification" || bob.Email() != "bob@example.com" {
				t.Errorf("a used link of another address: %d %s", a.Status, a.URL())
			}
			c.SignOut()
			if a := openLink(c, link); a.ErrorCode() != "Verification" || c.User() != nil {
				t.Errorf("a used link after signing out: %d %s", a.Status, a.URL())
			}
		})
	}
}

// Opening an address removes nothing, not even where the link was asked for: the page says what will be
// removed.
func TestLinkThatRemovesAsks(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, oneStep := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				var office post
				s := newSite(t, sessions, with(office.provider(func(p *ginauth.EmailProvider) { p.OneStep = oneStep })))
				eve, ann := s.browser(t), s.browser(t)
				eve.SignUp("ann@example.com")
				askLink(ann, "ann@example.com")
				before := s.Dump()
				page := openLink(ann, office.last(t).URL)
				if page.Status != http.StatusOK || ann.Cookie(sessionCookie) != "" {
					t.Fatalf("%d %s", page.Status, page.URL())
				}
				wroteNothing(t, before, s.Dump())
				if text := strings.ToLower(page.Body); !strings.Contains(text, "passkey") || !strings.Contains(text, "remove") {
					t.Errorf("the page does not say what will be removed: %s", page.Body)
				}
				if confirm(ann, page); ann.Email() != "ann@example.com" || len(s.Dump().Authenticators) != 0 {
					t.Errorf("signed in as %q, %d passkeys", ann.Email(), len(s.Dump().Authenticators))
				}
			})
		}
	}
}

// OneStep is what Auth.js does: whoever opens the link is signed in.
func TestLinkInOneStep(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider(func(p *ginauth.EmailProvider) { p.OneStep = true })))
	askLink(s.browser(t), "ann@example.com")
	other := s.browser(t)
	if a := openLink(other, office.last(t).URL); a.Status != http.StatusFound || other.Email() != "ann@example.com" {
		t.Errorf("%d %s", a.Status, a.URL())
	}
}

// A link is good at the provider that made it.
func TestLinkOfAnotherProvider(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider(), office.provider(func(p *ginauth.EmailProvider) { p.ID = "partners" })))
	for _, c := range []*testclient.Client{s.browser(t), s.browser(t)} {
		askLink(c, "ann@example.com")
		link := office.last(t).URL
		wrong := strings.Replace(link, "/callback/email", "/callback/partners", 1)
		for _, b := range []*testclient.Client{c, s.browser(t)} {
			if a := openLink(b, wrong); a.ErrorCode() != "Verification" || b.User() != nil {
				t.Errorf("at another provider: %d %s", a.Status, a.URL())
			}
		}
		if follow(c, link); c.Email() != "ann@example.com" {
			t.Error("the link was burnt by that")
		}
	}
}

// A link is not burnt by a transaction that failed, and signs in once afterwards.
func TestLinkSurvivesAFailure(t *testing.T) {
	for name, sessions := range sessionKinds {
		var office post
		f := &faults{}
		s := newSite(t, withFaults(f), sessions, with(office.provider()))
		for at := 1; ; at++ {
			c := s.browser(t)
			address := "ann" + string(rune('a'+at)) + "@example.com"
			askLink(c, address)
			f.arm(at, false)
			a := openLink(c, office.last(t).URL)
			calls := len(f.calls)
			f.disarm()
			if calls < at {
				break
			}
			if a.Status != http.StatusServiceUnavailable || c.Cookie(sessionCookie) != "" {
				t.Errorf("%s, call %d (%s): %d %s", name, at, f.calls[at-1], a.Status, a.URL())
			}
			if a := openLink(c, office.last(t).URL); a.Status != http.StatusFound || c.Email() != address {
				t.Errorf("%s, call %d (%s), again: %d %s", name, at, f.calls[at-1], a.Status, a.URL())
			}
		}
	}
}

// The callback URL of the page is checked like any other.
func TestLinkPageCallback(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	askLink(s.browser(t), "ann@example.com")
	u, err := url.Parse(office.last(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("callbackUrl", "https://evil.example/")
	u.RawQuery = q.Encode()
	c := s.browser(t)
	page := openLink(c, u.String())
	if strings.Contains(page.Body, "evil.example") {
		t.Error("the page repeats a foreign address")
	}
	form := formOf(page.Body)
	form.fields["callbackUrl"] = "https://evil.example/"
	if a := c.Post("/callback/email", form.fields); a.URL() != siteOrigin {
		t.Errorf("sent to %s", a.URL())
	}
}
