package providers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

// letter is a message that is ready to be sent.
type letter struct {
	to, subject string
	plain, rich string
}

// send hands a letter to the mail server, and gives up when ctx ends.
func (m *mailer) send(ctx context.Context, l letter) error {
	message, err := m.compose(l)
	if err != nil {
		return err
	}
	// The library leaves the connection open when the server refuses to go on, and does not look at
	// ctx while it waits for the server: for its greeting, for instance.
	var connection net.Conn
	stop := func() bool { return true }
	dial := func(dialCtx context.Context, network, address string) (net.Conn, error) {
		c, err := m.dial(dialCtx, network, address)
		if err == nil {
			connection = c
			stop = context.AfterFunc(ctx, func() { _ = c.Close() })
		}
		return c, err
	}
	client, err := gomail.NewClient(m.Host, append(m.options(), gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if connection != nil {
		defer connection.Close()
	}
	defer func() { stop() }()
	if err != nil {
		return m.failed(ctx, "connecting to", err)
	}
	if err := client.SendWithSMTPClient(session, message); err != nil {
		return m.failed(ctx, "sending by", err)
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

func (m *mailer) compose(l letter) (*gomail.Msg, error) {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := message.From(m.From); err != nil {
		return nil, errors.New("EmailConfig.From is not an address")
	}
	to, err := deliverable(l.to)
	if err != nil {
		return nil, err
	}
	if err := message.To(to); err != nil {
		return nil, errUndeliverable
	}
	message.Subject(l.subject)
	message.SetDate()
	message.SetMessageID()
	// Out-of-office answers to such a message help nobody (RFC 3834, section 5).
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, l.plain)
	message.AddAlternativeString(gomail.TypeTextHTML, l.rich)
	return message, nil
}

var errUndeliverable = errors.New("the address cannot be delivered to")

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
func (m *mailer) failed(ctx context.Context, doing string, err error) error {
	server := net.JoinHostPort(m.Host, strconv.Itoa(m.Port))
	if strings.Contains(err.Error(), "STARTTLS") && m.TLS == MailTLSMandatory {
		doing = "EmailConfig.TLS is MailTLSMandatory (for a mail catcher on this machine set MailTLSNone): " + doing
	}
	var refused *gomail.SendError
	var reply *textproto.Error
	switch {
	case ctx.Err() != nil: // its connection was closed in the middle of something
		return fmt.Errorf("%s mail server %s: %w", doing, server, ctx.Err())
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
