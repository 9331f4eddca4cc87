package ginauth

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
)

// claimSite is a site on which something was just claimed, and what came of telling it.
type claimSite struct {
	events  []ClaimEvent
	notices []Notice
	log     bytes.Buffer
	cfg     Config
}

// mailer is an e-mail provider that keeps notices.
func (s *claimSite) mailer(id string) *EmailProvider {
	return &EmailProvider{ID: id, Name: id, Send: func(context.Context, SignInLink) error { return nil }, Notify: func(_ context.Context, n Notice) error {
		n.Host = id + " " + n.Host
		s.notices = append(s.notices, n)
		return nil
	}}
}

// exchange is a request on the site, in the state in which a claim is told.
func (s *claimSite) exchange(ctx context.Context) *exchange {
	s.cfg.Events.ClaimAddress = func(_ context.Context, e ClaimEvent) { s.events = append(s.events, e) }
	gin.SetMode(gin.TestMode)
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(ctx, http.MethodPost, "/auth/callback/email", nil)
	a := &Auth{cfg: s.cfg, logger: slog.New(slog.NewJSONHandler(&s.log, nil)), providers: map[string]Provider{}}
	a.sessions = newSessions(a)
	for _, p := range s.cfg.Providers {
		a.providers[p.ProviderID()] = p
	}
	return &exchange{Auth: a, c: c, ctx: ctx, origin: "https://app.example.com"}
}

func claimOf(provider string) ClaimEvent {
	return ClaimEvent{
		User:     User{ID: "u1", Email: "ann@example.com"},
		Passkeys: []Authenticator{{CredentialID: []byte("a")}, {CredentialID: []byte("b")}},
		Accounts: []Account{{Type: KindWebAuthn}, {Type: KindWebAuthn}, {Type: KindOAuth}},
		Provider: provider,
	}
}

func TestClaimIsTold(t *testing.T) {
	for name, tt := range map[string]struct {
		session  SessionConfig
		sessions bool
	}{
		"database":  {SessionConfig{Strategy: StrategyDatabase}, true},
		"jwt":       {SessionConfig{Strategy: StrategyJWT}, false},
		"revocable": {SessionConfig{Strategy: StrategyJWT, Revocable: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &claimSite{}
			s.cfg = Config{Session: tt.session, Providers: []Provider{s.mailer("email")}}
			before := time.Now().Add(-time.Second)
			s.exchange(t.Context()).tellClaim(claimOf("email"))
			if len(s.events) != 1 || !reflect.DeepEqual(s.events[0], claimOf("email")) {
				t.Errorf("events %+v", s.events)
			}
			if len(s.notices) != 1 {
				t.Fatalf("%d notices: %s", len(s.notices), &s.log)
			}
			n := s.notices[0]
			if n.Time.Before(before) || n.Time.After(time.Now()) || n.Time.Location() != time.UTC {
				t.Errorf("time %s", n.Time)
			}
			n.Time = time.Time{}
			want := Notice{To: "ann@example.com", Kind: NoticeAddressClaimed, Host: "email app.example.com", Passkeys: 2, Accounts: 1, Sessions: tt.sessions}
			if n != want {
				t.Errorf("notice %+v\nwant   %+v", n, want)
			}
		})
	}
}

func TestClaimNoticeIsSentByTheRightProvider(t *testing.T) {
	s := &claimSite{}
	silent := &EmailProvider{ID: "silent"}
	first, second := s.mailer("first"), s.mailer("second")
	oauth := &OAuthProvider{ID: "github"}
	for _, tt := range []struct {
		name      string
		providers []Provider
		proved    string
		want      string
	}{
		{"the one that proved it", []Provider{first, second}, "second", "second app.example.com"},
		{"the first, for one that cannot", []Provider{silent, first, second}, "silent", "first app.example.com"},
		{"the first, for another kind", []Provider{oauth, silent, first, second}, "github", "first app.example.com"},
		{"the first, for an unknown one", []Provider{first}, "gone", "first app.example.com"},
		{"none", []Provider{oauth, silent}, "silent", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.cfg, s.notices, s.events = Config{Providers: tt.providers}, nil, nil
			s.exchange(t.Context()).tellClaim(claimOf(tt.proved))
			var senders []string
			for _, n := range s.notices {
				senders = append(senders, n.Host)
			}
			if got := strings.Join(senders, " and "); got != tt.want || len(s.events) != 1 {
				t.Errorf("sent by %q, want %q; %d events", got, tt.want, len(s.events))
			}
		})
	}
}

// Nobody is written to about nothing; the application hears of it.
func TestClaimOfNothingSendsNoNotice(t *testing.T) {
	for name, change := range map[string]func(*ClaimEvent){
		"nothing removed": func(e *ClaimEvent) { e.Passkeys, e.Accounts = nil, nil },
		"no address":      func(e *ClaimEvent) { e.User.Email = "" },
	} {
		s := &claimSite{}
		s.cfg.Providers = []Provider{s.mailer("email")}
		e := claimOf("email")
		change(&e)
		s.exchange(t.Context()).tellClaim(e)
		if len(s.notices) != 0 || len(s.events) != 1 {
			t.Errorf("%s: %d notices, %d events", name, len(s.notices), len(s.events))
		}
	}
}

// A notice that fails is one line in the log, without the address. The sign-in goes on, with as much
// time for storage as before.
func TestClaimNoticeFailsQuietly(t *testing.T) {
	for name, notify := range map[string]func(context.Context, Notice) error{
		"error": func(context.Context, Notice) error { return errors.New("mail server\nis down") },
		"panic": func(_ context.Context, n Notice) error { panic(n.To) },
		"hangs": func(ctx context.Context, _ Notice) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &claimSite{}
				p := s.mailer("email")
				p.Notify = notify
				s.cfg.Providers = []Provider{p}
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				x := s.exchange(ctx)
				x.ctx, cancel = context.WithTimeout(ctx, handlerDeadline)
				defer cancel()
				began := time.Now()
				x.tellClaim(claimOf("email"))
				if d := time.Since(began); d > noticeTime {
					t.Errorf("took %s", d)
				}
				deadline, ok := x.ctx.Deadline()
				if left := time.Until(deadline); !ok || x.ctx.Err() != nil || left != handlerDeadline {
					t.Errorf("storage has %s left: %v", left, x.ctx.Err())
				}
				log := s.log.String()
				if strings.Count(log, "\n") != 1 || !strings.Contains(log, "notice not sent") || !strings.Contains(log, `"provider":"email"`) || strings.Contains(log, "ann@") {
					t.Errorf("log %s", log)
				}
			})
		})
	}
}

// The browser may be gone by then; the owner of the address is told all the same.
func TestClaimNoticeOutlivesTheRequest(t *testing.T) {
	s := &claimSite{}
	p := s.mailer("email")
	var seen error
	p.Notify = func(ctx context.Context, _ Notice) error { seen = ctx.Err(); return seen }
	s.cfg.Providers = []Provider{p}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.exchange(ctx).tellClaim(claimOf("email"))
	if seen != nil || s.log.Len() != 0 {
		t.Errorf("sent with %v: %s", seen, &s.log)
	}
}
