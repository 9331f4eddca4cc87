package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/pages"
)

// hookBody is what hooks may be told.
type hookBody struct {
	SessionToken, Identifier, Email, To string
	Expires                             time.Time
	Down                                bool
}

// mountHooks lets the suite look into the tables and change what only time would change.
func mountHooks(r *gin.Engine, store *storage, mails *mailbox) {
	ok := gin.H{"ok": true}
	r.GET("/__test/health", func(c *gin.Context) { c.JSON(http.StatusOK, ok) })
	r.POST("/__test/reset", func(c *gin.Context) {
		store.down.Store(false)
		store.Reset()
		mails.reset()
		c.JSON(http.StatusOK, ok)
	})
	r.GET("/__test/mail", func(c *gin.Context) { c.JSON(http.StatusOK, mails.to(c.Query("to"))) })
	r.GET("/__test/db", func(c *gin.Context) { c.JSON(http.StatusOK, tables(store.Dump())) })
	hook := func(path string, run func(b hookBody) any) {
		r.POST("/__test/"+path, func(c *gin.Context) {
			var b hookBody
			if err := c.BindJSON(&b); err == nil {
				c.JSON(http.StatusOK, run(b))
			}
		})
	}
	hook("session-expiry", func(b hookBody) any { return gin.H{"changed": store.SetSessionExpiry(b.SessionToken, b.Expires)} })
	hook("token-expiry", func(b hookBody) any { return gin.H{"changed": store.SetTokenExpiry(b.Identifier, b.Expires)} })
	hook("delete-user", func(b hookBody) any { return gin.H{"changed": store.DeleteUser(b.Email)} })
	hook("change-email", func(b hookBody) any { return gin.H{"changed": changeEmail(store.Memory, b.Email, b.To)} })
	hook("storage", func(b hookBody) any { store.down.Store(b.Down); return ok })
	hook("delete-passkey-accounts", func(hookBody) any { store.DeletePasskeyAccounts(); return ok })
}

func changeEmail(store ginauth.Adapter, from, to string) bool {
	ctx := context.Background()
	u, err := store.UserByEmail(ctx, from)
	if err != nil {
		return false
	}
	u.Email = to
	return store.UpdateUser(ctx, u) == nil
}

// tables shows the rows under the names of Auth.js's adapter models. ginauth's records of used
// challenges and states share the table of verification tokens; they are its own affair.
func tables(t adaptertest.Tables) gin.H {
	users, accounts, sessions, authenticators, tokens := []gin.H{}, []gin.H{}, []gin.H{}, []gin.H{}, []gin.H{}
	for _, u := range t.Users {
		row := gin.H{"id": u.ID, "name": orNull(u.Name), "email": orNull(u.Email), "image": orNull(u.Image), "emailVerified": nil}
		if !u.EmailVerified.IsZero() {
			row["emailVerified"] = isoTime(u.EmailVerified)
		}
		users = append(users, row)
	}
	for _, a := range t.Accounts {
		accounts = append(accounts, accountRow(a))
	}
	for _, s := range t.Sessions {
		sessions = append(sessions, gin.H{"sessionToken": s.Token, "userId": s.UserID, "expires": isoTime(s.Expires)})
	}
	for _, a := range t.Authenticators {
		row := gin.H{
			"credentialID": base64.StdEncoding.EncodeToString(a.CredentialID), "userId": a.UserID,
			"providerAccountId":   a.ProviderAccountID,
			"credentialPublicKey": base64.StdEncoding.EncodeToString(a.PublicKey), "counter": a.Counter,
			"credentialDeviceType": "singleDevice", "credentialBackedUp": a.BackedUp,
		}
		if a.MultiDevice {
			row["credentialDeviceType"] = "multiDevice"
		}
		if a.Transports != nil {
			row["transports"] = strings.Join(a.Transports, ",")
		}
		authenticators = append(authenticators, row)
	}
	for _, v := range t.VerificationTokens {
		if !strings.HasPrefix(v.Identifier, "ginauth:") {
			tokens = append(tokens, gin.H{"identifier": v.Identifier, "token": v.Token, "expires": isoTime(v.Expires)})
		}
	}
	return gin.H{"users": users, "accounts": accounts, "sessions": sessions, "authenticators": authenticators, "verificationTokens": tokens}
}

// accountRow leaves out what the account does not have, as Auth.js does.
func accountRow(a ginauth.Account) gin.H {
	row := gin.H{"userId": a.UserID, "type": a.Type, "provider": a.Provider, "providerAccountId": a.ProviderAccountID}
	for name, value := range map[string]string{
		"refresh_token": a.RefreshToken, "access_token": a.AccessToken, "token_type": a.TokenType,
		"scope": a.Scope, "id_token": a.IDToken, "session_state": a.SessionState,
	} {
		if value != "" {
			row[name] = value
		}
	}
	if a.ExpiresAt != 0 {
		row["expires_at"] = a.ExpiresAt
	}
	return row
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// mountMisconfigured answers as a server whose configuration was refused.
func mountMisconfigured(r *gin.Engine, base string) {
	renderer, err := pages.New(pages.Theme{})
	if err != nil {
		panic(err)
	}
	actions := []string{"callback", "csrf", "error", "providers", "session", "signin", "signout", "verify-request", "webauthn-options"}
	ofProvider := []string{"callback", "signin", "webauthn-options"}
	withPages := []string{"signin", "signout", "error", "verify-request"}
	answer := func(c *gin.Context) {
		segments := strings.FieldsFunc(strings.TrimPrefix(c.Request.URL.EscapedPath(), base), func(r rune) bool { return r == '/' })
		if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodPost || len(segments) < 1 || len(segments) > 2 || !slices.Contains(actions, segments[0]) ||
			len(segments) == 2 && !slices.Contains(ofProvider, segments[0]) {
			c.Header("Content-Type", "application/json")
			c.String(http.StatusBadRequest, `"Bad request."`)
			return
		}
		if c.Request.Method == http.MethodGet && slices.Contains(withPages, segments[0]) {
			page, err := renderer.Error(pages.ErrorPage{Error: "Configuration"})
			if err != nil {
				c.AbortWithStatus(http.StatusInternalServerError)
				return
			}
			_ = page.Write(c.Writer) // the client is gone: nobody to tell
			return
		}
		c.Header("Content-Type", "application/json")
		c.String(http.StatusInternalServerError, `{"message":"There was a problem with the server configuration. Check the server logs for more information."}`)
	}
	r.Any(base, answer)
	r.Any(base+"/*action", answer)
}
