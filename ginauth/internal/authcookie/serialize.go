package authcookie

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Options are the attributes that every cookie of one name is written with.
// An empty field leaves its attribute out.
type Options struct {
	Path        string
	Domain      string
	HTTPOnly    bool
	Secure      bool
	Partitioned bool
	SameSite    http.SameSite
}

// Lifetime says how long a browser keeps a cookie. The zero value is a session
// cookie, which goes when the browser is closed.
type Lifetime struct {
	MaxAge    int // seconds; counts only with HasMaxAge
	HasMaxAge bool
	Expires   time.Time // not sent when zero
}

// expired makes the browser drop a cookie at once.
var expired = Lifetime{HasMaxAge: true}

// Until is the lifetime of a cookie with an Expires attribute and no Max-Age.
func Until(t time.Time) Lifetime { return Lifetime{Expires: t} }

// For is the lifetime of a cookie with both attributes, Max-Age in whole
// seconds and Expires that much after now.
func For(d time.Duration) Lifetime {
	return Lifetime{MaxAge: int(d / time.Second), HasMaxAge: true, Expires: time.Now().Add(d)}
}

// Serialize gives the value of a Set-Cookie header. The value is encoded by
// [EncodeURIComponent]; attributes follow in the order Max-Age, Domain, Path,
// Expires, HttpOnly, Secure, Partitioned, SameSite.
//
// Name and options are trusted: check them once with [Validate].
func Serialize(name, value string, o Options, life Lifetime) string {
	var b strings.Builder
	b.Grow(len(name) + len(value) + 128)
	b.WriteString(name)
	b.WriteByte('=')
	b.WriteString(EncodeURIComponent(value))
	if life.HasMaxAge {
		b.WriteString("; Max-Age=")
		b.WriteString(strconv.Itoa(life.MaxAge))
	}
	if o.Domain != "" {
		b.WriteString("; Domain=")
		b.WriteString(o.Domain)
	}
	if o.Path != "" {
		b.WriteString("; Path=")
		b.WriteString(o.Path)
	}
	if !life.Expires.IsZero() {
		b.WriteString("; Expires=")
		b.WriteString(life.Expires.UTC().Format(http.TimeFormat))
	}
	if o.HTTPOnly {
		b.WriteString("; HttpOnly")
	}
	if o.Secure {
		b.WriteString("; Secure")
	}
	if o.Partitioned {
		b.WriteString("; Partitioned")
	}
	switch o.SameSite {
	case http.SameSiteLaxMode:
		b.WriteString("; SameSite=Lax")
	case http.SameSiteStrictMode:
		b.WriteString("; SameSite=Strict")
	case http.SameSiteNoneMode:
		b.WriteString("; SameSite=None")
	}
	return b.String()
}

// Clear gives the Set-Cookie header that makes the browser drop a cookie.
func Clear(name string, o Options) string {
	return Serialize(name, "", o, expired)
}

var (
	nameSyntax   = regexp.MustCompile("^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$")
	pathSyntax   = regexp.MustCompile(`^/[\x20-\x3a\x3d-\x7e]*$`) // printable, but no ";" and no "<"
	domainSyntax = regexp.MustCompile(`(?i)^\.?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)
)

// Validate reports everything that would make [Serialize] write a header that
// is malformed, or one that browsers refuse: the syntax of name, path and
// domain (RFC 6265 section 4.1.1) and the rules of the __Host- and __Secure-
// name prefixes, of SameSite=None and of Partitioned.
func Validate(name string, o Options) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !nameSyntax.MatchString(name) {
		fail("cookie name %q: use letters, digits and !#$%%&'*+-.^_`|~ only", name)
	}
	if o.Path != "" && !pathSyntax.MatchString(o.Path) {
		fail("cookie %s: path %q must begin with a slash and be printable ASCII without a semicolon", name, o.Path)
	}
	if o.Domain != "" && !domainSyntax.MatchString(o.Domain) {
		fail("cookie %s: domain %q is not a host name in ASCII", name, o.Domain)
	}
	if hasPrefixFold(name, "__Secure-") && !o.Secure {
		fail("cookie %s: a __Secure- name needs the Secure attribute", name)
	}
	if hasPrefixFold(name, "__Host-") && (!o.Secure || o.Path != "/" || o.Domain != "") {
		fail("cookie %s: a __Host- name needs the Secure attribute, path / and no domain", name)
	}
	if o.SameSite == http.SameSiteNoneMode && !o.Secure {
		fail("cookie %s: SameSite=None needs the Secure attribute", name)
	}
	if o.Partitioned && !o.Secure {
		fail("cookie %s: Partitioned needs the Secure attribute", name)
	}
	return errors.Join(errs...)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
