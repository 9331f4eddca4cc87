package ginauth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// handle is every route: it reads the request, runs the action and turns its error into an answer.
func (a *Auth) handle(c *gin.Context) {
	hardenHeaders(c.Writer.Header())
	ctx, cancel := context.WithTimeout(c.Request.Context(), handlerDeadline)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a.logPanic(ctx, "answer", p)
			c.AbortWithStatus(http.StatusInternalServerError)
		}
	}()
	x, providerID, err := a.newExchange(c)
	x.ctx = ctx
	if err == nil {
		err = x.contained(providerID)
	}
	x.countFailure(err)
	if err != nil && !c.Writer.Written() {
		x.fail(err)
	}
}

// contained runs the action; a panic is an error.
func (x *exchange) contained(providerID string) (err error) {
	defer x.contain(x.ctx, x.action, &err)
	return x.run(providerID)
}

// restartDeadline gives storage its whole time again, after something else took some: a call of a
// service, of a mail server, of the application.
func (x *exchange) restartDeadline() (stop context.CancelFunc) {
	x.ctx, stop = context.WithTimeout(x.c.Request.Context(), handlerDeadline)
	return stop
}

// run is the route table.
func (x *exchange) run(providerID string) error {
	if err := x.limitAddress(); err != nil {
		return err
	}
	if err := x.refusePrefetch(); err != nil {
		return err
	}
	if err := x.readBody(); err != nil {
		return err
	}
	if x.cfg.Cookies.AcceptV4 && x.field("json") == "true" {
		x.returnRedirect = true // how the client of next-auth 4 says it
	}
	post := x.c.Request.Method == http.MethodPost
	if providerID != "" {
		if x.provider = x.providers[providerID]; x.provider == nil {
			return because(causeUnknownProvider, errUnknownProvider, slog.String("asked", shownID(providerID)))
		}
	}
	if post && !x.isFormPost() && !x.sameSite() {
		return x.crossSite()
	}
	if x.action == "providers" && !post {
		return x.listProviders()
	}
	x.begin()
	if err := x.limitNewCookie(); err != nil {
		return err
	}
	if post {
		if err := x.limitForm(); err != nil {
			return err
		}
		switch x.action {
		case "callback":
			return x.callback()
		case "session":
			return x.updateSession()
		case "signin":
			return x.startSignIn()
		case "signout":
			return x.signOut()
		}
		return errUnknownAction
	}
	switch x.action {
	case "callback":
		return x.callback()
	case "csrf":
		return x.showCSRF()
	case "error":
		return x.errorPage()
	case "session":
		return x.showSession(false, nil)
	case "signin":
		return x.signInPage()
	case "signout":
		return x.signOutPage()
	case "verify-request":
		return x.verifyRequestPage()
	case "webauthn-options":
		return x.webAuthnOptions()
	}
	return errUnknownAction
}

// errCrossSite is a POST that the browser marks as coming from another site.
var errCrossSite = errors.New("ginauth: cross-site request")

// crossSite says in the log which page made a request, and which setting would let it.
func (x *exchange) crossSite() error {
	return because(causeCrossSite, errCrossSite,
		slog.String("origin", shownOrigin(x.c.Request.Header.Get("Origin"))), slog.String("expected", x.origin), slog.String("setting", "TrustedOrigins"))
}

// isFormPost reports whether this is an OAuth provider's answer as a cross-site form.
func (x *exchange) isFormPost() bool {
	p, ok := x.provider.(*OAuthProvider)
	return ok && x.action == "callback" && p.formPost()
}

// fail answers an error. What the browser sees and what the log says are separate.
func (x *exchange) fail(err error) {
	x.setCookies, x.elsewhere = x.onFailure, x.elsewhereOnFailure
	var limited *rateLimitError
	switch {
	case errors.As(err, &limited):
		x.tooMany(limited)
		return
	case errors.Is(err, errPrefetch):
		x.unavailable(x.errorTarget("Configuration"))
		return
	case errors.Is(err, errBadRequest):
		x.writeJSON(http.StatusBadRequest, "Bad request.")
		return
	case errors.Is(err, errCrossSite):
		x.log(err, "refused")
		x.writeJSON(http.StatusForbidden, "Cross-site request refused.")
		return
	}
	if status, text, ok := sizeRefusal(err); ok {
		x.refuseSize(status, text)
		return
	}
	o := outcomeOf(err)
	storage := isOutage(err)
	if storage {
		o = outcome{code: "Configuration"}
	}
	x.log(err, o.code)
	if x.action == "session" {
		status := http.StatusBadRequest
		if storage {
			status = http.StatusServiceUnavailable
		} else if x.c.Request.Method == http.MethodGet {
			status = http.StatusInternalServerError
		}
		x.writeJSON(status, nil)
		return
	}
	page, own := "/error", x.cfg.Pages.Error
	if o.signIn {
		page, own = "/signin", x.cfg.Pages.SignIn
	}
	if own == "" {
		own = x.base + page
	}
	target := x.absolute(own) + querySeparator(own) + encodeForm(o.params()...)
	if storage {
		x.unavailable(target)
		return
	}
	x.sendCookies()
	if x.returnRedirect {
		x.writeJSON(http.StatusOK, redirectAnswer{URL: target})
		return
	}
	x.c.Writer.Header().Set("Location", target)
	x.c.Writer.WriteHeader(http.StatusFound)
	x.c.Writer.WriteHeaderNow()
}

// absolute puts a path behind the public origin.
func (x *exchange) absolute(page string) string {
	if strings.HasPrefix(page, "/") {
		return x.origin + page
	}
	return page
}

func querySeparator(page string) string {
	if strings.Contains(page, "?") {
		return "&"
	}
	return "?"
}
