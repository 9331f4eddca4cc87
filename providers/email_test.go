package providers_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/pages"
	"github.com/ginauth/ginauth/providers"
)

// mailServer speaks as much SMTP as a client needs.
type mailServer struct {
	host string
	port int
	// replies replaces the reply to a command, by its first word.
	replies map[string]string
	// silent never says a word.
	silent bool
	// hangUp closes the connection instead of answering QUIT.
	hangUp bool
	// tls is offered by STARTTLS, or spoken from the first byte.
	tls      *tls.Config
	implicit bool
	commands []string
	data     string
	done     chan struct{}
}

func (s *mailServer) start(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	s.host, s.port, s.done = address.IP.String(), address.Port, make(chan struct{})
	go func() {
		defer close(s.done)
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		if s.implicit {
			connection = tls.Server(connection, s.tls)
		}
		s.talk(connection)
	}()
	t.Cleanup(func() { _ = listener.Close(); <-s.done })
	return s
}

func (s *mailServer) talk(c net.Conn) {
	in := bufio.NewReader(c)
	if s.silent {
		_, _ = io.Copy(io.Discard, in)
		return
	}
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	extensions := ""
	if s.tls != nil && !s.implicit {
		extensions = "250-STARTTLS\r\n"
	}
	say("220 mail.example ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.commands = append(s.commands, line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		if reply, ok := s.replies[verb]; ok {
			say(reply)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-mail.example\r\n" + extensions + "250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			c, extensions = tls.Server(c, s.tls), ""
			in.Reset(c)
		case "AUTH":
			say("235 in")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			s.data = b.String()
			if reply, ok := s.replies["."]; ok {
				say(reply)
				continue
			}
			say("250 taken")
		case "QUIT":
			if !s.hangUp {
				say("221 bye")
			}
			return
		default:
			say("250 fine")
		}
	}
}

func (s *mailServer) config() providers.EmailConfig {
	return providers.EmailConfig{
		From: "Example <no-reply@example.com>", Host: s.host, Port: s.port, TLS: providers.MailTLSNone, Timeout: 5 * time.Second,
	}
}

func signInLink(to string) ginauth.SignInLink {
	return ginauth.SignInLink{
		To: to, Host: "app.example.com", Expires: time.Now().Add(24 * time.Hour),
		URL: "https://app.example.com/auth/callback/email?callbackUrl=https%3A%2F%2Fapp.example.com%2F&token=t&email=ann%40example.com",
	}
}

func TestEmailIsSent(t *testing.T) {
	s := (&mailServer{}).start(t)
	cfg := s.config()
	cfg.Username, cfg.Password = "user", "pass word"
	cfg.Theme = pages.Theme{Name: "Bank & <Co>", BrandColor: "#ffdd00"}
	p := providers.Email(cfg)
	if p.ID != "email" || p.Name != "Email" || p.Check() != nil {
		t.Fatalf("provider %q %q %v", p.ID, p.Name, p.Check())
	}
	if err := p.Send(t.Context(), signInLink("zoë@exämple.com")); err != nil {
		t.Fatal(err)
	}
	<-s.done
	want := []string{
		"AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00user\x00pass word")),
		"MAIL FROM:<no-reply@example.com> BODY=8BITMIME SMTPUTF8",
		"RCPT TO:<zoë@xn--exmple-cua.com>",
		"DATA", "QUIT",
	}
	if got := strings.Join(s.commands[1:], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("commands\n%s", got)
	}
	header, plain, rich := readMail(t, s.data)
	for name, want := range map[string]string{
		"Subject": "Sign in to Bank & <Co> (app.example.com)", "From": `"Example" <no-reply@example.com>`, "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	link := signInLink("").URL
	for _, want := range []string{"Bank & <Co> (app.example.com)", link, "24 hours"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the text does not hold %q:\n%s", want, plain)
		}
	}
	for _, want := range []string{"Bank &amp; &lt;Co&gt;", `href="` + strings.ReplaceAll(link, "&", "&amp;") + `"`, "background-color: #ffdd00", "color: #000000", "24 hours"} {
		if !strings.Contains(rich, want) {
			t.Errorf("the HTML does not hold %q:\n%s", want, rich)
		}
	}
	for _, part := range []string{plain, rich} {
		if strings.Contains(part, "zo") {
			t.Error("the address is in the message, where its owner knows it and others have no business")
		}
	}
}

func readMail(t *testing.T, data string) (header mail.Header, plain, rich string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var words mime.WordDecoder
	subject, err := words.DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	m.Header["Subject"] = []string{subject}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, plain, rich
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			rich = string(body)
		} else {
			plain = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}

func TestEmailIsNotSent(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server mailServer
		change func(*providers.EmailConfig)
		to     string
		want   string
	}{
		{name: "recipient refused", server: mailServer{replies: map[string]string{"RCPT": "550 5.1.1 no such user ann@example.com"}}, want: "550"},
		{name: "sender refused", server: mailServer{replies: map[string]string{"MAIL": "553 not you"}}, want: "553"},
		{name: "message refused", server: mailServer{replies: map[string]string{".": "554 spam for ann@example.com"}}, want: "554"},
		{name: "greeting list", server: mailServer{replies: map[string]string{"RCPT": "451 later"}}, want: "451"},
		{
			name: "password refused", server: mailServer{replies: map[string]string{"AUTH": "535 wrong password for user"}}, want: "connecting",
			change: func(c *providers.EmailConfig) { c.Username, c.Password = "user", "hunter2" },
		},
		{name: "no TLS on offer", change: func(c *providers.EmailConfig) { c.TLS = providers.MailTLSMandatory }, want: "set MailTLSNone"},
		{name: "silent", server: mailServer{silent: true}, change: func(c *providers.EmailConfig) { c.Timeout = 50 * time.Millisecond }, want: "timeout"},
		{name: "address that cannot be delivered to", to: "ann@exa_mple..com", want: "address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.server.start(t)
			cfg := s.config()
			if tt.change != nil {
				tt.change(&cfg)
			}
			to := tt.to
			if to == "" {
				to = "ann@example.com"
			}
			err := providers.Email(cfg).Send(t.Context(), signInLink(to))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			for _, secret := range []string{"ann@", "hunter2", "token=t"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q is in the error: %v", secret, err)
				}
			}
			if tt.to != "" { // nobody connected
				c, err := net.Dial("tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
				if err == nil {
					_ = c.Close()
				}
			}
		})
	}
	t.Run("server down", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := listener.Addr().(*net.TCPAddr).Port
		_ = listener.Close()
		cfg := providers.EmailConfig{From: "a@example.com", Host: "127.0.0.1", Port: port, TLS: providers.MailTLSNone}
		err = providers.Email(cfg).Send(t.Context(), signInLink("ann@example.com"))
		if err == nil || !strings.Contains(err.Error(), strconv.Itoa(port)) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("request over", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		cfg := providers.EmailConfig{From: "a@example.com", Host: "127.0.0.1", Port: 9, TLS: providers.MailTLSNone}
		if err := providers.Email(cfg).Send(ctx, signInLink("ann@example.com")); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

func TestEmailTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	known := x509.NewCertPool()
	known.AddCert(web.Certificate())
	for _, tt := range []struct {
		name     string
		implicit bool
		roots    *x509.CertPool
		bad      bool
	}{
		{"STARTTLS", false, known, false},
		{"TLS at once", true, known, false},
		{"STARTTLS, unknown certificate", false, nil, true},
		{"TLS at once, unknown certificate", true, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := (&mailServer{tls: &tls.Config{Certificates: web.TLS.Certificates}, implicit: tt.implicit}).start(t)
			scheme := map[bool]string{false: "smtp", true: "smtps"}[tt.implicit]
			err := providers.Email(providers.EmailConfig{
				From: "a@example.com", Server: scheme + "://user:p%40ss@" + net.JoinHostPort(s.host, strconv.Itoa(s.port)),
				TLSConfig: &tls.Config{RootCAs: tt.roots}, Timeout: 5 * time.Second,
			}).Send(t.Context(), signInLink("ann@example.com"))
			if (err != nil) != tt.bad {
				t.Fatalf("error %v", err)
			}
			<-s.done
			said := strings.Join(s.commands, "\n")
			password := base64.StdEncoding.EncodeToString([]byte("\x00user\x00p@ss"))
			if strings.Contains(said, password) == tt.bad || strings.Contains(said, "RCPT") == tt.bad {
				t.Errorf("commands\n%s", said)
			}
			if !tt.implicit && strings.Index(said, "STARTTLS") > strings.Index(said, "AUTH") && !tt.bad {
				t.Errorf("signed in before STARTTLS:\n%s", said)
			}
		})
	}
}

// A server that took the message and then hangs up has taken the message.
func TestEmailServerHangsUp(t *testing.T) {
	s := (&mailServer{hangUp: true}).start(t)
	if err := providers.Email(s.config()).Send(t.Context(), signInLink("ann@example.com")); err != nil {
		t.Error(err)
	}
}

func TestEmailConfig(t *testing.T) {
	for _, tt := range []struct {
		name string
		cfg  providers.EmailConfig
		want string
	}{
		{"host", providers.EmailConfig{From: "a@example.com", Host: "mail.example.com"}, ""},
		{"server", providers.EmailConfig{From: "A <a@example.com>", Server: "smtp://user:p%40ss@mail.example.com:2525"}, ""},
		{"server with TLS at once", providers.EmailConfig{From: "a@example.com", Server: "smtps://mail.example.com"}, ""},
		{"mail catcher", providers.EmailConfig{From: "a@example.com", Host: "localhost", Port: 1025, TLS: providers.MailTLSNone, Username: "u", Password: "p"}, ""},
		{"mail catcher beside", providers.EmailConfig{From: "a@example.com", Host: "mailpit", Port: 1025, TLS: providers.MailTLSNone}, ""},
		{"nothing", providers.EmailConfig{}, "EmailConfig.Host"},
		{"no sender", providers.EmailConfig{Host: "mail.example.com"}, "EmailConfig.From"},
		{"sender with a line break", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com\r\nBcc: b@example.com"}, "EmailConfig.From"},
		{"subject with a line break", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", Subject: "a\r\nb"}, "EmailConfig.Subject"},
		{"port", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", Port: 70000}, "EmailConfig.Port"},
		{"password in the clear", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", TLS: providers.MailTLSNone, Username: "u", Password: "hunter2"}, "EmailConfig.TLS"},
		{"password perhaps in the clear", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", TLS: providers.MailTLSOpportunistic, Username: "u", Password: "hunter2"}, "EmailConfig.TLS"},
		{"unknown protection", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", TLS: "ssl"}, "EmailConfig.TLS"},
		{"server no URL", providers.EmailConfig{From: "a@example.com", Server: "mail.example.com:587"}, "EmailConfig.Server"},
		{"server of another kind", providers.EmailConfig{From: "a@example.com", Server: "https://user:hunter2@mail.example.com"}, "EmailConfig.Server"},
		{"server not to be parsed", providers.EmailConfig{From: "a@example.com", Server: "smtp://user:hunter2%@mail.example.com"}, "EmailConfig.Server"},
		{"color", providers.EmailConfig{Host: "mail.example.com", From: "a@example.com", Theme: pages.Theme{BrandColor: "red"}}, "BrandColor"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := providers.Email(tt.cfg)
			err := p.Check()
			if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is in the error: %v", err)
			}
			if got := p.Send(t.Context(), signInLink("ann@example.com")); got == nil {
				t.Error("a broken configuration sends")
			}
		})
	}
}
