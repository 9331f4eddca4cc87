package ginauth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// withRecovery puts a server with Gin's recovery, which prints the request's headers, before a site.
func withRecovery(t *testing.T, s *site, mode string) (outer *gin.Engine, printed *bytes.Buffer) {
	t.Helper()
	gin.SetMode(mode)
	t.Cleanup(func() { gin.SetMode(gin.TestMode) })
	outer, printed = gin.New(), &bytes.Buffer{}
	outer.Use(gin.RecoveryWithWriter(printed))
	outer.NoRoute(func(x *gin.Context) { x.Writer.WriteHeader(http.StatusOK); s.engine.HandleContext(x) })
	return outer, printed
}

// panics are what an application may panic with. Gin's recovery treats the first two as a connection
// that is gone, and prints cookies in release mode too.
var panics = map[string]any{
	"abort": http.ErrAbortHandler, "wrapped abort": fmt.Errorf("proxy: %w", http.ErrAbortHandler), "text": "boom", "error": errors.New("boom"),
}

// S23: no panic of a callback reaches Gin's recovery, http.ErrAbortHandler neither.
func TestS23_AbortInACallback(t *testing.T) {
	for name, value := range panics {
		for _, mode := range []string{gin.ReleaseMode, gin.DebugMode} {
			t.Run(name+", "+mode, func(t *testing.T) {
				boom := false
				s := newSite(t, withJWT, func(c *ginauth.Config) {
					c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
						if boom {
							panic(value)
						}
						return p.Token, nil
					}
				})
				c := s.browser(t)
				c.SignUp("ada@example.com")
				outer, printed := withRecovery(t, s, mode)
				b := testclient.New(t, outer, siteOrigin)
				b.SetCookie(sessionCookie, c.Cookie(sessionCookie))
				token := b.CSRF()
				boom = true
				for route, want := range map[string]int{
					"GET /auth/session": 500, "POST /auth/session": 400, "GET /auth/webauthn-options/passkey": 200, "POST /auth/callback/passkey": 200,
					"GET /me": 503, "GET /page": 503, "GET /maybe": 200,
				} {
					method, path, _ := strings.Cut(route, " ")
					body := ""
					if method == http.MethodPost {
						body = "csrfToken=" + token
					}
					a := b.Do(method, path, "application/x-www-form-urlencoded", body)
					if a.Status != want || want == 200 && a.ErrorCode() != "Configuration" && path != "/maybe" {
						t.Errorf("%s: %d %s", route, a.Status, a.Body)
					}
					if path == "/auth/session" && a.Body != "null" {
						t.Errorf("%s: %s", route, a.Body)
					}
				}
				if printed.Len() > 0 {
					t.Errorf("Gin's recovery printed %s", printed)
				}
				if logs := s.logs.String(); !strings.Contains(logs, "panic") || strings.Contains(logs, b.Cookie(sessionCookie)) {
					t.Errorf("logged %s", logs)
				}
			})
		}
	}
}

// panicky is an adapter that panics in one method.
type panicky struct {
	everyAdapter
	in    *string
	value any
}

func (p panicky) LockUser(ctx context.Context, id string) error {
	if *p.in == "LockUser" {
		panic(p.value)
	}
	return p.everyAdapter.LockUser(ctx, id)
}

func (p panicky) AuthenticatorsByUser(ctx context.Context, id string) ([]ginauth.Authenticator, error) {
	if *p.in == "AuthenticatorsByUser" {
		panic(p.value)
	}
	return p.everyAdapter.AuthenticatorsByUser(ctx, id)
}

func (p panicky) SessionAndUser(ctx context.Context, token string) (ginauth.StoredSession, ginauth.User, error) {
	if *p.in == "SessionAndUser" {
		panic(p.value)
	}
	return p.everyAdapter.SessionAndUser(ctx, token)
}

func (p panicky) InTx(ctx context.Context, fn func(ginauth.Adapter) error) error {
	if *p.in == "InTx" {
		panic(p.value)
	}
	return p.everyAdapter.InTx(ctx, func(tx ginauth.Adapter) error { return fn(panicky{whole(tx), p.in, p.value}) })
}

// S23: the same for the methods that an application calls in handlers of its own.
func TestS23_PanicsWhenManaging(t *testing.T) {
	for name, value := range panics {
		for kind, sessions := range map[string]func(*ginauth.Config){"database": func(*ginauth.Config) {}, "revocable": withRevocable} {
			for _, in := range []string{"LockUser", "InTx", "SessionAndUser", "event", "JWT callback"} {
				if in == "SessionAndUser" && kind != "database" || in == "JWT callback" && kind == "database" {
					continue
				}
				t.Run(name+", "+kind+", "+in, func(t *testing.T) {
					now := ""
					s := withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
						c.Adapter = panicky{whole(c.Adapter), &now, value}
						c.Events.RemovePasskey = func(context.Context, ginauth.User, ginauth.Authenticator) {
							if now == "event" {
								panic(value)
							}
						}
						if kind != "database" {
							c.Callbacks.JWT = func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
								if now == "JWT callback" {
									panic(value)
								}
								return p.Token, nil
							}
						}
					}))
					// Without a guard, which would meet the panic first.
					s.engine.POST("/bare/:id", func(c *gin.Context) {
						id, _ := base64.RawURLEncoding.DecodeString(c.Param("id"))
						if err := s.auth.RemovePasskey(c, id); errors.Is(err, ginauth.ErrStorage) {
							c.Status(http.StatusServiceUnavailable)
						} else if err != nil {
							c.String(http.StatusInternalServerError, "%v", err)
						}
					})
					c := s.browser(t)
					first, _ := twoPasskeys(c)
					outer, printed := withRecovery(t, s, gin.ReleaseMode)
					b := testclient.New(t, outer, siteOrigin)
					b.SetCookie(sessionCookie, c.Cookie(sessionCookie))
					before := s.Dump()
					now = in
					want := http.StatusServiceUnavailable
					if in == "event" {
						want = http.StatusOK
					}
					a := b.Do(http.MethodPost, "/bare/"+base64.RawURLEncoding.EncodeToString(first.ID), "", "")
					if a.Status != want {
						t.Errorf("%d %s", a.Status, a.Body)
					}
					now = ""
					if in == "event" {
						if n := len(s.Dump().Authenticators); n != 1 || b.Email() != "ada@example.com" {
							t.Errorf("%d passkeys are left, signed in is %q", n, b.Email())
						}
					} else {
						wroteNothing(t, before, s.Dump())
					}
					if printed.Len() > 0 {
						t.Errorf("Gin's recovery printed %s", printed)
					}
					if logs := s.logs.String(); !strings.Contains(logs, "panic") || strings.Contains(logs, c.Cookie(sessionCookie)) {
						t.Errorf("logged %s", logs)
					}
				})
			}
		}
	}
}

// Passkeys and EndSessions answer with an error too.
func TestS23_PanicsInPasskeysAndEndSessions(t *testing.T) {
	now := ""
	s := newSite(t, func(c *ginauth.Config) { c.Adapter = panicky{whole(c.Adapter), &now, http.ErrAbortHandler} })
	s.browser(t).SignUp("ada@example.com")
	id := s.Dump().Users[0].ID
	now = "AuthenticatorsByUser"
	if list, err := s.auth.Passkeys(t.Context(), id); !errors.Is(err, ginauth.ErrStorage) || list != nil {
		t.Errorf("Passkeys: %v, %v", list, err)
	}
	now = "LockUser"
	if err := s.auth.EndSessions(t.Context(), id); !errors.Is(err, ginauth.ErrStorage) {
		t.Errorf("EndSessions: %v", err)
	}
}
