package ginauth_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// What has to be unguessable differs each time, as a whole and in each of its halves: challenges,
// user handles, session tokens and IDs, CSRF tokens, states, code challenges, nonces, the tokens of
// links.
func TestNothingRepeats(t *testing.T) {
	seen := map[string]string{}
	check := func(what, value string, least int) {
		t.Helper()
		if len(value) < least {
			t.Errorf("%s %q is shorter than %d characters", what, value, least)
			return
		}
		for _, half := range []string{value[:len(value)/2], value[len(value)/2:]} {
			if other, again := seen[half]; again {
				t.Errorf("%s repeats %s: %q", what, other, half)
			}
			seen[half] = what
		}
	}
	var office post
	svc := newService(t)
	for kind, sessions := range sessionKinds {
		s := newSite(t, sessions, with(office.provider(), svc.oidc("svc")))
		for i := range 3 {
			c := s.browser(t)
			check("CSRF token", c.CSRF(), 64)
			_, options := c.Options(fmt.Sprintf("?action=register&email=%s-%d@example.com", kind, i))
			var o struct {
				Challenge string
				User      struct{ ID string }
			}
			if err := json.Unmarshal(options, &o); err != nil {
				t.Fatal(err)
			}
			check("challenge", o.Challenge, 43)
			check("user handle", o.User.ID, 22)
			u, err := url.Parse(start(c, "svc"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"state", "code_challenge", "nonce"} {
				check(name, u.Query().Get(name), 43)
			}
			askLink(c, fmt.Sprintf("mail-%s-%d@example.com", kind, i))
			check("link", office.last(t).Token, 64)
			c.SignUp(fmt.Sprintf("%s-%d@example.com", kind, i))
			switch kind {
			case "database":
				check("session token", c.Cookie(sessionCookie), 36)
			case "revocable":
				check("session ID", sessionID(t, c.Cookie(sessionCookie)), 36)
			}
		}
	}
}

// sessionID is the sid of a session's token.
func sessionID(t *testing.T, token string) string {
	t.Helper()
	codec, err := jwt.New([]string{siteSecret}, jwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := codec.Decode(token, sessionCookie)
	if err != nil {
		t.Fatal(err)
	}
	return claims.String("sid")
}
