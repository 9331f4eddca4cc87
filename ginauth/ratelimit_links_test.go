package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// Sign-in links have such a bound too. What it refuses uses up nothing of a person's own.
func TestS11_SignInLinksTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := map[string]int{}
		s := limitedSite(t, withJWT, func(c *ginauth.Config) {
			c.Providers = append(c.Providers, &ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(_ context.Context, l ginauth.SignInLink) error {
				sent[l.To]++
				return nil
			}})
		})
		ask := func(c *testclient.Client, token, address string) int {
			return c.Post("/signin/email", map[string]string{"email": address, "csrfToken": token}).Status
		}
		ada := s.browserAt(t, proxyAddr)
		ada.SignUp("ada@example.com")
		adaToken := ada.CSRF()
		ann := s.browserAt(t, proxyAddr)
		annToken := ann.CSRF()
		for i := range 12 {
			eve := s.browserAt(t, proxyAddr)
			token := eve.CSRF()
			for j := range 70 {
				ask(eve, token, fmt.Sprintf("victim-%d-%d@example.com", i, j))
			}
			if n := len(sent); i == 0 && n != 60 {
				t.Errorf("one cookie got %d links, want 60", n)
			}
		}
		if n := len(sent); n != 600 {
			t.Errorf("%d links were sent, want 600", n)
		}
		for range 20 {
			if status := ask(ann, annToken, "ann@example.com"); status != http.StatusTooManyRequests {
				t.Fatalf("during the flood: %d", status)
			}
		}
		if status := ask(ada, adaToken, "ada@example.com"); status != http.StatusOK {
			t.Errorf("somebody signed in during the flood: %d", status)
		}
		time.Sleep(time.Second)
		for i := range 5 {
			if status := ask(ann, annToken, "ann@example.com"); status != http.StatusOK {
				t.Errorf("link %d after the flood: %d", i+1, status)
			}
		}
	})
}

// Registrations too; members who add a passkey are no newcomers.
func TestS11_RegistrationsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limitedSite(t, func(c *ginauth.Config) {
			c.RateLimit.Limits = ginauth.RateLimits{RegisterTogether: ginauth.Limit{Requests: 20, Per: time.Hour}, Register: ginauth.Limit{Requests: 8, Per: time.Hour}}
		})
		wrongOrigin := func(c *testclient.Client, email string) testclient.Answer {
			return c.Register(email, func(x *testauthn.Ceremony) { x.Origin = "https://evil.example" })
		}
		ada := s.browserAt(t, proxyAddr)
		ada.SignUp("ada@example.com")
		verified := 0
		for i := range 4 {
			eve := s.browserAt(t, proxyAddr)
			for j := range 10 {
				if a := wrongOrigin(eve, fmt.Sprintf("x%d-%d@example.com", i, j)); a.Status != http.StatusTooManyRequests {
					verified++
				}
			}
			if i == 0 && verified != 8 {
				t.Errorf("one cookie got %d registrations, want 8", verified)
			}
		}
		if verified != 19 {
			t.Errorf("%d registrations were looked at, want 19 beside the first", verified)
		}
		ann := s.browserAt(t, proxyAddr)
		for range 6 {
			if a := wrongOrigin(ann, "ann@example.com"); a.Status != http.StatusTooManyRequests {
				t.Errorf("a newcomer during the flood: %d %s", a.Status, a.Body)
			}
		}
		ada.OtherDevice()
		if a := ada.AddPasskey(); a.ErrorCode() != "" || a.Status != http.StatusOK {
			t.Errorf("a member adds a passkey during the flood: %d %s", a.Status, a.Body)
		}
		// The person's own three an hour are not used up.
		time.Sleep(time.Hour / 20)
		if a := ann.Register("ann@example.com"); a.ErrorCode() != "" {
			t.Errorf("afterwards: %d %s", a.Status, a.Body)
		}
	})
}

func TestS11_Config(t *testing.T) {
	_, err := ginauth.Register(newSite(t).engine, ginauth.Config{RateLimit: ginauth.RateLimitConfig{Limits: ginauth.RateLimits{
		CSRFTogether: ginauth.Limit{Requests: 1}, RegisterTogether: ginauth.Limit{Requests: 1}, SignInLinksTogether: ginauth.Limit{Per: 1},
	}}})
	for _, want := range []string{"Limits.CSRFTogether is 1 in 0s", "Limits.RegisterTogether is 1 in 0s", "Limits.SignInLinksTogether is 0 in 1ns"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	off := ginauth.Limit{Requests: -1}
	s := limitedSite(t, func(c *ginauth.Config) {
		c.RateLimit.Limits = ginauth.RateLimits{CSRFTogether: off, RegisterTogether: off, SignInLinksTogether: off, OptionsTogether: off, Options: off}
	})
	for range 1500 {
		if w := s.ask(http.MethodGet, optionsPath, proxyAddr); w.Code != http.StatusOK || len(w.Header()["Set-Cookie"]) < 2 {
			t.Fatalf("a limit that is off: %d %v", w.Code, w.Header())
		}
	}
}
