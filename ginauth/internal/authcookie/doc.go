// Package authcookie reads and writes cookies byte for byte as Auth.js does.
//
// net/http cannot be used for it. Its reader drops values that hold a byte it
// dislikes, and its writer quotes or drops what Auth.js percent-encodes. Both
// sides of a deployment must agree on every byte, because a Node server and a
// Go server may serve the same browser with the same cookies.
//
// The package knows the three things that matter on the wire: the encoding of
// a value ([EncodeURIComponent]), the header syntax ([Parse], [Serialize]),
// and how a session too long for one cookie travels in several ([Join],
// [Split], [Refresh]). It knows nothing of what the values mean.
package authcookie
