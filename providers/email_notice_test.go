package providers_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/pages"
	"github.com/ginauth/ginauth/providers"
)

// claimNotice tells that two passkeys, an account and all sessions are gone.
func claimNotice() ginauth.Notice {
	return ginauth.Notice{
		To: "ann@example.com", Kind: ginauth.NoticeAddressClaimed, Host: "app.example.com",
		Time:     time.Date(2025, 11, 3, 9, 5, 0, 0, time.FixedZone("", 3600)),
		Passkeys: 2, Accounts: 1, Sessions: true,
	}
}

// notify sends a notice and returns what the mail server was told.
func notify(t *testing.T, theme pages.Theme, n ginauth.Notice) *mailServer {
	t.Helper()
	s := (&mailServer{}).start(t)
	cfg := s.config()
	cfg.Theme, cfg.Subject = theme, "Your sign-in link"
	if err := providers.Email(cfg).Notify(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	<-s.done
	return s
}

func TestEmailNoticeIsSent(t *testing.T) {
	s := notify(t, pages.Theme{Name: "Bank & <Co>"}, claimNotice())
	if said := strings.Join(s.commands, "\n"); !strings.Contains(said, "RCPT TO:<ann@example.com>") {
		t.Errorf("commands\n%s", said)
	}
	header, plain, rich := readMail(t, s.data)
	for name, want := range map[string]string{
		"Subject": "Your address was confirmed at Bank & <Co> (app.example.com)", "From": `"Example" <no-reply@example.com>`, "Auto-Submitted": "auto-generated",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{
		"Your address was confirmed at Bank & <Co> (app.example.com)\n", "3 November 2025 at 08:05 UTC", "has been removed",
		"\n- 2 passkeys\n- 1 linked account\n- every session that was open before\n\n",
		"If it was you", "If it was not you, someone else can read your mail.", "Change the password of\nyour mailbox first.",
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("the text does not hold %q:\n%s", want, plain)
		}
	}
	for _, want := range []string{
		"Bank &amp; &lt;Co&gt; (app\u200b.example\u200b.com)", "3 November 2025 at 08:05 UTC",
		"<li>2 passkeys</li>", "<li>1 linked account</li>", "<li>every session that was open before</li>",
		"If it was not you, someone else can read your mail.", "Change the password of your mailbox first.",
	} {
		if !strings.Contains(rich, want) {
			t.Errorf("the HTML does not hold %q:\n%s", want, rich)
		}
	}
	// Nothing to click on: a notice that has no link cannot teach people to follow one.
	for _, part := range []string{plain, rich} {
		for _, not := range []string{"href", "http", "ann@", "<Co"} {
			if strings.Contains(part, not) && (not != "<Co" || part == rich) {
				t.Errorf("%q is in the message:\n%s", not, part)
			}
		}
	}
}

// A notice says what happened, and nothing of what did not.
func TestEmailNoticeCounts(t *testing.T) {
	for _, tt := range []struct {
		name      string
		change    func(*ginauth.Notice)
		want, not string
	}{
		{"one passkey", func(n *ginauth.Notice) { n.Passkeys, n.Accounts, n.Sessions = 1, 0, false }, "\n- 1 passkey\n\n", "account\n"},
		{"accounts", func(n *ginauth.Notice) { n.Passkeys, n.Accounts, n.Sessions = 0, 3, false }, "\n- 3 linked accounts\n\n", "session"},
		{"sessions", func(n *ginauth.Notice) { n.Passkeys, n.Accounts = 0, 0 }, "\n- every session that was open before\n\n", "- 0"},
		{"nothing", func(n *ginauth.Notice) { n.Passkeys, n.Accounts, n.Sessions = 0, 0, false }, "for the first time.\n\nIf it was you", "removed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := claimNotice()
			tt.change(&n)
			_, plain, rich := readMail(t, notify(t, pages.Theme{}, n).data)
			if !strings.Contains(plain, tt.want) || strings.Contains(plain, tt.not) {
				t.Errorf("text\n%s", plain)
			}
			if items := strings.Count(tt.want, "\n- "); strings.Count(rich, "<li>") != items {
				t.Errorf("HTML\n%s", rich)
			}
		})
	}
}

func TestEmailNoticeIsNotSent(t *testing.T) {
	t.Run("recipient refused", func(t *testing.T) {
		s := (&mailServer{replies: map[string]string{"RCPT": "550 5.1.1 no such user ann@example.com"}}).start(t)
		err := providers.Email(s.config()).Notify(t.Context(), claimNotice())
		if err == nil || !strings.Contains(err.Error(), "550") || strings.Contains(err.Error(), "ann@") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("silent server", func(t *testing.T) {
		s := (&mailServer{silent: true}).start(t)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := providers.Email(s.config()).Notify(ctx, claimNotice())
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 3*time.Second {
			t.Errorf("error %v after %s", err, time.Since(began))
		}
	})
	t.Run("broken configuration", func(t *testing.T) {
		if providers.Email(providers.EmailConfig{}).Notify(t.Context(), claimNotice()) == nil {
			t.Error("sent")
		}
	})
	t.Run("unknown kind", func(t *testing.T) {
		n := claimNotice()
		n.Kind = "something-else"
		cfg := providers.EmailConfig{From: "a@example.com", Host: "127.0.0.1", Port: 9, TLS: providers.MailTLSNone}
		if err := providers.Email(cfg).Notify(t.Context(), n); err == nil || !strings.Contains(err.Error(), "something-else") {
			t.Errorf("error %v", err)
		}
	})
}
