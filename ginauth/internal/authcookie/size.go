package authcookie

import "net/http"

// MaxHeader is how many bytes of cookies a request may bring, in all of its
// Cookie fields together. Browsers keep 180 cookies of 4 KiB for a site, but
// servers and proxies take 8 to 32 KiB of headers: a larger one is not from a
// browser that visited the site.
const MaxHeader = 64 << 10

// HeaderSize returns how many bytes of cookies a request brings. It decodes
// nothing.
func HeaderSize(h http.Header) int {
	size := 0
	for _, field := range h["Cookie"] {
		size += len(field)
	}
	return size
}
