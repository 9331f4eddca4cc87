package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"
)

// browser is a client with cookies and an authenticator, as a page with next-auth uses them.
type browser struct {
	t          *testing.T
	client     *http.Client
	origin     string
	base       string
	party      virtualwebauthn.RelyingParty
	device     virtualwebauthn.Authenticator
	credential virtualwebauthn.Credential
}

func newBrowser(t *testing.T, origin, basePath string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{
		t: t, client: &http.Client{Jar: jar}, origin: origin, base: origin + basePath,
		party:      virtualwebauthn.RelyingParty{ID: "localhost", Name: "localhost", Origin: origin},
		device:     virtualwebauthn.NewAuthenticator(),
		credential: newCredential(),
	}
}

// newCredential makes a passkey. The library leaves zeros at the beginning of a coordinate out, which
// one key in 128 has, and no authenticator does: RFC 9053, section 7.1.1 wants all 32 bytes.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE_Key with both coordinates
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

func newAddress() string { return strings.ToLower(rand.Text()) + "@example.com" }

func (b *browser) get(path string) (int, string) {
	b.t.Helper()
	return b.do(http.MethodGet, b.origin+path, "", nil)
}

func (b *browser) do(method, address, contentType string, body io.Reader) (int, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("X-Auth-Return-Redirect", "1")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (b *browser) csrfToken() string {
	b.t.Helper()
	_, body := b.do(http.MethodGet, b.base+"/csrf", "", nil)
	var answer struct{ CSRFToken string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		b.t.Fatalf("%v in %s", err, body)
	}
	return answer.CSRFToken
}

// options asks for a ceremony and returns its options as JSON.
func (b *browser) options(query url.Values, action string) string {
	b.t.Helper()
	status, body := b.do(http.MethodGet, b.base+"/webauthn-options/passkey?"+query.Encode(), "", nil)
	var answer struct {
		Action  string
		Options json.RawMessage
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK || answer.Action != action {
		b.t.Fatalf("options for %s: %d %s", action, status, body)
	}
	return string(answer.Options)
}

func (b *browser) post(path string, form url.Values) {
	b.t.Helper()
	form.Set("csrfToken", b.csrfToken())
	form.Set("callbackUrl", b.origin+"/")
	status, body := b.do(http.MethodPost, b.base+path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if status != http.StatusOK || strings.Contains(body, "error=") {
		b.t.Fatalf("POST %s: %d %s", path, status, body)
	}
}

func (b *browser) signUp(email string) {
	b.t.Helper()
	offer, err := virtualwebauthn.ParseAttestationOptions(b.options(url.Values{"email": {email}}, "register"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.device.Options.UserHandle = []byte(offer.UserID)
	data := virtualwebauthn.CreateAttestationResponse(b.party, b.device, b.credential, *offer)
	b.post("/callback/passkey", url.Values{"email": {email}, "action": {"register"}, "data": {data}})
}

// signIn does not say who signs in: the passkey does.
func (b *browser) signIn() {
	b.t.Helper()
	offer, err := virtualwebauthn.ParseAssertionOptions(b.options(url.Values{"action": {"authenticate"}}, "authenticate"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.credential.Counter++
	data := virtualwebauthn.CreateAssertionResponse(b.party, b.device, b.credential, *offer)
	b.post("/callback/passkey", url.Values{"action": {"authenticate"}, "data": {data}})
}

func (b *browser) signOut() {
	b.t.Helper()
	b.post("/signout", url.Values{})
}

// update is the client's update(data); it returns the session that comes back.
func (b *browser) update(data any) string {
	b.t.Helper()
	body, err := json.Marshal(map[string]any{"csrfToken": b.csrfToken(), "data": data})
	if err != nil {
		b.t.Fatal(err)
	}
	status, answer := b.do(http.MethodPost, b.base+"/session", "application/json", bytes.NewReader(body))
	if status != http.StatusOK {
		b.t.Fatalf("update: %d %s", status, answer)
	}
	return answer
}
