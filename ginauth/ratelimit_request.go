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

	"golang.org/x/text/unicode/norm"
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
	// pseudonyms is the key of the hashes that stand for people in the limiter's keys.
	pseudonyms []byte
	// together counts what all clients of this instance ask for.
	together *memoryLimiter

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
	if l.together, err = newMemoryLimiter(1); err != nil {
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

// ask counts against key, or only looks with count false. What the limiter can not tell is allowed.
func (l *limiting) ask(ctx context.Context, name, key string, limit Limit, count bool) error {
	if limit.Requests < 0 {
		return nil
	}
	if l.elsewhere {
		// A client that hangs up early counts like any other.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), limiterDeadline)
		defer cancel()
	}
	var wait time.Duration
	var err error
	if count {
		wait, err = l.Limiter.Take(ctx, key, limit)
	} else {
		wait, err = l.Limiter.Peek(ctx, key, limit)
	}
	if err != nil {
		l.logOutage.Do(func() {
			l.logger.LogAttrs(ctx, slog.LevelError, "ginauth: rate limiter failed, requests are not limited", slog.String("error", oneLine(err.Error())))
		})
		return nil
	}
	if wait > 0 {
		return &rateLimitError{name, wait}
	}
	return nil
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
		return x.limiting.takeTogether(x.ctx, limits.OptionsTogether)
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
			x.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: requests seem to come through a proxy, behind which limits per address can not tell people apart: have it add X-Forwarded-For, and set RateLimit.TrustedProxies to its address")
		})
	}
	if !client.addr.IsValid() {
		return nil
	}
	var buf [80]byte
	key := client.addr.AppendTo(append(append(append(buf[:0], "ginauth:"...), name...), ':'))
	return x.limiting.ask(x.ctx, name, string(key), limit, true)
}

// takeTogether counts a request of anybody.
func (l *limiting) takeTogether(ctx context.Context, limit Limit) error {
	if limit.Requests < 0 {
		return nil
	}
	// In memory nothing fails.
	if wait, _ := l.together.Take(ctx, "", limit); wait > 0 {
		return &rateLimitError{"options of everybody", wait}
	}
	return nil
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
			return x.takeForPerson("sign-in link", address, limits.SignInLink)
		}
	case *CredentialsProvider:
		if x.action != "callback" {
			return nil
		}
		for _, name := range []string{"email", "username"} {
			if s := x.field(name); s != "" {
				// However it is written: what is one account to Authorize must not be several here.
				if err := x.refuseAfterFailures("account", p.ID+"\x00"+foldAccount(s)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func foldAccount(s string) string { return strings.TrimSpace(lowerCase(norm.NFKC.String(s))) }

// limitNewcomer counts the registration of somebody new against their e-mail address.
func (x *exchange) limitNewcomer(f passkeyFlow) error {
	if x.limiting == nil || f.Exists {
		return nil
	}
	return x.takeForPerson("register by e-mail", foldAccount(f.Email), x.limiting.Limits.RegisterEmail)
}

func (x *exchange) takeForPerson(name, id string, limit Limit) error {
	return x.limiting.ask(x.ctx, name, x.limiting.keyOf(name, id), limit, true)
}

// keyOf is the limiter's key for a person or credential, from which nobody learns who it is.
func (l *limiting) keyOf(name, id string) string {
	mac := hmac.New(sha256.New, l.pseudonyms)
	mac.Write([]byte(name + "\x00" + id))
	return "ginauth:" + strings.ReplaceAll(name, " ", "-") + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// refuseAfterFailures fails when too many sign-ins of this credential or user have failed. If the
// one at hand does so as well, it will count: see countFailure.
func (x *exchange) refuseAfterFailures(kind, id string) error {
	if x.limiting == nil {
		return nil
	}
	name := kind + " failures"
	key := x.limiting.keyOf(name, id)
	x.failureKeys = append(x.failureKeys, key)
	return x.limiting.ask(x.ctx, name, key, x.limiting.Limits.Failures, false)
}

// countFailure ends an attempt, and counts it when the proof was wrong. Nothing else is a failure:
// neither what was refused unseen, nor what storage could not tell.
func (x *exchange) countFailure(err error) {
	keys := x.failureKeys
	x.failureKeys = nil
	if errors.Is(err, ErrStorage) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return
	}
	if !errors.Is(err, ErrWebAuthn) && !errors.Is(err, ErrCredentials) && !errors.Is(err, errUnknownCredential) {
		return
	}
	for _, key := range keys {
		// The answer is a refusal already.
		_ = x.limiting.ask(x.ctx, "failures", key, x.limiting.Limits.Failures, true)
	}
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
	page := x.cfg.Pages.Error
	if page == "" {
		page = x.base + "/error"
	}
	x.writeJSON(http.StatusTooManyRequests, limitedAnswer{
		Error: "Too many requests",
		URL:   x.absolute(page) + querySeparator(page) + encodeForm("error", "RateLimited"),
	})
}
