package ginauth_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/memstore"
	gorilla "github.com/gorilla/sessions"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// fileStore keeps sessions in files, as the gorilla store does. Like every such store it has no
// atomic take.
type fileStore struct{ *gorilla.FilesystemStore }

func (fileStore) Options(sessions.Options) {}

// mapStore keeps sessions in memory under the id in the cookie.
type mapStore struct {
	mu   sync.Mutex
	kept map[string]map[any]any
	fail error
}

func (*mapStore) Options(sessions.Options) {}

func (s *mapStore) Get(r *http.Request, name string) (*gorilla.Session, error) { return s.New(r, name) }

func (s *mapStore) New(r *http.Request, name string) (*gorilla.Session, error) {
	session := gorilla.NewSession(s, name)
	session.IsNew = true
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, err := r.Cookie(name); err == nil {
		if s.fail != nil {
			return session, s.fail
		}
		if values, ok := s.kept[k.Value]; ok {
			session.ID, session.IsNew, session.Values = k.Value, false, values
		}
	}
	return session, nil
}

func (s *mapStore) Save(_ *http.Request, w http.ResponseWriter, session *gorilla.Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if session.Options.MaxAge < 0 {
		delete(s.kept, session.ID)
		return nil
	}
	if session.ID == "" {
		session.ID = strings.ToLower(rand.Text())
	}
	if s.kept == nil {
		s.kept = map[string]map[any]any{}
	}
	s.kept[session.ID] = session.Values
	http.SetCookie(w, gorilla.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// flowStores are the kinds of stores: everything in the cookie, in files, in memory. Redis has its
// test in torture, beside a real server.
func flowStores(t *testing.T) map[string]func(*ginauth.Config) {
	return map[string]func(*ginauth.Config){
		"cookie": func(*ginauth.Config) {},
		"files": func(c *ginauth.Config) {
			c.FlowStore = fileStore{gorilla.NewFilesystemStore(t.TempDir(), []byte(siteSecret))}
		},
		"memory":   func(c *ginauth.Config) { c.FlowStore = &mapStore{} },
		"memstore": func(c *ginauth.Config) { c.FlowStore = memstore.NewStore([]byte(siteSecret)) },
	}
}

// R1: of any number of uses of one challenge one succeeds, whatever keeps the flows.
// Lesson of duo-labs/webauthn.io issue 28: a challenge in a cookie can be replayed.
func TestR1_ChallengeServesOnce(t *testing.T) {
	for name, store := range flowStores(t) {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, store)
			c := s.browser(t)
			c.SignUp("ada@example.com")
			c.SignOut()

			t.Run("one after the other", func(t *testing.T) {
				action, options := c.Options("?action=authenticate")
				answer, cookie := c.Perform(action, options), c.Cookie(challengeCookie)
				if a := c.Callback(action, answer, nil); a.ErrorCode() != "" {
					t.Fatalf("first: %s %s", a.Body, s.logs)
				}
				c.SignOut()
				c.SetCookie(challengeCookie, cookie)
				before := written(s)
				a := c.Callback(action, answer, nil)
				if a.ErrorCode() != "Configuration" || c.User() != nil {
					t.Errorf("second: %s", a.Body)
				}
				wroteNothing(t, before, written(s))
			})

			t.Run("twenty at once", func(t *testing.T) {
				sessions := len(s.Dump().Sessions)
				if n := storm(t, c, 20, "?action=authenticate"); n != 1 {
					t.Errorf("%d attempts succeeded", n)
				}
				if got := len(s.Dump().Sessions) - sessions; got != 1 {
					t.Errorf("%d sessions were made", got)
				}
			})

			t.Run("twenty registrations at once", func(t *testing.T) {
				c.OtherDevice()
				if n := storm(t, c, 20, "?action=register&email=new@example.com"); n != 1 {
					t.Errorf("%d attempts succeeded", n)
				}
				consistent(t, s)
			})
		})
	}
}

// storm posts the same answer n times at once and counts the sessions that come of it.
func storm(t *testing.T, c *testclient.Client, n int, query string) int {
	t.Helper()
	action, options := c.Options(query)
	answer, token := c.Perform(action, options), c.CSRF()
	results := make([]testclient.Answer, n)
	var wg sync.WaitGroup
	for i := range n {
		tab := c.Clone()
		wg.Go(func() {
			results[i] = tab.Post("/callback/passkey", map[string]string{"action": action, "data": answer, "csrfToken": token})
		})
	}
	wg.Wait()
	succeeded := 0
	for _, a := range results {
		if a.ErrorCode() == "" && a.Cookie(sessionCookie) != nil {
			succeeded++
		} else if a.Status != http.StatusOK || a.ErrorCode() != "Configuration" {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	return succeeded
}

// R1: a challenge ends after five minutes, whatever the cookie says.
func TestR1_ChallengeExpires(t *testing.T) {
	for _, wait := range []struct {
		d    time.Duration
		want string
	}{{5*time.Minute - 2*time.Second, ""}, {5*time.Minute + time.Second, "Configuration"}, {20 * time.Minute, "Configuration"}} {
		for _, query := range []string{"?action=register&email=new@example.com", "?action=authenticate"} {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t)
				c := s.browser(t)
				c.SignUp("ada@example.com")
				c.SignOut()
				action, options := c.Options(query)
				cookie := c.Cookie(challengeCookie)
				if action == "register" {
					c.OtherDevice()
				}
				answer := c.Perform(action, options)
				time.Sleep(wait.d)
				c.SetCookie(challengeCookie, cookie)
				if a := c.Callback(action, answer, nil); a.ErrorCode() != wait.want {
					t.Errorf("%s after %s: %s", action, wait.d, a.Body)
				}
			})
		}
	}
}

// R2: a flow of one kind, provider, user or session is worth nothing to another.
// Lessons of CVE-2026-73419 (check cookie not bound to its provider), CVE-2023-27490 (attacker links
// accounts) and CVE-2026-45337 (a flow that belongs to nobody is no wildcard).
func TestR2_FlowIsBound(t *testing.T) {
	twoProviders := func(c *ginauth.Config) { c.Providers = append(c.Providers, passkeyProvider("passkey2")) }
	const add, in = "?action=register", "?action=authenticate"
	for _, b := range []struct {
		name string
		// begin and end are who asks and who answers: "ada", "eve" or "" for nobody.
		begin, end string
		query      string
		change     func(finish *testclient.Client, form map[string]string)
	}{
		{"authenticate answered as register", "", "", in, func(_ *testclient.Client, form map[string]string) { form["action"] = "register" }},
		{"register answered as authenticate", "", "", "?action=register&email=new@example.com", func(_ *testclient.Client, form map[string]string) { form["action"] = "authenticate" }},
		{"another provider", "", "", in, func(c *testclient.Client, _ map[string]string) { c.Provider = "passkey2" }},
		{"another provider, register", "", "", "?action=register&email=new@example.com", func(c *testclient.Client, _ map[string]string) { c.Provider = "passkey2" }},
		{"ada adds, eve finishes", "ada", "eve", add, nil},
		{"ada adds, nobody finishes", "ada", "", add, nil},
		{"nobody registers, ada finishes", "", "ada", "?action=register&email=new@example.com", nil},
		{"ada signs in, eve finishes", "ada", "eve", in, nil},
		{"ada signs in, nobody finishes", "ada", "", in, nil},
		{"nobody signs in, ada finishes", "", "ada", in, nil},
	} {
		for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
			t.Run(b.name, func(t *testing.T) {
				s := newSite(t, twoProviders, strategy)
				people := map[string]*testclient.Client{"": s.browser(t), "ada": s.browser(t), "eve": s.browser(t)}
				people["ada"].SignUp("ada@example.com")
				people["eve"].SignUp("eve@example.com")
				// The attacker can make any of the passkeys answer and move the cookie at will.
				begin, finish := people[b.begin], people[b.end]
				begin.Passkeys = people["ada"].Passkeys
				action, options := begin.Options(b.query)
				if action == "register" {
					begin.OtherDevice()
				}
				form := map[string]string{"action": action}
				finish.SetCookie(challengeCookie, begin.Cookie(challengeCookie))
				if b.change != nil {
					b.change(finish, form)
				}
				answer := begin.Perform(action, options)
				before := written(s)
				a := finish.Callback(form["action"], answer, nil)
				if a.ErrorCode() != "Configuration" {
					t.Errorf("answer %d %s", a.Status, a.Body)
				}
				if a.Cookie(sessionCookie) != nil {
					t.Error("a session cookie was set")
				}
				wroteNothing(t, before, written(s))

				// It is used up for the rightful owner as well.
				if a := begin.Callback(action, answer, nil); a.ErrorCode() != "Configuration" {
					t.Errorf("the flow survived: %s", a.Body)
				}
				wroteNothing(t, before, written(s))
			})
		}
	}
}

// R2: with the user named, only that user's credentials answer, and the session's user is the only
// one who can sign in again.
func TestR2_FlowIsBoundToUser(t *testing.T) {
	s := newSite(t)
	ada, eve := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")

	anonymous := s.browser(t)
	_, options := anonymous.Options("?action=authenticate&email=ada@example.com")
	// Eve's passkey answers the options that were made for Ada.
	answer := string(eve.Passkeys.Assert(newest(eve), requestFor(t, options)))
	a := anonymous.Callback("authenticate", answer, nil)
	if a.ErrorCode() != "WebAuthnVerificationError" || anonymous.User() != nil {
		t.Errorf("another user's passkey answered: %s", a.Body)
	}

	_, options = ada.Options("?action=authenticate")
	answer = string(eve.Passkeys.Assert(newest(eve), requestFor(t, options)))
	if a := ada.Callback("authenticate", answer, nil); a.ErrorCode() != "AccountNotLinked" {
		t.Errorf("somebody else answered within the session of Ada: %s", a.Body)
	}
	if ada.Email() != "ada@example.com" {
		t.Error("the session changed hands")
	}
}

// A session of the JWT strategy outlives its user. The user must not rise again by it, nor what is
// left of them: other passkeys, say, where nothing deletes those along with the user.
func TestR6_DeletedUserStaysDeleted(t *testing.T) {
	s := newSite(t, withJWT)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	deleted := s.Dump().Users[0].ID
	s.DeleteUser("ada@example.com")
	first := c.OtherDevice()
	c.AddPasskey()
	for _, u := range s.Dump().Users {
		if u.ID == deleted {
			t.Error("the user is back")
		}
	}
	other := s.browser(t)
	other.Passkeys = first
	if a := other.Authenticate(); a.ErrorCode() != "WebAuthnVerificationError" || other.User() != nil {
		t.Errorf("a passkey of the deleted user signs in: %s", a.Body)
	}
}

// R3: a credential ID that exists fails the ceremony, for whoever it is, and leaves nothing behind.
func TestR3_RegistrationOnlyInserts(t *testing.T) {
	for _, strategy := range []func(*ginauth.Config){func(*ginauth.Config) {}, withJWT} {
		s := newSite(t, strategy)
		ada, eve := s.browser(t), s.browser(t)
		ada.SignUp("ada@example.com")
		eve.SignUp("eve@example.com")
		id := newest(ada).ID
		again := func(c *testauthn.Ceremony) { c.CredentialID = id }
		stored := authenticatorOf(t, s, ada)
		before := written(s)
		for name, attempt := range map[string]func() testclient.Answer{
			"same user":     func() testclient.Answer { ada.OtherDevice(); return ada.AddPasskey(again) },
			"other user":    func() testclient.Answer { eve.OtherDevice(); return eve.AddPasskey(again) },
			"new user":      func() testclient.Answer { return s.browser(t).Register("new@example.com", again) },
			"taken address": func() testclient.Answer { return registerAs(t, s, "ada@example.com") },
		} {
			if a := attempt(); a.ErrorCode() != "AccountNotLinked" {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
			wroteNothing(t, before, written(s))
		}
		if got := authenticatorOf(t, s, ada); !bytes.Equal(got.PublicKey, stored.PublicKey) {
			t.Error("the stored key was replaced")
		}
	}
}

// registerAs registers for an address that is free when the options are made and taken afterwards.
func registerAs(t *testing.T, s *site, email string) testclient.Answer {
	t.Helper()
	rename := func(from, to string) {
		u, err := s.UserByEmail(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		u.Email = to
		if err := s.UpdateUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	c := s.browser(t)
	rename(email, "moved@example.com")
	action, options := c.Options("?action=register&email=" + email)
	rename("moved@example.com", email)
	return c.Callback(action, c.Perform(action, options), nil)
}

func requestFor(t *testing.T, options []byte) (o testauthn.RequestOptions) {
	t.Helper()
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	return o
}
