package ginauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/go-jose/go-jose/v4"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const (
	issuerURL     = "https://login.example.net"
	serviceID     = "client-1"
	serviceSecret = "s3cret!*'()~ % and long enough for HS256"
)

// service is an OpenID provider without a network. What a test sets makes it misbehave.
type service struct {
	tb         testing.TB
	key, other *ecdsa.PrivateKey

	mu sync.Mutex
	// codes are what was agreed to by code.
	codes map[string]grant
	// discovery, token, userInfo change an answer before it is sent; claims the ID token's.
	discovery, token, userInfo, claims func(map[string]any)
	// broken is the path that answers 500, moved the one that redirects to another host.
	broken, moved string
	// forged signs ID tokens with a key that is not published.
	forged bool
	// alg signs ID tokens with the client secret when it is HS256.
	alg string
	// calls counts requests by path.
	calls map[string]int
	// tokenRequests are the headers and bodies that the token endpoint got.
	tokenRequests []tokenRequest
}

type grant struct {
	query url.Values
	sub   string
}

type tokenRequest struct {
	header http.Header
	form   url.Values
}

func newService(tb testing.TB) *service {
	tb.Helper()
	s := &service{tb: tb, codes: map[string]grant{}, calls: map[string]int{}, alg: "ES256"}
	for _, key := range []**ecdsa.PrivateKey{&s.key, &s.other} {
		var err error
		if *key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

func (s *service) client() *http.Client { return &http.Client{Transport: testclient.Handler(s)} }

// oidc is a provider at the service; functions change it.
func (s *service) oidc(id string, change ...func(*ginauth.OAuthProvider)) *ginauth.OAuthProvider {
	p := &ginauth.OAuthProvider{
		ID: id, Name: id, OIDC: true, Issuer: issuerURL, ClientID: serviceID, ClientSecret: serviceSecret,
		Nonce: true, HTTPClient: s.client(),
	}
	for _, f := range change {
		f(p)
	}
	return p
}

// oauth is a provider at the service that knows nothing of OpenID Connect.
func (s *service) oauth(id string, change ...func(*ginauth.OAuthProvider)) *ginauth.OAuthProvider {
	p := &ginauth.OAuthProvider{
		ID: id, Name: id, ClientID: serviceID, ClientSecret: serviceSecret, Scopes: []string{"profile"},
		AuthorizationURL: issuerURL + "/authorize", TokenURL: issuerURL + "/token", UserInfoURL: issuerURL + "/userinfo",
		HTTPClient: s.client(),
	}
	for _, f := range change {
		f(p)
	}
	return p
}

// consent is the person's part: it opens the authorization URL as sub, and gives the query of the
// answer.
func (s *service) consent(authorizationURL, sub string) url.Values {
	s.tb.Helper()
	u, err := url.Parse(authorizationURL)
	if err != nil || u.Scheme+"://"+u.Host+u.Path != issuerURL+"/authorize" {
		s.tb.Fatalf("not sent to the authorization endpoint: %q", authorizationURL)
	}
	code := rand.Text()
	s.mu.Lock()
	s.codes[code] = grant{query: u.Query(), sub: sub}
	s.mu.Unlock()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}}
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[r.URL.Path]++
	if r.URL.Path == s.broken {
		http.Error(w, "boom", http.StatusInternalServerError)
		return
	}
	if r.URL.Path == s.moved {
		http.Redirect(w, r, "https://evil.example/collect", http.StatusTemporaryRedirect)
		return
	}
	switch r.URL.Path {
	case "/collect":
		s.tb.Errorf("%s of %s followed the redirect", r.Method, s.moved)
	case "/.well-known/openid-configuration":
		s.answer(w, s.discovery, map[string]any{
			"issuer": issuerURL, "authorization_endpoint": issuerURL + "/authorize", "token_endpoint": issuerURL + "/token",
			"userinfo_endpoint": issuerURL + "/userinfo", "jwks_uri": issuerURL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
		})
	case "/keys":
		s.answer(w, nil, map[string]any{"keys": []jose.JSONWebKey{{Key: s.key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	case "/token":
		s.serveToken(w, r)
	case "/userinfo":
		sub, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer at-")
		if !ok {
			http.Error(w, "{}", http.StatusUnauthorized)
			return
		}
		s.answer(w, s.userInfo, person(sub))
	default:
		http.NotFound(w, r)
	}
}

func person(sub string) map[string]any {
	return map[string]any{"sub": sub, "name": "Name " + sub, "email": sub + "@Example.NET", "picture": issuerURL + "/" + sub + ".png"}
}

func (s *service) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.tb.Error(err)
	}
	s.tokenRequests = append(s.tokenRequests, tokenRequest{r.Header.Clone(), r.PostForm})
	code := r.PostForm.Get("code")
	g, ok := s.codes[code]
	delete(s.codes, code)
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	pkce := base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || g.query.Get("redirect_uri") != r.PostForm.Get("redirect_uri") || g.query.Has("code_challenge") && g.query.Get("code_challenge") != pkce {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	claims := person(g.sub)
	now := time.Now().Unix()
	claims["iss"], claims["aud"], claims["iat"], claims["exp"] = issuerURL, serviceID, now, now+300
	if nonce := g.query.Get("nonce"); nonce != "" {
		claims["nonce"] = nonce
	}
	if s.claims != nil {
		s.claims(claims)
	}
	s.answer(w, s.token, map[string]any{
		"access_token": "at-" + g.sub, "refresh_token": "rt-1", "token_type": "Bearer", "expires_in": 3600,
		"scope": g.query.Get("scope"), "session_state": "ss-1", "id_token": s.sign(claims),
	})
}

func (s *service) sign(claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		s.tb.Error(err)
	}
	if s.alg == "HS256" {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(serviceSecret)}, nil)
		if err != nil {
			s.tb.Error(err)
			return ""
		}
		jws, err := signer.Sign(text)
		if err != nil {
			s.tb.Error(err)
			return ""
		}
		token, _ := jws.CompactSerialize()
		return token
	}
	key := s.key
	if s.forged {
		key = s.other
	}
	return oidctest.SignIDToken(key, "k1", "ES256", string(text))
}

func (s *service) answer(w http.ResponseWriter, change func(map[string]any), v map[string]any) {
	if change != nil {
		change(v)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.tb.Error(err)
	}
}

func with(providers ...ginauth.Provider) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Providers = append(c.Providers, providers...) }
}

// start asks for a sign-in and gives the authorization URL.
func start(c *testclient.Client, id string) string {
	c.TB.Helper()
	a := c.Post("/signin/"+id, map[string]string{"csrfToken": c.CSRF(), "callbackUrl": "/after"})
	if a.ErrorCode() != "" {
		c.TB.Fatalf("POST /signin/%s: %d %s", id, a.Status, a.Body)
	}
	return a.URL()
}

// finish brings the service's answer, as browsers do: a navigation from another site.
func finish(c *testclient.Client, id string, answer url.Values) testclient.Answer {
	c.TB.Helper()
	return c.Get("/callback/"+id+"?"+answer.Encode(), "Sec-Fetch-Site", "cross-site", "X-Auth-Return-Redirect", "")
}

// signInWith does the whole of an OAuth sign-in as sub.
func (s *service) signInWith(c *testclient.Client, id, sub string) testclient.Answer {
	c.TB.Helper()
	return finish(c, id, s.consent(start(c, id), sub))
}
