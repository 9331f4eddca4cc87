package ginauth

import (
	"errors"
	"net/http"
	"strings"
)

// errPrefetch is a request that the browser makes before anybody wants it.
var errPrefetch = errors.New("ginauth: prefetch")

// refusePrefetch refuses requests that a browser makes on the chance that a link will be followed:
// following it uses something up. Answered with 503, browsers load the page once it is wanted.
//
// A sign-in page may ask for options while it is prerendered, because it runs as it will when it is
// shown. All else that a GET changes does no harm when nobody wants it.
func (x *exchange) refusePrefetch() error {
	r := x.c.Request
	if r.Method != http.MethodGet {
		return nil
	}
	prefetch, prerender := speculation(r.Header)
	if prefetch && (x.action == "callback" || x.action == "webauthn-options" && !prerender) {
		return errPrefetch
	}
	return nil
}

// speculation reads the headers that say why a page is loaded: Sec-Purpose of the Fetch standard,
// and what browsers sent before there was one.
func speculation(h http.Header) (prefetch, prerender bool) {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		for _, line := range h[name] {
			for item := range strings.FieldsFuncSeq(strings.ToLower(line), func(r rune) bool { return r == ';' || r == ',' || r == ' ' || r == '\t' }) {
				switch item {
				case "prefetch", "preview", "instant":
					prefetch = true
				case "prerender":
					prefetch, prerender = true, true
				}
			}
		}
	}
	return prefetch, prerender
}
