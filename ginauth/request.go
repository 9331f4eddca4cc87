package ginauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// handlerDeadline bounds everything that storage may take for one request.
const handlerDeadline = 5 * time.Second

// exchange is one request and the answer to it.
type exchange struct {
	*Auth
	c   *gin.Context
	ctx context.Context

	origin   string
	cookies  *cookieSet
	jar      authcookie.Jar
	action   string
	provider Provider
	query    map[string]string
	// body holds the POST's fields: strings of a form, anything of a JSON object.
	body map[string]any

	csrfToken    string
	csrfVerified bool
	callbackURL  string
	// returnRedirect: the client wants redirects as JSON, because fetch cannot read them.
	returnRedirect bool

	// setCookies are sent with a success, onFailure with an error as well.
	setCookies []string
	onFailure  []string
	// sentCookies are those that are in the answer's headers already.
	sentCookies []string
	// elsewhere are cookies to be expired in other scopes: with a success, and with an error.
	elsewhere, elsewhereOnFailure []manyScopes

	resolved *resolution
	// tickets are what a rate limiter keeps should the proof of this request be wrong.
	tickets []*ticket
}

// errBadRequest is answered like a request that makes no sense to Auth.js.
var errBadRequest = errors.New("ginauth: bad request")

// errUnknownAction is a known action with the wrong method or a stray provider.
var errUnknownAction = errors.New("ginauth: unknown action")

// errUnknownProvider is a provider id that is not configured, or of the wrong kind.
var errUnknownProvider = errors.New("ginauth: unknown provider")

var actions = []string{"callback", "csrf", "error", "providers", "session", "signin", "signout", "verify-request", "webauthn-options"}

// newExchange reads the parts of a request that every action needs. The body is not read yet.
func (a *Auth) newExchange(c *gin.Context) (x *exchange, providerID string, err error) {
	r := c.Request
	x = &exchange{Auth: a, c: c, ctx: r.Context(), returnRedirect: len(r.Header["X-Auth-Return-Redirect"]) > 0}
	// First of all, because the answers of some actions have a form of their own.
	action, providerID, known := a.route(r)
	x.action = action
	if err := checkSize(r); err != nil {
		return x, "", err
	}
	if x.origin, err = a.originFor(r); err != nil {
		return x, "", err
	}
	x.cookies = a.cookiesFor(x.origin)
	if !known {
		return x, "", errBadRequest
	}
	x.query = decodeForm(r.URL.RawQuery)
	x.jar = authcookie.FromHeader(r.Header)
	return x, providerID, nil
}

// route returns the action and provider that a request's path names; false when there is no such
// action, or the method is none of its.
func (a *Auth) route(r *http.Request) (action, providerID string, ok bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), a.base)
	if !ok {
		return "", "", false
	}
	segments := make([]string, 0, 2)
	for s := range strings.SplitSeq(rest, "/") {
		if s == "" {
			continue
		}
		if len(segments) == 2 {
			return "", "", false
		}
		segments = append(segments, s)
	}
	switch {
	case len(segments) == 0 || !slices.Contains(actions, segments[0]):
		return "", "", false
	case len(segments) == 1:
		return segments[0], "", true
	case segments[0] != "signin" && segments[0] != "callback" && segments[0] != "webauthn-options":
		return "", "", false
	case segments[1] == "undefined":
		return segments[0], "", true
	}
	return segments[0], segments[1], true
}

// originFor returns the public origin of a request.
func (a *Auth) originFor(r *http.Request) (string, error) {
	if a.origin != "" {
		return a.origin, nil
	}
	proto := "http"
	if r.TLS != nil {
		proto = "https"
	}
	if p := firstOf(r.Header.Get("X-Forwarded-Proto")); p != "" {
		proto = strings.ToLower(strings.TrimSuffix(p, ":"))
	}
	host := firstOf(r.Header.Get("X-Forwarded-Host"))
	if host == "" {
		host = r.Host
	}
	if proto != "http" && proto != "https" || host == "" || strings.ContainsFunc(host, notInHost) {
		return "", errBadRequest
	}
	u, err := url.Parse(proto + "://" + host)
	if err != nil || u.Host != host {
		return "", errBadRequest
	}
	if o := originOf(u); o != "" {
		return o, nil
	}
	return "", errBadRequest
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

func notInHost(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:[]", r))
}

// field returns a field of the body that is a string, else "".
func (x *exchange) field(name string) string {
	s, _ := x.body[name].(string)
	return s
}

// begin does what precedes every action: the CSRF token and the callback URL, with their cookies.
func (x *exchange) begin() {
	x.openCSRF()

	wanted := x.field("callbackUrl")
	if wanted == "" {
		wanted = x.query["callbackUrl"]
	}
	kept, _ := x.jar.Get(x.cookies.callbackURL.name)
	if wanted == "" {
		wanted = kept
	}
	x.callbackURL = x.origin
	if wanted != "" {
		x.callbackURL = x.redirectTarget(x.ctx, wanted, x.origin)
	}
	keep := x.callbackURL
	if 3*len(keep) > maxCallbackCookie && len(authcookie.EncodeURIComponent(keep)) > maxCallbackCookie {
		keep = x.origin // rather than the one before, which is what the browser would go on with
	}
	if keep != kept || x.arrivesElsewhere(x.cookies.callbackURL) {
		x.setCookie(x.cookies.callbackURL, keep, authcookie.Lifetime{})
	}
}

// maxCallbackCookie is the longest callback URL that is kept in a cookie, in bytes as they are written.
// Browsers drop cookies of more than 4 KiB, and nginx by default answers 502 for headers beyond that.
const maxCallbackCookie = 3 << 10

func (x *exchange) setCookie(spec cookieSpec, value string, life authcookie.Lifetime) {
	x.expireOthers(spec)
	x.setCookies = append(x.setCookies, authcookie.Serialize(spec.name, value, spec.options, life))
}

// clearFlowCookie expires a flow cookie, whatever the outcome: a failed attempt burns it too.
func (x *exchange) clearFlowCookie(spec cookieSpec) {
	x.expireOthers(spec)
	line := authcookie.Clear(spec.name, spec.options)
	x.setCookies = append(x.setCookies, line)
	x.onFailure = append(x.onFailure, line)
}

// sameSite reports whether the browser says that a page of this site made the request. What no
// browser sends (no such header at all) passes: the CSRF token is still needed.
func (x *exchange) sameSite() bool {
	r := x.c.Request
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "same-origin", "none":
		return true
	case "":
	default:
		return slices.Contains(x.redirects.allowed, r.Header.Get("Origin"))
	}
	origin := r.Header.Get("Origin")
	if origin == "" || origin == x.origin || slices.Contains(x.redirects.allowed, origin) {
		return true
	}
	// Reached under another name than the public one (inside a network, say): then the browser's
	// view of both ends must agree. Under the public name the scheme has to be right as well.
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) && !strings.HasSuffix(x.origin, "://"+strings.ToLower(r.Host))
}
