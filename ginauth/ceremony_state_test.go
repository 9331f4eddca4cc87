package ginauth_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// counterEvents collects what Events.CounterWentBack reports.
type counterEvents struct {
	mu   sync.Mutex
	list []ginauth.CounterEvent
}

func (e *counterEvents) install(c *ginauth.Config) {
	c.Events.CounterWentBack = func(_ context.Context, event ginauth.CounterEvent) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.list = append(e.list, event)
	}
}

// A passkey that lives on several devices has a counter on each of them: one that stands still or goes
// back signs in and is reported, and the higher one stays. A passkey of one device is refused, and
// reported as well (R13).
func TestCounter_GoesBack(t *testing.T) {
	const top = 1<<32 - 1
	for _, k := range []struct{ stored, signed uint32 }{
		{0, 0}, {0, 1}, {7, 8}, {7, top}, {7, 7}, {7, 6}, {7, 0}, {top, 0}, {top, top}, {9, 8},
	} {
		for _, synced := range []bool{false, true} {
			for kind, strategy := range sessionKinds {
				var events counterEvents
				s := newSite(t, strategy, events.install)
				c := s.browser(t)
				c.Passkeys.Synced = synced
				if a := c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Counter = k.stored }); a.ErrorCode() != "" {
					t.Fatal(a.Body)
				}
				c.SignOut()
				before, row := written(s), authenticatorOf(t, s, c)
				a := c.Authenticate(func(x *testauthn.Ceremony) { x.Counter = k.signed })
				back := k.signed <= k.stored && k.stored != 0
				if in := c.User() != nil; in != (synced || !back) {
					t.Errorf("%v, synced %t, %s: signed in %t: %s", k, synced, kind, in, a.Body)
				}
				want := row
				if synced || !back {
					want.Counter = max(k.stored, k.signed)
				} else {
					wroteNothing(t, before, written(s))
					if a.ErrorCode() != "WebAuthnVerificationError" || !strings.Contains(s.logs.String(), "counter went back") {
						t.Errorf("%v, %s: %s\n%s", k, kind, a.Body, s.logs)
					}
				}
				if got := authenticatorOf(t, s, c); !reflect.DeepEqual(got, want) {
					t.Errorf("%v, synced %t, %s: stored %+v, want %+v", k, synced, kind, got, want)
				}
				if !back {
					if len(events.list) != 0 {
						t.Errorf("%v, synced %t, %s: reported %+v", k, synced, kind, events.list)
					}
					continue
				}
				if len(events.list) != 1 {
					t.Errorf("%v, synced %t, %s: %d reports", k, synced, kind, len(events.list))
					continue
				}
				if e := events.list[0]; e.Stored != k.stored || e.Signed != k.signed || e.Refused == synced ||
					!reflect.DeepEqual(e.Authenticator, row) || e.User.Email != "ada@example.com" || e.User.ID != row.UserID {
					t.Errorf("%v, synced %t, %s: reported %+v", k, synced, kind, e)
				}
			}
		}
	}
}

// Nothing is reported of a signature that did not verify, nor of a sign-in that the application refused.
func TestCounter_NoReportWithoutProof(t *testing.T) {
	var events counterEvents
	deny := false
	s := newSite(t, events.install, func(c *ginauth.Config) {
		c.Callbacks.SignIn = func(context.Context, ginauth.SignInParams) (ginauth.Decision, error) {
			if deny {
				return ginauth.Deny(), nil
			}
			return ginauth.Allow(), nil
		}
	})
	c := s.browser(t)
	c.Passkeys.Synced = true
	c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Counter = 7 })
	c.SignOut()
	back := func(x *testauthn.Ceremony) { x.Counter = 3 }
	c.Authenticate(back, testauthn.SignWith(testauthn.NewES256()))
	deny = true
	if a := c.Authenticate(back); a.ErrorCode() != "AccessDenied" {
		t.Fatal(a.Body)
	}
	if len(events.list) != 0 {
		t.Errorf("reported %+v", events.list)
	}
}

// Sign-ins of a shared passkey that overtake each other all succeed, and the highest counter stays.
func TestCounter_SharedPasskeysAtOnce(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.Passkeys.Synced = true
	c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Counter = 10 })
	c.SignOut()
	var wg sync.WaitGroup
	answers := make([]testclient.Answer, 20)
	for i := range answers {
		tab := s.browser(t)
		tab.Passkeys = &testauthn.Authenticator{Origin: siteOrigin, Passkeys: []*testauthn.Passkey{new(testauthn.Passkey)}}
		*tab.Passkeys.Passkeys[0] = *newest(c)
		action, options := tab.Options("?action=authenticate")
		data, token := tab.Perform(action, options, func(x *testauthn.Ceremony) { x.Counter = uint32(i) }), tab.CSRF()
		wg.Go(func() {
			answers[i] = tab.Post("/callback/passkey", map[string]string{"action": action, "data": data, "csrfToken": token})
		})
	}
	wg.Wait()
	for i, a := range answers {
		if a.ErrorCode() != "" {
			t.Errorf("counter %d: %s", i, a.Body)
		}
	}
	if got := authenticatorOf(t, s, c).Counter; got != 19 {
		t.Errorf("stored counter %d", got)
	}
}

func withUpgrade(c *ginauth.Config) {
	p := passkeyProvider("passkey")
	p.AllowBackupEligibilityUpgrade = true
	c.Providers = []ginauth.Provider{p}
}

// Row 1: a passkey that says later that it is eligible for backup is refused, and the log says why. With
// the provider's setting it signs in and is stored as one of several devices. The way back is
// always refused.
func TestBackupEligibility_Changes(t *testing.T) {
	const eligible, both = testauthn.FlagBackupEligible, testauthn.FlagBackupEligible | testauthn.FlagBackedUp
	for _, allowed := range []bool{false, true} {
		for kind, strategy := range sessionKinds {
			for _, flags := range []byte{eligible, both} {
				change := func(*ginauth.Config) {}
				if allowed {
					change = withUpgrade
				}
				s := newSite(t, strategy, change)
				c := s.browser(t)
				c.SignUp("ada@example.com")
				c.SignOut()
				before, row := written(s), authenticatorOf(t, s, c)
				a := c.Authenticate(func(x *testauthn.Ceremony) { x.Flags |= flags })
				if in := c.User() != nil; in != allowed {
					t.Errorf("allowed %t, %s, flags %x: signed in %t: %s", allowed, kind, flags, in, a.Body)
				}
				if !allowed {
					wroteNothing(t, before, written(s))
					if a.ErrorCode() != "WebAuthnVerificationError" || !strings.Contains(lastLog(t, s)["error"].(string), "backup eligibility changed") {
						t.Errorf("%s: %s %s", kind, a.Body, s.logs)
					}
					continue
				}
				row.MultiDevice, row.BackedUp = true, flags == both
				if got := authenticatorOf(t, s, c); !reflect.DeepEqual(got, row) {
					t.Errorf("%s: stored %+v, want %+v", kind, got, row)
				}
				c.SignOut()
				if a := c.Authenticate(func(x *testauthn.Ceremony) { x.Flags |= flags }); a.ErrorCode() != "" {
					t.Errorf("%s: the second time: %s", kind, a.Body)
				}
				c.SignOut()
				before = written(s)
				if a := c.Authenticate(); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
					t.Errorf("%s: the flag was lost again: %s", kind, a.Body)
				}
				wroteNothing(t, before, written(s))
			}
		}
	}
	s := newSite(t, withUpgrade)
	c := s.browser(t)
	c.Passkeys.Synced = true
	c.SignUp("ada@example.com")
	c.SignOut()
	if a := c.Authenticate(func(x *testauthn.Ceremony) { x.Flags &^= both }); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
		t.Errorf("a passkey that was registered as eligible: %s", a.Body)
	}
}

// The copy of a single-device passkey does not get past its counter by claiming to be eligible for backup.
func TestBackupEligibility_UpgradeKeepsTheCounterStrict(t *testing.T) {
	var events counterEvents
	s := newSite(t, withUpgrade, events.install)
	c := s.browser(t)
	c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Counter = 7 })
	c.SignOut()
	before := written(s)
	for _, counter := range []uint32{7, 6, 0} {
		a := c.Authenticate(func(x *testauthn.Ceremony) { x.Counter, x.Flags = counter, x.Flags|testauthn.FlagBackupEligible })
		if a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
			t.Errorf("counter %d: %s", counter, a.Body)
		}
	}
	wroteNothing(t, before, written(s))
	if len(events.list) != 3 || !events.list[0].Refused {
		t.Errorf("reported %+v", events.list)
	}
	if a := c.Authenticate(func(x *testauthn.Ceremony) { x.Counter, x.Flags = 8, x.Flags|testauthn.FlagBackupEligible }); a.ErrorCode() != "" {
		t.Errorf("a counter that goes up: %s", a.Body)
	}
	if row := authenticatorOf(t, s, c); !row.MultiDevice || row.Counter != 8 {
		t.Errorf("stored %+v", row)
	}
}

// lastLog is the last line of the log.
func lastLog(t *testing.T, s *site) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(s.logs.String()), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		t.Fatal(err)
	}
	return line
}
