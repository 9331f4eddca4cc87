package integration

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// siteBrowser is a browser on a site with passkeys and links that keeps its users in a database.
type siteBrowser struct {
	t      *testing.T
	client *http.Client
	base   string
	link   string // the last one that was sent
}

func newSiteBrowser(t *testing.T, a *bunadapter.Adapter) *siteBrowser {
	t.Helper()
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	must(t, "cookiejar", err)
	b := &siteBrowser{t: t, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, base: server.URL + "/auth"}
	_, err = ginauth.Register(engine, ginauth.Config{
		BaseURL: server.URL, Secret: "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL", Adapter: a, Logger: slog.New(slog.DiscardHandler),
		Providers: []ginauth.Provider{providers.Passkey(), &ginauth.EmailProvider{ID: "email", Name: "Email", Send: func(_ context.Context, m ginauth.SignInLink) error {
			b.link = m.URL
			return nil
		}}},
	})
	must(t, "Register", err)
	return b
}

func (b *siteBrowser) do(r *http.Request) (status int, body string) {
	b.t.Helper()
	resp, err := b.client.Do(r)
	must(b.t, r.Method, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(b.t, "ReadAll", err)
	return resp.StatusCode, string(text)
}

func (b *siteBrowser) get(address string) (status int, body string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	must(b.t, "NewRequest", err)
	return b.do(r)
}

// signInByLink asks for a link, opens it and confirms.
func (b *siteBrowser) signInByLink(email string) {
	b.t.Helper()
	b.post("/signin/email", url.Values{"email": {email}})
	if b.link == "" {
		b.t.Fatal("no link was sent")
	}
	// Opening it does nothing where it would remove something: a page asks first.
	if status, _ := b.get(b.link); status == http.StatusOK {
		link, err := url.Parse(b.link)
		must(b.t, "Parse", err)
		b.post("/callback/email", link.Query())
	}
}

// post sends a form of the site itself.
func (b *siteBrowser) post(path string, form url.Values) {
	b.t.Helper()
	var csrf struct{ CSRFToken string }
	_, body := b.get(b.base + "/csrf")
	must(b.t, "csrf", json.Unmarshal([]byte(body), &csrf))
	form.Set("csrfToken", csrf.CSRFToken)
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	must(b.t, "NewRequest", err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.do(r)
}

// email is the address of the signed-in user, or none.
func (b *siteBrowser) email() string {
	b.t.Helper()
	var session struct{ User struct{ Email string } }
	_, body := b.get(b.base + "/session")
	must(b.t, "session", json.Unmarshal([]byte(body), &session))
	return session.User.Email
}

// TestEmail_SignIn: a stored address in capitals belongs to the person who proves it, and to nobody who
// had not: a link signs in as that user, and takes away what was there before the proof.
func TestEmail_SignIn(t *testing.T) {
	eachEmailTable(t, func(t *testing.T, u emailTable, db *bun.DB) {
		ctx, a := t.Context(), bunadapter.New(db)
		must(t, "insert", u.insert(t, db, "u1", "Ann@Example.com"))
		squatter := ginauth.Authenticator{CredentialID: []byte("0123456789abcdef"), UserID: "u1", ProviderAccountID: "MDEyMzQ1Njc4OWFiY2RlZg==", PublicKey: []byte{1}}
		must(t, "LinkAccount", a.LinkAccount(ctx, ginauth.Account{UserID: "u1", Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: squatter.ProviderAccountID}))
		must(t, "CreateAuthenticator", a.CreateAuthenticator(ctx, squatter))
		must(t, "CreateSession", a.CreateSession(ctx, ginauth.StoredSession{Token: "squatter", UserID: "u1", Expires: time.Now().Add(time.Hour)}))

		b := newSiteBrowser(t, a)
		if status, body := b.get(b.base + "/webauthn-options/passkey?action=register&email=ann%40example.com"); status != http.StatusBadRequest {
			t.Errorf("signing up for a stored address: %d %s", status, body)
		}
		b.signInByLink("ann@example.com")
		if got := b.email(); got != "Ann@Example.com" {
			t.Errorf("signed in as %q", got)
		}
		if list, err := a.AuthenticatorsByUser(ctx, "u1"); err != nil || len(list) > 0 {
			t.Errorf("the passkey from before the proof is still there: %v, %v", list, err)
		}
		_, _, err := a.SessionAndUser(ctx, "squatter")
		wantErr(t, "the session from before the proof", err, ginauth.ErrNotFound)

		// Somebody else to everyone but some collations, whose unique key keeps them out.
		other := newSiteBrowser(t, a)
		other.signInByLink("änn@example.com")
		if got := other.email(); got != "" && got != "änn@example.com" {
			t.Errorf("another address is signed in as %q", got)
		}
	})
}

// TestEmail_DomainInOtherForm: an address is found in the form in which another program stored its domain.
func TestEmail_DomainInOtherForm(t *testing.T) {
	for _, e := range engines() {
		for _, stored := range []string{"ann@bücher.example", "ann@xn--bcher-kva.example", "Ann@bücher.example"} {
			for _, written := range []string{"ann@bücher.example", "Ann@BÜCHER.example", "ann@xn--bcher-kva.example"} {
				t.Run(e.name+"/"+stored+"/"+written, func(t *testing.T) {
					db, a := migrated(t, e, nil)
					must(t, "insert", emailTable{}.insert(t, db, "u1", stored))
					b := newSiteBrowser(t, a)
					b.signInByLink(written)
					if got := b.email(); got != stored || raw(t, db, "SELECT count(*) FROM "+quote(db, "User")) != "1" {
						t.Errorf("signed in as %q", got)
					}
				})
			}
		}
	}
}
