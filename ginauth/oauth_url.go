package ginauth

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// defaultScope is asked for at an OpenID Connect service when no Scopes are set.
const defaultScope = "openid profile email"

// ownParams are those of an authorization request that decide where the answer goes and what it is
// tied to. Neither a request's query nor AuthParams set them. request and request_uri (RFC 9101)
// could carry all the others.
var ownParams = []string{
	"client_id", "redirect_uri", "response_type", "state", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri",
}

// authorizationURL is where the browser goes: the endpoint with the parameters of RFC 6749, section
// 4.1.1, and RFC 7636 in the order in which Auth.js writes them. query is the request's.
func (p *OAuthProvider) authorizationURL(endpoint string, flow oauthFlow, query string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("ginauth: provider %s: the authorization endpoint is not a valid URL", p.ID)
	}
	scope := strings.Join(p.Scopes, " ")
	if p.OIDC && scope == "" {
		scope = defaultScope
	}
	// A configured endpoint has its parameters from the start, a discovered one gets them later,
	// and the default scope comes last.
	all, late, last := parseParams(u.RawQuery), p.fixedParams(scope), params{}
	switch {
	case p.AuthorizationURL != "":
		all.merge(late)
		late = params{}
	case scope == defaultScope && len(p.AuthParams) == 0:
		late, last = params{}, late
	}
	all.set("response_type", "code")
	all.set("client_id", p.ClientID)
	all.set("redirect_uri", flow.redirectURI)
	all.merge(late)
	for _, asked := range parseParams(query).list {
		if !slices.Contains(ownParams, asked.name) {
			all.set(asked.name, asked.value)
		}
	}
	all.set("state", flow.state)
	if flow.verifier != "" {
		all.set("code_challenge", oauth2.S256ChallengeFromVerifier(flow.verifier))
		all.set("code_challenge_method", "S256")
	}
	if flow.nonce != "" {
		all.set("nonce", flow.nonce)
	}
	if !all.has("scope") {
		all.merge(last)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = all.encode()
	return u.String(), nil
}

// fixedParams are the scope and AuthParams.
func (p *OAuthProvider) fixedParams(scope string) params {
	var fixed params
	if scope != "" {
		fixed.set("scope", scope)
	}
	for _, name := range slices.Sorted(maps.Keys(p.AuthParams)) {
		fixed.set(name, p.AuthParams.Get(name))
	}
	return fixed
}

// params is a query whose order is kept, as that of a URLSearchParams. The zero value is empty.
type params struct {
	list []param
	// at is where a name is in the list.
	at map[string]int
}

type param struct{ name, value string }

// parseParams reads a query; of several values of a name the last one counts, in the place of the
// first.
func parseParams(query string) params {
	var p params
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); pair != "" {
			p.set(unescapeForm(name), unescapeForm(value))
		}
	}
	return p
}

func (p *params) set(name, value string) {
	if i, ok := p.at[name]; ok {
		p.list[i].value = value
		return
	}
	if p.at == nil {
		p.at = map[string]int{}
	}
	p.at[name] = len(p.list)
	p.list = append(p.list, param{name, value})
}

func (p *params) merge(others params) {
	for _, o := range others.list {
		p.set(o.name, o.value)
	}
}

func (p params) has(name string) bool {
	_, ok := p.at[name]
	return ok
}

func (p params) encode() string {
	flat := make([]string, 0, 2*len(p.list))
	for _, pair := range p.list {
		flat = append(flat, pair.name, pair.value)
	}
	return encodeForm(flat...)
}
