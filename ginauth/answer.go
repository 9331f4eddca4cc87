package ginauth

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

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
	h["Vary"] = addVary(h["Vary"])
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

// addVary adds Cookie to what middleware has put into Vary.
func addVary(lines []string) []string {
	if len(lines) == 0 {
		return varyCookie
	}
	for _, line := range lines {
		for field := range strings.SplitSeq(line, ",") {
			if field = strings.Trim(field, " \t"); field == "*" || strings.EqualFold(field, "Cookie") {
				return lines
			}
		}
	}
	return append(slices.Clip(lines), varyCookie...)
}

// sendCookies adds the cookies of this answer to those of middleware. It replaces lines of the same
// cookie, and what it had sent itself before the answer turned into another one.
func (x *exchange) sendCookies() {
	h, ours := x.c.Writer.Header(), x.cookieLines()
	if len(h["Set-Cookie"]) == 0 {
		if x.sentCookies = ours; len(ours) > 0 {
			h["Set-Cookie"] = ours
		}
		return
	}
	replaced := map[cookieIdentity]bool{}
	for _, line := range slices.Concat(x.sentCookies, ours) {
		replaced[identityOf(line)] = true
	}
	lines := make([]string, 0, len(h["Set-Cookie"])+len(ours))
	for _, line := range h["Set-Cookie"] {
		if !replaced[identityOf(line)] {
			lines = append(lines, line)
		}
	}
	if lines = append(lines, ours...); len(lines) > 0 {
		h["Set-Cookie"] = lines
	} else {
		delete(h, "Set-Cookie")
	}
	x.sentCookies = ours
}

// cookieIdentity is what makes two Set-Cookie lines the same cookie to a browser (RFC 6265, section
// 5.3, step 11).
type cookieIdentity struct{ name, domain, path string }

func identityOf(line string) cookieIdentity {
	pair, attributes, _ := strings.Cut(line, ";")
	name, _, _ := strings.Cut(pair, "=")
	id := cookieIdentity{name: strings.TrimSpace(name)}
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		switch value = strings.TrimSpace(value); strings.ToLower(strings.TrimSpace(key)) {
		case "domain":
			id.domain = strings.ToLower(strings.TrimPrefix(value, "."))
		case "path":
			id.path = value
		}
	}
	return id
}

// refuseSize answers a request that is too large. Reading the session then gives null, because its
// client takes any other body for "signed out"; what was posted there gets the text, as elsewhere.
func (x *exchange) refuseSize(status int, text string) {
	if x.action == "session" && status != http.StatusRequestEntityTooLarge {
		x.writeJSON(status, nil)
		return
	}
	x.writeJSON(status, text)
}

// errorTarget is where a client that reads JSON finds the error page.
func (x *exchange) errorTarget(code string) string {
	page := x.cfg.Pages.Error
	if page == "" {
		page = x.base + "/error"
	}
	return x.absolute(page) + querySeparator(page) + encodeForm("error", code)
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
