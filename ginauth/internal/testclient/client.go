// Package testclient is a browser with the next-auth client and a passkey authenticator in it, as far
// as tests need one: a cookie jar, the forms that the client posts, and the ceremonies. It knows the
// wire and nothing of the server.
package testclient

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// Client is one browser. It is not safe for concurrent use; [Client.Clone] makes another tab.
type Client struct {
	TB testing.TB
	// Origin is where the browser sees the site.
	Origin string
	// Base is the base path of the API and Provider the id of the passkey provider.
	Base, Provider string
	// Header is sent with every request.
	Header http.Header
	// Passkeys is the authenticator at hand.
	Passkeys *testauthn.Authenticator

	jar       http.CookieJar
	transport http.RoundTripper
}

// New returns a browser without cookies that reaches h as origin, without a network between them.
func New(tb testing.TB, h http.Handler, origin string) *Client {
	return NewRemote(tb, Handler(h), origin)
}

// NewRemote is New for a server that transport reaches.
func NewRemote(tb testing.TB, transport http.RoundTripper, origin string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &Client{
		TB: tb, Origin: origin, Base: "/auth", Provider: "passkey",
		Header:   http.Header{"X-Auth-Return-Redirect": {"1"}, "Origin": {origin}, "Sec-Fetch-Site": {"same-origin"}},
		Passkeys: &testauthn.Authenticator{Origin: origin},
		jar:      jar, transport: transport,
	}
}

// Handler is a round tripper that calls h.
func Handler(h http.Handler) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		r.RequestURI = r.URL.RequestURI()
		r.RemoteAddr = "192.0.2.1:1234"
		h.ServeHTTP(w, r)
		return w.Result(), nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Clone returns another browser with the same cookies and the same passkeys at hand.
func (c *Client) Clone() *Client {
	clone := NewRemote(c.TB, c.transport, c.Origin)
	clone.Base, clone.Provider, clone.Header, clone.Passkeys = c.Base, c.Provider, c.Header.Clone(), c.Passkeys
	clone.jar.SetCookies(c.site(), c.jar.Cookies(c.site()))
	return clone
}

func (c *Client) site() *url.URL {
	u, err := url.Parse(c.Origin + "/")
	if err != nil {
		c.TB.Fatal(err)
	}
	return u
}

// Cookie returns the value of a cookie as it travels, or "".
func (c *Client) Cookie(name string) string {
	for _, k := range c.jar.Cookies(c.site()) {
		if k.Name == name {
			return k.Value
		}
	}
	return ""
}

// Cookies returns everything in the jar.
func (c *Client) Cookies() []*http.Cookie { return c.jar.Cookies(c.site()) }

// SetCookie plants a cookie.
func (c *Client) SetCookie(name, value string) {
	c.jar.SetCookies(c.site(), []*http.Cookie{{ //nolint:gosec // without TLS there are no secure cookies
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(c.Origin, "https:"),
	}})
}

// DropCookie forgets a cookie.
func (c *Client) DropCookie(name string) {
	c.jar.SetCookies(c.site(), []*http.Cookie{{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: true}})
}

// Answer is what the server said.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends a request below the origin; cookies go along and come back, redirects are not followed.
// Header are pairs that replace what is sent otherwise; an empty value removes a header.
func (c *Client) Do(method, path, contentType, body string, header ...string) Answer {
	c.TB.Helper()
	r, err := http.NewRequestWithContext(c.TB.Context(), method, c.Origin+path, strings.NewReader(body))
	if err != nil {
		c.TB.Fatal(err)
	}
	for name, values := range c.Header {
		if name == "Origin" && method == http.MethodGet {
			continue
		}
		r.Header[name] = values
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		switch name, value := header[i], header[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	for _, k := range c.jar.Cookies(r.URL) {
		r.AddCookie(k)
	}
	res, err := c.transport.RoundTrip(r)
	if err != nil {
		c.TB.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		c.TB.Fatal(err)
	}
	c.jar.SetCookies(r.URL, res.Cookies())
	return Answer{Status: res.StatusCode, Header: res.Header, Body: string(read)}
}

// Get sends GET below the base path.
func (c *Client) Get(path string, header ...string) Answer {
	c.TB.Helper()
	return c.Do(http.MethodGet, c.Base+path, "", "", header...)
}

// Post sends a form below the base path.
func (c *Client) Post(path string, fields map[string]string, header ...string) Answer {
	c.TB.Helper()
	form := url.Values{}
	for k, v := range fields {
		form.Set(k, v)
	}
	return c.Do(http.MethodPost, c.Base+path, "application/x-www-form-urlencoded", form.Encode(), header...)
}

// URL is where the answer sends the browser, as JSON or as Location.
func (a Answer) URL() string {
	var body struct {
		URL string `json:"url"`
	}
	if json.Unmarshal([]byte(a.Body), &body) == nil && body.URL != "" {
		return body.URL
	}
	return a.Header.Get("Location")
}

// ErrorCode is the `error` parameter of URL, or "".
func (a Answer) ErrorCode() string {
	u, err := url.Parse(a.URL())
	if err != nil {
		return "unreadable URL"
	}
	return u.Query().Get("error")
}

// Cookie returns the answer's last Set-Cookie for a name, or nil.
func (a Answer) Cookie(name string) *http.Cookie {
	var last *http.Cookie
	for _, k := range (&http.Response{Header: a.Header}).Cookies() {
		if k.Name == name {
			last = k
		}
	}
	return last
}
