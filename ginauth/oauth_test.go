package ginauth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
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
		{name: "signature of another key", upset: func(s *service) { s.forged = true }},
		{name: "signed with the client secret", upset: func(s *service) { s.alg = "HS256" }},
		{name: "ID token missing", upset: token("id_token", nil)},
		{name: "ID token garbage", upset: token("id_token", "a.b.c")},
		{name: "access token missing", upset: token("access_token", nil)},
		{name: "token error in a good answer", upset: token("error", "invalid_grant")},
		{name: "token answer too long", upset: token("padding", strings.Repeat("x", 1<<20))},
		{name: "token endpoint broken", upset: func(s *service) { s.broken = "/token" }},
		{name: "token endpoint redirects", upset: func(s *service) { s.moved = "/token" }},
		{name: "keys elsewhere", upset: func(s *service) { s.moved = "/keys" }},
		{name: "keys not to be had", upset: func(s *service) { s.broken = "/keys" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			if tt.upset != nil {
				tt.upset(svc)
			}
			s := newSite(t, with(svc.oidc("svc")))
			c := s.browser(t)
			answer := svc.consent(start(c, "svc"), "ann")
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

func TestOAuthLinking(t *testing.T) {
	svc := newService(t)
	svc.claims = func(c map[string]any) { c["email_verified"] = true }
	trusting := func(p *ginauth.OAuthProvider) { p.DangerouslyLinkByEmail = true }
	s := newSite(t, with(svc.oidc("one"), svc.oidc("two"), svc.oidc("trusted", trusting)))

	c := s.browser(t)
	svc.signInWith(c, "one", "ann")
	before := c.Cookie(sessionCookie)
	if a := svc.signInWith(c, "two", "annie"); a.ErrorCode() != "" {
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
		if a.ErrorCode() != tt.code || c.Email() != tt.email {
			t.Errorf("%s at %s: %s, signed in as %q", tt.sub, tt.provider, a.URL(), c.Email())
		}
	}
	// Bob's account stays Bob's, whoever is signed in.
	if a := svc.signInWith(c, "one", "bob"); a.ErrorCode() != "OAuthAccountNotLinked" {
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
