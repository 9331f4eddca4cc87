package ginauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// twice returns a browser that sends one more cookie of a name, before or behind its own: what a page
// on a sibling subdomain, or on another path, can plant.
func (s *site) twice(c *testclient.Client, name, planted string, before bool) *testclient.Client {
	var pairs []string
	for _, k := range c.Cookies() {
		if k.Name != name {
			pairs = append(pairs, k.Name+"="+k.Value)
		}
	}
	own, other := name+"="+c.Cookie(name), name+"="+planted
	if before {
		own, other = other, own
	}
	f := testclient.NewRemote(c.TB, twoCookies{testclient.Handler(s.engine), strings.Join(append(pairs, own, other), "; ")}, c.Origin)
	f.Passkeys = c.Passkeys
	return f
}

// twoCookies replaces the cookies of each request.
type twoCookies struct {
	http.RoundTripper
	cookies string
}

func (t twoCookies) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", t.cookies)
	return t.RoundTripper.RoundTrip(r)
}

// R14: a request with two sessions that both live is signed in as neither user, whichever comes first
// and however sessions are kept: at guards, at routes, and to begin anything. Both sessions live on.
func TestR14_TwoSessions(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for _, before := range []bool{true, false} {
			t.Run(kind+map[bool]string{true: ", planted first", false: ", planted last"}[before], func(t *testing.T) {
				s := newSite(t, sessions)
				ada, eve := s.browser(t), s.browser(t)
				ada.SignUp("ada@example.com")
				eve.SignUp("eve@example.com")
				f := s.twice(ada, sessionCookie, eve.Cookie(sessionCookie), before)
				for path, want := range map[string]int{"/me": http.StatusUnauthorized, "/page": http.StatusFound, "/maybe": http.StatusOK} {
					if a := f.Do(http.MethodGet, path, "", ""); a.Status != want || want == http.StatusOK && a.Body != "nobody" {
						t.Errorf("GET %s: %d %s", path, a.Status, a.Body)
					}
				}
				if a := f.Get("/webauthn-options/passkey?action=register"); a.Status != http.StatusBadRequest {
					t.Errorf("may add a passkey: %s", a.Body)
				}
				if a := f.Get("/session"); a.Body != "null" {
					t.Errorf("GET /session: %s", a.Body)
				}
				if ada.Email() != "ada@example.com" || eve.Email() != "eve@example.com" {
					t.Error("a session ended by being sent beside another")
				}
			})
		}
	}
}

// R14: of two challenges neither is answered, whichever comes first: a planted one does not sign the
// browser in as the user who planted it.
func TestR14_TwoChallenges(t *testing.T) {
	for _, before := range []bool{true, false} {
		s := newSite(t)
		eve, ada := s.browser(t), s.browser(t)
		eve.SignUp("eve@example.com")
		eve.SignOut()
		ada.SignUp("ada@example.com")
		ada.SignOut()
		token := ada.CSRF()
		// Eve begins, plants her challenge at Ada's, and has Ada's browser post her answer; Ada begins too.
		action, options := eve.Options("?action=authenticate")
		answers := map[string]string{"the planted": eve.Perform(action, options)}
		_, options = ada.Options("?action=authenticate")
		answers["her own"] = ada.Perform(action, options)
		for whose, answer := range answers {
			f := s.twice(ada, challengeCookie, eve.Cookie(challengeCookie), before)
			a := f.Post("/callback/passkey", map[string]string{"action": action, "data": answer, "csrfToken": token})
			if a.ErrorCode() != "Configuration" || a.Cookie(sessionCookie) != nil || len(s.Dump().Sessions) != 0 {
				t.Errorf("planted first is %v: %s is answered: %s", before, whose, a.Body)
			}
		}
	}
}

// R14: a CSRF token is good with the cookie that it was made with alone. A planted cookie does not make
// the token of another browser good: both pairs below are real ones of this server.
func TestR14_TwoCSRFCookies(t *testing.T) {
	for _, before := range []bool{true, false} {
		s := newSite(t)
		ada, eve := s.browser(t), s.browser(t)
		ada.SignUp("ada@example.com")
		planted := eve.CSRF()
		f := s.twice(ada, csrfCookie, eve.Cookie(csrfCookie), before)
		if a := f.Post("/signout", map[string]string{"csrfToken": planted}); a.ErrorCode() != "MissingCSRF" || ada.User() == nil {
			t.Errorf("planted first is %v: the token of another browser is good: %s", before, a.Body)
		}
	}
	// Browsers take a __Host- cookie from this very host alone, so no other can plant it at all.
	k := newSite(t).browser(t).Get("/csrf").Cookie(csrfCookie)
	if k == nil || k.Domain != "" || k.Path != "/" || !k.Secure || !strings.HasPrefix(k.Name, "__Host-") {
		t.Errorf("cookie %v", k)
	}
}
