package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// errNarrow is how an adapter refuses a value.
var errNarrow = fmt.Errorf("adapter: %w: 300 characters are too many for Table.column", ginauth.ErrValue)

// narrow is an adapter with a column that a value does not fit: that of one method.
type narrow struct {
	everyAdapter
	method *string
	asked  *int
}

func withNarrow(method *string) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Adapter = narrow{whole(c.Adapter), method, new(int)} }
}

func (n narrow) refuse(method string, do func() error) error {
	if *n.method == method {
		return errNarrow
	}
	return do()
}

func (n narrow) CreateUser(ctx context.Context, u ginauth.User) (created ginauth.User, err error) {
	err = n.refuse("CreateUser", func() (err error) { created, err = n.everyAdapter.CreateUser(ctx, u); return err })
	return created, err
}

func (n narrow) LinkAccount(ctx context.Context, a ginauth.Account) error {
	return n.refuse("LinkAccount", func() error { return n.everyAdapter.LinkAccount(ctx, a) })
}

func (n narrow) CreateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return n.refuse("CreateAuthenticator", func() error { return n.everyAdapter.CreateAuthenticator(ctx, a) })
}

func (n narrow) UpdateAuthenticator(ctx context.Context, a ginauth.Authenticator) error {
	return n.refuse("UpdateAuthenticator", func() error { return n.everyAdapter.UpdateAuthenticator(ctx, a) })
}

func (n narrow) CreateSession(ctx context.Context, s ginauth.StoredSession) error {
	return n.refuse("CreateSession", func() error { return n.everyAdapter.CreateSession(ctx, s) })
}

func (n narrow) CreateVerificationToken(ctx context.Context, t ginauth.VerificationToken) error {
	return n.refuse("CreateVerificationToken", func() error { return n.everyAdapter.CreateVerificationToken(ctx, t) })
}

func (n narrow) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return n.everyAdapter.InTx(ctx, func(tx ginauth.Adapter) error { return fn(narrow{whole(tx), n.method, n.asked}) })
}

// fitting is an adapter that can tell beforehand what does not fit.
type fitting struct {
	narrow
	err *error
}

func (f fitting) Fits(_ context.Context, u ginauth.User) error {
	*f.asked++
	if u.ID == "" || !strings.HasSuffix(u.Email, "@example.com") {
		return fmt.Errorf("asked for %+v", u)
	}
	return *f.err
}

func withFits(err *error, asked *int) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Adapter = fitting{narrow{whole(c.Adapter), new(string), asked}, err} }
}

// refusedPlainly fails the test unless an answer is the error page of a mistake in the set-up, with
// no word of trying again, and the log has the column as an error.
func refusedPlainly(tb testing.TB, s *site, a testclient.Answer) {
	tb.Helper()
	if a.Status != http.StatusOK || a.ErrorCode() != "Configuration" || !strings.Contains(a.Body, "/auth/error") || a.Header.Get("Retry-After") != "" {
		tb.Errorf("answer %d %v %s", a.Status, a.Header, a.Body)
	}
	if a.Cookie(sessionCookie) != nil {
		tb.Error("the answer touches the session cookie")
	}
	loggedValue(tb, s)
	if strings.Contains(a.Body, "Table.column") {
		tb.Error("the browser is told the column")
	}
}

func loggedValue(tb testing.TB, s *site) {
	tb.Helper()
	for line := range strings.Lines(s.logs.String()) {
		if strings.Contains(line, "Table.column") && strings.Contains(line, `"level":"ERROR"`) {
			return
		}
	}
	tb.Errorf("the log does not have the column as an error: %s", s.logs)
}

// A value that does not fit its column is no outage, whichever row it is for: a plain refusal,
// nothing written, no session touched, and the next attempt works.
func TestValueThatDoesNotFit_IsNoOutage(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for _, tt := range []struct {
			method string
			ask    func(c *testclient.Client) testclient.Answer
		}{
			{"CreateUser", func(c *testclient.Client) testclient.Answer { return c.Register("new@example.com") }},
			{"LinkAccount", func(c *testclient.Client) testclient.Answer { return c.Register("new@example.com") }},
			{"CreateAuthenticator", func(c *testclient.Client) testclient.Answer { return c.Register("new@example.com") }},
			{"CreateSession", func(c *testclient.Client) testclient.Answer { return c.Register("new@example.com") }},
			{"UpdateAuthenticator", func(c *testclient.Client) testclient.Answer { return c.Authenticate() }},
		} {
			if tt.method == "CreateSession" && kind != "database" {
				continue
			}
			t.Run(kind+"/"+tt.method, func(t *testing.T) {
				method := ""
				s := newSite(t, withNarrow(&method), sessions)
				c := s.browser(t)
				c.SignUp("ada@example.com")
				c.SignOut()
				fresh := c.Clone()
				if tt.method != "UpdateAuthenticator" {
					fresh = s.browser(t)
				}
				before := written(s)
				method = tt.method
				refusedPlainly(t, s, tt.ask(fresh))
				wroteNothing(t, before, written(s))
				consistent(t, s)
				method = ""
				c.SignIn()
			})
		}
	}
}

// The same of an account at an OAuth service: a token that its column cannot hold.
func TestValueThatDoesNotFit_OAuth(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for _, method := range []string{"CreateUser", "LinkAccount"} {
			t.Run(kind+"/"+method, func(t *testing.T) {
				svc := newService(t)
				method := method
				s := newSite(t, with(svc.oidc("svc")), withNarrow(&method), sessions)
				before := written(s)
				a := svc.signInWith(s.browser(t), "svc", "ann")
				if a.Status != http.StatusFound || !strings.Contains(a.Header.Get("Location"), "/auth/error?error=Configuration") || a.Header.Get("Retry-After") != "" {
					t.Errorf("answer %d %v %s", a.Status, a.Header, a.Body)
				}
				loggedValue(t, s)
				wroteNothing(t, before, written(s))
			})
		}
	}
}

// HideAccounts keeps the browser's answer the same as ever, but the operator is told.
func TestValueThatDoesNotFit_HiddenAccounts(t *testing.T) {
	method := "CreateAuthenticator"
	s := newSite(t, withHiddenAccounts, withNarrow(&method))
	a := s.browser(t).Register("new@example.com")
	if a.Status != http.StatusOK || a.ErrorCode() != "WebAuthnVerificationError" {
		t.Errorf("answer %d %s", a.Status, a.Body)
	}
	loggedValue(t, s)
}

// What a JWT callback cannot store when the client updates the session is refused, and ends nothing.
func TestValueThatDoesNotFit_JWTCallback(t *testing.T) {
	fails := false
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if fails {
				return nil, errNarrow
			}
			return p.Token, nil
		}
	})
	c := s.browser(t)
	c.SignUp("ada@example.com")
	session, token := c.Cookie(sessionCookie), c.CSRF()
	fails = true
	if a := c.Post("/session", map[string]string{"csrfToken": token}); a.Status != http.StatusBadRequest || a.Body != "null" {
		t.Errorf("update: %d %s", a.Status, a.Body)
	}
	loggedValue(t, s)
	for _, path := range []string{"/me", "/page", "/auth/session"} {
		if a := c.Do(http.MethodGet, path, "", ""); a.Status != http.StatusInternalServerError || a.Header.Get("Retry-After") != "" {
			t.Errorf("%s: %d %v %s", path, a.Status, a.Header, a.Body)
		}
	}
	fails = false
	if c.Cookie(sessionCookie) != session || c.Email() != "ada@example.com" {
		t.Error("signed out")
	}
}

// An address that the users table cannot hold is refused at the options, before a passkey is made.
func TestAddressThatDoesNotFit_IsRefusedAtTheOptions(t *testing.T) {
	for name, configure := range map[string]func(*ginauth.Config){"": func(*ginauth.Config) {}, "hidden accounts": withHiddenAccounts} {
		t.Run(name, func(t *testing.T) {
			err, asked := errNarrow, 0
			s := newSite(t, configure, withFits(&err, &asked))
			c := s.browser(t)
			a := c.Get("/webauthn-options/passkey?action=register&email=ann@example.com")
			if a.Status != http.StatusBadRequest || a.Cookie(challengeCookie) != nil || strings.Contains(a.Body, "challenge") || strings.Contains(a.Body, "column") {
				t.Errorf("options: %d %s", a.Status, a.Body)
			}
			loggedValue(t, s)
			if strings.Contains(s.logs.String(), "ann@") {
				t.Error("the log has the address")
			}
			if asked != 1 {
				t.Errorf("the adapter was asked %d times", asked)
			}
			err = errDisk
			if a := c.Get("/webauthn-options/passkey?action=register&email=ann@example.com"); a.Status != http.StatusServiceUnavailable {
				t.Errorf("without a database: %d %s", a.Status, a.Body)
			}
			err = nil
			c.SignUp("ann@example.com")
			// A stored user fits, and so does one who signs in.
			err, asked = errNarrow, 0
			c.OtherDevice()
			if a := c.Register(""); a.ErrorCode() != "" {
				t.Errorf("a further passkey: %s", a.Body)
			}
			if a := s.browser(t).Get("/webauthn-options/passkey?action=authenticate"); a.Status != http.StatusOK {
				t.Errorf("sign-in: %d %s", a.Status, a.Body)
			}
			if asked != 0 {
				t.Errorf("the adapter was asked %d times for people that it has", asked)
			}
		})
	}
}

// No link is sent to an address whose user could not be stored.
func TestAddressThatDoesNotFit_GetsNoLink(t *testing.T) {
	var office post
	err, asked := errNarrow, 0
	s := newSite(t, with(office.provider()), withFits(&err, &asked))
	a := askLink(s.browser(t), "ann@example.com")
	refusedPlainly(t, s, a)
	if len(office.links) != 0 || len(s.Dump().VerificationTokens) != 0 {
		t.Error("a link was made")
	}
	err = nil
	c := s.browser(t)
	askLink(c, "ann@example.com")
	follow(c, office.last(t).URL)
	if c.Email() != "ann@example.com" {
		t.Error("the link of an address that fits does not work")
	}
	err, asked = errNarrow, 0
	if a := askLink(s.browser(t), "ann@example.com"); a.ErrorCode() != "" || asked != 0 {
		t.Errorf("a stored user is refused a link: %s, asked %d times", a.Body, asked)
	}
}
