package ginauth_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// at runs fn at a moment, counted from when all the clocks here begin. A later call may be for an
// earlier moment: a clock went back in between, or is that of another instance.
func at(t *testing.T, moment time.Duration, c *testclient.Client, fn func()) {
	t.Helper()
	synctest.Test(t, func(bubble *testing.T) {
		time.Sleep(moment)
		c.TB = bubble
		fn()
	})
	c.TB = t
}

// R1: a challenge is good for five minutes by the clock of the instance that gets its answer. The
// difference between two clocks shortens or lengthens that, never more; one from a minute or more in
// the future was made before a clock went back, and nobody knows how old it is.
func TestR1_ClocksDiffer(t *testing.T) {
	const now = time.Hour
	for _, tt := range []struct {
		age, ahead time.Duration // of the challenge, and of the second clock
		good       bool
	}{
		{0, 0, true}, {299 * time.Second, 0, true}, {300 * time.Second, 0, false},
		{0, 30 * time.Second, true}, {269 * time.Second, 30 * time.Second, true}, {270 * time.Second, 30 * time.Second, false},
		{0, -30 * time.Second, true}, {329 * time.Second, -30 * time.Second, true}, {330 * time.Second, -30 * time.Second, false},
		{0, -60 * time.Second, true}, {0, -61 * time.Second, false},
		{0, 10 * time.Minute, false}, {0, -10 * time.Minute, false}, {299 * time.Second, -10 * time.Minute, false},
		{15 * time.Minute, -10 * time.Minute, false},
	} {
		for _, ceremony := range []string{"register", "authenticate"} {
			t.Run(fmt.Sprintf("%s, %s old, %s ahead", ceremony, tt.age, tt.ahead), func(t *testing.T) {
				s := newSite(t)
				c := s.browser(t)
				var action, answer string
				at(t, now, c, func() {
					query := "?action=register&email=ada@example.com"
					if ceremony == "authenticate" {
						c.SignUp("ada@example.com")
						c.SignOut()
						query = "?action=authenticate"
					}
					var options []byte
					action, options = c.Options(query)
					answer = c.Perform(action, options)
				})
				before := written(s)
				at(t, now+tt.age+tt.ahead, c, func() {
					a := c.Callback(action, answer, nil)
					if good := a.ErrorCode() == ""; good != tt.good {
						t.Errorf("good is %v: %d %s", good, a.Status, a.Body)
					}
					if !tt.good {
						wroteNothing(t, before, written(s))
					}
				})
			})
		}
	}
}

// A clock that goes back or forth by ten minutes signs nobody out, and makes no sign-in recent.
func TestClockJumps(t *testing.T) {
	for name, sessions := range sessionKinds {
		for _, jump := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
			t.Run(fmt.Sprintf("%s, %s", name, jump), func(t *testing.T) {
				s := newSite(t, sessions, func(c *ginauth.Config) {
					p := passkeyProvider("passkey")
					p.AddWithin = 5 * time.Minute
					c.Providers = []ginauth.Provider{p}
				})
				c := s.browser(t)
				at(t, time.Hour, c, func() { c.SignUp("ada@example.com") })
				at(t, time.Hour+jump, c, func() {
					if c.Email() != "ada@example.com" {
						t.Error("signed out")
					}
					if action, _ := c.Options("?action=register"); action != "authenticate" {
						t.Errorf("the sign-in counts as recent: %s", action)
					}
				})
			})
		}
	}
}

// R10: ending all sessions of a person ends those that began after it by a clock that is behind.
func TestR10_EndSessionsAfterClockWentBack(t *testing.T) {
	s := newSite(t, withRevocable)
	c := s.browser(t)
	var user string
	at(t, time.Hour, c, func() {
		c.SignUp("ada@example.com")
		user = authenticatorOf(t, s, c).UserID
		if err := s.auth.EndSessions(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	})
	at(t, 10*time.Minute, c, func() {
		c.SignIn()
		if c.User() == nil {
			t.Error("the new session is ended as well")
		}
		if err := s.auth.EndSessions(t.Context(), user); err != nil || errors.Is(err, ginauth.ErrConflict) {
			t.Fatal(err)
		}
		if c.User() != nil {
			t.Error("still signed in")
		}
	})
}
