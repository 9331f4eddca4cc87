package ginauth

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiterDeadline bounds what a limiter elsewhere may add to a request.
const limiterDeadline = 250 * time.Millisecond

// limiting is the state behind RateLimitConfig; nil when it is disabled.
type limiting struct {
	RateLimitConfig
	logger *slog.Logger
	// elsewhere: the limiter may take its time, and may fail.
	elsewhere bool
	// returning is the limiter when it can take counts back, else nil.
	returning ReturningLimiter
	// pseudonyms is the key of the hashes that stand for people in the limiter's keys.
	pseudonyms []byte
	// local counts what all clients of this instance ask for.
	local *memoryLimiter
	// tickets are the attempts to sign in that are running.
	tickets tickets

	// What a flood of requests makes happen is logged now and then.
	warnProxy             sync.Once
	logOutage, logRefusal rate.Sometimes
}

func newLimiting(cfg Config) (*limiting, error) {
	if cfg.RateLimit.Disabled {
		return nil, nil
	}
	l := &limiting{RateLimitConfig: cfg.RateLimit, logger: cfg.Logger, elsewhere: cfg.RateLimit.Limiter != nil}
	l.logOutage.Interval, l.logRefusal.Interval = 10*time.Second, time.Second
	var err error
	if l.Limiter == nil {
		if l.Limiter, err = newMemoryLimiter(memoryKeys); err != nil {
			return nil, fmt.Errorf("rate limiter: %w", err)
		}
	}
	l.returning, _ = l.Limiter.(ReturningLimiter)
	if l.local, err = newMemoryLimiter(memoryKeys); err != nil {
		return nil, fmt.Errorf("rate limiter: %w", err)
	}
	l.pseudonyms, err = hkdf.Key(sha256.New, []byte(cfg.Secret), nil, "ginauth rate limits", sha256.Size)
	return l, err
}

// rateLimitError is a request too many. It is answered with 429.
type rateLimitError struct {
	limit string
	wait  time.Duration
}

func (e *rateLimitError) Error() string { return "ginauth: too many requests: limit of " + e.limit }

// count counts a request against key. What the limiter cannot tell is allowed.
func (l *limiting) count(ctx context.Context, name, key string, limit Limit) error {
	if limit.Requests < 0 {
		return nil
	}
	if wait, _ := l.ask(ctx, key, limit, true); wait > 0 {
		return &rateLimitError{name, wait}
	}
	return nil
}

// ask counts against key, or only looks with count false. An error was logged.
func (l *limiting) ask(ctx context.Context, key string, limit Limit, count bool) (time.Duration, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	wait, err := l.call(ctx, key, limit, count)
	if err != nil {
		l.logOutage.Do(func() {
			l.logger.LogAttrs(ctx, slog.LevelError, "ginauth: rate limiter failed, requests are not limited", slog.String("error", oneLine(err.Error())))
		})
		return 0, err
	}
	return wait, nil
}

// call asks the limiter. One that panics has failed like one that returns an error.
func (l *limiting) call(ctx context.Context, key string, limit Limit, count bool) (wait time.Duration, err error) {
	defer recoverLimiter(&err)
	if count {
		return l.Limiter.Take(ctx, key, limit)
	}
	return l.Limiter.Peek(ctx, key, limit)
}

func (l *limiting) giveBack(ctx context.Context, key string, limit Limit) (err error) {
	defer recoverLimiter(&err)
	return l.returning.GiveBack(ctx, key, limit)
}

func recoverLimiter(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic (%T)", p)
	}
}

// bounded gives a limiter elsewhere its time. A client that hangs up early counts like any other.
func (l *limiting) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if !l.elsewhere {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), limiterDeadline)
}

// limitAddress counts a request against the address that it comes from, before anything else is
// done for it. Actions have their counts by name, however their path was written.
func (x *exchange) limitAddress() error {
	if x.limiting == nil {
		return nil
	}
	limits, post := &x.limiting.Limits, x.c.Request.Method == http.MethodPost
	switch x.action {
	case "csrf", "providers", "session":
		return x.takeForAddress(x.action, limits.Read)
	case "webauthn-options":
		// In this order, so that one busy address uses nothing up that is everybody's.
		if err := x.takeForAddress(x.action, limits.Options); err != nil {
			return err
		}
		return x.takeTogether(optionsTogether)
	case "callback":
		return x.takeForAddress(x.action, limits.Callback)
	case "signin":
		if post {
			return x.takeForAddress(x.action, limits.Callback)
		}
	}
	return nil
}

func (x *exchange) takeForAddress(name string, limit Limit) error {
	r := x.c.Request
	client := clientIPOf(r.RemoteAddr, r.Header["X-Forwarded-For"], x.limiting.TrustedProxies)
	if client.proxied {
		x.limiting.warnProxy.Do(func() {
			if onThisMachine(x.Auth.origin) {
				return // in development: the proxy is that of the frontend
			}
			x.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: requests seem to come through a proxy, behind which limits per address cannot tell people apart: have it add X-Forwarded-For, and set RateLimit.TrustedProxies to its address")
		})
	}
	if !client.addr.IsValid() {
		return nil
	}
	var buf [80]byte
	key := client.addr.AppendTo(append(append(append(buf[:0], "ginauth:"...), name...), ':'))
	return x.limiting.count(x.ctx, name, string(key), limit)
}

// limitForm counts a POST against who it is about, as far as its fields tell. Only forms of this
// site count, or any other one could use up a visitor's requests.
func (x *exchange) limitForm() error {
	if x.limiting == nil || !x.csrfVerified {
		return nil
	}
	limits := &x.limiting.Limits
	switch p := x.provider.(type) {
	case *WebAuthnProvider:
		if x.action == "callback" && x.field("action") == ceremonyRegister {
			return x.takeForAddress("register", limits.Register)
		}
	case *EmailProvider:
		if x.action != "signin" {
			return nil
		}
		if address, err := p.normalize(x.field("email")); err == nil {
			return x.takeWithOthers(linksTogether, "sign-in link", address, limits.SignInLink)
		}
	case *CredentialsProvider:
		if x.action == "callback" {
			return x.reserveAccounts(p)
		}
	}
	return nil
}

// limitNewcomer counts the registration of a new user against their e-mail address.
func (x *exchange) limitNewcomer(f passkeyFlow) error {
	if x.limiting == nil || f.Exists {
		return nil
	}
	return x.takeWithOthers(registrationsTogether, "register by e-mail", foldAddress(f.Email), x.limiting.Limits.RegisterEmail)
}

// takeWithOthers counts a request against the person whom it is about and against what everybody
// asks for. When the latter refuses, it uses up nothing of the person's.
func (x *exchange) takeWithOthers(what together, name, id string, limit Limit) error {
	if err := x.peekTogether(what); err != nil {
		return err
	}
	if err := x.takeForPerson(name, id, limit); err != nil {
		return err
	}
	return x.takeTogether(what)
}

func (x *exchange) takeForPerson(name, id string, limit Limit) error {
	return x.limiting.count(x.ctx, name, x.limiting.keyOf(name, id), limit)
}

// keyOf is the limiter's key for a person or credential, which does not show who it is.
func (l *limiting) keyOf(name, id string) string {
	mac := hmac.New(sha256.New, l.pseudonyms)
	mac.Write([]byte(name + "\x00" + id))
	return "ginauth:" + strings.ReplaceAll(name, " ", "-") + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// refuseAfterFailures fails when too many sign-ins of this credential or user have failed. Otherwise
// the attempt at hand has a ticket, which [exchange.countFailure] keeps or gives back.
func (x *exchange) refuseAfterFailures(kind, id string) error {
	if x.limiting == nil {
		return nil
	}
	name := kind + " failures"
	t, err := x.limiting.take(x.ctx, name, x.limiting.keyOf(name, id), x.limiting.Limits.Failures)
	if t != nil {
		x.tickets = append(x.tickets, t)
	}
	return err
}

// countFailure ends an attempt, and counts it when the proof was wrong.
func (x *exchange) countFailure(err error) {
	tickets := x.tickets
	x.tickets = nil
	for _, t := range tickets {
		x.limiting.settle(x.ctx, t, x.isFailure(err) || x.errsTooOften(err, t.key))
	}
}

// errorsPerFailure is how many unexplained errors of Authorize an account may have for each failure.
const errorsPerFailure = 10

// errsTooOften counts an error with which Authorize does not say whether the proof was wrong. It is
// taken for an outage, but not without end, because some return one for a wrong password.
func (x *exchange) errsTooOften(err error, key string) bool {
	if !errors.Is(err, errAuthorize) || errors.Is(err, ErrStorage) {
		return false
	}
	limit := x.limiting.Limits.Failures
	limit.Requests *= errorsPerFailure
	return x.limiting.local.take("errors:"+key, limit) > 0
}

// isFailure reports whether an attempt counts as failed: when the proof was wrong, and when the client
// did not wait for the answer, or it could guess without end by hanging up. Nothing else does: neither
// what was refused unseen, nor what storage could not tell.
func (x *exchange) isFailure(err error) bool {
	var limited *rateLimitError
	switch {
	case err == nil, errors.As(err, &limited):
		return false
	case errors.Is(x.c.Request.Context().Err(), context.Canceled):
		return true
	case errors.Is(err, ErrStorage), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return false
	}
	return errors.Is(err, ErrWebAuthn) || errors.Is(err, ErrCredentials) || errors.Is(err, errUnknownCredential)
}

// limitedAnswer is a refusal that the client's fetch can read: it looks for url.
type limitedAnswer struct {
	Error string `json:"error"`
	URL   string `json:"url"`
}

// tooMany answers 429. Reading the session has no body that could be taken for "signed out".
func (x *exchange) tooMany(e *rateLimitError) {
	x.limiting.logRefusal.Do(func() { x.log(e, "RateLimited") })
	x.c.Writer.Header().Set("Retry-After", strconv.FormatInt(int64((e.wait+time.Second-1)/time.Second), 10))
	x.sendCookies()
	switch x.action {
	case "session":
		x.writeJSON(http.StatusTooManyRequests, nil)
		return
	case "csrf", "providers", "webauthn-options":
	default:
		if x.returnRedirect {
			break
		}
		if p, err := x.pages.Unavailable(x.homeView()); err == nil {
			p.Status = http.StatusTooManyRequests
			x.writePage(p)
			return
		}
	}
	x.writeJSON(http.StatusTooManyRequests, limitedAnswer{Error: "Too many requests", URL: x.errorTarget("RateLimited")})
}
