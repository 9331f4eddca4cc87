package ginauth

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"github.com/ginauth/ginauth/ginauth/internal/origin"
	"github.com/ginauth/ginauth/internal/hostname"
)

// maxRedirect is the longest callback URL that is looked at, in bytes.
const maxRedirect = 2048

// originOf returns the origin of an http(s) URL as browsers write it, or "" when it has none.
func originOf(u *url.URL) string {
	o, err := origin.Of(u)
	if err != nil {
		return ""
	}
	return o
}

// redirectPolicy is the one place that decides where browsers are sent.
type redirectPolicy struct {
	// allowed are origins besides the public one.
	allowed []string
	// loops are paths that would do something on arrival, such as signing out.
	loops []string
	// refused limits how often the log says that an answer of the Redirect callback was not used.
	refused *rate.Sometimes
}

func newRedirectPolicy(base string, origins []string) redirectPolicy {
	p := redirectPolicy{refused: &rate.Sometimes{Interval: 10 * time.Second}}
	for _, action := range []string{"signout", "callback", "webauthn-options", "csrf", "session", "providers"} {
		p.loops = append(p.loops, base+"/"+action)
	}
	for _, o := range origins {
		if canonical, err := origin.ParseAny(o); err == nil {
			p.allowed = append(p.allowed, canonical)
		}
	}
	return p
}

// check returns raw as an absolute URL on the public origin or an allowed one, or the public
// origin when it is anything else. It never fails.
func (p redirectPolicy) check(raw, home string) string {
	if raw == "" || len(raw) > maxRedirect || !utf8.ValidString(raw) || hasOddRune(raw) {
		return home
	}
	absolute := raw
	if raw[0] == '/' {
		if strings.HasPrefix(raw, "//") {
			return home
		}
		absolute = home + raw
	}
	u, err := url.Parse(absolute)
	if err != nil {
		return home
	}
	target, err := origin.OfAny(u)
	if err != nil || target != home && !slices.Contains(p.allowed, target) || !plainHost(u) {
		return home
	}
	// Everything behind the host stays as it was written: query and fragment belong to the application.
	rest := absolute[strings.Index(absolute, "://")+len("://"):]
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[i:]
	} else {
		rest = ""
	}
	path, _, _ := strings.Cut(rest, "#")
	path, _, _ = strings.Cut(path, "?")
	if unsafePath(path) || p.isLoop(path) {
		return home
	}
	return target + rest
}

// plainHost reports whether the host is written as it is meant: a port without zeros in front, a name
// without characters that only stand for others. Another reader could take it for another host.
func plainHost(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") || strings.HasPrefix(u.Port(), "0") {
		return false
	}
	name := strings.ToLower(u.Hostname())
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return true
	}
	ascii, err := hostname.ASCII(name)
	return err == nil && hostname.Unicode(ascii) == name
}

// hasOddRune finds what browsers drop, fold or show differently: white space, control and format
// characters, backslashes.
func hasOddRune(s string) bool {
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return true
		}
	}
	return false
}

// unsafePath finds paths that a second decoding or a cleaning step would turn into another host
// or another header line.
func unsafePath(path string) bool {
	lower := strings.ToLower(path)
	for _, bad := range []string{"//", "%5c", "%2f", "%00", "%09", "%0a", "%0d"} {
		if strings.Contains(lower, bad) {
			return true
		}
	}
	for segment := range strings.SplitSeq(strings.ReplaceAll(lower, "%2e", "."), "/") {
		if segment == ".." || segment == "." {
			return true
		}
	}
	return false
}

func (p redirectPolicy) isLoop(path string) bool {
	for _, l := range p.loops {
		if path == l || strings.HasPrefix(path, l+"/") {
			return true
		}
	}
	return false
}

// escapeNonASCII percent-encodes what a header cannot carry.
func escapeNonASCII(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// redirectTarget passes raw through the Redirect callback, or the default policy.
func (a *Auth) redirectTarget(ctx context.Context, raw, home string) string {
	if a.cfg.Callbacks.Redirect == nil {
		return a.redirects.check(raw, home)
	}
	got := a.cfg.Callbacks.Redirect(ctx, raw, home)
	reason := refusesTarget(got)
	if reason == "" {
		return got
	}
	a.redirects.refused.Do(func() {
		a.logger.LogAttrs(ctx, slog.LevelWarn, "ginauth: the answer of the Redirect callback was not used, the browser is sent to the public origin", slog.String("reason", reason))
	})
	return home
}

// refusesTarget returns why browsers are not sent to what the Redirect callback returned, or "". The
// reason does not repeat the URL, which may hold a secret.
func refusesTarget(got string) string {
	if len(got) > maxRedirect || !utf8.ValidString(got) || hasOddRune(got) {
		return "it is too long, or has white space, control characters or backslashes in it"
	}
	u, err := url.Parse(got)
	switch {
	case err != nil || u.Scheme == "":
		return "it is not an absolute URL"
	case origin.IsOwnScheme(u.Scheme): // of an application beside the browser, which the callback knows
		return ""
	case u.Scheme != "http" && u.Scheme != "https":
		return "URLs with the scheme " + u.Scheme + " are never redirected to"
	case u.Host == "" || u.User != nil || u.Opaque != "":
		return "it has no host, or a user name in it"
	}
	return ""
}
