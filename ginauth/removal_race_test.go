package ginauth_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// Of two who remove the last two passkeys at the same time one is refused. In memory transactions
// follow each other; what makes databases do the same is the lock on the user, which has to come
// before anything is read.
func TestRace_RemovingBoth(t *testing.T) {
	for name, sessions := range sessionKinds {
		for range 10 {
			s := withRemoval(newSite(t, sessions))
			c := s.browser(t)
			first, second := twoPasskeys(c)
			// The second tab has a session of its own, so that the first removal is what refuses it.
			other := s.browser(t)
			other.Passkeys = c.Passkeys
			other.SignIn()
			answers := make([]testclient.Answer, 2)
			together([]func() testclient.Answer{
				func() testclient.Answer { answers[0] = removal(c, first); return answers[0] },
				func() testclient.Answer { answers[1] = removal(other, second); return answers[1] },
			})
			removed := 0
			for _, a := range answers {
				if a.Status == http.StatusNoContent {
					removed++
				}
			}
			if left := len(s.Dump().Authenticators); removed != 1 || left != 1 {
				t.Fatalf("%s: %d removed, %d left: %v", name, removed, left, answers)
			}
			consistent(t, s)
		}
	}
	f := &faults{}
	s := withRemoval(newSite(t, withFaults(f)))
	c := s.browser(t)
	first, _ := twoPasskeys(c)
	f.arm(0, false)
	a := removal(c, first)
	calls := slices.Clone(f.calls)
	f.disarm()
	begin := slices.Index(calls, "InTx")
	if a.Status != http.StatusNoContent || begin < 0 || calls[begin+1] != "LockUser" || slices.Index(calls, "AccountsByUser") < begin {
		t.Errorf("%d, after %v", a.Status, calls)
	}
}
