package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

func codec(t *testing.T, v4 bool) *jwt.Codec {
	t.Helper()
	newCodec := jwt.New
	if v4 {
		newCodec = jwt.NewV4
	}
	c, err := newCodec([]string{siteSecret}, jwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A token that the same key sealed for another purpose is not a session, and a session that does not
// name its user authorizes nothing.
func TestR6_TokensThatAreNoSessions(t *testing.T) {
	ann := func(more ...any) jwt.Claims {
		c := jwt.Claims{"name": "Ann", "email": "ann@example.com", "picture": nil}
		for i := 0; i+1 < len(more); i += 2 {
			c[more[i].(string)] = more[i+1]
		}
		return c
	}
	for name, tt := range map[string]struct {
		claims jwt.Claims
		// read says that GET /session shows it, guards that it authorizes.
		read, guards bool
		v4only       bool
	}{
		"session":                 {claims: ann("sub", "ann-id"), read: true, guards: true},
		"sub alone":               {claims: jwt.Claims{"sub": "ann-id"}, read: true, guards: true},
		"address alone":           {claims: ann(), read: true},
		"sub is null":             {claims: ann("sub", nil), read: true},
		"sub is empty":            {claims: ann("sub", "")},
		"sub is blank":            {claims: ann("sub", " \t")},
		"sub is a number":         {claims: ann("sub", 7)},
		"sub is a list":           {claims: ann("sub", []string{"ann-id"})},
		"nothing":                 {claims: jwt.Claims{}},
		"name alone":              {claims: jwt.Claims{"name": "Ann"}},
		"address is no text":      {claims: jwt.Claims{"email": true}},
		"address is blank":        {claims: jwt.Claims{"email": " "}},
		"state":                   {claims: jwt.Claims{"state": "x"}},
		"state of version 4":      {claims: jwt.Claims{"value": "x"}},
		"code verifier":           {claims: jwt.Claims{"code_verifier": "x"}},
		"nonce":                   {claims: jwt.Claims{"nonce": "x"}},
		"state of a proxy":        {claims: jwt.Claims{"origin": siteOrigin, "random": "x"}},
		"flow with an address":    {claims: ann("value", "x")},
		"session with a state":    {claims: ann("sub", "ann-id", "state", "Ohio"), read: true, guards: true},
		"identity of another use": {claims: jwt.Claims{"id": "ann-id", "purpose": "unsubscribe"}},
	} {
		for _, v4 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/v4=%t", name, v4), func(t *testing.T) {
				s := newSite(t, withJWT, func(c *ginauth.Config) { c.Cookies.AcceptV4 = v4 })
				cookie, salt := sessionCookie, sessionCookie
				if v4 {
					cookie, salt = jwt.SecureCookieNameV4, ""
				}
				token, err := codec(t, v4).Encode(tt.claims, salt, 0)
				if err != nil {
					t.Fatal(err)
				}
				pair := cookie + "=" + token
				a := s.bringing(t, pair).Get("/session")
				if read := a.Body != "null"; a.Status != http.StatusOK || read != tt.read {
					t.Errorf("GET /session: %d %s", a.Status, a.Body)
				}
				if !tt.read && (a.Cookie(cookie) == nil || a.Cookie(cookie).MaxAge >= 0) {
					t.Error("the cookie is not cleared")
				}
				for path, want := range map[string]int{"/me": http.StatusUnauthorized, "/page": http.StatusFound} {
					if tt.guards {
						want = http.StatusOK
					}
					if a := s.bringing(t, pair).Do(http.MethodGet, path, "", ""); a.Status != want {
						t.Errorf("GET %s: %d", path, a.Status)
					}
				}
				if a := s.bringing(t, pair).Do(http.MethodGet, "/maybe", "", ""); (a.Body == "nobody") == tt.guards {
					t.Errorf("GET /maybe: %s", a.Body)
				}
				bearer := s.browser(t).Do(http.MethodGet, "/me", "", "", "Authorization", "Bearer "+token)
				if v4 { // a header has a token of version 5
					token, err = codec(t, false).Encode(tt.claims, sessionCookie, 0)
					if err != nil {
						t.Fatal(err)
					}
					if a := s.browser(t).Do(http.MethodGet, "/me", "", "", "Authorization", "Bearer "+token); (a.Status == http.StatusOK) != tt.guards {
						t.Errorf("version 5 in a header: %d", a.Status)
					}
				}
				if want := tt.guards && !v4; (bearer.Status == http.StatusOK) != want {
					t.Errorf("in a header: %d", bearer.Status)
				}
				// Without a session, registering needs an address and makes a new account.
				if !tt.guards {
					if a := s.bringing(t, pair).Get("/webauthn-options/passkey?action=register"); a.Status != http.StatusBadRequest {
						t.Errorf("options: %d %s", a.Status, a.Body)
					}
					if a := s.bringing(t, pair).Get("/webauthn-options/passkey?email=new@example.com"); !strings.Contains(a.Body, `"action":"register"`) {
						t.Errorf("options: %d %s", a.Status, a.Body)
					}
				}
			})
		}
	}
}

// Whatever this server seals for a sign-in under way does not open as a session.
func TestR6_FlowCookiesAreNoSessions(t *testing.T) {
	svc := newService(t)
	s := newSite(t, withJWT, func(c *ginauth.Config) {
		c.Cookies.AcceptV4 = true
		c.Providers = append(c.Providers, svc.oidc("mock", func(p *ginauth.OAuthProvider) { p.RedirectProxyURL = "https://fixed.example.com/auth" }))
	})
	c := s.browser(t)
	c.Options("?action=authenticate")
	values := []string{start(c, "mock")}
	_, state, _ := strings.Cut(values[0], "state=")
	state, _, _ = strings.Cut(state, "&")
	values = append(values, state)
	for _, k := range c.Cookies() {
		values = append(values, k.Value)
	}
	if len(values) < 7 {
		t.Fatalf("only %d sealed values", len(values))
	}
	for _, value := range values {
		for _, name := range []string{sessionCookie, jwt.SecureCookieNameV4} {
			if got := s.readAs(t, name+"="+value); got != "" {
				t.Errorf("%s is read as %q", value, got)
			}
		}
	}
	_, err := ginauth.Register(gin.New(), ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: s.Memory, Providers: []ginauth.Provider{passkeyProvider("passkey")}, Logger: quiet(),
		Cookies: ginauth.CookieConfig{SessionToken: ginauth.Cookie{Name: "encodedState"}},
	})
	if err == nil || !strings.Contains(err.Error(), "Cookies.SessionToken.Name") {
		t.Errorf("sessions under the name that separates states: %v", err)
	}
}

// A revocable session is ended by its user, so it has to name one.
func TestR10_RevocableSessionNamesItsUser(t *testing.T) {
	s := newSite(t, withRevocable, func(c *ginauth.Config) {
		c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			delete(p.Token, "sub")
			return p.Token, nil
		}
	})
	c := s.browser(t)
	if a := c.Register("ann@example.com"); a.ErrorCode() != "Configuration" || c.Email() != "" {
		t.Errorf("%s, signed in as %q", a.Body, c.Email())
	}
	if !strings.Contains(s.logs.String(), "keep the claim sub") {
		t.Error("the log does not tell the remedy")
	}
}
