package authcookie

import (
	"iter"
	"net/http"
	"strings"
)

// Jar holds the cookies of one request. The zero value is a request without
// cookies. A Jar is never changed after [Parse] made it, so it may be shared.
type Jar struct {
	names   []string // in the order in which they first occurred
	cookies map[string]received
}

type received struct {
	value    string
	conflict bool
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
// case-sensitive and not decoded. When a name occurs several times its first
// value counts; see [Jar.Conflict].
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
		if old.value != value && !old.conflict {
			old.conflict = true
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
// The browser sends that when another host of the same site, or another path,
// planted a cookie of the same name. Nothing tells which one is ours, so what
// authorises somebody (sessions, flows) must treat it as absent.
func (j Jar) Conflict(name string) bool {
	return j.cookies[name].conflict
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
