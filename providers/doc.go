// Package providers holds presets: constructors that return a provider of package ginauth with the
// endpoints, scopes, profile mapping and quirks of one service filled in.
//
// A preset is data. What it returns is an ordinary struct whose fields may be changed before it is
// handed to ginauth.Register:
//
//	github := providers.GitHub("", "") // id and secret from AUTH_GITHUB_ID and AUTH_GITHUB_SECRET
//	github.Scopes = append(github.Scopes, "read:org")
//
// Constructors never validate and never fail; ginauth.Register does. A client id, client secret or
// issuer that is left empty may be filled by ginauth.ConfigFromEnv, under AUTH_<PROVIDER>_ID,
// AUTH_<PROVIDER>_SECRET and AUTH_<PROVIDER>_ISSUER: the provider's id in upper case with _ for -.
//
// The ids, names, endpoints, scopes and profiles are those of Auth.js, so that a client of next-auth
// and the account rows of its database meet what they know. README.md lists the presets, the
// deliberate differences and what was left out.
package providers
