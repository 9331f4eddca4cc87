// Package jwt reads and makes the session tokens of Auth.js, so that any Go
// service can tell who is signed in to a next-auth or Auth.js application.
// It needs neither Gin nor the rest of ginauth.
//
// A token is a JWT encrypted with a key that both sides derive from the
// application's AUTH_SECRET. It is a compact JWE (RFC 7516) with the header
//
//	{"alg":"dir","enc":"A256CBC-HS512","kid":…}
//
// The key is HKDF-SHA256 of the secret. Its salt is the name of the cookie that
// carries the token, so a token made for one purpose opens for no other.
//
//	codec, err := jwt.New([]string{os.Getenv("AUTH_SECRET")}, jwt.Options{})
//	…
//	claims, err := codec.FromRequest(r, jwt.SecureCookieName)
//
// The token is proof by itself: it stays good until it expires, even after its
// owner signed out. Applications that must be able to end a session at once
// keep their sessions in a database.
//
// [NewV4] does the same for the tokens of next-auth version 4.
package jwt

import "errors"

// Names of the session cookie that Auth.js sets unless configured otherwise.
// The secure one is used when the application's public URL is https.
const (
	CookieName       = "authjs.session-token"
	SecureCookieName = "__Secure-authjs.session-token"
)

// Names of the session cookie in next-auth version 4.
const (
	CookieNameV4       = "next-auth.session-token"
	SecureCookieNameV4 = "__Secure-next-auth.session-token"
)

// MaxToken is the length in bytes of the longest token that is made or opened.
// A token that arrives in a request may have 20 KiB.
const MaxToken = 64 << 10

// Why a token does not open. All but [ErrNoToken] mean that there was one.
// Whatever the reason, the request is not signed in.
var (
	// ErrNoToken: the request carries no session token.
	ErrNoToken = errors.New("jwt: no session token in the request")

	// ErrMalformed: not a compact JWE of the kind that Auth.js makes.
	ErrMalformed = errors.New("jwt: malformed token")

	// ErrUnknownKey: made with another secret, or for another cookie name.
	ErrUnknownKey = errors.New("jwt: token was made with an unknown key")

	// ErrInvalid: altered, or its content is no claims set.
	ErrInvalid = errors.New("jwt: invalid token")

	// ErrExpired: genuine, but too old.
	ErrExpired = errors.New("jwt: token has expired")

	// ErrNotYetValid: genuine, but its nbf claim lies in the future.
	ErrNotYetValid = errors.New("jwt: token is not valid yet")

	// ErrTooLong: the claims do not fit into [MaxToken].
	ErrTooLong = errors.New("jwt: claims are too long for a token")
)
