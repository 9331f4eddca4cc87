package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// withWhen mounts GET /when: when and how the user signed in, as a guarded handler reads it.
func withWhen(s *site) *site {
	s.engine.GET("/when", s.auth.RequireSession(), func(c *gin.Context) {
		a, err := ginauth.SessionFrom(c).Authentication(c)
		if err != nil {
			c.String(http.StatusServiceUnavailable, "%v", err)
			return
		}
		at := "unknown"
		if !a.Time.IsZero() {
			at = time.Since(a.Time).String()
		}
		c.String(http.StatusOK, "%s ago by %v", at, a.Methods)
	})
	return s
}

func when(c *testclient.Client) string { return c.Do(http.MethodGet, "/when", "", "").Body }

// Every session says when and how its user signed in, in guards and callbacks, whatever the way in and
// wherever sessions are kept. Reading, adding and linking do not change it.
func TestAuthentication(t *testing.T) {
	for name, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			var office post
			svc := newService(t)
			var seen ginauth.Authentication
			s := withWhen(newSite(t, sessions, with(office.provider(), svc.oidc("svc"), svc.oauth("plain"), &ginauth.CredentialsProvider{
				ID: "credentials", Name: "Password",
				Authorize: func(_ context.Context, _ map[string]string, _ *http.Request) (*ginauth.User, error) {
					return &ginauth.User{ID: "carl", Email: "carl@example.com"}, nil
				},
			}), func(c *ginauth.Config) {
				c.Callbacks.Session = func(ctx context.Context, p ginauth.SessionParams) (any, error) {
					var err error
					seen, err = p.Current.Authentication(ctx)
					return p.Session, err
				}
				c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
					if _, ok := p.Token["auth_time"]; !ok {
						t.Error("the callback sees no auth_time")
					}
					// Neither choosing nor losing them is up to the callback.
					return jwt.Claims{"sub": p.Token.Subject(), "email": p.Token["email"], "auth_time": 1, "amr": []string{"hwk"}}, nil
				}
			}))
			if _, err := s.CreateUser(t.Context(), ginauth.User{ID: "carl", Email: "carl@example.com"}); err != nil {
				t.Fatal(err)
			}
			for want, signIn := range map[string]func(c *testclient.Client){
				"[hwk user]": func(c *testclient.Client) { c.SignUp("ada@example.com"); c.DropCookie(sessionCookie); c.SignIn() },
				"[swk user]": func(c *testclient.Client) { c.Passkeys.Synced = true; c.SignUp("eve@example.com") },
				"[otp]":      func(c *testclient.Client) { askLink(c, "ann@example.com"); follow(c, office.last(t).URL) },
				"[fed]":      func(c *testclient.Client) { svc.signInWith(c, "svc", "bob") },
				"[pwd]": func(c *testclient.Client) {
					c.Post("/callback/credentials", map[string]string{"csrfToken": c.CSRF(), "username": "carl"})
				},
			} {
				c := s.browser(t)
				signIn(c)
				time.Sleep(time.Hour)
				c.User()
				if got := when(c); got != "1h0m0s ago by "+want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
				if got := fmt.Sprint(seen.Methods); got != want || time.Since(seen.Time) != time.Hour {
					t.Errorf("%s: the Session callback saw %+v, want %s", name, seen, want)
				}
				if want == "[pwd]" {
					continue // there is no row of the user to add to in every strategy
				}
				c.OtherDevice()
				if a := c.AddPasskey(); a.ErrorCode() != "" {
					t.Fatalf("%s, %s: %s %s", name, want, a.Body, s.logs)
				}
				if a := svc.signInWith(c, "plain", strings.Trim(want[:4], "[]")); a.ErrorCode() != "" {
					t.Fatalf("%s, %s: %s", name, want, a.URL())
				}
				time.Sleep(time.Hour)
				if got := when(c); got != "2h0m0s ago by "+want {
					t.Errorf("%s, after adding: %s, want %s", name, got, want)
				}
			}
		})
	}
}

// A session that another server made says nothing about when it began, and is fresh to nobody.
func TestAuthenticationIsNotKnown(t *testing.T) {
	for name, sessions := range sessionKinds {
		if name == "revocable" {
			continue // does not take tokens of other servers
		}
		synctest.Test(t, func(t *testing.T) {
			s := withWhen(stepUpSite(t, sessions))
			c := s.browser(t)
			foreignSession(t, s, c, name)
			for range 3 {
				if got := when(c); got != "unknown ago by []" {
					t.Errorf("%s: %s", name, got)
				}
				if action, _ := c.Options("?action=register"); action != "authenticate" {
					t.Errorf("%s: may %s", name, action)
				}
				c.User()
				time.Sleep(25 * time.Hour)
			}
		})
	}
}

// foreignSession gives a browser a session as Auth.js makes it.
func foreignSession(t *testing.T, s *site, c *testclient.Client, kind string) {
	t.Helper()
	u, err := s.CreateUser(t.Context(), ginauth.User{Email: "node@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if kind == "database" {
		row := ginauth.StoredSession{Token: "11111111-2222-4333-8444-555555555555", UserID: u.ID, Expires: time.Now().Add(30 * 24 * time.Hour)}
		if err := s.CreateSession(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		c.SetCookie(sessionCookie, row.Token)
		return
	}
	codec, err := jwt.New([]string{siteSecret}, jwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := codec.Encode(jwt.Claims{"sub": u.ID, "email": u.Email}, sessionCookie, 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c.SetCookie(sessionCookie, token)
}

// A session ends AbsoluteAge after its sign-in, however often its token is renewed and whoever kept a
// copy: on every route and in every guard.
func TestAbsoluteAge(t *testing.T) {
	const day = 24 * time.Hour
	for name, sessions := range sessionKinds {
		for _, foreign := range []bool{false, true} {
			if foreign && name == "revocable" {
				continue
			}
			for age, lives := range map[time.Duration]time.Duration{0: 365 * day, 100 * day: 100 * day, 10 * day: 10 * day, -1: 2000 * day} {
				synctest.Test(t, func(t *testing.T) {
					s := newSite(t, sessions, func(c *ginauth.Config) { c.Session.AbsoluteAge = age })
					c := s.browser(t)
					if foreign {
						foreignSession(t, s, c, name)
						if name == "database" {
							time.Sleep(day) // a row is looked at when it is renewed
						}
					} else {
						c.SignUp("node@example.com")
					}
					c.User()
					began := time.Now()
					for time.Since(began) < lives-9*day {
						time.Sleep(9 * day)
						if a := c.Get("/session"); c.Cookie(sessionCookie) == "" || a.Body == "null" {
							t.Fatalf("%s, foreign %v, %s: over after %s", name, foreign, age, time.Since(began))
						}
						if !foreign && time.Since(began) < lives-2*day && time.Since(began) > lives-20*day && age > 0 {
							c.OtherDevice()
							c.AddPasskey() // which is not a sign-in
						}
					}
					if age < 0 {
						return
					}
					copied := c.Clone()
					time.Sleep(lives - time.Since(began))
					for _, path := range []string{"/me", "/page"} {
						if a := copied.Do(http.MethodGet, path, "", ""); a.Status == http.StatusOK {
							t.Errorf("%s, foreign %v, %s: %s is open", name, foreign, age, path)
						}
					}
					authorisesNothing(t, c)
				})
			}
		}
	}
}

// A stored session that is over leaves nothing of itself behind once it is read: neither one that ran
// out, nor one that a lower AbsoluteAge ends.
func TestSessionThatIsOverLeavesNothing(t *testing.T) {
	const day = 24 * time.Hour
	for what, tt := range map[string]struct{ after, absolute time.Duration }{"ran out": {31 * day, 365 * day}, "too old": {20 * day, 10 * day}} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, sessionKinds["database"])
			c := s.browser(t)
			c.SignUp("ann@example.com")
			later := newSite(t, sessionKinds["database"], func(c *ginauth.Config) { c.Adapter, c.Session.AbsoluteAge = s.Memory, tt.absolute })
			d := later.browser(t)
			d.SetCookie(sessionCookie, c.Cookie(sessionCookie))
			time.Sleep(tt.after)
			if a := d.Get("/session"); a.Body != "null" {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
			tables := s.Dump()
			for _, row := range tables.VerificationTokens {
				if strings.HasPrefix(row.Identifier, "ginauth:signed-in:") {
					t.Errorf("%s: left %+v", what, row)
				}
			}
			if len(tables.Sessions) != 0 {
				t.Errorf("%s: %d sessions", what, len(tables.Sessions))
			}
		})
	}
}

// A plain token can be copied and renewed, and nothing ends it; but since its user's sessions were
// ended, or the address was proven, it adds, links and removes nothing any more.
func TestPlainTokenLosesItsPowers(t *testing.T) {
	for what, end := range map[string]func(s *site, user string){
		"EndSessions": func(s *site, user string) { _ = s.auth.EndSessions(t.Context(), user) },
		"proven by the application": func(s *site, user string) {
			time.Sleep(time.Second)
			u, err := s.UserByID(t.Context(), user)
			u.EmailVerified = time.Now()
			if err != nil || s.UpdateUser(t.Context(), u) != nil {
				panic("no such user")
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			svc := newService(t)
			s := withRemoval(newSite(t, withJWT, with(svc.oidc("svc"))))
			ada := s.browser(t)
			first, _ := twoPasskeys(ada)
			thief := ada.Clone()
			thief.OtherDevice()
			ready := answered(thief, "?action=register") // options from before
			user := authenticatorOf(t, s, ada).UserID
			end(s, user)
			before := written(s)
			thief.User()
			if action, _ := thief.Options("?action=register"); action != "authenticate" {
				t.Errorf("%s: may %s", what, action)
			}
			if a := ready(); a.ErrorCode() == "" {
				t.Errorf("%s: a passkey is added with options from before", what)
			}
			if a := svc.signInWith(thief, "svc", "eve"); a.ErrorCode() != "OAuthAccountNotLinked" {
				t.Errorf("%s: linking: %s", what, a.URL())
			}
			if a := removal(thief, first); a.Status != http.StatusForbidden {
				t.Errorf("%s: removing: %d", what, a.Status)
			}
			wroteNothing(t, before, written(s))
			ada.SignIn()
			ada.OtherDevice()
			if a := ada.AddPasskey(); a.ErrorCode() != "" {
				t.Errorf("%s: the next sign-in: %s", what, a.Body)
			}
			if a := removal(ada, first); a.Status != http.StatusNoContent {
				t.Errorf("%s: the next sign-in removes: %d", what, a.Status)
			}
			if a := svc.signInWith(ada, "svc", "ada"); a.ErrorCode() != "" {
				t.Errorf("%s: the browser that removed a passkey links: %s", what, a.URL())
			}
		})
	}
}

// The records beside stored sessions go with them.
func TestSignInRecordsGo(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignIn()
	c.OtherDevice()
	c.AddPasskey()
	records := func() (n int) {
		for _, row := range s.Dump().VerificationTokens {
			if slices.Contains([]string{"ginauth:signed-in:"}, row.Identifier[:min(len(row.Identifier), 18)]) {
				n++
			}
		}
		return n
	}
	if n := records(); n != 1 {
		t.Errorf("%d records for one session", n)
	}
	c.SignOut()
	if n := records(); n != 0 {
		t.Errorf("%d records after signing out", n)
	}
}

func TestAuthenticationByPasskey(t *testing.T) {
	for want, methods := range map[bool][][]string{true: {{"hwk", "user"}, {"swk", "user"}}, false: {nil, {"otp"}, {"fed"}, {"pwd"}, {"user"}}} {
		for _, m := range methods {
			if got := (ginauth.Authentication{Methods: m}).ByPasskey(); got != want {
				t.Errorf("%v: %v", m, got)
			}
		}
	}
	if !reflect.DeepEqual(ginauth.Authentication{}.Methods, []string(nil)) {
		t.Error("zero value")
	}
}
