package ginauth

import (
	"net/url"
	"strings"
)

// proxyStateSalt separates the keys of sealed states from those of sessions. It is Auth.js's, so
// that either may stand in front of the other.
const proxyStateSalt = "encodedState"

// proxyOrigin is the origin of RedirectProxyURL, empty without one. A POSTed answer is not handed on.
func (p *OAuthProvider) proxyOrigin() string {
	if p.RedirectProxyURL == "" || p.formPost() {
		return ""
	}
	u, err := url.Parse(p.RedirectProxyURL)
	if err != nil {
		return ""
	}
	return originOf(u)
}

// redirectURI is what the service sends browsers back to: this deployment, or the fixed one that
// the service knows, which hands on.
func (x *exchange) redirectURI(p *OAuthProvider) (uri string, viaProxy bool) {
	if proxy := p.proxyOrigin(); proxy == "" || proxy == x.origin {
		return x.callbackTo(p.ID), false
	}
	return strings.TrimSuffix(p.RedirectProxyURL, "/") + "/callback/" + p.ID, true
}

// handOn returns the callback of another deployment with the service's answer in its query, when
// this is the fixed deployment and one behind it sealed the state, with a secret of ours. Only such
// a state names a place to go.
func (x *exchange) handOn(p *OAuthProvider, state string) (target string) {
	if state == "" || p.proxyOrigin() != x.origin {
		return ""
	}
	sealed, err := x.tokens.Decode(state, proxyStateSalt)
	if err != nil {
		return "" // the state of a sign-in at this deployment is not a token
	}
	to, err := url.Parse(sealed.String("origin"))
	if err != nil || originOf(to) == "" || originOf(to) == x.origin {
		return ""
	}
	to.RawQuery, to.Fragment = parseParams(x.c.Request.URL.RawQuery).encode(), ""
	return to.String()
}
