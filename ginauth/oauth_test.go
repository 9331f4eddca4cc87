package ginauth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const (
	stateCookie = "__Secure-authjs.state"
	pkceCookie  = "__Secure-authjs.pkce.code_verifier"
	nonceCookie = "__Secure-authjs.nonce"
)

func TestOAuthSignsUpAndIn(t *testing.T) {
	for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
		t.Run(string(kind), func(t *testing.T) {
			svc := newService(t)
			p := svc.oidc("svc")
			if kind == ginauth.KindOAuth {
				p = svc.oauth("svc")
			}
			s := newSite(t, with(p))
			c := s.browser(t)
			a := svc.signInWith(c, "svc", "ann")
			if a.Status != http.StatusFound || a.URL() != siteOrigin+"/after" {
				t.Fatalf("callback: %d %s", a.Status, a.URL())
			}
			if got := c.Email(); got != "ann@example.net" {
				t.Errorf("signed in as %q", got)
			}
			tables := s.Dump()
			if len(tables.Users) != 1 || len(tables.Accounts) != 1 {
				t.Fatalf("%d users and %d accounts", len(tables.Users), len(tables.Accounts))
			}
			if u := tables.Users[0]; u.Name != "Name ann" || u.Image != issuerURL+"/ann.png" || !u.EmailVerified.IsZero() {
				t.Errorf("user %+v", u)
			}
			row := tables.Accounts[0]
			if row.IDToken == "" || row.ExpiresAt < time.Now().Add(59*time.Minute).Unix() || row.ExpiresAt > time.Now().Add(61*time.Minute).Unix() {
				t.Errorf("account has ID token %q and expires at %d", row.IDToken, row.ExpiresAt)
			}
			row.IDToken, row.ExpiresAt = "", 0
			scope := map[ginauth.Kind]string{ginauth.KindOIDC: "openid profile email", ginauth.KindOAuth: "profile"}[kind]
			want := ginauth.Account{
				UserID: tables.Users[0].ID, Type: kind, Provider: "svc", ProviderAccountID: "ann",
				RefreshToken: "rt-1", AccessToken: "at-ann", TokenType: "bearer", Scope: scope, SessionState: "ss-1",
			}
			if row != want {
				t.Errorf("account %+v, want %+v", row, want)
			}
			// The second time it is the same person, from another browser.
			other := s.browser(t)
			svc.signInWith(other, "svc", "ann")
			if tables := s.Dump(); other.Email() != "ann@example.net" || len(tables.Users) != 1 || len(tables.Accounts) != 1 {
				t.Errorf("second sign-in as %q: %d users, %d accounts", other.Email(), len(tables.Users), len(tables.Accounts))
			}
		})
	}
}

func TestOAuthWithoutAdapter(t *testing.T) {
	svc := newService(t)
	s := newSite(t, func(c *ginauth.Config) {
		c.Adapter, c.Session.Strategy, c.Providers = nil, ginauth.StrategyJWT, []ginauth.Provider{svc.oidc("svc")}
	})
	c := s.browser(t)
	svc.signInWith(c, "svc", "ann")
	if got := c.Email(); got != "ann@example.net" {
		t.Errorf("signed in as %q", got)
	}
}

// Everything that a service, or somebody who pretends to be one, can get wrong.
func TestOAuthRefuses(t *testing.T) {
	claim := func(name string, v any) func(*service) {
		return func(s *service) {
			s.claims = func(c map[string]any) {
				if c[name] = v; v == nil {
					delete(c, name)
				}
			}
		}
	}
	token := func(name string, v any) func(*service) {
		return func(s *service) {
			s.token = func(a map[string]any) {
				if a[name] = v; v == nil {
					delete(a, name)
				}
			}
		}
	}
	set := func(name, v string) func(url.Values) {
		return func(q url.Values) {
			if q.Set(name, v); v == "" {
				q.Del(name)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		upset  func(*service)
		answer func(url.Values)
		code   string
	}{
		{name: "denied", answer: func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, code: "OAuthCallbackError"},
		{name: "denied with another state", answer: func(q url.Values) { q.Set("state", "x"); q.Set("error", "access_denied") }},
		{name: "state wrong", answer: set("state", "tampered")},
		{name: "state missing", answer: set("state", "")},
		{name: "code missing", answer: set("code", "")},
		{name: "code unknown", answer: set("code", "x")},
		{name: "issuer of another service", answer: set("iss", "https://other.example.net")},
		{name: "ID token in the front channel", answer: set("id_token", "x")},
		{name: "response in the front channel", answer: set("response", "x")},
		{name: "nonce wrong", upset: claim("nonce", "wrong")},
		{name: "nonce missing", upset: claim("nonce", nil)},
		{name: "audience wrong", upset: claim("aud", "someone-else")},
		{name: "audiences without azp", upset: claim("aud", []string{serviceID, "someone-else"})},
		{name: "issuer wrong", upset: claim("iss", "https://other.example.net")},
		{name: "expired", upset: claim("exp", time.Now().Add(-time.Minute).Unix())},
		{name: "not yet valid", upset: claim("nbf", time.Now().Add(time.Hour).Unix())},
		{name: "issued at no time", upset: claim("iat", nil)},
		{name: "subject missing", upset: claim("sub", nil)},
		{name: "subject with a control character", upset: claim("sub", "a\x00b")},
		{name: "address with a line break", upset: claim("email", "a@example.net\nBcc: b@example.net")},
		{name: "signature of another key", upset: func(s *service) { s.forged = true }},
		{name: "signed with the client secret", upset: func(s *service) { s.alg = "HS256" }},
		{name: "ID token missing", upset: token("id_token", nil)},
		{name: "ID token garbage", upset: token("id_token", "a.b.c")},
		{name: "access token missing", upset: token("access_token", nil)},
		{name: "token error in a good answer", upset: token("error", "invalid_grant")},
		{name: "token answer too long", upset: token("padding", strings.Repeat("x", 1<<20))},
		{name: "token endpoint broken", upset: func(s *service) { s.broken = "/token" }},
		{name: "keys not to be had", upset: func(s *service) { s.broken = "/keys" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			if tt.upset != nil {
				tt.upset(svc)
			}
			s := newSite(t, with(svc.oidc("svc")))
			c := s.browser(t)
			answer := svc.consent(start(c, "svc", ""), "ann")
			if tt.answer != nil {
				tt.answer(answer)
			}
			before := written(s)
			a := finish(c, "svc", answer)
			want := siteOrigin + "/auth/error?error=Configuration"
			if tt.code != "" {
				want = siteOrigin + "/auth/signin?error=" + tt.code
			}
			if a.Status != http.StatusFound || a.URL() != want {
				t.Errorf("answer %d %s, want %s", a.Status, a.URL(), want)
			}
			if len(a.Header["Set-Cookie"]) > 0 {
				t.Errorf("cookies on failure: %q", a.Header["Set-Cookie"])
			}
			if c.User() != nil {
				t.Error("somebody is signed in")
			}
			wroteNothing(t, before, written(s))
			for _, secret := range []string{serviceSecret, answer.Get("code"), answer.Get("state"), "at-ann", "rt-1"} {
				if secret != "" && len(secret) > 3 && strings.Contains(s.logs.String(), secret) {
					t.Errorf("%q is in the log: %s", secret, s.logs)
				}
			}
		})
	}
}

func TestOAuthCookies(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oidc("svc")))
	c := s.browser(t)
	csrf := c.CSRF()
	a := c.Post("/signin/svc", map[string]string{"csrfToken": csrf, "callbackUrl": "/after"})
	order := func(a testclient.Answer) (names []string) {
		for _, line := range a.Header["Set-Cookie"] {
			name, _, _ := strings.Cut(line, "=")
			names = append(names, name)
		}
		return names
	}
	if got := strings.Join(order(a), " "); got != strings.Join([]string{callbackCookie, stateCookie, pkceCookie, nonceCookie}, " ") {
		t.Errorf("start sets %s", got)
	}
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		k := a.Cookie(name)
		if !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Expires.IsZero() {
			t.Errorf("cookie %+v", k)
		}
		if wantAge := map[bool]int{true: 0, false: 900}[name == nonceCookie]; k.MaxAge != wantAge {
			t.Errorf("%s has Max-Age %d", name, k.MaxAge)
		}
	}
	a = finish(c, "svc", svc.consent(a.URL(), "ann"))
	if got := strings.Join(order(a), " "); got != strings.Join([]string{stateCookie, pkceCookie, nonceCookie, sessionCookie}, " ") {
		t.Errorf("callback sets %s", got)
	}
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		if c.Cookie(name) != "" {
			t.Errorf("%s is still there", name)
		}
	}
}

// A flow is finished where it was begun: by the same browser, session and provider, once.
func TestOAuthFlowIsBound(t *testing.T) {
	svc := newService(t)
	setUp := func(t *testing.T) (*site, *testclient.Client) {
		s := newSite(t, with(svc.oidc("svc"), svc.oidc("svc2")))
		return s, s.browser(t)
	}
	refusedAs := func(t *testing.T, s *site, a testclient.Answer, accounts int) {
		t.Helper()
		if a.Error() != "Configuration" {
			t.Errorf("answer %d %s", a.Status, a.URL())
		}
		if got := len(s.Dump().Accounts); got != accounts {
			t.Errorf("%d accounts, want %d", got, accounts)
		}
	}
	t.Run("another browser", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc", ""), "ann")
		refusedAs(t, s, finish(s.browser(t), "svc", answer), 0)
	})
	t.Run("another provider", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc", ""), "ann")
		refusedAs(t, s, finish(c, "svc2", answer), 0)
	})
	t.Run("PKCE of another flow", func(t *testing.T) {
		s, c := setUp(t)
		start(c, "svc", "")
		old := c.Cookie(pkceCookie)
		answer := svc.consent(start(c, "svc", ""), "ann")
		c.SetCookie(pkceCookie, old)
		refusedAs(t, s, finish(c, "svc", answer), 0)
	})
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		t.Run("without "+name, func(t *testing.T) {
			s, c := setUp(t)
			answer := svc.consent(start(c, "svc", ""), "ann")
			c.DropCookie(name)
			refusedAs(t, s, finish(c, "svc", answer), 0)
		})
		t.Run("garbage in "+name, func(t *testing.T) {
			s, c := setUp(t)
			answer := svc.consent(start(c, "svc", ""), "ann")
			c.SetCookie(name, "garbage")
			refusedAs(t, s, finish(c, "svc", answer), 0)
		})
	}
	t.Run("signed in since", func(t *testing.T) {
		s, c := setUp(t)
		other := c.Clone()
		answer := svc.consent(start(c, "svc", ""), "ann")
		svc.signInWith(other, "svc", "bob")
		c.SetCookie(sessionCookie, other.Cookie(sessionCookie))
		refusedAs(t, s, finish(c, "svc", answer), 1)
	})
	t.Run("signed out since", func(t *testing.T) {
		s, c := setUp(t)
		svc.signInWith(c, "svc", "bob")
		answer := svc.consent(start(c, "svc2", ""), "ann")
		c.DropCookie(sessionCookie)
		refusedAs(t, s, finish(c, "svc2", answer), 1)
	})
	t.Run("signed in as another since", func(t *testing.T) {
		s, c := setUp(t)
		other := s.browser(t)
		svc.signInWith(other, "svc", "carl")
		svc.signInWith(c, "svc", "bob")
		answer := svc.consent(start(c, "svc2", ""), "ann")
		c.SetCookie(sessionCookie, other.Cookie(sessionCookie))
		refusedAs(t, s, finish(c, "svc2", answer), 2)
	})
	t.Run("replay", func(t *testing.T) {
		s, c := setUp(t)
		answer := svc.consent(start(c, "svc", ""), "ann")
		again := c.Clone()
		finish(c, "svc", answer)
		// Another code, so that it is not the service which refuses.
		more := svc.consent(issuerURL+"/authorize?redirect_uri="+url.QueryEscape(siteOrigin+"/auth/callback/svc"), "mallory")
		answer.Set("code", more.Get("code"))
		refusedAs(t, s, finish(again, "svc", answer), 1)
		if !strings.Contains(s.logs.String(), "was used") {
			t.Errorf("refused for another reason: %s", s.logs)
		}
	})
}

func TestOAuthFlowExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := newService(t)
		s := newSite(t, with(svc.oidc("svc")))
		for _, tt := range []struct {
			wait time.Duration
			code string
		}{{14 * time.Minute, ""}, {15 * time.Minute, "Configuration"}} {
			c := s.browser(t)
			// The jar drops the cookies when they expire; what is inside has to expire as well.
			answer := svc.consent(start(c, "svc", ""), "ann")
			kept := map[string]string{}
			for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
				kept[name] = c.Cookie(name)
			}
			time.Sleep(tt.wait)
			for name, value := range kept {
				c.SetCookie(name, value)
			}
			if a := finish(c, "svc", answer); a.Error() != tt.code {
				t.Errorf("after %s: %s", tt.wait, a.URL())
			}
		}
	})
}

func TestOAuthLinking(t *testing.T) {
	svc := newService(t)
	trusting := func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true }
	s := newSite(t, with(svc.oidc("one"), svc.oidc("two"), svc.oidc("trusted", trusting)))

	c := s.browser(t)
	svc.signInWith(c, "one", "ann")
	before := c.Cookie(sessionCookie)
	if a := svc.signInWith(c, "two", "annie"); a.Error() != "" {
		t.Fatalf("linking: %s", a.URL())
	}
	if got := c.Email(); got != "ann@example.net" || c.Cookie(sessionCookie) == before {
		t.Errorf("signed in as %q, session token changed: %t", got, c.Cookie(sessionCookie) != before)
	}
	if tables := s.Dump(); len(tables.Users) != 1 || len(tables.Accounts) != 2 || len(tables.Sessions) != 1 {
		t.Errorf("%d users, %d accounts, %d sessions", len(tables.Users), len(tables.Accounts), len(tables.Sessions))
	}
	for _, tt := range []struct{ provider, sub, code, email string }{
		{"two", "ann", "OAuthAccountNotLinked", ""},             // the address is somebody's
		{"trusted", "ann", "", "ann@example.net"},               // the application trusts this service
		{"two", "annie", "", "ann@example.net"},                 // linked above
		{"one", "bob", "", "bob@example.net"},                   // somebody else
		{"trusted", "nobody-yet", "", "nobody-yet@example.net"}, // trusted, but new
	} {
		c := s.browser(t)
		a := svc.signInWith(c, tt.provider, tt.sub)
		if a.Error() != tt.code || c.Email() != tt.email {
			t.Errorf("%s at %s: %s, signed in as %q", tt.sub, tt.provider, a.URL(), c.Email())
		}
	}
	// Bob's account stays Bob's, whoever is signed in.
	if a := svc.signInWith(c, "one", "bob"); a.Error() != "OAuthAccountNotLinked" {
		t.Errorf("taking over an account: %s", a.URL())
	}
}

func TestOAuthGate(t *testing.T) {
	svc := newService(t)
	var asked []ginauth.SignInParams
	answer := ginauth.Deny()
	var failure error
	s := newSite(t, with(svc.oidc("svc")), func(c *ginauth.Config) {
		c.Callbacks.SignIn = func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
			asked = append(asked, p)
			return answer, failure
		}
	})
	for _, tt := range []struct {
		name   string
		answer ginauth.Decision
		err    error
		url    string
	}{
		{"denied", ginauth.Deny(), nil, siteOrigin + "/auth/error?error=AccessDenied"},
		{"failed", ginauth.Allow(), errors.New("policy engine down"), siteOrigin + "/auth/error?error=AccessDenied"},
		{"sent elsewhere", ginauth.RedirectTo("/waiting-list"), nil, siteOrigin + "/waiting-list"},
		{"sent to another site", ginauth.RedirectTo("https://evil.example/"), nil, siteOrigin},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, failure = tt.answer, tt.err
			before := written(s)
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); a.URL() != tt.url {
				t.Errorf("answer %s", a.URL())
			}
			if c.User() != nil {
				t.Error("somebody is signed in")
			}
			wroteNothing(t, before, written(s))
		})
	}
	answer, failure = ginauth.Allow(), nil
	svc.signInWith(s.browser(t), "svc", "ann")
	svc.signInWith(s.browser(t), "svc", "ann")
	first, second := asked[len(asked)-2], asked[len(asked)-1]
	if first.Profile["sub"] != "ann" || first.Account.ProviderAccountID != "ann" || first.Account.AccessToken != "at-ann" {
		t.Errorf("the gate saw %+v", first)
	}
	if stored := s.Dump().Users[0].ID; second.User.ID != stored || second.Account.UserID != stored {
		t.Errorf("the gate saw user %q and account of %q, not the stored %q", second.User.ID, second.Account.UserID, stored)
	}
}

func TestOAuthAuthenticatesTheClient(t *testing.T) {
	const basicPair = "client-1:s3cret!*'()~+%25+and+long+enough+for+HS256"
	for _, tt := range []struct {
		name   string
		change func(*ginauth.OAuthProvider)
		header string
		form   map[string]string
	}{
		{"basic", func(*ginauth.OAuthProvider) {}, basicPair, map[string]string{"client_id": "", "client_secret": ""}},
		{"post", func(p *ginauth.OAuthProvider) { p.TokenAuth = ginauth.TokenAuthPost }, "", map[string]string{"client_id": serviceID, "client_secret": serviceSecret}},
		{"public", func(p *ginauth.OAuthProvider) { p.TokenAuth, p.ClientSecret = ginauth.TokenAuthNone, "" }, "", map[string]string{"client_id": serviceID, "client_secret": ""}},
		{"secret made per sign-in", func(p *ginauth.OAuthProvider) {
			p.ClientSecret, p.TokenAuth = "", ginauth.TokenAuthPost
			p.ClientSecretFor = func(context.Context) (string, error) { return "fresh", nil }
		}, "", map[string]string{"client_secret": "fresh"}},
		{"further parameters", func(p *ginauth.OAuthProvider) { p.TokenParams = url.Values{"appid": {"{client_id}"}} }, basicPair, map[string]string{"appid": serviceID}},
		{"without PKCE", func(p *ginauth.OAuthProvider) { p.PKCEUnsupported = true }, basicPair, map[string]string{"code_verifier": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			s := newSite(t, with(svc.oidc("svc", tt.change)))
			if a := svc.signInWith(s.browser(t), "svc", "ann"); a.Error() != "" {
				t.Fatalf("sign-in: %s %s", a.URL(), s.logs)
			}
			sent := svc.tokenRequests[0]
			want := ""
			if tt.header != "" {
				want = "Basic " + base64.StdEncoding.EncodeToString([]byte(tt.header))
			}
			if got := sent.header.Get("Authorization"); got != want {
				t.Errorf("Authorization %q, want %q", got, want)
			}
			for name, value := range tt.form {
				if sent.form.Get(name) != value {
					t.Errorf("%s is %q, want %q", name, sent.form.Get(name), value)
				}
			}
		})
	}
}

func TestOAuthServiceQuirks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		upset  func(*service)
		change func(*ginauth.OAuthProvider)
		code   string
	}{
		{
			name:   "ID token signed with the client secret",
			upset:  func(s *service) { s.alg = "HS256" },
			change: func(p *ginauth.OAuthProvider) { p.IDTokenAlg = "HS256" },
		},
		{
			name:   "ID token of another algorithm than the one asked for",
			change: func(p *ginauth.OAuthProvider) { p.IDTokenAlg = "HS256" },
			code:   "Configuration",
		},
		{
			name:   "profile from user info",
			change: func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true },
		},
		{
			name:   "user info of somebody else",
			upset:  func(s *service) { s.userInfo = func(c map[string]any) { c["sub"] = "mallory" } },
			change: func(p *ginauth.OAuthProvider) { p.UserInfoAlways = true },
			code:   "Configuration",
		},
		{
			name: "issuer per tenant",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["issuer"] = issuerURL + "/{tenant}" }
				s.claims = func(c map[string]any) { c["iss"], c["tid"] = issuerURL+"/t1", "t1" }
			},
			change: func(p *ginauth.OAuthProvider) {
				p.TokenIssuer = func(_, discovered string, claims map[string]any) (string, error) {
					tid, _ := claims["tid"].(string)
					return strings.Replace(discovered, "{tenant}", tid, 1), nil
				}
			},
		},
		{
			name:  "issuer of another tenant",
			upset: func(s *service) { s.claims = func(c map[string]any) { c["iss"] = issuerURL + "/t2" } },
			change: func(p *ginauth.OAuthProvider) {
				p.TokenIssuer = func(string, string, map[string]any) (string, error) { return issuerURL + "/t1", nil }
			},
			code: "Configuration",
		},
		{
			name: "several audiences, issued to us",
			upset: func(s *service) {
				s.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"x", serviceID}, serviceID }
			},
		},
		{
			name: "clock a little ahead of the service's",
			upset: func(s *service) {
				s.claims = func(c map[string]any) { c["exp"] = time.Now().Add(-20 * time.Second).Unix() }
			},
		},
		{
			name: "discovered issuer with a slash at its end",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["issuer"] = issuerURL + "/" }
				s.claims = func(c map[string]any) { c["iss"] = issuerURL + "/" }
			},
		},
		{
			name: "token answer to repair",
			upset: func(s *service) {
				s.token = func(a map[string]any) { a["token"], _ = a["access_token"], 0; delete(a, "access_token") }
			},
			change: func(p *ginauth.OAuthProvider) {
				p.AdjustToken = func(b []byte) ([]byte, error) {
					return []byte(strings.Replace(string(b), `"token"`, `"access_token"`, 1)), nil
				}
			},
		},
		{
			name:  "endpoints and keys configured, nothing to discover",
			upset: func(s *service) { s.broken = "/.well-known/openid-configuration" },
			change: func(p *ginauth.OAuthProvider) {
				p.AuthorizationURL, p.TokenURL, p.JWKSURL = "{issuer}/authorize", "{issuer}/token", "{issuer}/keys"
				p.IDTokenAlg = "ES256"
			},
		},
		{
			name: "iss in the answer promised and missing",
			upset: func(s *service) {
				s.discovery = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
			},
			code: "Configuration",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			if tt.upset != nil {
				tt.upset(svc)
			}
			change := tt.change
			if change == nil {
				change = func(*ginauth.OAuthProvider) {}
			}
			s := newSite(t, with(svc.oidc("svc", change)))
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); a.Error() != tt.code {
				t.Errorf("answer %s, want code %q: %s", a.URL(), tt.code, s.logs)
			}
			if (c.User() != nil) != (tt.code == "") {
				t.Errorf("signed in as %v", c.User())
			}
		})
	}
}

// Discovery is done once, and again after it failed.
func TestOAuthDiscovery(t *testing.T) {
	const document = "/.well-known/openid-configuration"
	svc := newService(t)
	svc.broken = document
	s := newSite(t, with(svc.oidc("svc")))
	c := s.browser(t)
	if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.Error() != "Configuration" {
		t.Errorf("with the service down: %s", a.URL())
	}
	svc.broken = ""
	for range 3 {
		svc.signInWith(s.browser(t), "svc", "ann")
	}
	if got := svc.calls[document]; got != 2 {
		t.Errorf("%d requests for the document, want 2", got)
	}
	t.Run("wrong issuer", func(t *testing.T) {
		svc := newService(t)
		svc.discovery = func(d map[string]any) { d["issuer"] = "https://other.example.net" }
		c := newSite(t, with(svc.oidc("svc"))).browser(t)
		if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.Error() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
	})
	t.Run("endpoint without TLS", func(t *testing.T) {
		svc := newService(t)
		svc.discovery = func(d map[string]any) { d["token_endpoint"] = "http://login.example.net/token" }
		c := newSite(t, with(svc.oidc("svc"))).browser(t)
		if a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF()}); a.Error() != "Configuration" {
			t.Errorf("answer %s", a.URL())
		}
	})
}

// A service that POSTs its answer: the session's cookie and the callback URL's stay at home.
func TestOAuthFormPost(t *testing.T) {
	svc := newService(t)
	post := func(p *ginauth.OAuthProvider) {
		p.AuthParams = url.Values{"response_mode": {"form_post"}}
		p.Profile = func(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
			return ginauth.ProfileUser{ID: p.Claims["sub"].(string), Name: p.Form["user"]}, nil
		}
	}
	s := newSite(t, with(svc.oidc("svc", post)))
	c := s.browser(t)
	a := c.Post("/signin/svc", map[string]string{"csrfToken": c.CSRF(), "callbackUrl": "/after"})
	for _, name := range []string{stateCookie, pkceCookie, nonceCookie} {
		if k := a.Cookie(name); k == nil || k.SameSite != http.SameSiteNoneMode || !k.Secure {
			t.Errorf("cookie %+v", k)
		}
	}
	answer := svc.consent(a.URL(), "ann")
	for _, name := range []string{callbackCookie, csrfCookie, sessionCookie} {
		c.DropCookie(name)
	}
	fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state"), "user": "Ann Example"}
	a = c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL, "X-Auth-Return-Redirect", "")
	if a.Status != http.StatusFound || a.URL() != siteOrigin+"/after" {
		t.Errorf("answer %d %s %s", a.Status, a.URL(), s.logs)
	}
	if got := c.User()["name"]; got != "Ann Example" {
		t.Errorf("name %v", got)
	}
}

// A preview deployment signs people in through the fixed deployment that the service knows.
func TestOAuthRedirectProxy(t *testing.T) {
	const previewOrigin = "https://pr-7.preview.example.com"
	svc := newService(t)
	proxied := func(p *ginauth.OAuthProvider) { p.RedirectProxyURL = siteOrigin + "/auth" }
	fixed := newSite(t, with(svc.oidc("svc", proxied)))
	preview := newSite(t, with(svc.oidc("svc", proxied)), func(c *ginauth.Config) { c.BaseURL = previewOrigin })
	c := testclient.New(t, preview.engine, previewOrigin)

	target := start(c, "svc", "")
	if u, _ := url.Parse(target); u.Query().Get("redirect_uri") != siteOrigin+"/auth/callback/svc" {
		t.Fatalf("redirect_uri of %s", target)
	}
	answer := svc.consent(target, "ann")
	answer.Set("iss", issuerURL)
	a := finish(fixed.browser(t), "svc", answer)
	back, err := url.Parse(a.URL())
	if err != nil || back.Scheme+"://"+back.Host+back.Path != previewOrigin+"/auth/callback/svc" || back.RawQuery == "" {
		t.Fatalf("handed on to %s", a.URL())
	}
	if a := finish(c, "svc", back.Query()); a.Error() != "" || c.Email() != "ann@example.net" {
		t.Errorf("answer %s, signed in as %q: %s", a.URL(), c.Email(), preview.logs)
	}
	// The fixed deployment signs in for itself as ever, and hands on nothing that it did not seal.
	own := fixed.browser(t)
	if a := svc.signInWith(own, "svc", "bob"); a.Error() != "" || own.Email() != "bob@example.net" {
		t.Errorf("its own sign-in: %s", a.URL())
	}
	stranger := newSite(t, with(svc.oidc("svc", proxied)), func(c *ginauth.Config) {
		c.BaseURL, c.Secret = "https://evil.example", "Zz7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"
	})
	forged := svc.consent(start(testclient.New(t, stranger.engine, "https://evil.example"), "svc", ""), "eve")
	if a := finish(fixed.browser(t), "svc", forged); a.Error() != "Configuration" {
		t.Errorf("handed on for a stranger to %s", a.URL())
	}
}

func TestOAuthUserInfoFunction(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oauth("svc", func(p *ginauth.OAuthProvider) {
		p.UserInfoURL = ""
		p.UserInfo = func(_ context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
			r, _ := http.NewRequest(http.MethodGet, issuerURL+"/userinfo", nil)
			token.SetAuthHeader(r)
			res, err := client.Do(r)
			if err != nil {
				return nil, err
			}
			return map[string]any{"id": "7", "nickname": "Seven"}, res.Body.Close()
		}
	})))
	c := s.browser(t)
	svc.signInWith(c, "svc", "ann")
	if got := c.User()["name"]; got != "Seven" || s.Dump().Accounts[0].ProviderAccountID != "7" {
		t.Errorf("signed in as %v, accounts %+v", got, s.Dump().Accounts)
	}
}
