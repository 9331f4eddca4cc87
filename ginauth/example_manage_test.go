package ginauth_test

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/providers"
)

// People see their passkeys and remove those that they lost. An administrator ends somebody's
// sessions.
func ExampleAuth_RemovePasskey() {
	r := gin.New()
	auth, err := ginauth.Register(r, ginauth.Config{
		BaseURL:   "https://app.example.com",
		Secret:    "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL", // of AUTH_SECRET, in an application
		Providers: []ginauth.Provider{providers.Passkey()},
		Adapter:   adaptertest.NewMemory(),
	})
	if err != nil {
		panic(err)
	}
	mine := r.Group("/api/passkeys", auth.RequireSession())
	mine.GET("", func(c *gin.Context) {
		list, err := auth.Passkeys(c.Request.Context(), ginauth.SessionFrom(c).User.ID)
		if err != nil {
			c.Status(http.StatusServiceUnavailable)
			return
		}
		ids := []string{}
		for _, p := range list {
			ids = append(ids, base64.RawURLEncoding.EncodeToString(p.CredentialID))
		}
		c.JSON(http.StatusOK, ids)
	})
	mine.DELETE("/:id", func(c *gin.Context) {
		id, err := base64.RawURLEncoding.DecodeString(c.Param("id"))
		if err == nil {
			err = auth.RemovePasskey(c, id)
		}
		switch {
		case err == nil:
			c.Status(http.StatusNoContent)
		case errors.Is(err, ginauth.ErrSignInNeeded): // sign in with a passkey, and try again
			c.Status(http.StatusForbidden)
		case errors.Is(err, ginauth.ErrLastPasskey):
			c.Status(http.StatusConflict)
		case errors.Is(err, ginauth.ErrStorage):
			c.Status(http.StatusServiceUnavailable)
		default:
			c.Status(http.StatusNotFound)
		}
	})
	r.DELETE("/admin/sessions/:user", func(c *gin.Context) { // guarded, in an application
		if err := auth.EndSessions(c.Request.Context(), c.Param("user")); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Status(http.StatusNoContent)
	})
}
