package ginauth

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// LoadSession puts the session of a signed-in user into the request, for [SessionFrom]. When storage
// fails, or the client is not signed in, there is none.
//
// Like the other guards it refuses only what no browser sends: more than 64 KiB of cookies (431) or
// 16 KiB of query (414), before any of it is decoded.
func (a *Auth) LoadSession() gin.HandlerFunc {
	return func(c *gin.Context) {
		if guardSize(c) {
			return
		}
		if s, err := a.sessionOf(c.Request); err != nil {
			a.logGuard(c, err)
		} else if s != nil {
			attach(c, s)
		}
		c.Next()
	}
}

// RequireSession lets signed-in users pass. Others get 401 and {"error":"unauthorized"}; when
// storage fails, every request gets 503, because then it is not known who is signed in.
func (a *Auth) RequireSession() gin.HandlerFunc {
	return func(c *gin.Context) {
		if guardSize(c) {
			return
		}
		s, err := a.sessionOf(c.Request)
		switch {
		case err != nil:
			a.guardFailure(c, err)
		case s == nil:
			guardJSON(c, http.StatusUnauthorized, "unauthorized")
		default:
			attach(c, s)
			c.Next()
		}
	}
}

// RequireSignIn lets signed-in users pass and sends other browsers to the sign-in page and back
// (302). What is not GET or HEAD cannot be repeated after a redirect and gets 401.
func (a *Auth) RequireSignIn() gin.HandlerFunc {
	return func(c *gin.Context) {
		if guardSize(c) {
			return
		}
		s, err := a.sessionOf(c.Request)
		switch {
		case err != nil:
			a.guardFailure(c, err)
		case s != nil:
			attach(c, s)
			c.Next()
		case c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead:
			guardJSON(c, http.StatusUnauthorized, "unauthorized")
		default:
			origin, err := a.originFor(c.Request)
			if err != nil {
				guardJSON(c, http.StatusBadRequest, "bad request")
				return
			}
			page := a.cfg.Pages.SignIn
			if page == "" {
				page = a.base + "/signin"
			}
			if strings.HasPrefix(page, "/") {
				page = origin + page
			}
			hardenHeaders(c.Writer.Header())
			back := a.redirects.check(origin+c.Request.URL.RequestURI(), origin)
			c.Header("Location", page+querySeparator(page)+encodeForm("callbackUrl", back))
			c.AbortWithStatus(http.StatusFound)
		}
	}
}

// maxAuthorization is the longest Authorization header that can hold a token, percent-encoded.
const maxAuthorization = len("Bearer ") + 3*authcookie.MaxSession

// sessionOf resolves the session of any request: from the cookies, or from an Authorization
// header when there are none.
func (a *Auth) sessionOf(r *http.Request) (s *Session, err error) {
	// As in handle: Gin's own recovery would print the request's cookies.
	defer a.containStorage(r.Context(), "guard", &err)
	origin, err := a.originFor(r)
	if err != nil {
		return nil, nil // a request for a host that cannot exist has no session
	}
	cookie := a.sessionCookie(authcookie.FromHeader(r.Header), a.cookiesFor(origin))
	if cookie.value == "" && len(cookie.present) == 0 && len(r.Header.Get("Authorization")) <= maxAuthorization {
		cookie.value, _ = bearer(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), handlerDeadline)
	defer cancel()
	res, err := a.openSession(ctx, cookie, TriggerNone, nil)
	if err != nil || !res.session.hasUser() {
		return nil, err
	}
	return res.session, nil
}

func attach(c *gin.Context, s *Session) {
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), sessionKey{}, s))
}

func guardJSON(c *gin.Context, status int, reason string) {
	hardenHeaders(c.Writer.Header())
	c.AbortWithStatusJSON(status, gin.H{"error": reason})
}

func (a *Auth) logGuard(c *gin.Context, err error) {
	a.logger.LogAttrs(c.Request.Context(), slog.LevelError, "ginauth: session not loaded", slog.String("error", oneLine(err.Error())))
}
