package ginauth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/internal/flow"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const (
	verifierOrigin = "https://example.org"
	verifierRP     = "example.org"
	verifierUser   = "6f1b4c1e-52b3-4bb0-8f4e-0e5a7f3c9d21"
)

// verifier is a site that is handed answers of ceremonies which it never began: their flow is
// sealed by the test, so that a challenge may be any, that of a published vector for one.
type verifier struct {
	*site
	flows      *flow.Store
	csrf, base string
	seen       *witness
}

func newVerifier(tb testing.TB, change ...func(*ginauth.Config)) *verifier {
	tb.Helper()
	v := &verifier{seen: &witness{}}
	v.site = newSite(tb, append([]func(*ginauth.Config){func(c *ginauth.Config) {
		c.BaseURL = verifierOrigin
		c.Logger = slog.New(v.seen)
	}}, change...)...)
	var err error
	if v.flows, err = flow.NewCookie([]string{siteSecret}); err != nil {
		tb.Fatal(err)
	}
	c := testclient.New(tb, v.engine, verifierOrigin)
	v.csrf = c.CSRF()
	v.base = csrfCookie + "=" + c.Cookie(csrfCookie)
	return v
}

// verdict is what became of one answer.
type verdict struct {
	testclient.Answer
	// reason is the error in the log.
	reason string
	adaptertest.Tables
}

// ok says that somebody was signed in.
func (v verdict) ok() bool {
	return (v.Status == http.StatusOK || v.Status == http.StatusFound) && v.URL() != "" && v.ErrorCode() == ""
}

// verifying says that the answer got as far as the library's verification.
func (v verdict) verifying() bool { return v.ok() || strings.Contains(v.reason, ": verify: ") }

// judge posts the answer of a ceremony that the client data belong to. A panic, and an answer that
// is neither a sign-in nor a failed verification, fail the test.
func (v *verifier) judge(tb testing.TB, kind string, id, clientData []byte, response map[string]string) verdict {
	tb.Helper()
	var client struct {
		Challenge string `json:"challenge"`
	}
	_ = json.Unmarshal(clientData, &client)
	cookie := v.flow(tb, kind, client.Challenge)
	response["clientDataJSON"] = base64.RawURLEncoding.EncodeToString(clientData)
	text := base64.RawURLEncoding.EncodeToString(id)
	data, err := json.Marshal(map[string]any{"id": text, "rawId": text, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		tb.Fatal(err)
	}
	form := url.Values{"action": {kind}, "data": {string(data)}, "csrfToken": {v.csrf}}.Encode()
	if len(form) > 64<<10 {
		tb.Skip("too long for a body")
	}
	got := v.post(tb, form, http.Header{"Cookie": {v.base + "; " + cookie}})
	// Everything else that is said to browsers would be another error than ErrWebAuthn.
	if !got.ok() && got.ErrorCode() != "WebAuthnVerificationError" {
		tb.Fatalf("%d %s (%s)", got.Status, got.Body, got.reason)
	}
	return got
}

// flow seals the state of a ceremony that began a moment ago and gives its cookie.
func (v *verifier) flow(tb testing.TB, kind, challenge string) string {
	tb.Helper()
	state, err := json.Marshal(map[string]any{
		"v": 1, "kind": kind, "provider": "passkey", "challenge": challenge, "exp": time.Now().Add(time.Minute).Unix(),
		"user": map[string]string{"register": verifierUser}[kind], "email": map[string]string{"register": "ada@example.org"}[kind],
	})
	if err != nil {
		tb.Fatal(err)
	}
	sealed, err := v.flows.Put(context.Background(), challengeCookie, string(state), time.Minute)
	if err != nil {
		tb.Skip("the challenge is too long for a cookie")
	}
	return challengeCookie + "=" + authcookie.EncodeURIComponent(sealed)
}

// post sends a body to the callback. The header is laid over that of next-auth's client; an empty
// value removes one. A panic fails the test, and so does a session cookie without a sign-in.
func (v *verifier) post(tb testing.TB, body string, header http.Header) verdict {
	tb.Helper()
	r := httptest.NewRequest(http.MethodPost, "/auth/callback/passkey", strings.NewReader(body))
	r.Header = http.Header{"Content-Type": {formType}, "X-Auth-Return-Redirect": {"1"}, "Sec-Fetch-Site": {"same-origin"}}
	for name, values := range header {
		if r.Header[name] = values; values[0] == "" {
			delete(r.Header, name)
		}
	}
	w := httptest.NewRecorder()
	v.seen.forget()
	v.engine.ServeHTTP(w, r)
	result := verdict{Answer: testclient.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.String()}, Tables: v.Dump()}
	result.VerificationTokens = nil
	var panicked string
	if result.reason, panicked = v.seen.last(); panicked != "" {
		tb.Fatalf("panic: %s", panicked)
	}
	if signedIn := result.Cookie(sessionCookie) != nil; signedIn != result.ok() {
		tb.Fatalf("%d %s, session cookie: %t, after %q", result.Status, result.Body, signedIn, result.reason)
	}
	return result
}

// store puts a passkey of a user into the tables.
func (v *verifier) store(tb testing.TB, a ginauth.Authenticator) {
	tb.Helper()
	ctx := context.Background()
	if a.UserID == "" {
		a.UserID = verifierUser
	}
	user, err := v.CreateUser(ctx, ginauth.User{ID: a.UserID, Email: map[bool]string{true: "ada@example.org", false: "eve@example.org"}[a.UserID == verifierUser]})
	if err != nil {
		tb.Fatal(err)
	}
	a.ProviderAccountID = base64.StdEncoding.EncodeToString(a.CredentialID)
	if err := v.LinkAccount(ctx, ginauth.Account{UserID: user.ID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: a.ProviderAccountID}); err != nil {
		tb.Fatal(err)
	}
	if err := v.CreateAuthenticator(ctx, a); err != nil {
		tb.Fatal(err)
	}
}

// witness is a log that remembers the last error, and a panic that the server caught.
type witness struct {
	mu            sync.Mutex
	reason, panic string
}

func (w *witness) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reason, w.panic = "", ""
}

func (w *witness) last() (reason, panicked string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason, w.panic
}

func (w *witness) Enabled(context.Context, slog.Level) bool { return true }
func (w *witness) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *witness) WithGroup(string) slog.Handler            { return w }

func (w *witness) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "error":
			w.reason = a.Value.String()
		case "panic", "stack":
			w.panic += a.Value.String() + "\n"
		}
		return true
	})
	return nil
}
