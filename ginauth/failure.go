package ginauth

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"unicode"

	"github.com/ginauth/ginauth/ginauth/internal/ceremony"
)

// cause names in a few words of our own what made a request fail: the `cause` of log records. Those
// of ceremonies that do not verify are in package ceremony.
type cause string

const (
	causeNoCookie          cause = "no challenge cookie"
	causeSeveralCookies    cause = "several challenge cookies"
	causeUnreadableCookie  cause = "unreadable challenge cookie"
	causeOtherVersion      cause = "challenge of another version"
	causeUsed              cause = "used challenge"
	causeExpired           cause = "expired"
	causeOtherProvider     cause = "other provider"
	causeOtherCeremony     cause = "other ceremony"
	causeOtherSession      cause = "other session"
	causeUnknownCredential cause = "unknown credential"
	causeOtherUser         cause = "other user"
	causeUserHandle        cause = "user handle"
	causeMalformed         cause = cause(ceremony.Malformed)
	causeUnknownProvider   cause = "unknown provider"
	causeUnknownAction     cause = "unknown action"
	causeCrossSite         cause = "cross-site request"
	causeCSRF              cause = "CSRF token"
	causeLink              cause = "sign-in link"
	causeAddress           cause = "e-mail address"
	causeCredentials       cause = "credentials"
	causeDenied            cause = "SignIn callback refused"
	causeOtherAccount      cause = "account of another user"
	causeFlow              cause = "flow"
	causeStale             cause = "sign-in too long ago"
	causeEnded             cause = "session ended"
	causeClientGone        cause = "client went away"
	causeRateLimit         cause = "rate limit"
	causeService           cause = "service"

	// What follows is broken.
	causeServiceFailed cause = "service failed"
	causeCallback      cause = "callback failed"
	causeStorage       cause = "storage"
	causeValue         cause = "value does not fit its column"
)

// causes of errors that do not name one themselves. Whatever is in it, a client or a person did;
// what is not in it is broken.
var causes = []struct {
	err   error
	cause cause
}{
	{errStale, causeStale},
	{errEnded, causeEnded},
	{errUnknownCredential, causeUnknownCredential},
	{errMalformed, causeMalformed},
	{errUnknownProvider, causeUnknownProvider},
	{errUnknownAction, causeUnknownAction},
	{errCrossSite, causeCrossSite},
	{ErrMissingCSRF, causeCSRF},
	{ErrVerification, causeLink},
	{ErrCredentials, causeCredentials},
	{ErrAccessDenied, causeDenied},
	{ErrAccountNotLinked, causeOtherAccount},
	{ErrOAuthAccountNotLinked, causeOtherAccount},
	{ErrOAuthCallback, causeService},
	{errAddress, causeAddress},
	{ErrFlow, causeFlow},
	{ErrWebAuthn, cause(ceremony.Other)},
}

// causedError is an error with its cause and with attributes that help to find it.
type causedError struct {
	error
	cause cause
	attrs []slog.Attr
}

func (e *causedError) Unwrap() error { return e.error }

func because(c cause, err error, attrs ...slog.Attr) error { return &causedError{err, c, attrs} }

// causeOfService reads the error code of an OAuth answer: what a person did at the service is not broken
// (RFC 6749, section 4.1.2.1, and OpenID Connect Core, section 3.1.2.6).
func causeOfService(code string) cause {
	switch code {
	case "access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required":
		return causeService
	}
	return causeServiceFailed
}

// causeOf finds the cause of an error, and whether something is broken rather than refused.
func causeOf(ctx context.Context, err error) (c cause, attrs []slog.Attr, broken bool) {
	var caused *causedError
	var refused *ceremony.Error
	var limited *rateLimitError
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return causeClientGone, nil, false
	case errors.Is(err, ErrValue):
		return causeValue, nil, true
	case errors.Is(err, ErrStorage), errors.Is(err, context.DeadlineExceeded):
		return causeStorage, nil, true
	case errors.As(err, &limited):
		return causeRateLimit, nil, false
	case errors.Is(err, errUnknownCredential): // hidden, it comes with what else did not verify
		return causeUnknownCredential, nil, false
	case errors.As(err, &caused):
		return caused.cause, caused.attrs, caused.cause == causeServiceFailed || caused.cause == causeCallback
	case errors.As(err, &refused):
		return cause(refused.Cause), nil, false
	}
	for _, known := range causes {
		if errors.Is(err, known.err) {
			return known.cause, nil, false
		}
	}
	return "", nil, true
}

// log writes one record: at level ERROR what is broken, at WARN what was refused. Neither the query
// nor the body is in it.
func (x *exchange) log(err error, code string) {
	cause, more, broken := causeOf(x.c.Request.Context(), err)
	level := slog.LevelWarn
	if broken {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("action", x.action), slog.String("code", code)}
	if cause != "" {
		attrs = append(attrs, slog.String("cause", string(cause)))
	}
	attrs = append(append(attrs, slog.String("error", oneLine(err.Error()))), more...)
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

// maxLogged bounds text that a client chose, in characters.
const maxLogged = 100

// shown is text that a client chose as it may go to the log: one line, and not too long.
func shown(s string) string {
	n := 0
	for i, r := range s {
		if n++; n > maxLogged {
			return shown(s[:i]) + "…"
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return shown(s[:i]) + "…"
		}
	}
	return strings.ToValidUTF8(s, "�")
}

// shownOrigin is an origin that a client claims. What an origin does not have is left out: it may be
// a secret.
func shownOrigin(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		if origin := u.Scheme + "://" + u.Host; origin != s {
			return shown(origin) + "…"
		}
	}
	before, _, found := strings.Cut(s, "?")
	if found {
		before += "…"
	}
	return shown(before)
}

// shownID is a provider id that a client asked for, up to what no id has.
func shownID(s string) string {
	odd := strings.IndexFunc(s, func(r rune) bool { return !providerID.MatchString("a" + string(r)) })
	if odd >= 0 {
		return shown(s[:odd]) + "…"
	}
	return shown(s)
}
