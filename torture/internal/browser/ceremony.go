package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
)

// Attempt is the second request of a ceremony, ready to be sent, once or many times.
type Attempt struct {
	browser *Browser
	form    url.Values
	cookies map[string]string
	options json.RawMessage
	action  string
	// Passkey is the new one, or the one that signed.
	Passkey *Passkey
}

// Send sends the attempt with the cookies that the browser had when it was made. It changes
// nothing of the browser, so it may be called concurrently.
func (t *Attempt) Send(ctx context.Context) Answer {
	return t.browser.do(ctx, http.MethodPost, "/auth/callback/passkey", t.form, t.cookies)
}

// SendFrom is Send with the cookies of another browser, but the ceremony's own.
func (t *Attempt) SendFrom(ctx context.Context, b *Browser) Answer {
	cookies := maps.Clone(b.cookies)
	cookies[challengeCookie] = t.cookies[challengeCookie]
	form := maps.Clone(t.form)
	form.Set("csrfToken", b.csrf)
	return b.do(ctx, http.MethodPost, "/auth/callback/passkey", form, cookies)
}

// Finish sends the attempt and keeps cookies and passkey.
func (b *Browser) Finish(ctx context.Context, t *Attempt) (Answer, error) {
	a := t.Send(ctx)
	b.keep(a)
	if t.action == "register" {
		// The authenticator has it, whatever the site says.
		b.Passkeys = append(b.Passkeys, t.Passkey)
	}
	if !a.SignedIn() {
		return a, fmt.Errorf("%s: %w", t.action, ErrRefused)
	}
	return a, nil
}

// options asks for the options of a ceremony.
func (b *Browser) options(ctx context.Context, action, email string) (json.RawMessage, Answer, error) {
	if a, err := b.CSRF(ctx); err != nil {
		return nil, a, err
	}
	query := url.Values{"action": {action}}
	if email != "" {
		query.Set("email", email)
	}
	a := b.get(ctx, "/auth/webauthn-options/passkey?"+query.Encode())
	var answer struct {
		Action  string          `json:"action"`
		Options json.RawMessage `json:"options"`
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &answer) != nil || answer.Action != action {
		return nil, a, fmt.Errorf("options: %w", ErrRefused)
	}
	return answer.Options, a, nil
}

// Options asks for the options to sign in with any passkey of an address, as a page does that has
// the address typed in; the browser's CSRF token is not needed.
func (b *Browser) Options(ctx context.Context, email string) Answer {
	return b.get(ctx, "/auth/webauthn-options/passkey?"+url.Values{"action": {"authenticate"}, "email": {email}}.Encode())
}

func (b *Browser) attempt(action, data, email string) *Attempt {
	form := url.Values{"action": {action}, "data": {data}, "csrfToken": {b.csrf}, "callbackUrl": {Origin + "/"}}
	if email != "" {
		form.Set("email", email)
	}
	return &Attempt{browser: b, form: form, cookies: maps.Clone(b.cookies), action: action}
}

// BeginRegister gets options and makes a passkey: for a new account with this address, or, with ""
// and a session, as a further one. credentialID may be nil.
func (b *Browser) BeginRegister(ctx context.Context, email string, credentialID []byte) (*Attempt, Answer, error) {
	options, a, err := b.options(ctx, "register", email)
	if err != nil {
		return nil, a, err
	}
	p, data, err := create(options, credentialID, b.Key, b.Uncounted)
	if err != nil {
		return nil, a, err
	}
	t := b.attempt("register", data, email)
	t.Passkey = p
	return t, a, nil
}

// BeginSignIn gets options and signs with p. Empty e-mail asks for any passkey.
func (b *Browser) BeginSignIn(ctx context.Context, p *Passkey, email string) (*Attempt, Answer, error) {
	options, a, err := b.options(ctx, "authenticate", email)
	if err != nil {
		return nil, a, err
	}
	data, err := p.get(options)
	if err != nil {
		return nil, a, err
	}
	t := b.attempt("authenticate", data, email)
	t.Passkey, t.options = p, options
	return t, a, nil
}

// Again signs the same challenge once more, with a higher counter.
func (t *Attempt) Again() (*Attempt, error) {
	data, err := t.Passkey.get(t.options)
	if err != nil {
		return nil, err
	}
	other := *t
	other.form = maps.Clone(t.form)
	other.form.Set("data", data)
	return &other, nil
}

// Register signs up, or adds a passkey when signed in.
func (b *Browser) Register(ctx context.Context, email string) (Answer, error) {
	t, a, err := b.BeginRegister(ctx, email, nil)
	if err != nil {
		return a, err
	}
	return b.Finish(ctx, t)
}

// SignIn signs in with p.
func (b *Browser) SignIn(ctx context.Context, p *Passkey) (Answer, error) {
	t, a, err := b.BeginSignIn(ctx, p, "")
	if err != nil {
		return a, err
	}
	return b.Finish(ctx, t)
}

// Session asks who is signed in.
func (b *Browser) Session(ctx context.Context) (Answer, error) {
	a := b.get(ctx, "/auth/session")
	if a.Status != http.StatusOK || string(a.Body) == "null" {
		return a, fmt.Errorf("session: %w", ErrRefused)
	}
	return a, nil
}

// SignOut ends the session.
func (b *Browser) SignOut(ctx context.Context) (Answer, error) {
	if a, err := b.CSRF(ctx); err != nil {
		return a, err
	}
	a := b.do(ctx, http.MethodPost, "/auth/signout", url.Values{"csrfToken": {b.csrf}, "callbackUrl": {Origin + "/"}}, b.cookies)
	b.keep(a)
	if a.Status != http.StatusOK || a.Code() != "" {
		return a, fmt.Errorf("sign-out: %w", ErrRefused)
	}
	return a, nil
}
