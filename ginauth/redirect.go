package ginauth

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRedirect is the longest callback URL that is looked at, in bytes.
const maxRedirect = 2048

// originOf returns scheme and host in lower case, without a default port.
func originOf(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	host := strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}

// redirectPolicy is the one place that decides where browsers are sent.
type redirectPolicy struct {
	// allowed are origins besides the public one.
	allowed []string
	// loops are paths that would do something on arrival, such as signing out.
	loops []string
}

func newRedirectPolicy(base string, origins []string) redirectPolicy {
	p := redirectPolicy{}
	for _, action := range []string{"signout", "callback", "webauthn-options", "csrf", "session", "providers"} {
		p.loops = append(p.loops, base+"/"+action)
	}
	for _, o := range origins {
		if origin, err := parseOrigin(o); err == nil {
			p.allowed = append(p.allowed, origin)
		}
	}
	return p
}

// check returns raw as an absolute URL on the public origin or an allowed one, or the public
// origin when it is anything else. It never fails.
func (p redirectPolicy) check(raw, origin string) string {
	if raw == "" || len(raw) > maxRedirect || !utf8.ValidString(raw) || hasOddRune(raw) {
		return origin
	}
	absolute := raw
	if raw[0] == '/' {
		if strings.HasPrefix(raw, "//") {
			return origin
		}
		absolute = origin + raw
	}
	u, err := url.Parse(absolute)
	if err != nil || u.Opaque != "" || u.User != nil || u.Host == "" {
		return origin
	}
	target := originOf(u)
	if target != origin && !slices.Contains(p.allowed, target) {
		return origin
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
		return origin
	}
	return target + rest
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

// escapeNonASCII percent-encodes what a header can not carry.
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
func (a *Auth) redirectTarget(ctx context.Context, raw, origin string) string {
	if a.cfg.Callbacks.Redirect == nil {
		return a.redirects.check(raw, origin)
	}
	got := a.cfg.Callbacks.Redirect(ctx, raw, origin)
	if len(got) > maxRedirect || !utf8.ValidString(got) || hasOddRune(got) {
		return origin
	}
	u, err := url.Parse(got)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Opaque != "" {
		return origin
	}
	return got
}
