package providers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/pages"
)

const (
	submissionPort  = 587 // STARTTLS (RFC 6409)
	submissionsPort = 465 // TLS from the first byte (RFC 8314)
	mailTimeout     = 10 * time.Second
)

// MailTLS says how a connection to a mail server is protected.
type MailTLS string

// The protections of a connection. A server on port 465 always gets TLS from the first byte.
const (
	// MailTLSMandatory sends nothing before STARTTLS succeeded.
	MailTLSMandatory MailTLS = ""
	// MailTLSOpportunistic goes on in the clear when the server does not offer STARTTLS, which
	// an attacker in between can force.
	MailTLSOpportunistic MailTLS = "opportunistic"
	// MailTLSNone is for a mail catcher on the developer's machine.
	MailTLSNone MailTLS = "none"
)

// EmailConfig says how sign-in links are sent. The zero values are the defaults; Host (or Server)
// and From are needed.
type EmailConfig struct {
	// From is the sender: "no-reply@example.com" or "Example <no-reply@example.com>".
	From string
	// Server is another way to write the fields below: smtp://user:password@host:587, or
	// smtps://user:password@host for TLS from the first byte. Fields that are set win.
	Server string
	Host   string
	// Port is 587 when zero.
	Port     int
	Username string
	Password string
	TLS      MailTLS
	// TLSConfig is for servers with a certificate of a private authority; nil trusts the system's.
	TLSConfig *tls.Config
	// Timeout bounds connecting, and then sending; 10 seconds each when zero.
	Timeout time.Duration
	// Theme gives the message its colors and name; as a rule the one of ginauth.Config.
	Theme pages.Theme
	// Subject of the message with a sign-in link; "Sign in to <host>" when empty.
	Subject string
}

// Email signs people in by a link that is sent by SMTP, in a message with a plain text and an HTML
// part. Its id is "email". It sends notices in the same way. Send, Notify, MaxAge and Normalize may
// be replaced afterwards.
//
// A message that the server did not take is an error, and its link is void. That the server took it
// does not mean that it arrives.
func Email(cfg EmailConfig) *ginauth.EmailProvider {
	m, err := newMailer(cfg)
	return &ginauth.EmailProvider{
		ID:    "email",
		Name:  "Email",
		Check: func() error { return err },
		Send: func(ctx context.Context, link ginauth.SignInLink) error {
			if err != nil {
				return err
			}
			return m.sendLink(ctx, link)
		},
		Notify: func(ctx context.Context, n ginauth.Notice) error {
			if err != nil {
				return err
			}
			return m.sendNotice(ctx, n)
		},
	}
}

// mailer is a completed and checked EmailConfig.
type mailer struct {
	EmailConfig
	implicitTLS bool
	message     *message
	notice      *noticeMessage
}

func newMailer(cfg EmailConfig) (*mailer, error) {
	m := &mailer{EmailConfig: cfg}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("EmailConfig."+format, args...)) }
	if cfg.Server != "" {
		if err := m.readServer(cfg.Server); err != nil {
			errs = append(errs, err)
		}
	}
	if m.Port == 0 {
		m.Port = submissionPort
	}
	if m.Timeout == 0 {
		m.Timeout = mailTimeout
	}
	m.implicitTLS = m.implicitTLS || m.Port == submissionsPort
	if m.Host == "" && cfg.Server == "" {
		bad("Host is empty; set it to the mail server, or Server to its URL")
	}
	if m.Port < 1 || m.Port > 65535 {
		bad("Port is %d; use 587 or 465", m.Port)
	}
	if m.Timeout < 0 {
		bad("Timeout is %s; use a positive duration, or zero for %s", m.Timeout, mailTimeout)
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		bad("From is %q; use an address such as no-reply@example.com or Example <no-reply@example.com>", m.From)
	}
	if strings.ContainsAny(m.Subject, "\r\n") {
		bad("Subject has a line break in it; remove it")
	}
	switch m.TLS {
	case MailTLSMandatory:
	case MailTLSOpportunistic, MailTLSNone:
		if m.Password != "" && !m.implicitTLS && !isLoopback(m.Host) {
			bad("TLS is %q, which may show the password to others on the way to %s; leave TLS empty", m.TLS, m.Host)
		}
	default:
		bad("TLS is %q; use MailTLSMandatory, MailTLSOpportunistic or MailTLSNone", m.TLS)
	}
	if err := m.Theme.Validate(); err != nil {
		errs = append(errs, err)
	} else {
		m.message = newMessage(m.Theme)
		m.notice = newNoticeMessage(m.Theme)
	}
	return m, errors.Join(errs...)
}

// readServer fills the empty fields from the URL. Its errors do not repeat it: the password is in it.
func (m *mailer) readServer(server string) error {
	u, err := url.Parse(server)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("EmailConfig.Server is no mail server's URL; write smtp://user:password@host:587, with special characters in it percent-encoded")
	}
	if m.Host == "" {
		m.Host = u.Hostname()
	}
	if m.Port == 0 {
		m.Port, _ = strconv.Atoi(u.Port()) // digits or nothing, as url.Parse saw to
		if m.implicitTLS = u.Scheme == "smtps"; m.implicitTLS && m.Port == 0 {
			m.Port = submissionsPort
		}
	}
	if m.Username == "" {
		m.Username = u.User.Username()
	}
	if m.Password == "" {
		m.Password, _ = u.User.Password()
	}
	return nil
}
