// Command v4server is ginauth on a site that moves away from next-auth 4: it still reads the session
// cookies of that version. Its environment: PORT, AUTH_URL, AUTH_SECRET, SESSION_STRATEGY, ACCEPT_V4=0
// for the default setting, and V4_SESSION for a session token that is in the sessions table already.
package main

import (
	"cmp"
	"context"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/providers"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	store := adaptertest.NewMemory()
	if err := fill(context.Background(), store, os.Getenv("V4_SESSION")); err != nil {
		return err
	}
	auth, err := ginauth.Register(r, ginauth.Config{
		BaseURL:   os.Getenv("AUTH_URL"),
		Secret:    os.Getenv("AUTH_SECRET"),
		Adapter:   store,
		Providers: []ginauth.Provider{providers.Passkey()},
		Session:   ginauth.SessionConfig{Strategy: ginauth.Strategy(cmp.Or(os.Getenv("SESSION_STRATEGY"), "jwt"))},
		Cookies:   ginauth.CookieConfig{AcceptV4: os.Getenv("ACCEPT_V4") != "0"},
	})
	if err != nil {
		return err
	}
	r.GET("/healthz", func(c *gin.Context) { c.Status(http.StatusOK) })
	r.GET("/me", auth.RequireSession(), func(c *gin.Context) { c.JSON(http.StatusOK, ginauth.SessionFrom(c).User) })
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: r, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// fill stores what the old site has left: a user and her session.
func fill(ctx context.Context, store *adaptertest.Memory, token string) error {
	user, err := store.CreateUser(ctx, ginauth.User{ID: "ada-id", Name: "Ada", Email: "ada@example.com"})
	if err != nil || token == "" {
		return err
	}
	return store.CreateSession(ctx, ginauth.StoredSession{Token: token, UserID: user.ID, Expires: time.Now().Add(time.Hour)})
}
