package ginauth

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/ginauth/ginauth/pages"
)

// redirectAnswer is a redirect as the client's fetch reads it.
type redirectAnswer struct {
	URL string `json:"url"`
}

// hardenHeaders sets what every answer carries, before anything can fail.
func hardenHeaders(h http.Header) {
	h["Cache-Control"] = noStore
	h["Pragma"] = noCache
	h["Expires"] = expiresNow
	h["Vary"] = varyCookie
	h["X-Content-Type-Options"] = noSniff
	h["Cross-Origin-Resource-Policy"] = sameOriginOnly
}

// Header values are shared between answers: assigning them costs no allocation. Nothing appends
// to them.
var (
	noStore        = []string{"private, no-cache, no-store"}
	noCache        = []string{"no-cache"}
	expiresNow     = []string{"0"}
	varyCookie     = []string{"Cookie"}
	noSniff        = []string{"nosniff"}
	sameOriginOnly = []string{"same-origin"}
	jsonType       = []string{"application/json"}
)

func (x *exchange) sendCookies() {
	if len(x.setCookies) > 0 {
		x.c.Writer.Header()["Set-Cookie"] = x.setCookies
	}
}

// json answers 200 with cookies.
func (x *exchange) json(v any) error {
	x.sendCookies()
	x.writeJSON(http.StatusOK, v)
	return nil
}

func (x *exchange) writeJSON(status int, v any) {
	body, err := encodeJSON(v)
	if err != nil {
		x.logger.ErrorContext(x.ctx, "ginauth: the answer does not encode to JSON", slog.String("error", oneLine(err.Error())))
		status, body = http.StatusInternalServerError, []byte("null")
	}
	x.writeBody(status, jsonType, body)
}

// encodeJSON writes v as JSON.stringify would: no trailing newline, nothing escaped for HTML.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (x *exchange) writeBody(status int, contentType []string, body []byte) {
	h := x.c.Writer.Header()
	h["Content-Type"] = contentType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	x.c.Writer.WriteHeader(status)
	if x.c.Request.Method != http.MethodHead {
		_, _ = x.c.Writer.Write(body) // the client is gone: nobody to tell
	}
	x.c.Writer.WriteHeaderNow()
}

// redirect answers a success that goes elsewhere: 302, or its address as JSON for the client.
func (x *exchange) redirect(target string) error {
	x.sendCookies()
	target = escapeNonASCII(target)
	x.c.Writer.Header().Set("Location", target)
	if x.returnRedirect {
		x.writeJSON(http.StatusOK, redirectAnswer{URL: target})
		return nil
	}
	x.c.Writer.WriteHeader(http.StatusFound)
	x.c.Writer.WriteHeaderNow()
	return nil
}

// page answers with one of the built-in pages.
func (x *exchange) page(p pages.Page, err error) error {
	if err != nil {
		return err
	}
	x.sendCookies()
	x.writePage(p)
	return nil
}

func (x *exchange) writePage(p pages.Page) {
	h := x.c.Writer.Header()
	for name, values := range p.Header {
		h[name] = values
	}
	x.writeBody(p.Status, p.Header["Content-Type"], p.Body)
}

// unavailable answers a storage failure: 503, for the client with the error page's address.
func (x *exchange) unavailable(target string) {
	x.sendCookies()
	x.c.Writer.Header().Set("Retry-After", "1")
	if x.returnRedirect || x.action == "webauthn-options" || x.action == "csrf" {
		x.writeJSON(http.StatusServiceUnavailable, redirectAnswer{URL: target})
		return
	}
	p, err := x.pages.Unavailable(x.homeView())
	if err != nil {
		x.writeJSON(http.StatusServiceUnavailable, redirectAnswer{URL: target})
		return
	}
	x.writePage(p)
}
