// Package ginauth gives a Gin server the HTTP API of Auth.js (next-auth v5), passkeys first.
//
// An unmodified next-auth client ("next-auth/react", "next-auth/webauthn") signs people up, in and
// out against the routes that [Register] mounts. Users, accounts, sessions and authenticators live
// in the application's database behind an [Adapter], in the tables that Auth.js's own adapters use.
//
// The package is built around one path: each kind of [Provider] turns a request into a verified
// [Identity], and one function turns an Identity into a session. Everything is checked once, by
// Register; after that nothing about the configuration can fail.
package ginauth
