package main

import (
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
)

// shownPasskey is a passkey as its owner sees it. The tables of Auth.js have no name for one.
type shownPasskey struct {
	// ID is the credential ID in base64url, as WebAuthn writes it.
	ID string `json:"id"`
	// Synced says that its maker copies it to the person's other devices.
	Synced     bool     `json:"synced"`
	Transports []string `json:"transports"`
}

// mountPasskeys lets people see their passkeys and remove those that they lost.
func mountPasskeys(r gin.IRouter, auth *ginauth.Auth, log *slog.Logger) {
	mine := r.Group("/api/passkeys", auth.RequireSession())
	mine.GET("", func(c *gin.Context) {
		list, err := auth.Passkeys(c.Request.Context(), ginauth.SessionFrom(c).User.ID)
		if err != nil {
			refuse(c, log, err)
			return
		}
		shown := make([]shownPasskey, len(list))
		for i, p := range list {
			shown[i] = shownPasskey{base64.RawURLEncoding.EncodeToString(p.CredentialID), p.MultiDevice, p.Transports}
		}
		c.Header("Cache-Control", "no-store")
		c.JSON(http.StatusOK, shown)
	})
	mine.DELETE("/:id", func(c *gin.Context) {
		id, err := base64.RawURLEncoding.DecodeString(c.Param("id"))
		if err != nil {
			err = ginauth.ErrNotFound
		} else {
			err = auth.RemovePasskey(c, id)
		}
		if err != nil {
			refuse(c, log, err)
			return
		}
		c.Status(http.StatusNoContent)
	})
}

// refuse answers an error of the passkey routes; the client knows the word.
func refuse(c *gin.Context, log *slog.Logger, err error) {
	status, word := http.StatusInternalServerError, "unexpected"
	switch {
	case errors.Is(err, ginauth.ErrSignInNeeded):
		status, word = http.StatusForbidden, "sign-in needed"
	case errors.Is(err, ginauth.ErrMissingCSRF):
		status, word = http.StatusForbidden, "cross-site"
	case errors.Is(err, ginauth.ErrNotFound):
		status, word = http.StatusNotFound, "not found"
	case errors.Is(err, ginauth.ErrLastPasskey):
		status, word = http.StatusConflict, "last passkey"
	case errors.Is(err, ginauth.ErrStorage):
		status, word = http.StatusServiceUnavailable, "unavailable"
	}
	if status >= http.StatusInternalServerError {
		log.ErrorContext(c.Request.Context(), "passkeys", slog.Any("error", err))
	}
	c.JSON(status, gin.H{"error": word})
}
