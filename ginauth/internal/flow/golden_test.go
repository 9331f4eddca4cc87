package flow_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/synctest"
)

var update = flag.Bool("update", false, "write the golden flow anew")

// TestCookie_Golden opens a flow that an earlier release sealed, at the moment when it did: during a
// roll-out the second request of a ceremony may reach an instance of another release. Keys that are
// derived in another way fail here.
func TestCookie_Golden(t *testing.T) {
	const file = "testdata/flow.cookie"
	synctest.Test(t, func(t *testing.T) {
		s := newCookie(t, secret)
		if *update {
			if err := os.WriteFile(file, []byte(put(t, s)+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cookie := strings.TrimSpace(string(kept))
		if got, err := s.Take(t.Context(), name, cookie); err != nil || got != value {
			t.Errorf("Take: %q, %v", got, err)
		}
		none(t, newCookie(t, older), name, cookie)
		none(t, s, "__Secure-authjs.state", cookie)
	})
}
