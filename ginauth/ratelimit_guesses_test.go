package ginauth_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// door is a site with passwords. What reaches Authorize takes a while, as hashing does.
type door struct {
	*site
	token, cookie string
	reached       atomic.Int32
}

func newDoor(t *testing.T, change ...func(*ginauth.Config)) *door {
	t.Helper()
	d := &door{}
	d.site = limitedPeople(t, append([]func(*ginauth.Config){withJWT, with(&ginauth.CredentialsProvider{ID: "password", Name: "Password",
		Authorize: func(ctx context.Context, form map[string]string, _ *http.Request) (*ginauth.User, error) {
			d.reached.Add(1)
			time.Sleep(100 * time.Millisecond)
			switch form["password"] {
			case "right":
				return &ginauth.User{ID: "1", Name: "Ann"}, nil
			case "down":
				return nil, errors.New("directory down")
			}
			return nil, ctx.Err()
		}})}, change...)...)
	c := d.browser(t)
	d.token, d.cookie = c.CSRF(), csrfCookie+"="+c.Cookie(csrfCookie)
	return d
}

// send posts JSON fields and returns the status and whether it signed in.
func (d *door) send(ctx context.Context, fields map[string]any) (status int, in bool) {
	fields["csrfToken"] = d.token
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/auth/callback/password", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", d.cookie)
	r.Header.Set("X-Auth-Return-Redirect", "1")
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, r)
	return w.Code, strings.Contains(strings.Join(w.Header()["Set-Cookie"], ""), sessionCookie+"=")
}

func (d *door) guess(account any, password string) (status int, in bool) {
	return d.send(context.Background(), map[string]any{"username": account, "password": password})
}

// S5, S6: 200 guesses at once, whatever the name is made of.
func TestS6_ParallelGuesses(t *testing.T) {
	for name, limiter := range limiters {
		for account, value := range map[string]any{
			"text": "ann", "number": 4711, "fraction": 47.11, "truth": true, "list": []any{"ann"}, "object": map[string]any{"name": "ann"}, "nested": []any{map[string]any{"a": []int{1}}},
		} {
			t.Run(name+", "+account, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := newDoor(t, func(c *ginauth.Config) { c.RateLimit.Limiter = limiter() })
					var all sync.WaitGroup
					var refused atomic.Int32
					for range 200 {
						all.Go(func() {
							if status, in := d.guess(value, "wrong"); in {
								t.Error("signed in")
							} else if status == http.StatusTooManyRequests {
								refused.Add(1)
							}
						})
					}
					all.Wait()
					if n, r := d.reached.Load(), refused.Load(); n != 5 || r != 195 {
						t.Errorf("%d guesses reached Authorize and %d were refused, want 5 and 195", n, r)
					}
					if status, _ := d.guess(value, "right"); status != http.StatusTooManyRequests {
						t.Errorf("the right password while refused: %d", status)
					}
				})
			})
		}
	}
}

// A success gives its ticket back, a failure of storage too: people who sign in at the same time, and
// after some mistakes, all get in.
func TestS6_HonestSignIns(t *testing.T) {
	for name, limiter := range limiters {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(t, func(c *ginauth.Config) { c.RateLimit.Limiter = limiter() })
				for range 4 {
					d.guess("ann", "wrong")
				}
				for i := range 20 {
					if status, _ := d.guess("ann", "down"); status == http.StatusTooManyRequests {
						t.Fatalf("outage %d counts as a failure", i+1)
					}
					if status, in := d.guess("ann", "right"); !in {
						t.Fatalf("sign-in %d after four failures: %d", i+1, status)
					}
				}
				var all sync.WaitGroup
				for range 20 {
					all.Go(func() {
						if status, in := d.guess("ann", "right"); !in {
							t.Errorf("at the same time as others: %d", status)
						}
					})
				}
				all.Wait()
				if status, _ := d.guess("ann", "wrong"); status == http.StatusTooManyRequests {
					t.Error("the fifth failure is refused")
				}
				if status, _ := d.guess("ann", "right"); status != http.StatusTooManyRequests {
					t.Errorf("after five failures: %d", status)
				}
			})
		})
	}
}

// An application that returns an error for a wrong password, as if it could not tell, lets more guesses
// pass, but not without end.
func TestS6_ErrorsOfAuthorize(t *testing.T) {
	for name, limiter := range limiters {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(t, func(c *ginauth.Config) { c.RateLimit.Limiter = limiter() })
				start := time.Now()
				for range 200 {
					d.guess("ann", "down")
				}
				// In a minute 5 more failures and 50 more errors become free.
				free := 55 + int32(55*time.Since(start)/time.Minute)
				if n := d.reached.Load(); n < 50 || n > free {
					t.Errorf("%d of 200 reached Authorize in %s", n, time.Since(start))
				}
				if status, in := d.guess("bob", "right"); !in {
					t.Errorf("another account: %d", status)
				}
			})
		})
	}
}

// An attempt whose others take long is refused in time, and leaves nothing behind.
func TestS6_WaitingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := make(chan struct{})
		var running atomic.Int32
		d := newDoor(t, func(c *ginauth.Config) {
			c.Providers = []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password",
				Authorize: func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) {
					running.Add(1)
					<-slow
					return &ginauth.User{ID: "1"}, nil
				}}}
		})
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { d.guess("ann", "right") })
		}
		synctest.Wait()
		start := time.Now()
		if status, _ := d.guess("ann", "right"); status != http.StatusTooManyRequests || time.Since(start) > 4*time.Second {
			t.Errorf("%d after %s", status, time.Since(start))
		}
		all.Go(func() { d.guess("bob", "right") })
		synctest.Wait()
		if n := running.Load(); n != 6 {
			t.Errorf("%d attempts are running, want 5 of one account and one of another", n)
		}
		close(slow)
		all.Wait()
		if _, in := d.guess("ann", "right"); !in {
			t.Error("afterwards nobody gets in")
		}
	})
}

// Hanging up before the answer is no way to guess for free.
func TestS6_HungUpGuesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t)
		for range 30 {
			ctx, hangUp := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, hangUp)
			d.send(ctx, map[string]any{"username": "ann", "password": "wrong"})
		}
		if n := d.reached.Load(); n > 6 { // one more came in the time that this took
			t.Errorf("%d guesses reached Authorize, want 5", n)
		}
	})
}

// One attempt that names an account twice counts once.
func TestS6_AccountNamedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t)
		n := 0
		if got := failures(t, func() testclient.Answer {
			n++
			c := d.browser(t)
			return c.Post("/callback/password", map[string]string{"username": "ann@example.com", "email": "Ann@example.com", "password": "wrong", "csrfToken": c.CSRF()})
		}); got != 5 {
			t.Errorf("%d attempts failed before the limit, want 5", got)
		}
	})
}

// S6: parallel assertions of one passkey, and of one user's passkeys.
func TestS6_ParallelAssertions(t *testing.T) {
	for name, limiter := range limiters {
		for _, both := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					slow := &slowKeys{}
					s := limitedPeople(t, func(c *ginauth.Config) {
						c.RateLimit.Limiter = limiter()
						slow.everyAdapter = whole(c.Adapter)
						c.Adapter = slow
					})
					c := s.browser(t)
					c.SignUp("ada@example.com")
					phone := c.OtherDevice()
					c.AddPasskey()
					c.SignOut()
					var all sync.WaitGroup
					var reached, refused atomic.Int32
					posts := make([]func(), 0, 60)
					for i := range 60 {
						tab := c.Clone()
						if both && i%2 == 0 {
							tab.Passkeys = phone
						}
						action, options := tab.Options("?action=authenticate")
						form := map[string]string{"action": action, "data": tab.Perform(action, options, badSignature), "csrfToken": tab.CSRF()}
						posts = append(posts, func() {
							switch a := tab.Post("/callback/passkey", form); {
							case a.Status == http.StatusTooManyRequests:
								refused.Add(1)
							case a.ErrorCode() == "WebAuthnVerificationError":
								reached.Add(1)
							default:
								t.Errorf("%d %s", a.Status, a.Body)
							}
						})
					}
					slow.on.Store(true)
					for _, post := range posts {
						all.Go(post)
					}
					all.Wait()
					if n, r := reached.Load(), refused.Load(); n != 5 || n+r != 60 {
						t.Errorf("%d assertions were verified and %d refused, want 5 and 55", n, r)
					}
				})
			})
		}
	}
}

// slowKeys takes a while to find a passkey, so that assertions overlap.
type slowKeys struct {
	everyAdapter
	on atomic.Bool
}

func (s *slowKeys) AuthenticatorByCredentialID(ctx context.Context, id []byte) (ginauth.Authenticator, error) {
	if s.on.Load() {
		time.Sleep(50 * time.Millisecond)
	}
	return s.everyAdapter.AuthenticatorByCredentialID(ctx, id)
}
