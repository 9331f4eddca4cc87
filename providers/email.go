package providers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

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
	// whoever sits in between can make so.
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
	// Theme gives the message its colours and name; as a rule the one of ginauth.Config.
	Theme pages.Theme
	// Subject of the message; "Sign in to <host>" when empty.
	Subject string
}

// Email signs people in by a link that is sent by SMTP, in a message with a plain text and an HTML
// part. Its id is "email". Send, MaxAge and Normalize may be replaced afterwards.
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
			return m.send(ctx, link)
		},
	}
}

// mailer is a completed and checked EmailConfig.
type mailer struct {
	EmailConfig
	implicitTLS bool
	message     *message
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

func (m *mailer) send(ctx context.Context, link ginauth.SignInLink) error {
	letter, err := m.compose(link)
	if err != nil {
		return err
	}
	// The library leaves the connection open when the server refuses to go on, and looks at ctx only
	// while connecting.
	var connection net.Conn
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		connection, err = m.dial(ctx, network, address)
		return connection, err
	}
	client, err := gomail.NewClient(m.Host, append(m.options(), gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if connection != nil {
		defer connection.Close()
	}
	if err != nil {
		return m.failed("connecting to", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	if err := client.SendWithSMTPClient(session, letter); err != nil {
		return m.failed("sending by", err)
	}
	// What goes wrong in saying good-bye does not call the message back.
	_ = client.CloseWithSMTPClient(session)
	return nil
}

func (m *mailer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if m.implicitTLS {
		return (&tls.Dialer{Config: m.tlsConfig()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (m *mailer) tlsConfig() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if m.TLSConfig != nil {
		c = m.TLSConfig.Clone()
	}
	if c.ServerName == "" {
		c.ServerName = m.Host
	}
	return c
}

func (m *mailer) options() []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(m.Port), gomail.WithTimeout(m.Timeout), gomail.WithTLSConfig(m.tlsConfig()),
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch {
	case m.implicitTLS:
		options = append(options, gomail.WithSSL())
	case m.TLS == MailTLSNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case m.TLS == MailTLSOpportunistic:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.Username != "" || m.Password != "" {
		options = append(options, m.auth(), gomail.WithUsername(m.Username), gomail.WithPassword(m.Password))
	}
	return options
}

// auth picks what does not show the password to the server first. Where there is no TLS, only a
// server on this machine is shown it.
func (m *mailer) auth() gomail.Option {
	if m.TLS == MailTLSMandatory || m.implicitTLS {
		return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin)
	}
	return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
}

func (m *mailer) compose(link ginauth.SignInLink) (*gomail.Msg, error) {
	letter := gomail.NewMsg()
	if err := letter.From(m.From); err != nil {
		return nil, errors.New("EmailConfig.From is no address")
	}
	to, err := deliverable(link.To)
	if err != nil {
		return nil, err
	}
	if err := letter.To(to); err != nil {
		return nil, errUndeliverable
	}
	subject := m.Subject
	if subject == "" {
		subject = "Sign in to " + m.message.site(link.Host)
	}
	letter.Subject(subject)
	letter.SetDate()
	letter.SetMessageID()
	// Out-of-office answers to a sign-in link help nobody (RFC 3834, section 5).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	plain, rich, err := m.message.render(link)
	if err != nil {
		return nil, fmt.Errorf("sign-in message: %w", err)
	}
	letter.SetBodyString(gomail.TypeTextPlain, plain)
	letter.AddAlternativeString(gomail.TypeTextHTML, rich)
	return letter, nil
}

var errUndeliverable = errors.New("the address can not be delivered to")

// deliverable puts the domain of an address into the form that every mail server knows.
func deliverable(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", errUndeliverable
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return "", errUndeliverable
	}
	return address[:at+1] + domain, nil
}

// failed keeps what the server said to itself: the recipient's address is often in it.
func (m *mailer) failed(doing string, err error) error {
	server := net.JoinHostPort(m.Host, strconv.Itoa(m.Port))
	var refused *gomail.SendError
	var reply *textproto.Error
	switch {
	case errors.As(err, &refused) && refused.ErrorCode() != 0:
		return fmt.Errorf("%s mail server %s: it answered %d (%s)", doing, server, refused.ErrorCode(), refused.Reason)
	case errors.As(err, &refused):
		return fmt.Errorf("%s mail server %s: %s", doing, server, refused.Reason)
	case errors.As(err, &reply):
		return fmt.Errorf("%s mail server %s: it answered %d", doing, server, reply.Code)
	}
	return fmt.Errorf("%s mail server %s: %w", doing, server, err)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
