package ginauth

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// maxQuery is the longest query that is read, in bytes.
const maxQuery = 16 << 10

// What is too large to be read. Each has a status of its own.
var (
	// errTooLarge is a body over maxBody.
	errTooLarge = errors.New("ginauth: request body too large")
	// errCookiesTooLarge is a Cookie header over authcookie.MaxHeader.
	errCookiesTooLarge = errors.New("ginauth: cookies too large")
	// errQueryTooLong is a query over maxQuery.
	errQueryTooLong = errors.New("ginauth: query too long")
)

// checkSize refuses a request before anything of it is decoded: net/http lets a megabyte of headers
// through, and decoding them costs a client nothing and the server much.
func checkSize(r *http.Request) error {
	switch {
	case authcookie.HeaderSize(r.Header) > authcookie.MaxHeader:
		return errCookiesTooLarge
	case len(r.URL.RawQuery) > maxQuery:
		return errQueryTooLong
	}
	return nil
}

// sizeRefusal returns the answer to what is too large; false for other errors.
func sizeRefusal(err error) (status int, text string, ok bool) {
	switch {
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge, "Request body too large.", true
	case errors.Is(err, errCookiesTooLarge):
		return http.StatusRequestHeaderFieldsTooLarge, "Cookies too large.", true
	case errors.Is(err, errQueryTooLong):
		return http.StatusRequestURITooLong, "Query too long.", true
	}
	return 0, "", false
}

// guardSize is checkSize for guards. It reports whether it has answered.
func guardSize(c *gin.Context) (refused bool) {
	status, text, refused := sizeRefusal(checkSize(c.Request))
	if refused {
		guardJSON(c, status, strings.ToLower(strings.TrimSuffix(text, ".")))
	}
	return refused
}
