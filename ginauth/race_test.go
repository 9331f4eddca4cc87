package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// together runs all functions at once and returns how many answers are free of errors.
func together(attempts []func() testclient.Answer) int {
	results := make([]testclient.Answer, len(attempts))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, f := range attempts {
		wg.Go(func() {
			<-start
			results[i] = f()
		})
	}
	close(start)
	wg.Wait()
	succeeded := 0
	for _, a := range results {
		if a.Status == 200 && a.ErrorCode() == "" {
			succeeded++
		}
	}
	return succeeded
}

// answered prepares a callback and returns what posts it.
func answered(c *testclient.Client, query string, change ...testclient.Change) func() testclient.Answer {
	action, options := c.Options(query)
	form := map[string]string{"action": action, "data": c.Perform(action, options, change...), "csrfToken": c.CSRF()}
	return func() testclient.Answer { return c.Post("/callback/passkey", form) }
}

func TestRace_SameChallenge(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	if n := storm(t, c, 100, "?action=authenticate"); n != 1 || len(s.Dump().Sessions) != 1 {
		t.Errorf("%d of 100 succeeded, %d sessions", n, len(s.Dump().Sessions))
	}
}

func TestRace_SameAddress(t *testing.T) {
	s := newSite(t)
	var attempts []func() testclient.Answer
	for range 50 {
		attempts = append(attempts, answered(s.browser(t), "?action=register&email=ada@example.com"))
	}
	n := together(attempts)
	got := s.Dump()
	if n != 1 || len(got.Users) != 1 || len(got.Authenticators) != 1 || len(got.Sessions) != 1 {
		t.Errorf("%d of 50 succeeded: %+v", n, got)
	}
	consistent(t, s)
}

func TestRace_SameCredential(t *testing.T) {
	for range 20 {
		s := newSite(t)
		id := credentialID(32)
		n := together([]func() testclient.Answer{
			answered(s.browser(t), "?action=register&email=ada@example.com", id),
			answered(s.browser(t), "?action=register&email=eve@example.com", id),
		})
		if got := s.Dump(); n != 1 || len(got.Users) != 1 || len(got.Sessions) != 1 {
			t.Fatalf("%d of 2 succeeded: %+v", n, got)
		}
		consistent(t, s)
	}
}

// Counters 7 and 8 at once: the stored one ends at 8 whoever is first, and never goes back.
func TestRace_Counters(t *testing.T) {
	counter := func(n uint32) testclient.Change { return func(c *testauthn.Ceremony) { c.Counter = n } }
	for range 20 {
		s := newSite(t)
		c := s.browser(t)
		c.Register("ada@example.com", counter(6))
		c.SignOut()
		n := together([]func() testclient.Answer{
			answered(c.Clone(), "?action=authenticate", counter(7)),
			answered(c.Clone(), "?action=authenticate", counter(8)),
		})
		if got := authenticatorOf(t, s, c).Counter; got != 8 || n == 0 || len(s.Dump().Sessions) != n {
			t.Fatalf("%d succeeded, counter %d, %d sessions", n, got, len(s.Dump().Sessions))
		}
	}
}

// A passkey is added while its owner signs out: either it came first, or it is not there.
func TestRace_AddAndSignOut(t *testing.T) {
	for range 20 {
		s := newSite(t)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.OtherDevice()
		add, tab := answered(c.Clone(), "?action=register"), c.Clone()
		var added testclient.Answer
		token := tab.CSRF()
		together([]func() testclient.Answer{
			func() testclient.Answer { added = add(); return added },
			func() testclient.Answer { return tab.Post("/signout", map[string]string{"csrfToken": token}) },
		})
		if keys := len(s.Dump().Authenticators); (added.ErrorCode() == "") != (keys == 2) {
			t.Fatalf("answer %s, %d keys", added.Body, keys)
		}
		consistent(t, s)
	}
}

// The session ends between the look at it and the transaction: then no passkey is added or removed,
// and no other session follows.
func TestRace_SessionEndsMeanwhile(t *testing.T) {
	signOut := func(_ *site, c *testclient.Client, _ string) { c.SignOut() }
	everywhere := func(s *site, _ *testclient.Client, user string) {
		if err := s.auth.EndSessions(context.Background(), user); err != nil {
			panic(err)
		}
	}
	for _, w := range []struct {
		name, sessions string
		end            func(s *site, c *testclient.Client, user string)
	}{
		{"signed out", "database", signOut},
		{"signed out everywhere", "database", everywhere},
		{"signed out", "revocable", signOut},
		{"signed out everywhere", "revocable", everywhere},
	} {
		t.Run(w.name+", "+w.sessions, func(t *testing.T) {
			var end func()
			s := withRemoval(newSite(t, sessionKinds[w.sessions], withHook(func() {
				if do := end; do != nil {
					end = nil
					do()
				}
			})))
			c := s.browser(t)
			first, _ := twoPasskeys(c)
			user := authenticatorOf(t, s, c).UserID
			for what, act := range map[string]func(c *testclient.Client) (a testclient.Answer, refused bool){
				"adding": func(c *testclient.Client) (testclient.Answer, bool) {
					c.OtherDevice()
					add := answered(c, "?action=register")
					end = func() { w.end(s, c.Clone(), user) }
					a := add()
					return a, a.ErrorCode() == "Configuration"
				},
				"removing": func(c *testclient.Client) (testclient.Answer, bool) {
					end = func() { w.end(s, c.Clone(), user) }
					a := removal(c, first)
					return a, a.Status == http.StatusForbidden
				},
			} {
				before := len(s.Dump().Authenticators)
				a, refused := act(c.Clone())
				if !refused || a.Cookie(sessionCookie) != nil {
					t.Errorf("%s: %d %s", what, a.Status, a.Body)
				}
				if got := s.Dump(); len(got.Authenticators) != before || len(got.Sessions) != 0 {
					t.Errorf("%s: %d keys, %d sessions", what, len(got.Authenticators), len(got.Sessions))
				}
				c.DropCookie(sessionCookie)
				c.SignIn()
			}
		})
	}
}

// A hundred people at once see nobody but themselves (lesson of CVE-2022-39328), and parallel reads
// of a session leave one row.
func TestRace_ManyPeople(t *testing.T) {
	s := newSite(t)
	var attempts []func() testclient.Answer
	for i := range 100 {
		c, email := s.browser(t), fmt.Sprintf("person-%d@example.com", i)
		add := answered(c, "?action=register&email="+email)
		attempts = append(attempts, func() testclient.Answer {
			a := add()
			for range 3 {
				if me := c.Clone().Do("GET", "/me", "", ""); me.Body != email {
					t.Errorf("%s sees %s", email, me.Body)
				}
				if got := c.Clone().Email(); got != email {
					t.Errorf("%s reads the session of %s", email, got)
				}
			}
			return a
		})
	}
	if n := together(attempts); n != 100 || len(s.Dump().Sessions) != 100 {
		t.Errorf("%d succeeded, %d sessions", n, len(s.Dump().Sessions))
	}
	consistent(t, s)
}
