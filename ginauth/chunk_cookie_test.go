package ginauth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// withLuggage makes sessions of the JWT strategy as long as size says.
func withLuggage(size *int) func(*ginauth.Config) {
	return func(c *ginauth.Config) {
		withJWT(c)
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			p.Token["luggage"] = strings.Repeat("x", *size)
			return p.Token, nil
		}
	}
}

// R14: chunks are name.0, name.1 and so on without a gap; everything else is somebody else's.
func TestR14_Chunks(t *testing.T) {
	size := 6000
	s := newSite(t, withLuggage(&size))
	c := s.browser(t)
	c.SignUp("ada@example.com")
	one, two := c.Cookie(sessionCookie+".0"), c.Cookie(sessionCookie+".1")
	if len(one) != 3936 || two == "" || c.Cookie(sessionCookie) != "" {
		t.Fatalf("chunks of %d and %d bytes", len(one), len(two))
	}
	if c.Email() != "ada@example.com" {
		t.Fatal("the chunks were not joined")
	}
	one, two, three := c.Cookie(sessionCookie+".0"), c.Cookie(sessionCookie+".1"), c.Cookie(sessionCookie+".2")
	for name, spoil := range map[string][]string{
		"gap":        {".1", "", ".2", two, ".3", three},
		"swapped":    {".0", two, ".1", one},
		"no first":   {".0", ""},
		"no last":    {".2", ""},
		"zero first": {".0", "", ".00", one},
		"sign":       {".1", "", ".+1", two},
		"letters":    {".1", "", ".a", two},
		"bytes off":  {".0", one[1:]},
	} {
		f := s.browser(t)
		for i, v := range []string{one, two, three} {
			f.SetCookie(sessionCookie+"."+string(rune('0'+i)), v)
		}
		for i := 0; i < len(spoil); i += 2 {
			if f.DropCookie(sessionCookie + spoil[i]); spoil[i+1] != "" {
				f.SetCookie(sessionCookie+spoil[i], spoil[i+1])
			}
		}
		if f.Do(http.MethodGet, "/me", "", "").Status != http.StatusUnauthorized || f.User() != nil {
			t.Errorf("%s: signed in", name)
		}
	}
	// Strangers whose name merely begins alike do no harm and are left alone.
	for _, name := range []string{sessionCookie + ".0.1", sessionCookie + "s", sessionCookie + "-0", sessionCookie + ".x"} {
		c.SetCookie(name, "stray")
	}
	if c.Email() != "ada@example.com" || c.Cookie(sessionCookie+".x") != "stray" {
		t.Error("a stray cookie did harm, or was taken")
	}
	c.SignOut()
	for _, k := range c.Cookies() {
		if strings.HasPrefix(k.Name, sessionCookie) && k.Value != "stray" {
			t.Errorf("sign-out left %s", k.Name)
		}
	}
}

// R14: from chunks to one cookie and back, nothing stays behind; a session that no request could
// carry is not written.
func TestR14_ChunksComeAndGo(t *testing.T) {
	size := 9000
	s := newSite(t, withLuggage(&size))
	c := s.browser(t)
	c.SignUp("ada@example.com")
	size = 10
	c.User()
	if c.Cookie(sessionCookie) == "" || c.Cookie(sessionCookie+".0") != "" || c.Cookie(sessionCookie+".2") != "" {
		t.Error("chunks were left beside the whole")
	}
	size = 9000
	if c.User(); c.Cookie(sessionCookie) != "" || c.Cookie(sessionCookie+".2") == "" {
		t.Error("the whole was left beside the chunks")
	}
	size = 16 << 10
	a := c.Get("/session")
	if a.Status != http.StatusInternalServerError || a.Body != "null" || a.Cookie(sessionCookie+".0") != nil {
		t.Errorf("a session over 20 KiB: %d %s", a.Status, a.Body)
	}
	if !strings.Contains(s.logs.String(), "let the JWT callback keep less") {
		t.Error("the log does not tell the remedy")
	}
}

// A name that comes with two values was planted by another host of the site: nobody can tell which
// is ours.
func TestR14_CookieTossing(t *testing.T) {
	s := newSite(t)
	ada, eve := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	both := sessionCookie + "=" + ada.Cookie(sessionCookie) + "; " + sessionCookie + "=" + eve.Cookie(sessionCookie)
	f := s.browser(t)
	f.Header.Set("Cookie", both)
	if a := f.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("sessions: %d %s", a.Status, a.Body)
	}
	action, options := eve.Options("?action=authenticate")
	answer := eve.Perform(action, options)
	f = eve.Clone()
	f.Header.Set("Cookie", challengeCookie+"=planted")
	if a := f.Callback(action, answer, nil); a.ErrorCode() != "Configuration" {
		t.Errorf("challenges: %s", a.Body)
	}
}
