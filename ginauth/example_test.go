package ginauth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/jwt"
	"github.com/ginauth/ginauth/providers"
)

// A whole server with passkeys.
func Example() {
	var db *bun.DB // PostgreSQL, MySQL or SQLite
	r := gin.Default()
	auth, err := ginauth.Register(r, ginauth.Config{
		BaseURL:   "http://localhost:3000",  // where browsers see the site
		Secret:    os.Getenv("AUTH_SECRET"), // openssl rand -base64 33
		Adapter:   bunadapter.New(db),
		Providers: []ginauth.Provider{providers.Passkey()},
	})
	if err != nil {
		log.Fatal(err) // names every mistake and what to do about it
	}
	r.GET("/api/me", auth.RequireSession(), func(c *gin.Context) {
		c.JSON(200, ginauth.SessionFrom(c).User)
	})
	server := &http.Server{
		Addr: "127.0.0.1:8080", Handler: r, MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	log.Fatal(server.ListenAndServe())
}

// exampleConfig is a configuration that needs no database.
func exampleConfig() ginauth.Config {
	gin.SetMode(gin.ReleaseMode)
	return ginauth.Config{
		BaseURL:   "https://app.example.com",
		Secret:    "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL",
		Adapter:   adaptertest.NewMemory(),
		Providers: []ginauth.Provider{providers.Passkey()},
		Logger:    quiet(),
	}
}

// ask sends a request and prints what comes back.
func ask(h http.Handler, path string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	fmt.Println(w.Code, w.Header().Get("Location"), strings.TrimSpace(w.Body.String()))
}

// Register mounts the routes of the API below the base path, here in a group of the router.
func ExampleRegister() {
	r := gin.New()
	if _, err := ginauth.Register(r.Group("/shop"), exampleConfig()); err != nil {
		log.Fatal(err)
	}
	ask(r, "/shop/auth/providers")
	ask(r, "/shop/auth/session")
	// Output:
	// 200  {"passkey":{"id":"passkey","name":"Passkey","type":"webauthn","signinUrl":"https://app.example.com/shop/auth/signin/passkey","callbackUrl":"https://app.example.com/shop/auth/callback/passkey"}}
	// 200  null
}

// The error names every mistake and its remedy.
func ExampleRegister_mistakes() {
	cfg := exampleConfig()
	cfg.BaseURL = "app.example.com"
	cfg.Secret = "too short"
	_, err := ginauth.Register(gin.New(), cfg)
	fmt.Println(errors.Is(err, ginauth.ErrConfig))
	fmt.Println(err)
	// Output:
	// true
	// ginauth: configuration: BaseURL "app.example.com" is not an origin; write scheme and host, such as https://app.example.com
	// Secret is 9 bytes long and must have at least 32; make one with `openssl rand -base64 33` and set it (AUTH_SECRET)
}

// RequireSession guards an API: 401 for whoever is not signed in.
func ExampleAuth_RequireSession() {
	r := gin.New()
	auth, err := ginauth.Register(r, exampleConfig())
	if err != nil {
		log.Fatal(err)
	}
	api := r.Group("/api", auth.RequireSession())
	api.GET("/me", func(c *gin.Context) { c.JSON(http.StatusOK, ginauth.SessionFrom(c).User) })
	ask(r, "/api/me")
	// Output: 401  {"error":"unauthorized"}
}

// RequireSignIn guards pages: browsers are sent to the sign-in page and come back afterwards.
func ExampleAuth_RequireSignIn() {
	r := gin.New()
	auth, err := ginauth.Register(r, exampleConfig())
	if err != nil {
		log.Fatal(err)
	}
	r.GET("/account", auth.RequireSignIn(), func(c *gin.Context) {
		c.String(http.StatusOK, "Hello %s", ginauth.SessionFrom(c).User.Email)
	})
	ask(r, "/account?tab=keys")
	// Output: 302 https://app.example.com/auth/signin?callbackUrl=https%3A%2F%2Fapp.example.com%2Faccount%3Ftab%3Dkeys
}

// LoadSession serves everybody and knows who is signed in.
func ExampleAuth_LoadSession() {
	r := gin.New()
	auth, err := ginauth.Register(r, exampleConfig())
	if err != nil {
		log.Fatal(err)
	}
	r.GET("/", auth.LoadSession(), func(c *gin.Context) {
		if s := ginauth.SessionFrom(c); s != nil {
			c.String(http.StatusOK, "Hello %s", s.User.Email)
			return
		}
		c.String(http.StatusOK, "Hello stranger")
	})
	ask(r, "/")
	// Output: 200  Hello stranger
}

// Callbacks decide who may sign in, where browsers go and what a session shows.
func ExampleCallbacks() {
	cfg := exampleConfig()
	cfg.Session.Strategy = ginauth.StrategyJWT
	cfg.Callbacks = ginauth.Callbacks{
		SignIn: func(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
			if !strings.HasSuffix(p.User.Email, "@example.com") {
				return ginauth.RedirectTo("/not-for-you"), nil
			}
			return ginauth.Allow(), nil
		},
		JWT: func(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
			if p.User != nil { // at sign-in only
				p.Token["role"] = "member"
			}
			return p.Token, nil
		},
		Session: func(_ context.Context, p ginauth.SessionParams) (any, error) {
			p.Session.User["role"] = p.Token["role"]
			return p.Session, nil
		},
	}
	if _, err := ginauth.Register(gin.New(), cfg); err != nil {
		log.Fatal(err)
	}
}
