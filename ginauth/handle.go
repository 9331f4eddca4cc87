package ginauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"
)

// handle is every route: it reads the request, runs the action and turns its error into an answer.
func (a *Auth) handle(c *gin.Context) {
	hardenHeaders(c.Writer.Header())
	ctx, cancel := context.WithTimeout(c.Request.Context(), handlerDeadline)
	defer cancel()
	x, providerID, err := a.newExchange(c)
	x.ctx = ctx
	defer func() {
		// Gin's own recovery prints request headers, cookies included, so none may reach it.
		if r := recover(); r != nil {
			if r == http.ErrAbortHandler { //nolint:errorlint // net/http compares the same way: a panic with more around it is a failure
				panic(r)
			}
			a.logger.ErrorContext(ctx, "ginauth: panic", slog.String("action", x.action), slog.String("panic", fmt.Sprintf("%T", r)), slog.String("stack", string(debug.Stack())))
			if !c.Writer.Written() {
				x.fail(errors.New("ginauth: panic in a callback or adapter"))
			}
		}
	}()
	if err == nil {
		err = x.run(providerID)
	}
	x.countFailure(err)
	if err != nil {
		x.fail(err)
	}
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
	if err := x.readBody(); err != nil {
		return err
	}
	if x.cfg.Cookies.AcceptV4 && x.field("json") == "true" {
		x.returnRedirect = true // how the client of next-auth 4 says it
	}
	post := x.c.Request.Method == http.MethodPost
	if providerID != "" {
		if x.provider = x.providers[providerID]; x.provider == nil {
			return errUnknownProvider
		}
	}
	if post && !x.isFormPost() && !x.sameSite() {
		return errCrossSite
	}
	if x.action == "providers" && !post {
		return x.listProviders()
	}
	x.begin()
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

// isFormPost reports whether this is an OAuth provider's answer as a cross-site form.
func (x *exchange) isFormPost() bool {
	p, ok := x.provider.(*OAuthProvider)
	return ok && x.action == "callback" && p.formPost()
}

// outcome is what the browser learns of an error.
type outcome struct {
	err error
	// code is the `error` parameter.
	code string
	// signIn sends to the sign-in page instead of the error page.
	signIn bool
}

// outcomes is the closed table of errors that browsers are told; anything else is Configuration.
var outcomes = []outcome{
	// Before what it hides.
	{errHidden, "WebAuthnVerificationError", false},
	{ErrCredentials, "CredentialsSignin", true},
	{ErrOAuthAccountNotLinked, "OAuthAccountNotLinked", true},
	{ErrOAuthCallback, "OAuthCallbackError", true},
	{ErrAccessDenied, "AccessDenied", false},
	{ErrVerification, "Verification", false},
	{ErrMissingCSRF, "MissingCSRF", true},
	{ErrAccountNotLinked, "AccountNotLinked", true},
	{ErrWebAuthn, "WebAuthnVerificationError", false},
}

func outcomeOf(err error) outcome {
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return o
		}
	}
	return outcome{code: "Configuration"}
}

// fail answers an error. What the browser sees and what the log says are separate.
func (x *exchange) fail(err error) {
	x.setCookies = x.onFailure
	var limited *rateLimitError
	switch {
	case errors.As(err, &limited):
		x.tooMany(limited)
		return
	case errors.Is(err, errBadRequest):
		x.writeJSON(http.StatusBadRequest, "Bad request.")
		return
	case errors.Is(err, errTooLarge):
		x.writeJSON(http.StatusRequestEntityTooLarge, "Request body too large.")
		return
	case errors.Is(err, errCrossSite):
		x.log(err, "refused")
		x.writeJSON(http.StatusForbidden, "Cross-site request refused.")
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
	params := []string{"error", o.code}
	if errors.Is(err, errStale) {
		params = append(params, "code", "reauth_required")
	}
	if errors.Is(o.err, ErrCredentials) {
		code := "credentials"
		var custom *CredentialsError
		if errors.As(err, &custom) && custom.Code != "" {
			code = custom.Code
		}
		params = append(params, "code", code)
	}
	page, own := "/error", x.cfg.Pages.Error
	if o.signIn {
		page, own = "/signin", x.cfg.Pages.SignIn
	}
	if own == "" {
		own = x.base + page
	}
	target := x.absolute(own) + querySeparator(own) + encodeForm(params...)
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

// log writes one record. Neither the query nor the body is in it.
func (x *exchange) log(err error, code string) {
	level := slog.LevelWarn
	if code == "Configuration" || errors.Is(err, ErrValue) {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("action", x.action), slog.String("code", code), slog.String("error", oneLine(err.Error()))}
	if x.provider != nil {
		attrs = append(attrs, slog.String("provider", x.provider.ProviderID()))
	}
	x.logger.LogAttrs(x.ctx, level, "ginauth: request failed", attrs...)
}

// oneLine keeps text of others from starting a log line of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
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
