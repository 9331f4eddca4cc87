package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// decorated is a user whose name and picture have these lengths.
func decorated(name, picture int) ginauth.User {
	return ginauth.User{ID: "ann-id", Email: "ann@example.com", Name: strings.Repeat("N", name), Image: strings.Repeat("P", picture)}
}

// headerOf is the size of the Cookie header that a browser sends.
func headerOf(c *testclient.Client) int {
	size := len("Cookie: ")
	for _, k := range c.Cookies() {
		size += len(k.Name) + len(k.Value) + len("=; ")
	}
	return size
}

// nginxLine is the longest header line that nginx reads by default.
const nginxLine = 8 << 10

// nodeHeaders is what cookies may take of the 16 KiB of headers that Node reads.
const nodeHeaders = 14 << 10

// A picture, then a name, is left out before a session token grows past what servers in front accept.
func TestSessionToken_LeavesDecorationOut(t *testing.T) {
	for _, tt := range []struct {
		name, picture         int
		keepsName, keepsImage bool
	}{
		{10, 200, true, true},
		{200, 2000, true, true},
		{10, 3500, true, true},
		{10, 4500, true, false},
		{10, 8 << 10, true, false},
		{10, 20 << 10, true, false},
		{10, 200 << 10, true, false},
		{5000, 0, true, true},
		{5000, 4500, true, false},
		{8000, 0, false, false},
		{30 << 10, 10, false, true},
		{30 << 10, 30 << 10, false, false},
	} {
		t.Run(fmt.Sprintf("name of %d, picture of %d", tt.name, tt.picture), func(t *testing.T) {
			user := decorated(tt.name, tt.picture)
			svc := newService(t)
			s := newSite(t, withJWT, func(c *ginauth.Config) {
				door := authorizer{user: &user}
				c.Providers = append(c.Providers, door.provider(), svc.oidc("mock"))
			})
			c := s.browser(t)
			if a := enter(c); a.ErrorCode() != "" {
				t.Fatalf("%s", a.Body)
			}
			check := func(when string) {
				t.Helper()
				u := c.User()
				if u == nil {
					t.Fatalf("%s: not signed in", when)
				}
				name, _ := u["name"].(string)
				image, _ := u["image"].(string)
				if name == user.Name != tt.keepsName || (image == user.Image) != (tt.keepsImage || tt.picture == 0) {
					t.Errorf("%s: name of %d, picture of %d", when, len(name), len(image))
				}
			}
			check("after the sign-in")
			check("at the next read")
			// With the cookies of every flow under way.
			c.Options("?action=authenticate")
			start(c, "mock")
			limit := nginxLine
			if tt.keepsName && tt.name > 1000 {
				limit = nodeHeaders // a name that long comes along, as with Auth.js
			}
			if size := headerOf(c); size >= limit {
				t.Errorf("a Cookie header of %d bytes", size)
			}
			left := !tt.keepsName || !tt.keepsImage && tt.picture > 0
			if logs := s.logs.String(); (strings.Contains(logs, "too long for cookies") || strings.Contains(logs, `"without":["`)) != left || strings.Contains(logs, "PPPP") || strings.Contains(logs, "NNNN") {
				t.Errorf("log: %.300s", logs)
			}
		})
	}
}

// The same for every provider, with a stored name and picture that no token could hold.
func TestSessionToken_FitsForEveryProvider(t *testing.T) {
	for kind, sessions := range sessionKinds {
		svc := newService(t)
		mail := &post{}
		s := newSite(t, sessions, func(c *ginauth.Config) {
			c.Providers = append(c.Providers, svc.oidc("mock"), mail.provider())
		})
		c := s.browser(t)
		c.SignUp("ann@example.com")
		u := s.Dump().Users[0]
		u.Name, u.Image, u.EmailVerified = strings.Repeat("N", 30<<10), strings.Repeat("P", 30<<10), time.Now()
		if err := s.UpdateUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		for name, signIn := range map[string]func() testclient.Answer{
			"passkey": func() testclient.Answer { return c.Authenticate() },
			"e-mail":  func() testclient.Answer { askLink(c, "ann@example.com"); return follow(c, mail.last(t).URL) },
			"adding":  func() testclient.Answer { c.SignIn(); return svc.signInWith(c, "mock", "ann") },
		} {
			c.SignOut()
			if a := signIn(); a.ErrorCode() != "" || c.Email() != "ann@example.com" || headerOf(c) >= nginxLine {
				t.Errorf("%s/%s: %s, %q, header of %d bytes", kind, name, a.Body, c.Email(), headerOf(c))
			}
		}
	}
}

// What a JWT callback adds is kept as long as servers in front may accept the token, with a short name
// and picture beside it. Beyond that it is an error that names the remedy.
func TestSessionToken_CallbackAddsTooMuch(t *testing.T) {
	var events []string
	luggage := 0
	user := decorated(10, 100)
	s := newSite(t, withLuggage(&luggage), func(c *ginauth.Config) {
		door := authorizer{user: &user}
		c.Providers = append(c.Providers, door.provider())
		c.Events.SignIn = func(context.Context, ginauth.SignInEvent) { events = append(events, "sign-in") }
	})
	for _, tt := range []struct {
		luggage, picture int
		in, image        bool
	}{
		{3000, 100, true, true},
		{3500, 700, true, false}, // without the picture it is roomy
		{6000, 100, true, true},
		{6000, 2000, true, false},
		{9000, 100, true, true},
		{9000, 600, true, false},
		{10 << 10, 100, false, false},
		{30 << 10, 0, false, false},
		{100 << 10, 0, false, false},
	} {
		luggage, user = tt.luggage, decorated(10, tt.picture)
		events = nil
		c := s.browser(t)
		a := enter(c)
		if !tt.in {
			if a.ErrorCode() != "Configuration" || len(events) > 0 || a.Cookie(sessionCookie+".0") != nil {
				t.Errorf("luggage of %d: %s, events %v", tt.luggage, a.Body, events)
			}
			continue
		}
		u := c.User()
		if u == nil || headerOf(c) > 14<<10 {
			t.Errorf("luggage of %d: %s, header of %d bytes", tt.luggage, a.Body, headerOf(c))
			continue
		}
		if _, ok := u["image"]; ok != tt.image || u["name"] == nil {
			t.Errorf("luggage of %d, picture of %d: %.80v", tt.luggage, tt.picture, u)
		}
	}
	logs := s.logs.String()
	if !strings.Contains(logs, "let the JWT callback keep less") || strings.Contains(logs, "xxxx") {
		t.Errorf("log: %.300s", logs)
	}
}

// A user whose ID cannot fit into a token is refused before anything is written.
func TestSessionToken_RefusedBeforeItIsWritten(t *testing.T) {
	user := ginauth.User{ID: "ann-id", Email: "ann@example.com"}
	s := newSite(t, withRevocable, func(c *ginauth.Config) {
		door := authorizer{user: &user}
		c.Providers = append(c.Providers, door.provider())
	})
	c := s.browser(t)
	enter(c)
	before := s.Dump()
	user.ID = strings.Repeat("i", 20<<10)
	if a := enter(c); a.ErrorCode() != "Configuration" {
		t.Errorf("%s", a.Body)
	}
	wroteNothing(t, before, s.Dump())
	if c.Email() != "ann@example.com" {
		t.Error("the session before has ended")
	}
}

// An update that makes a name too long for the token answers with it all the same.
func TestSessionToken_UpdateOfLongName(t *testing.T) {
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if p.Trigger == ginauth.TriggerUpdate {
				p.Token["name"] = p.Update
			}
			return p.Token, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ann@example.com")
	for _, size := range []int{10, 9000, 20} {
		name := strings.Repeat("n", size)
		a := c.Do(http.MethodPost, "/auth/session", "application/json", `{"csrfToken":"`+c.CSRF()+`","data":"`+name+`"}`)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, name) || headerOf(c) >= nginxLine {
			t.Errorf("%d bytes: %d %.100s", size, a.Status, a.Body)
		}
		if got, _ := c.User()["name"].(string); got != name && size != 9000 {
			t.Errorf("%d bytes: then the name has %d", size, len(got))
		}
	}
}
