package ginauth

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ginauth/ginauth/ginauth/internal/oidcflow"
)

// envName is the middle of the names of a provider's environment variables.
func envName(id string) string {
	return strings.ToUpper(strings.ReplaceAll(id, "-", "_"))
}

func (p *OAuthProvider) validate(bad func(string, ...any)) {
	r := p.Resolved()
	env := "AUTH_" + envName(r.ID)
	if r.ClientID == "" {
		bad("ClientID is empty; set it, or %s_ID for ConfigFromEnv", env)
	}
	hasSecret := r.ClientSecret != "" || r.ClientSecretFor != nil
	switch r.TokenAuth {
	case "", TokenAuthBasic, TokenAuthPost:
		if !hasSecret {
			bad("ClientSecret is empty; set it, or %s_SECRET for ConfigFromEnv, or TokenAuth to TokenAuthNone for a public client", env)
		}
	case TokenAuthNone:
		if r.PKCEUnsupported {
			bad("PKCEUnsupported without a client secret leaves the code unprotected; register a confidential client, or leave PKCE on")
		}
	default:
		bad("TokenAuth is %q; use TokenAuthBasic, TokenAuthPost or TokenAuthNone", r.TokenAuth)
	}
	r.validateIDToken(bad, hasSecret)
	r.validateEndpoints(bad, env)
	for _, name := range ownParams {
		if r.AuthParams.Has(name) && !(name == "response_type" && r.AuthParams.Get(name) == "code") {
			bad("AuthParams holds %s, which ginauth sets itself; remove it", name)
		}
	}
	if mode := r.AuthParams.Get("response_mode"); !slices.Contains([]string{"", "query", "form_post"}, mode) {
		bad("AuthParams holds response_mode %q; use query or form_post", mode)
	}
	if u, err := url.Parse(r.AuthorizationURL); err == nil && u.Query().Has("response_mode") {
		bad("AuthorizationURL holds response_mode; move it to AuthParams")
	}
	if r.RedirectProxyURL != "" && !validPage(r.RedirectProxyURL) {
		bad("RedirectProxyURL is %q; use the fixed deployment's address such as https://app.example.com/auth", r.RedirectProxyURL)
	}
}

// validateProxy wants a deployment that passes answers on, or has them passed on, to know where it is
// itself: with TrustHost the client's headers would say so.
func (p *OAuthProvider) validateProxy(trustHost bool, bad func(string, ...any)) {
	if trustHost && p.RedirectProxyURL != "" {
		bad("RedirectProxyURL is set together with TrustHost, so that request headers would decide where the answer with the code goes; " +
			"set BaseURL (AUTH_URL) in place of TrustHost, or remove RedirectProxyURL (AUTH_REDIRECT_PROXY_URL)")
	}
}

// minMACKey is the shortest client secret that may be the key of an HS256 (RFC 7518, section 3.2).
const minMACKey = 32

func (p *OAuthProvider) validateIDToken(bad func(string, ...any), hasSecret bool) {
	switch {
	case p.IDTokenAlg == "":
	case !oidcflow.IsAlgorithm(p.IDTokenAlg):
		bad("IDTokenAlg is %q; use a signature algorithm of JWTs such as RS256", p.IDTokenAlg)
	case strings.HasPrefix(p.IDTokenAlg, "HS") && !hasSecret:
		bad("IDTokenAlg %s is verified by the client secret, which is empty; set ClientSecret", p.IDTokenAlg)
	case strings.HasPrefix(p.IDTokenAlg, "HS") && p.ClientSecretFor == nil && len(p.ClientSecret) < minMACKey:
		bad("IDTokenAlg %s is verified by the client secret, which has fewer than %d bytes; let the service sign with RS256 or make a longer secret", p.IDTokenAlg, minMACKey)
	}
}

// validateEndpoints wants every endpoint to be a URL, or an issuer to discover it.
func (p *OAuthProvider) validateEndpoints(bad func(string, ...any), env string) {
	type endpoint struct{ field, value string }
	all := []endpoint{
		{"AuthorizationURL", p.AuthorizationURL}, {"TokenURL", p.TokenURL}, {"UserInfoURL", p.UserInfoURL},
		{"JWKSURL", p.JWKSURL}, {"Issuer", p.Issuer},
	}
	for _, e := range all {
		if e.value == "" {
			continue
		}
		if u, err := url.Parse(e.value); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.Fragment != "" {
			bad("%s is %q; use an absolute https URL", e.field, e.value)
		}
	}
	if p.Issuer != "" {
		return
	}
	if p.OIDC {
		bad("Issuer is empty; set it, or %s_ISSUER for ConfigFromEnv: ID tokens must name it", env)
		return
	}
	for _, e := range all[:3] {
		if e.value == "" && !(e.field == "UserInfoURL" && p.UserInfo != nil) {
			bad("%s and Issuer are both empty; set one of them", e.field)
		}
	}
}
