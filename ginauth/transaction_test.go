package ginauth_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// wayIn is one kind of sign-in on a site that has all of them.
type wayIn struct {
	name string
	// prepare runs while storage works, and returns the one request during which it fails.
	prepare func(w *waysIn, c *testclient.Client) func() testclient.Answer
}

// waysIn is a site with a passkey, OAuth, e-mail and credentials provider, whose storage can fail.
type waysIn struct {
	*site
	*faults
	svc    *service
	office *post
	door   *authorizer
}

func newWaysIn(t *testing.T, sessions func(*ginauth.Config)) *waysIn {
	t.Helper()
	w := &waysIn{faults: &faults{}, svc: newService(t), office: &post{}, door: &authorizer{}}
	w.site = newSite(t, withFaults(w.faults), sessions, with(w.svc.oidc("svc"), w.svc.oidc("svc2"), w.office.provider(), w.door.provider()))
	return w
}

func allWaysIn() []wayIn {
	oauth := func(provider, sub string) func(*waysIn, *testclient.Client) func() testclient.Answer {
		return func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			answer := w.svc.consent(start(c, provider), sub)
			return func() testclient.Answer { return finish(c, provider, answer) }
		}
	}
	link := func(address string) func(*waysIn, *testclient.Client) func() testclient.Answer {
		return func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			askLink(c, address)
			opened := w.office.last(c.TB).URL
			return func() testclient.Answer { return follow(c, opened) }
		}
	}
	// after does a whole sign-in first, and leaves the browser without a session.
	after := func(first, then func(*waysIn, *testclient.Client) func() testclient.Answer) func(*waysIn, *testclient.Client) func() testclient.Answer {
		return func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			first(w, c)()
			c.SignOut()
			return then(w, c)
		}
	}
	return []wayIn{
		{"OAuth sign-up", oauth("svc", "ann")},
		{"OAuth sign-in", after(oauth("svc", "ann"), oauth("svc", "ann"))},
		{"OAuth linking", func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			oauth("svc", "ann")(w, c)()
			return oauth("svc2", "annie")(w, c)
		}},
		{"e-mail sign-up", link("bob@example.com")},
		{"e-mail sign-in", after(link("bob@example.com"), link("bob@example.com"))},
		{"e-mail claim", func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			squatter := w.browser(c.TB)
			squatter.SignUp("carl@example.com")
			return link("carl@example.com")(w, c)
		}},
		{"credentials", func(w *waysIn, c *testclient.Client) func() testclient.Answer {
			u, err := w.CreateUser(c.TB.Context(), ginauth.User{Email: "dora@example.com"})
			if err != nil {
				c.TB.Fatal(err)
			}
			w.door.user = &u
			token := c.CSRF()
			return func() testclient.Answer {
				return c.Post("/callback/credentials", map[string]string{"csrfToken": token, "username": "dora", "password": "x"})
			}
		}},
	}
}

// R7: whatever the way in, storage that fails at any of its calls leaves the tables as they were
// and no session in the browser. Only a commit whose answer is lost may have been stored, and then
// wholly. The next attempt works.
func TestR7_EverySignInIsOneTransaction(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, way := range allWaysIn() {
			calls := signInFailing(t, sessions, way, 0, false)
			if len(calls) == 0 && (name != "jwt" || way.name != "credentials") {
				t.Errorf("%s/%s: storage was not asked", name, way.name)
			}
			if writes := slices.Contains(calls, "LinkAccount") || slices.Contains(calls, "CreateSession"); writes && !slices.Contains(calls, "InTx") {
				t.Errorf("%s/%s: written without a transaction: %v", name, way.name, calls)
			}
			for i, call := range calls {
				for _, after := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%d %s after=%v", name, way.name, i+1, call, after), func(t *testing.T) {
						signInFailing(t, sessions, way, i+1, after)
					})
				}
			}
		}
	}
}

// signInFailing fails one call of a sign-in, or none, and returns the calls that there were.
func signInFailing(t *testing.T, sessions func(*ginauth.Config), way wayIn, at int, after bool) []string {
	t.Helper()
	w := newWaysIn(t, sessions)
	c := w.browser(t)
	ask := way.prepare(w, c)
	session, before := c.Cookie(sessionCookie), written(w.site)
	w.arm(at, after)
	a := ask()
	calls := slices.Clone(w.calls)
	w.disarm()
	if at == 0 {
		if a.ErrorCode() != "" || c.User() == nil {
			t.Fatalf("%s without failure: %d %s %s", way.name, a.Status, a.URL(), w.logs)
		}
		return calls
	}
	if a.Status != 503 || a.Cookie(sessionCookie) != nil || c.Cookie(sessionCookie) != session {
		t.Errorf("answer %d %s, session cookie %v", a.Status, a.Body, a.Cookie(sessionCookie))
	}
	if strings.Contains(a.Body, "fire") || !strings.Contains(w.logs.String(), errDisk.Error()) {
		t.Error("the reason belongs in the log and nowhere else")
	}
	if !after || calls[at-1] != "InTx" {
		wroteNothing(t, before, written(w.site))
	}
	again := w.browser(t)
	again.Passkeys = c.Passkeys
	if way.name == "credentials" {
		enter(again)
	} else if way.prepareAgain(w, again)(); again.User() == nil {
		t.Errorf("the next attempt fails: %s", w.logs)
	}
	return calls
}

// prepareAgain is the last step of prepare, for a browser without a session.
func (way wayIn) prepareAgain(w *waysIn, c *testclient.Client) func() testclient.Answer {
	if strings.HasPrefix(way.name, "OAuth") {
		answer := w.svc.consent(start(c, "svc"), "ann")
		return func() testclient.Answer { return finish(c, "svc", answer) }
	}
	address := map[string]string{"e-mail claim": "carl@example.com"}[way.name]
	if address == "" {
		address = "bob@example.com"
	}
	askLink(c, address)
	return func() testclient.Answer { return follow(c, w.office.last(c.TB).URL) }
}
