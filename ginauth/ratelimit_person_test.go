package ginauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// limitedPeople is a site on which addresses have no limits.
func limitedPeople(tb testing.TB, change ...func(*ginauth.Config)) *site {
	tb.Helper()
	off := ginauth.Limit{Requests: -1}
	return limitedSite(tb, append([]func(*ginauth.Config){func(c *ginauth.Config) {
		c.RateLimit.Limits = ginauth.RateLimits{Options: off, Callback: off, Read: off, Register: off}
	}}, change...)...)
}

func badSignature(c *testauthn.Ceremony) {
	c.Signature = func(s []byte) []byte { return append(bytes.Clone(s[:len(s)-1]), s[len(s)-1]^1) }
}

func unknownCredential(c *testauthn.Ceremony) { c.CredentialID = bytes.Repeat([]byte{7}, 32) }

// failures is how many attempts fail before one is refused for their number.
func failures(tb testing.TB, attempt func() testclient.Answer) int {
	tb.Helper()
	for n := range 50 {
		a := attempt()
		switch {
		case a.Status == http.StatusTooManyRequests:
			if a.ErrorCode() != "RateLimited" || a.Header.Get("Retry-After") == "" {
				tb.Errorf("answer %s, Retry-After %q", a.Body, a.Header.Get("Retry-After"))
			}
			return n
		case a.ErrorCode() == "" || a.Cookie(sessionCookie) != nil:
			tb.Fatalf("attempt %d succeeded: %d %s", n+1, a.Status, a.Body)
		}
	}
	tb.Fatal("failures are not limited")
	return 0
}

func TestRateLimit_FailedSignIns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limitedPeople(t)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		for range 12 {
			c.SignIn()
			c.SignOut()
		}
		if n := failures(t, func() testclient.Answer { return c.Authenticate(badSignature) }); n != 5 {
			t.Errorf("%d attempts failed before the limit, want 5", n)
		}
		if a := c.Authenticate(); a.Status != http.StatusTooManyRequests || a.Cookie(sessionCookie) != nil {
			t.Errorf("a good sign-in while refused: %d %s", a.Status, a.Body)
		}
		bob := s.browser(t)
		bob.SignUp("bob@example.com")
		bob.SignOut()
		bob.SignIn()

		time.Sleep(12 * time.Second)
		c.SignIn()
	})
}

func TestRateLimit_FailuresPerUser(t *testing.T) {
	s := limitedPeople(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	phone := c.OtherDevice()
	if a := c.AddPasskey(); a.ErrorCode() != "" {
		t.Fatal(a.Body)
	}
	c.SignOut()
	if n := failures(t, func() testclient.Answer { return c.Authenticate(badSignature) }); n != 5 {
		t.Errorf("%d attempts failed before the limit, want 5", n)
	}
	c.Passkeys = phone
	if a := c.Authenticate(); a.Status != http.StatusTooManyRequests {
		t.Errorf("the same user with another passkey: %d %s", a.Status, a.Body)
	}
}

// TestRateLimit_UnknownPasskeys: limits must not tell which credentials exist.
func TestRateLimit_UnknownPasskeys(t *testing.T) {
	s := limitedPeople(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	if n := failures(t, func() testclient.Answer { return c.Authenticate(unknownCredential) }); n != 5 {
		t.Errorf("%d attempts failed before the limit, want 5 as with a known one", n)
	}
	c.SignIn()
}

// failingAdapter loses the database on demand.
type failingAdapter struct {
	*adaptertest.Memory
	down bool
}

func (f *failingAdapter) UserByAccount(ctx context.Context, provider, id string) (ginauth.User, error) {
	if f.down {
		return ginauth.User{}, errors.New("connection refused")
	}
	return f.Memory.UserByAccount(ctx, provider, id)
}

func TestRateLimit_OutagesAreNoFailures(t *testing.T) {
	db := &failingAdapter{Memory: adaptertest.NewMemory()}
	for _, hide := range []bool{false, true} {
		db.down = false
		s := limitedPeople(t, func(c *ginauth.Config) {
			c.Adapter = db
			p := passkeyProvider("passkey")
			p.HideAccounts = hide
			c.Providers = []ginauth.Provider{p}
		})
		c := s.browser(t)
		c.SignUp(map[bool]string{false: "ada", true: "bob"}[hide] + "@example.com")
		c.SignOut()
		db.down = true
		for range 8 {
			if a := c.Authenticate(); a.Status != http.StatusServiceUnavailable {
				t.Fatalf("HideAccounts %t: %d %s", hide, a.Status, a.Body)
			}
		}
		db.down = false
		c.SignIn()
	}
}

// TestRateLimit_HiddenErrors: with HideAccounts all errors look like failed proofs, but are none.
func TestRateLimit_HiddenErrors(t *testing.T) {
	fail := false
	s := limitedPeople(t, withJWT, func(c *ginauth.Config) {
		p := passkeyProvider("passkey")
		p.HideAccounts = true
		c.Providers = []ginauth.Provider{p}
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if fail {
				return nil, errors.New("the application is broken")
			}
			return p.Token, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	fail = true
	for range 8 {
		if a := c.Authenticate(); a.ErrorCode() != "WebAuthnVerificationError" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	fail = false
	c.SignIn()
}

func TestRateLimit_Registrations(t *testing.T) {
	t.Run("per e-mail address", func(t *testing.T) {
		s := limitedPeople(t)
		spellings := []string{"ada@example.com", "ADA@example.com", "ada@Example.com"}
		n := 0
		got := failures(t, func() testclient.Answer {
			n++
			return s.browser(t).Register(spellings[n%3], func(c *testauthn.Ceremony) { c.Origin = "https://evil.example" })
		})
		if got != 3 {
			t.Errorf("%d attempts, want 3", got)
		}
		c := s.browser(t)
		c.SignUp("bob@example.com")
		for range 5 { // further passkeys of somebody who is known
			c.OtherDevice()
			if a := c.AddPasskey(); a.ErrorCode() != "" {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
		}
	})
	t.Run("per address", func(t *testing.T) {
		s := limitedSite(t, func(c *ginauth.Config) {
			c.RateLimit.Limits.Callback.Requests, c.RateLimit.Limits.Options.Requests, c.RateLimit.Limits.Read.Requests = -1, -1, -1
		})
		for i := range 60 {
			s.browserAt(t, hereAddr).SignUp("a" + strconv.Itoa(i) + "@example.com")
		}
		if a := s.browserAt(t, hereAddr).Register("b@example.com"); a.Status != http.StatusTooManyRequests {
			t.Errorf("the next: %d %s", a.Status, a.Body)
		}
		s.browserAt(t, thereAddr).SignUp("b@example.com")
	})
}

func TestRateLimit_SignInLinks(t *testing.T) {
	sent := 0
	s := limitedPeople(t, func(c *ginauth.Config) {
		c.Providers = []ginauth.Provider{&ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(context.Context, ginauth.SignInLink) error {
			sent++
			return nil
		}}}
	})
	spellings := []string{"ada@example.com", " Ada@example.com", "ada@EXAMPLE.com,example.org", "\uff41da@example.com"}
	post := func(email string) testclient.Answer {
		c := s.browser(t)
		return c.Post("/signin/email", map[string]string{"email": email, "csrfToken": c.CSRF()})
	}
	for range 10 { // forms of other sites send nothing, and use up nothing
		s.browser(t).Post("/signin/email", map[string]string{"email": "ada@example.com"})
	}
	for i := range 12 {
		if a := post(spellings[i%4]); (a.Status == http.StatusTooManyRequests) != (i >= 5) {
			t.Fatalf("link %d: %d %s", i+1, a.Status, a.Body)
		}
	}
	if sent != 5 {
		t.Errorf("%d links were sent, want 5", sent)
	}
	if a := post("bob@example.com"); a.Status != http.StatusOK {
		t.Errorf("somebody else: %d %s", a.Status, a.Body)
	}
}

func TestRateLimit_Passwords(t *testing.T) {
	for _, field := range []string{"username", "email"} {
		asked := 0
		s := limitedPeople(t, func(c *ginauth.Config) {
			c.Session.Strategy = ginauth.StrategyJWT
			c.Providers = []ginauth.Provider{&ginauth.CredentialsProvider{ID: "password", Name: "Password",
				Authorize: func(_ context.Context, f map[string]string, _ *http.Request) (*ginauth.User, error) {
					asked++
					if f["password"] == "broken" {
						return nil, errors.New("connection refused")
					}
					if f["password"] == "slow" {
						return nil, fmt.Errorf("%w: %w", ginauth.ErrCredentials, context.DeadlineExceeded)
					}
					if f["password"] != "right" {
						return nil, nil
					}
					return &ginauth.User{ID: "1", Name: f[field]}, nil
				}}}
		})
		post := func(who, password string) testclient.Answer {
			c := s.browser(t)
			return c.Post("/callback/password", map[string]string{field: who, "password": password, "csrfToken": c.CSRF()})
		}
		for range 6 {
			if a := post("ada", "right"); a.ErrorCode() != "" {
				t.Fatalf("%s: %d %s", field, a.Status, a.Body)
			}
			for _, password := range []string{"broken", "slow"} {
				if a := post("ada", password); a.Status == http.StatusTooManyRequests || a.ErrorCode() == "" && a.Status == http.StatusOK {
					t.Fatalf("%s %s: %d %s", field, password, a.Status, a.Body)
				}
			}
		}
		asked = 0
		n := 0
		if got := failures(t, func() testclient.Answer { n++; return post([]string{"ada", "ADA", " ada "}[n%3], "wrong") }); got != 5 || asked != 5 {
			t.Errorf("%s: %d attempts, and Authorize was asked %d times, want 5", field, got, asked)
		}
		if a := post("ada", "right"); a.Status != http.StatusTooManyRequests {
			t.Errorf("%s: the right password while refused: %d %s", field, a.Status, a.Body)
		}
		if a := post("bob", "right"); a.ErrorCode() != "" {
			t.Errorf("%s: somebody else: %d %s", field, a.Status, a.Body)
		}
	}
}
