package ginauth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// The order of the parameters is that of Auth.js; verifier and challenge are those of RFC 7636, appendix B.
func TestAuthorizationURL(t *testing.T) {
	flow := oauthFlow{redirectURI: "https://app.example/auth/callback/x", state: "S", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", nonce: "N"}
	const (
		fixed = "response_type=code&client_id=id&redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fcallback%2Fx"
		bound = "&state=S&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&nonce=N"
	)
	for _, tt := range []struct {
		name     string
		provider OAuthProvider
		endpoint string
		query    string
		want     string
	}{
		{
			name: "discovered, default scope", provider: OAuthProvider{OIDC: true}, endpoint: "https://s.example/a",
			want: "https://s.example/a?" + fixed + bound + "&scope=openid+profile+email",
		},
		{
			name: "discovered, default scope spelled out", endpoint: "https://s.example",
			provider: OAuthProvider{OIDC: true, Scopes: []string{"openid", "profile", "email"}},
			want:     "https://s.example/?" + fixed + bound + "&scope=openid+profile+email",
		},
		{
			name: "discovered, own scope", endpoint: "https://s.example/a",
			provider: OAuthProvider{OIDC: true, Scopes: []string{"openid", "x"}, AuthParams: url.Values{"response_mode": {"form_post"}, "claims": {`{"a":1}`}}},
			query:    "prompt=login",
			want:     "https://s.example/a?" + fixed + "&scope=openid+x&claims=%7B%22a%22%3A1%7D&response_mode=form_post&prompt=login" + bound,
		},
		{
			name: "configured", endpoint: "https://s.example/a?tenant=7#top",
			provider: OAuthProvider{AuthorizationURL: "https://s.example/a?tenant=7#top", Scopes: []string{"read"}, AuthParams: url.Values{"b": {"2"}}},
			query:    "login_hint=%C3%A4+%2B",
			want:     "https://s.example/a?tenant=7&scope=read&b=2&" + fixed + "&login_hint=%C3%A4+%2B" + bound + "#top",
		},
		{
			name: "configured, no scope", endpoint: "https://s.example/a", provider: OAuthProvider{AuthorizationURL: "https://s.example/a"},
			want: "https://s.example/a?" + fixed + bound,
		},
		{
			name: "request chooses scope and further parameters", endpoint: "https://s.example/a", provider: OAuthProvider{OIDC: true},
			query: "scope=openid&a=1&b=2&a=3",
			want:  "https://s.example/a?" + fixed + "&scope=openid&a=3&b=2" + bound,
		},
		{
			name: "request does not choose what binds", endpoint: "https://s.example/a", provider: OAuthProvider{OIDC: true},
			query: "redirect_uri=https://evil.example&client_id=evil&response_type=token&state=x&nonce=x&code_challenge=x&code_challenge_method=plain&request=x&request_uri=x&%73tate=x&prompt=none",
			want:  "https://s.example/a?" + fixed + "&prompt=none" + bound + "&scope=openid+profile+email",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.provider.ID, tt.provider.ClientID = "x", "id"
			got, err := tt.provider.authorizationURL(tt.endpoint, flow, tt.query)
			if err != nil || got != tt.want {
				t.Errorf("%v\n got %s\nwant %s", err, got, tt.want)
			}
		})
	}
	for _, endpoint := range []string{"", "/a", "%"} {
		if got, err := (&OAuthProvider{}).authorizationURL(endpoint, flow, ""); err == nil {
			t.Errorf("endpoint %q gives %s", endpoint, got)
		}
	}
}

func TestOAuthProviderValidate(t *testing.T) {
	valid := OAuthProvider{ID: "my-svc", OIDC: true, Issuer: "https://s.example", ClientID: "id", ClientSecret: "secret"}
	for _, tt := range []struct {
		name   string
		change func(*OAuthProvider)
		// want are parts of the complaints, in order; none means that there is nothing to complain about.
		want []string
	}{
		{"valid", func(*OAuthProvider) {}, nil},
		{"nothing", func(p *OAuthProvider) { *p = OAuthProvider{ID: "my-svc"} }, []string{"AUTH_MY_SVC_ID", "AUTH_MY_SVC_SECRET", "AuthorizationURL", "TokenURL", "UserInfoURL"}},
		{"no issuer", func(p *OAuthProvider) { p.Issuer = "" }, []string{"AUTH_MY_SVC_ISSUER"}},
		{"default issuer", func(p *OAuthProvider) { p.Issuer, p.DefaultIssuer = "", "https://s.example/{client_id}" }, nil},
		{"issuer no URL", func(p *OAuthProvider) { p.Issuer = "s.example" }, []string{`Issuer is "s.example"`}},
		{"public client", func(p *OAuthProvider) { p.ClientSecret, p.TokenAuth = "", TokenAuthNone }, nil},
		{"public client without PKCE", func(p *OAuthProvider) {
			p.ClientSecret, p.TokenAuth, p.PKCEUnsupported = "", TokenAuthNone, true
		}, []string{"PKCEUnsupported"}},
		{"unknown authentication", func(p *OAuthProvider) { p.TokenAuth = "private_key_jwt" }, []string{"private_key_jwt"}},
		{"unknown algorithm", func(p *OAuthProvider) { p.IDTokenAlg = "none" }, []string{"IDTokenAlg"}},
		{"short secret for HS256", func(p *OAuthProvider) { p.IDTokenAlg = "HS256" }, []string{"32 bytes"}},
		{"state by hand", func(p *OAuthProvider) { p.AuthParams = url.Values{"state": {"x"}} }, []string{"AuthParams holds state"}},
		{"implicit flow", func(p *OAuthProvider) { p.AuthParams = url.Values{"response_type": {"id_token"}} }, []string{"response_type"}},
		{"fragment", func(p *OAuthProvider) { p.AuthParams = url.Values{"response_mode": {"fragment"}} }, []string{"fragment"}},
		{"response mode in the URL", func(p *OAuthProvider) { p.AuthorizationURL = "https://s.example/a?response_mode=form_post" }, []string{"move it to AuthParams"}},
		{"proxy no URL", func(p *OAuthProvider) { p.RedirectProxyURL = "fixed" }, []string{"RedirectProxyURL"}},
		{"OAuth with a function for user info", func(p *OAuthProvider) {
			*p = OAuthProvider{ID: "x", ClientID: "id", ClientSecret: "s", AuthorizationURL: "https://s.example/a", TokenURL: "https://s.example/t"}
			p.UserInfoURL = "ftp://s.example"
		}, []string{"UserInfoURL is"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := valid
			tt.change(&p)
			var got []string
			p.validate(func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) })
			if len(got) != len(tt.want) {
				t.Fatalf("complaints %q, want %q", got, tt.want)
			}
			for i, part := range tt.want {
				if !strings.Contains(got[i], part) {
					t.Errorf("complaint %q does not name %q", got[i], part)
				}
			}
		})
	}
}

// Where request headers name the origin, they would decide where an answer with a code is passed on.
func TestRedirectProxyNeedsABaseURL(t *testing.T) {
	provider := func(proxy string) *OAuthProvider {
		return &OAuthProvider{ID: "svc", OIDC: true, Issuer: "https://login.example.net", ClientID: "id", ClientSecret: "secret", RedirectProxyURL: proxy}
	}
	const proxy = "https://app.example.com/auth"
	for _, tt := range []struct {
		name, baseURL, proxy string
		refused              bool
	}{
		{"trusting the host", "", proxy, true},
		{"trusting the host without a proxy", "", "", false},
		{"with a base URL", "https://app.example.com", proxy, false},
		{"a form that is POSTed", "", "form", true},
	} {
		p := provider(tt.proxy)
		if tt.proxy == "form" {
			p.RedirectProxyURL, p.AuthParams = proxy, url.Values{"response_mode": {"form_post"}}
		}
		_, err := Register(gin.New(), Config{
			BaseURL: tt.baseURL, TrustHost: tt.baseURL == "", Secret: "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL", Session: SessionConfig{Strategy: StrategyJWT}, Providers: []Provider{p},
		})
		if (err != nil) != tt.refused {
			t.Errorf("%s: %v", tt.name, err)
		}
		for _, text := range []string{"RedirectProxyURL", "TrustHost", "set BaseURL"} {
			if tt.refused && (!errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), text)) {
				t.Errorf("%s: %v; want an ErrConfig that names %s", tt.name, err, text)
			}
		}
	}
}

// The environment alone makes the same mistake, and is told so.
func TestRedirectProxyOfTheEnvironmentNeedsABaseURL(t *testing.T) {
	t.Setenv("AUTH_URL", "")
	t.Setenv("AUTH_SECRET", "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL")
	t.Setenv("AUTH_TRUST_HOST", "true")
	t.Setenv("AUTH_REDIRECT_PROXY_URL", "https://app.example.com/auth")
	cfg, err := ConfigFromEnv(&OAuthProvider{ID: "svc", OIDC: true, Issuer: "https://login.example.net", ClientID: "id", ClientSecret: "secret"})
	cfg.Session.Strategy = StrategyJWT
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Register(gin.New(), cfg); err == nil || !strings.Contains(err.Error(), "AUTH_REDIRECT_PROXY_URL") {
		t.Errorf("error %v", err)
	}
}
