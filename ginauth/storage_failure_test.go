package ginauth_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// request prepares a browser and gives the one request during which storage fails.
type request struct {
	name string
	// prepare runs while everything works.
	prepare func(c *testclient.Client) func() testclient.Answer
}

func requests() []request {
	get := func(path string) func(*testclient.Client) func() testclient.Answer {
		return func(c *testclient.Client) func() testclient.Answer {
			return func() testclient.Answer { return c.Get(path) }
		}
	}
	callback := func(query string, other bool) func(*testclient.Client) func() testclient.Answer {
		return func(c *testclient.Client) func() testclient.Answer {
			action, options := c.Options(query)
			if other {
				c.OtherDevice()
			}
			form := map[string]string{"action": action, "data": c.Perform(action, options), "csrfToken": c.CSRF()}
			return func() testclient.Answer { return c.Post("/callback/passkey", form) }
		}
	}
	return []request{
		{"session", get("/session")},
		{"options", get("/webauthn-options/passkey?action=register")},
		{"sign in again", callback("?action=authenticate", false)},
		{"add", callback("?action=register", true)},
		{"sign out", func(c *testclient.Client) func() testclient.Answer {
			token := c.CSRF()
			return func() testclient.Answer { return c.Post("/signout", map[string]string{"csrfToken": token}) }
		}},
		{"update", func(c *testclient.Client) func() testclient.Answer {
			token := c.CSRF()
			return func() testclient.Answer { return c.Post("/session", map[string]string{"csrfToken": token}) }
		}},
		{"register", func(c *testclient.Client) func() testclient.Answer {
			c.SignOut()
			return callback("?action=register&email=new@example.com", true)(c)
		}},
		{"sign in", func(c *testclient.Client) func() testclient.Answer {
			c.SignOut()
			return callback("?action=authenticate&email=ada@example.com", false)(c)
		}},
		{"options by e-mail", func(c *testclient.Client) func() testclient.Answer {
			c.SignOut()
			return get("/webauthn-options/passkey?email=ada@example.com")(c)
		}},
	}
}

// R7 and R17: storage fails at each call of each request, before and after the call did its work.
// The answer is 503, no session cookie comes or goes, no half of a sign-in is stored, and the next
// attempt works. Lessons of CVE-2020-15223 (a failure swallowed at sign-out) and CVE-2026-73421 (an
// error that reads as a session).
func TestR7_StorageFailsAnywhere(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, r := range requests() {
			calls := failAt(t, sessions, r, 0, false)
			if name != "jwt" && len(calls) == 0 {
				t.Errorf("%s: storage was not asked", r.name)
			}
			for i, call := range calls {
				for _, after := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%d %s after=%v", name, r.name, i+1, call, after), func(t *testing.T) {
						failAt(t, sessions, r, i+1, after)
					})
				}
			}
		}
	}
}

// failAt fails one call, or none, and returns the calls that there were.
func failAt(t *testing.T, sessions func(*ginauth.Config), r request, at int, after bool) []string {
	t.Helper()
	f := &faults{}
	s := newSite(t, withFaults(f), sessions, func(c *ginauth.Config) { c.Session.UpdateAge = -1 })
	c := s.browser(t)
	c.SignUp("ada@example.com")
	ask := r.prepare(c)
	session, before := c.Cookie(sessionCookie), written(s)
	f.arm(at, after)
	a := ask()
	calls := slices.Clone(f.calls)
	f.disarm()
	consistent(t, s)
	if at == 0 {
		if a.Status != http.StatusOK || a.ErrorCode() != "" {
			t.Fatalf("%s without failure: %d %s", r.name, a.Status, a.Body)
		}
		return calls
	}
	if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" && a.Body != "null" {
		t.Errorf("answer %d %v %s", a.Status, a.Header, a.Body)
	}
	if strings.Contains(a.Body, "fire") || !strings.Contains(s.logs.String(), errDisk.Error()) {
		t.Error("the reason belongs to the log and nowhere else")
	}
	if c.Cookie(sessionCookie) != session || a.Cookie(sessionCookie) != nil {
		t.Error("the session cookie changed")
	}
	if !after {
		wroteNothing(t, before, written(s))
	}

	// The next attempt works, whatever became of this one.
	switch next := c.Clone(); r.name {
	case "register":
		if a := next.Authenticate(); a.ErrorCode() != "" {
			next.OtherDevice()
			if a := next.Register("new@example.com"); a.ErrorCode() != "" {
				t.Errorf("neither sign-in nor sign-up works: %s", a.Body)
			}
		}
	default:
		next.DropCookie(sessionCookie)
		for len(next.Passkeys.Passkeys) > 1 {
			next.Passkeys.Passkeys = next.Passkeys.Passkeys[:1]
		}
		if len(next.Passkeys.Passkeys) == 1 && r.name != "add" {
			next.SignIn()
		}
	}
	consistent(t, s)
	return calls
}

// R17: with storage gone altogether nobody is signed out and nobody gets in.
func TestR17_StorageIsDown(t *testing.T) {
	f := &faults{}
	s := newSite(t, withFaults(f))
	c := s.browser(t)
	c.SignUp("ada@example.com")
	token := c.CSRF()
	f.arm(-1, false)
	for _, want := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/auth/session", "null", 503},
		{"POST", "/auth/session", "null", 503},
		{"GET", "/auth/webauthn-options/passkey?action=register", "/auth/error?error=Configuration", 503},
		{"GET", "/auth/webauthn-options/passkey?action=authenticate", "/auth/error?error=Configuration", 503},
		{"POST", "/auth/callback/passkey", "/auth/error?error=Configuration", 503},
		{"POST", "/auth/signout", "/auth/error?error=Configuration", 503},
		{"GET", "/me", "unavailable", 503},
		{"GET", "/page", "unavailable", 503},
		{"GET", "/maybe", "nobody", 200},
		{"GET", "/auth/csrf", "csrfToken", 200},
		{"GET", "/auth/providers", "passkey", 200},
		{"GET", "/auth/signin", "<form", 200},
	} {
		contentType, body := "", ""
		if want.method == "POST" {
			contentType, body = "application/x-www-form-urlencoded", "action=authenticate&data={}&csrfToken="+token
		}
		a := c.Do(want.method, want.path, contentType, body)
		if a.Status != want.status || !strings.Contains(a.Body, want.body) {
			t.Errorf("%s %s: %d %s", want.method, want.path, a.Status, a.Body)
		}
		if a.Cookie(sessionCookie) != nil {
			t.Errorf("%s %s touches the session", want.method, want.path)
		}
	}
	// A plain form gets a page, with the same status.
	a := c.Post("/signout", map[string]string{"csrfToken": token}, "X-Auth-Return-Redirect", "")
	if a.Status != 503 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.Header.Get("Location") != "" {
		t.Errorf("form: %d %v", a.Status, a.Header)
	}
	f.disarm()
	if c.Email() != "ada@example.com" {
		t.Error("signed out by an outage")
	}
}

// R17: a flow store that fails is an outage, not "no flow".
func TestR17_FlowStoreIsDown(t *testing.T) {
	store := &mapStore{}
	s := newSite(t, func(c *ginauth.Config) { c.FlowStore = store })
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	action, options := c.Options("?action=authenticate")
	answer := c.Perform(action, options)
	store.fail = errDisk
	if a := c.Callback(action, answer, nil); a.Status != 503 || a.Cookie(sessionCookie) != nil {
		t.Errorf("callback: %d %s", a.Status, a.Body)
	}
	if a := c.Get("/webauthn-options/passkey"); a.Status != 503 {
		t.Errorf("options: %d %s", a.Status, a.Body)
	}
	store.fail = nil
	c.SignIn()
}
