package ginauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func TestEmailSignsUpAndIn(t *testing.T) {
	for _, strategy := range []ginauth.Strategy{ginauth.StrategyDatabase, ginauth.StrategyJWT} {
		t.Run(string(strategy), func(t *testing.T) {
			var office post
			var events []string
			s := newSite(t, with(office.provider()), func(c *ginauth.Config) {
				c.Session.Strategy = strategy
				c.Events.CreateUser = func(context.Context, ginauth.User) { events = append(events, "create") }
				c.Events.UpdateUser = func(_ context.Context, u ginauth.User) {
					if u.EmailVerified.IsZero() {
						t.Error("the updated user is not verified")
					}
					events = append(events, "update")
				}
				c.Events.SignIn = func(_ context.Context, e ginauth.SignInEvent) {
					if e.Account.Type != ginauth.KindEmail || e.Account.UserID != e.User.ID {
						t.Errorf("signed in with %+v", e.Account)
					}
					events = append(events, "signIn")
				}
			})
			for i, want := range []string{"create signIn", "update signIn"} {
				events = nil
				c := s.browser(t)
				if a := askLink(c, " Ann@Example.COM"); a.URL() != siteOrigin+"/auth/verify-request?provider=email&type=email" {
					t.Fatalf("asking: %d %s", a.Status, a.Body)
				}
				link := office.last(t)
				if link.To != "ann@example.com" || link.Host != "app.example.com" || link.Request == nil {
					t.Errorf("link to %q at %q", link.To, link.Host)
				}
				wantURL := siteOrigin + "/auth/callback/email?callbackUrl=https%3A%2F%2Fapp.example.com%2Finbox%3Fx%3D1%26y%3D%C3%A4&token=" + link.Token + "&email=ann%40example.com"
				if link.URL != wantURL || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(link.Token) {
					t.Errorf("link %s\nwant %s", link.URL, wantURL)
				}
				stored := linksOf(s)[0]
				sum := sha256.Sum256([]byte(link.Token + siteSecret))
				if stored.Identifier != "ann@example.com" || stored.Token != hex.EncodeToString(sum[:]) || !stored.Expires.Equal(link.Expires) {
					t.Errorf("stored %+v", stored)
				}
				if age := time.Until(link.Expires); age < 23*time.Hour || age > 24*time.Hour {
					t.Errorf("good for %s", age)
				}
				// Opened in a browser that did not ask.
				other := s.browser(t)
				if a := follow(other, link.URL); a.Status != http.StatusFound || a.URL() != siteOrigin+"/inbox?x=1&y=%C3%A4" {
					t.Errorf("following: %d %s", a.Status, a.URL())
				}
				if other.Email() != "ann@example.com" || c.User() != nil {
					t.Errorf("signed in as %q, asker as %v", other.Email(), c.User())
				}
				if got := strings.Join(events, " "); got != want {
					t.Errorf("round %d: events %s, want %s", i, got, want)
				}
				if a := follow(s.browser(t), link.URL); a.URL() != siteOrigin+"/auth/error?error=Verification" {
					t.Errorf("second use: %s", a.URL())
				}
			}
			tables := s.Dump()
			if len(tables.Users) != 1 || tables.Users[0].EmailVerified.IsZero() || len(tables.Accounts) != 0 || len(linksOf(s)) != 0 {
				t.Errorf("left %+v", tables)
			}
		})
	}
}

func TestEmailLinkRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, code string
		edit       func(url.Values)
	}{
		{"token missing", "Configuration", func(q url.Values) { q.Del("token") }},
		{"token wrong", "Verification", func(q url.Values) { q.Set("token", strings.Repeat("f", 64)) }},
		{"token long", "Verification", func(q url.Values) { q.Set("token", strings.Repeat("f", 5000)) }},
		{"stored hash as token", "Verification", func(q url.Values) {
			sum := sha256.Sum256([]byte(q.Get("token") + siteSecret))
			q.Set("token", hex.EncodeToString(sum[:]))
		}},
		{"address missing", "Verification", func(q url.Values) { q.Del("email") }},
		{"address of another", "Verification", func(q url.Values) { q.Set("email", "bob@example.com") }},
		{"address in capitals", "Verification", func(q url.Values) { q.Set("email", "ANN@example.com") }},
		{"address with NUL", "Verification", func(q url.Values) { q.Set("email", "ann@example.com\x00") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var office post
			s := newSite(t, with(office.provider()))
			askLink(s.browser(t), "ann@example.com")
			u, _ := url.Parse(office.last(t).URL)
			q := u.Query()
			tt.edit(q)
			u.RawQuery = q.Encode()
			c := s.browser(t)
			a := follow(c, u.String())
			if a.URL() != siteOrigin+"/auth/error?error="+tt.code || c.User() != nil || len(s.Dump().Users) != 0 {
				t.Errorf("answer %s, signed in as %v", a.URL(), c.User())
			}
			// The link itself is not spent by somebody's guesses.
			if follow(c, office.last(t).URL); c.Email() != "ann@example.com" {
				t.Errorf("then signed in as %q", c.Email())
			}
		})
	}
}

func TestEmailLinkExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var office post
		s := newSite(t, with(office.provider(func(p *ginauth.EmailProvider) { p.MaxAge = time.Hour })))
		for _, tt := range []struct {
			wait time.Duration
			code string
		}{{59 * time.Minute, ""}, {time.Hour, "Verification"}} {
			askLink(s.browser(t), "ann@example.com")
			time.Sleep(tt.wait)
			if a := follow(s.browser(t), office.last(t).URL); a.ErrorCode() != tt.code {
				t.Errorf("after %s: %s", tt.wait, a.URL())
			}
		}
	})
}

func TestEmailLinkOnce(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider()))
	askLink(s.browser(t), "ann@example.com")
	var group sync.WaitGroup
	in := make(chan string, 20)
	for range cap(in) {
		c := s.browser(t)
		group.Go(func() { in <- follow(c, office.links[0].URL).ErrorCode() })
	}
	group.Wait()
	close(in)
	good := 0
	for code := range in {
		if code == "" {
			good++
		} else if code != "Verification" {
			t.Errorf("code %q", code)
		}
	}
	if tables := s.Dump(); good != 1 || len(tables.Users) != 1 || len(tables.Sessions) != 1 {
		t.Errorf("%d of %d went in: %d users, %d sessions", good, cap(in), len(tables.Users), len(tables.Sessions))
	}
}

// A link outlives the secret that it was made with, for as long as that one is listed.
func TestEmailLinkAcrossRotation(t *testing.T) {
	const newest = "nN3Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"
	for _, tt := range []struct {
		name       string
		old        []string
		secret     string
		oldSecrets []string
		code       string
	}{
		{"old one listed late", nil, siteSecret, []string{"oO1Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"}, ""},
		{"rotated once", nil, newest, []string{siteSecret}, ""},
		{"rotated twice", []string{"oO1Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"}, newest, []string{siteSecret, "oO1Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"}, ""},
		{"oldest dropped", nil, siteSecret, nil, ""},
		{"replaced", nil, newest, nil, "Verification"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var office post
			before := newSite(t, with(office.provider()), func(c *ginauth.Config) { c.OldSecrets = tt.old })
			askLink(before.browser(t), "ann@example.com")
			after := newSite(t, with(office.provider()), func(c *ginauth.Config) {
				c.Adapter, c.Secret, c.OldSecrets = before.Memory, tt.secret, tt.oldSecrets
			})
			if a := follow(after.browser(t), office.last(t).URL); a.ErrorCode() != tt.code {
				t.Errorf("answer %s", a.URL())
			}
		})
	}
}

func TestEmailReplacements(t *testing.T) {
	var office post
	s := newSite(t, with(office.provider(func(p *ginauth.EmailProvider) {
		p.Normalize = func(address string) (string, error) {
			local, _, ok := strings.Cut(address, "@")
			if !ok {
				return "", errors.New("who?")
			}
			return local + "@corp.example", nil
		}
		p.GenerateToken = func() (string, error) { return "123456", nil }
	})))
	askLink(s.browser(t), "ann@elsewhere.example")
	if link := office.last(t); link.To != "ann@corp.example" || link.Token != "123456" {
		t.Errorf("link %+v", link)
	}
	c := s.browser(t)
	if follow(c, office.last(t).URL); c.Email() != "ann@corp.example" {
		t.Errorf("signed in as %q", c.Email())
	}
	if a := askLink(s.browser(t), "ann"); a.ErrorCode() != "Configuration" {
		t.Errorf("refused by Normalize: %s", a.URL())
	}
	if askLink(s.browser(t), "a\nb@x"); len(office.links) != 1 {
		t.Errorf("%d links sent: what Normalize returns is looked at too", len(office.links))
	}
}
