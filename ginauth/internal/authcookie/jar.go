package authcookie

import (
	"iter"
	"net/http"
	"slices"
	"strings"
)

// Jar holds the cookies of one request. The zero value is a request without
// cookies. A Jar is never changed after [Parse] made it, so it may be shared.
type Jar struct {
	names   []string // in the order in which they first occurred
	cookies map[string]received
}

// MaxValues is the most values of one name that are worth trying. More do not come
// from deployments that changed a cookie.
const MaxValues = 8

type received struct {
	value string
	// others are further values, at most MaxValues of them: one more than are
	// worth trying, so that Values shows that there are too many.
	others []string
}

// FromHeader reads the Cookie header of a request. HTTP/2 clients may send it
// in several fields, which count as one (RFC 9113 section 8.2.3).
func FromHeader(h http.Header) Jar {
	fields := h["Cookie"]
	if len(fields) == 1 {
		return Parse(fields[0])
	}
	return Parse(strings.Join(fields, "; "))
}

// Parse reads the value of a Cookie header. It never fails: what is no
// name=value pair is passed over.
//
// Blanks and tabs around names and values are dropped, quotes are kept. A value
// is percent-decoded, or left as it came when it does not decode. Names are
// case-sensitive and not decoded. When a name occurs several times [Jar.Get] has
// its first value; see [Jar.Conflict].
func Parse(header string) Jar {
	var j Jar
	if len(header) < 2 { // a lone "=" is no cookie, "=x" is one without a name
		return j
	}
	for header != "" {
		pair, rest, _ := strings.Cut(header, ";")
		header = rest
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		j.add(strings.Trim(name, " \t"), unescape(strings.Trim(value, " \t")))
	}
	return j
}

func (j *Jar) add(name, value string) {
	if old, ok := j.cookies[name]; ok {
		if old.value != value && len(old.others) < MaxValues && !slices.Contains(old.others, value) {
			old.others = append(old.others, value)
			j.cookies[name] = old
		}
		return
	}
	if j.cookies == nil {
		j.cookies = make(map[string]received)
	}
	j.cookies[name] = received{value: value}
	j.names = append(j.names, name)
}

// unescape decodes a value, or gives it back as it is when it does not decode.
func unescape(raw string) string {
	if value, err := DecodeURIComponent(raw); err == nil {
		return value
	}
	return raw
}

// Get gives the first value of the cookie, and whether the request had it.
func (j Jar) Get(name string) (value string, ok bool) {
	c, ok := j.cookies[name]
	return c.value, ok
}

// Conflict reports whether the cookie occurs with two different values.
//
// Browsers send that when they hold cookies of one name in several scopes:
// because a deployment changed the Domain or Path of its cookie, or because
// another host of the same site, or a page below another path, set one. The
// request does not tell which is which, and the order proves nothing.
func (j Jar) Conflict(name string) bool {
	return len(j.cookies[name].others) > 0
}

// Values lists the different values of the cookie in the order in which they
// came. It is longer than [MaxValues] when there are too many, and then leaves
// some out.
func (j Jar) Values(name string) []string {
	c, ok := j.cookies[name]
	if !ok {
		return nil
	}
	return append([]string{c.value}, c.others...)
}

// All iterates over the cookies in the order in which they first occurred.
func (j Jar) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, name := range j.names {
			if !yield(name, j.cookies[name].value) {
				return
			}
		}
	}
}
