package pages

import "net/http"

// headers are those of one page. The nonce is the only way in for style and
// script; form-action is left out because Chromium applies it to the redirect
// after a post too, which would bar the way to an OAuth provider.
func headers(nonce, imageOrigin string) http.Header {
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
		// no-referrer would turn the Origin of a form post into null.
		"Referrer-Policy":        {"same-origin"},
		"X-Content-Type-Options": {"nosniff"},
		"X-Frame-Options":        {"DENY"},
	}
}
