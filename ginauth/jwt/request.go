package jwt

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// FromRequest opens the session token of a request. It looks for the cookie of
// the given name, whole or in chunks, and where there is none for a header
// "Authorization: Bearer TOKEN" with the token percent-encoded, as getToken of
// Auth.js does.
//
// When cookies contradict each other (one came with two values, or whole beside
// chunks), the token is the one that opens, if exactly one does: browsers send
// that for a while after a deployment changed the Domain or Path of the cookie.
//
// The error is [ErrNoToken] when the request brings neither, and also when its
// cookies do not make up a token: a chunk is missing, together they are longer
// than 20 KiB, or none or several of those that contradict each other open. A
// request with more than 64 KiB of cookies is [ErrMalformed], and none of them is
// decoded. Else errors are those of [Codec.Decode].
func (c *Codec) FromRequest(r *http.Request, cookieName string) (Claims, error) {
	return c.fromRequest(r, cookieName)
}

// FromRequestAuto is [Codec.FromRequest] for a service that does not know
// whether the application is served over https: it looks for the default secure
// cookie first and then for the plain one.
func (c *Codec) FromRequestAuto(r *http.Request) (Claims, error) {
	if c.version.salty {
		return c.fromRequest(r, SecureCookieName, CookieName)
	}
	return c.fromRequest(r, SecureCookieNameV4, CookieNameV4)
}

func (c *Codec) fromRequest(r *http.Request, names ...string) (Claims, error) {
	if size := authcookie.HeaderSize(r.Header); size > authcookie.MaxHeader {
		return nil, fmt.Errorf("%w: %d bytes of cookies, at most %d", ErrMalformed, size, authcookie.MaxHeader)
	}
	jar := authcookie.FromHeader(r.Header)
	for _, name := range names {
		if token, ok, _ := authcookie.Join(jar, name); ok {
			return c.Decode(token, c.salt(name))
		}
		if authcookie.Contradictory(jar, name) {
			if claims, ok := c.oneThatOpens(jar, name); ok {
				return claims, nil
			}
		}
	}
	token, err := bearer(r)
	if err != nil {
		return nil, err
	}
	// A header does not say for which of the names its token was made.
	var claims Claims
	for _, name := range names {
		claims, err = c.Decode(token, c.salt(name))
		if !errors.Is(err, ErrUnknownKey) && !errors.Is(err, ErrInvalid) {
			break
		}
	}
	return claims, err
}

// oneThatOpens tries what cookies that contradict each other may mean. With more
// than one session nothing tells whose request it is.
func (c *Codec) oneThatOpens(jar authcookie.Jar, name string) (Claims, bool) {
	var found Claims
	candidates, complete := authcookie.Candidates(jar, name)
	for _, token := range candidates {
		claims, err := c.Decode(token, c.salt(name))
		if err != nil {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = claims
	}
	return found, found != nil && complete
}

// salt gives the salt for the tokens of a cookie.
func (c *Codec) salt(cookieName string) string {
	if c.version.salty {
		return cookieName
	}
	return ""
}

// bearer gives the token of the Authorization header.
func bearer(r *http.Request) (string, error) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	encoded, _, _ := strings.Cut(rest, " ")
	if !strings.EqualFold(scheme, "Bearer") || encoded == "" {
		return "", ErrNoToken
	}
	if len(encoded) > 3*authcookie.MaxSession {
		return "", fmt.Errorf("%w: longer than %d bytes", ErrMalformed, authcookie.MaxSession)
	}
	token, err := authcookie.DecodeURIComponent(encoded)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(token) > authcookie.MaxSession {
		return "", fmt.Errorf("%w: longer than %d bytes", ErrMalformed, authcookie.MaxSession)
	}
	return token, nil
}
