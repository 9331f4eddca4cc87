// Package browser is a person with a browser and an authenticator, who signs up and in.
package browser

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Origin is the site's public origin, wherever its servers are.
const Origin = "http://localhost:3000"

const (
	sessionCookie   = "authjs.session-token"
	challengeCookie = "authjs.challenge"
)

// ErrRefused says that the site did not do what was asked; the answer tells what it did.
var ErrRefused = errors.New("refused")

// Instance sends a request to one server of the site.
type Instance func(*http.Request) (*http.Response, error)

// Site is where requests go: each to the next instance in turn.
type Site struct {
	Instances []Instance
	next      atomic.Uint64
	issued    sync.Map
}

// Issued reports whether an answer ever set this session cookie.
func (s *Site) Issued(session string) bool {
	_, ok := s.issued.Load(session)
	return ok
}

func (s *Site) send(r *http.Request) (*http.Response, error) {
	return s.Instances[(s.next.Add(1)-1)%uint64(len(s.Instances))](r)
}

// Browser keeps cookies and passkeys. It is not safe for concurrent use, but its attempts are.
type Browser struct {
	Site     *Site
	Passkeys []*Passkey
	// Address is the client's IP address as a proxy tells it; empty for none.
	Address string
	// Key is the key of the passkeys that are made; nil for a new one each.
	Key crypto.Signer
	// Uncounted makes passkeys that do not count.
	Uncounted bool

	cookies map[string]string
	csrf    string
}

// New returns a browser that was never on the site.
func New(site *Site) *Browser { return &Browser{Site: site, cookies: map[string]string{}} }

// Answer is what came back. A request that got none has Status 0 and Err.
type Answer struct {
	Status  int
	Body    []byte
	URL     string
	Cookies []*http.Cookie
	// RetryAfter is the header of that name, in seconds.
	RetryAfter string
	Err        error
}

// Code is the error that the client is told, or "".
func (a Answer) Code() string {
	u, err := url.Parse(a.URL)
	if err != nil {
		return "unreadable"
	}
	return u.Query().Get("error")
}

// Session is the session cookie that the answer sets or clears.
func (a Answer) Session() (value string, touched bool) {
	for _, c := range a.Cookies {
		if strings.HasPrefix(c.Name, sessionCookie) {
			value, touched = c.Value, true
		}
	}
	return value, touched
}

// SignedIn says that the answer is that of a completed sign-in.
func (a Answer) SignedIn() bool {
	value, _ := a.Session()
	return a.Status == http.StatusOK && a.URL != "" && a.Code() == "" && value != ""
}

func (a Answer) String() string {
	if a.Err != nil {
		return "no answer: " + a.Err.Error()
	}
	body := string(a.Body)
	if len(body) > 160 {
		body = body[:160] + "…"
	}
	return fmt.Sprintf("%d %s", a.Status, body)
}

// do sends a request with the given cookies.
func (b *Browser) do(ctx context.Context, method, path string, form url.Values, cookies map[string]string) Answer {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, Origin+path, body)
	if err != nil {
		return Answer{Err: err}
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Auth-Return-Redirect", "1")
	}
	if method != http.MethodGet {
		r.Header.Set("Origin", Origin)
	}
	if b.Address != "" {
		r.Header.Set("X-Forwarded-For", b.Address)
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(cookies)) {
		pairs = append(pairs, name+"="+cookies[name])
	}
	r.Header.Set("Cookie", strings.Join(pairs, "; "))
	response, err := b.Site.send(r)
	if err != nil {
		return Answer{Err: err}
	}
	defer response.Body.Close()
	a := Answer{Status: response.StatusCode, Cookies: response.Cookies(), RetryAfter: response.Header.Get("Retry-After")}
	if value, _ := a.Session(); value != "" {
		b.Site.issued.Store(value, nil)
	}
	if a.Body, a.Err = io.ReadAll(response.Body); a.Err != nil {
		return Answer{Err: a.Err}
	}
	var target struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(a.Body, &target) == nil {
		a.URL = target.URL
	}
	return a
}

// keep takes the answer's cookies.
func (b *Browser) keep(a Answer) {
	for _, c := range a.Cookies {
		if c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
}

// get fetches a page and keeps its cookies.
func (b *Browser) get(ctx context.Context, path string) Answer {
	a := b.do(ctx, http.MethodGet, path, nil, b.cookies)
	b.keep(a)
	return a
}

// CSRF asks for the CSRF token, as the client does before everything that needs one.
func (b *Browser) CSRF(ctx context.Context) (Answer, error) {
	a := b.get(ctx, "/auth/csrf")
	var token struct {
		CSRFToken string `json:"csrfToken"`
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &token) != nil || token.CSRFToken == "" {
		return a, fmt.Errorf("csrf: %w", ErrRefused)
	}
	b.csrf = token.CSRFToken
	return a, nil
}

// SessionToken is the session cookie, or "".
func (b *Browser) SessionToken() string { return b.cookies[sessionCookie] }

// ForgetSession removes the session cookie.
func (b *Browser) ForgetSession() { delete(b.cookies, sessionCookie) }

// Clone returns another window with the same cookies and passkeys.
func (b *Browser) Clone() *Browser {
	return &Browser{Site: b.Site, Passkeys: b.Passkeys, Address: b.Address, Key: b.Key, Uncounted: b.Uncounted, cookies: maps.Clone(b.cookies), csrf: b.csrf}
}
