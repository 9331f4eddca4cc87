package pages

import "net/http"

// Referrer policies. With no-referrer alone the Origin of a form post would be
// null, and browsers without fetch metadata have no other way to show that the
// post comes from this site.
const (
	sameOriginReferrer = "same-origin"
	// addressHidden is for a page with a secret in its address: of it, not even
	// this site learns more than the origin. Browsers that do not know
	// strict-origin take no-referrer.
	addressHidden = "no-referrer, strict-origin"
)

// headers are those of one page. The nonce is the only way in for style and
// script; form-action is left out because Chromium applies it to the redirect
// after a post too, which would bar the way to an OAuth provider.
func headers(nonce, imageOrigin, referrer string) http.Header {
	images := "'self' data:"
	if imageOrigin != "" {
		images += " " + imageOrigin
	}
	return http.Header{
		"Content-Type":  {"text/html"},
		"Cache-Control": {"private, no-cache, no-store"},
		"Content-Security-Policy": {"default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce +
			"'; img-src " + images + "; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
		"Permissions-Policy":         {"publickey-credentials-get=(self), publickey-credentials-create=(self)"},
		"Referrer-Policy":            {referrer},
		"X-Content-Type-Options":     {"nosniff"},
		"X-Frame-Options":            {"DENY"},
	}
}
