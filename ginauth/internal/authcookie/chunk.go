package authcookie

import (
	"slices"
	"strconv"
	"strings"
)

const (
	// ChunkSize is the most bytes of a session value that one cookie carries:
	// what browsers allow for a cookie (4096) without room for its name and
	// attributes.
	ChunkSize = 3936

	// MaxSession is the most bytes that [Join] puts together. Whoever writes a
	// session must not write a longer one: it could not be read again, and most
	// servers refuse a request header of that size anyway.
	MaxSession = 20 << 10
)

// Cookie is a name and its value; an empty value means that the browser should
// drop the cookie.
type Cookie struct {
	Name  string
	Value string
}

// Join gives the session value that a request carries under name, which is one
// cookie of that name or its chunks name.0, name.1 and so on.
//
// Names are matched exactly, so the cookie of another application whose name
// merely begins alike does no harm. An empty cookie counts as absent. When the
// request has both forms the whole cookie holds: [Refresh] expires the other
// form whenever it writes, so chunks beside it are left-overs. ok is false when
// nothing is there, when a chunk is missing, when the value is longer than
// [MaxSession], and when a cookie that would be used came with two different
// values.
//
// present lists every cookie of the session that the request brought, used or
// not, in its order. Pass it to [Refresh] so that left-overs are removed.
func Join(jar Jar, name string) (value string, ok bool, present []string) {
	highest, total := -1, 0
	for got, chunk := range jar.All() {
		n, mine := chunkNumber(got, name)
		if !mine || chunk == "" {
			continue
		}
		present = append(present, got)
		if n >= 0 {
			highest = max(highest, n)
			total += len(chunk)
		}
	}
	if whole, found := jar.Get(name); found && whole != "" {
		if len(whole) > MaxSession || jar.Conflict(name) {
			return "", false, present
		}
		return whole, true, present
	}
	if highest < 0 || total > MaxSession {
		return "", false, present
	}
	var b strings.Builder
	b.Grow(total)
	for n := range highest + 1 {
		part := chunkName(name, n)
		chunk, _ := jar.Get(part)
		if chunk == "" || jar.Conflict(part) {
			return "", false, present
		}
		b.WriteString(chunk)
	}
	return b.String(), true, present
}

// Split cuts a session value into the cookies that carry it: one called name
// when it fits into [ChunkSize] bytes, else name.0, name.1 and so on. The value
// must be ASCII that needs no percent-encoding, which session tokens are.
func Split(name, value string) []Cookie {
	switch {
	case value == "":
		return nil
	case len(value) <= ChunkSize:
		return []Cookie{{Name: name, Value: value}}
	}
	var cookies []Cookie
	for chunk := range slices.Chunk([]byte(value), ChunkSize) {
		cookies = append(cookies, Cookie{Name: chunkName(name, len(cookies)), Value: string(chunk)})
	}
	return cookies
}

// Refresh gives the cookies that replace the session of a request, present
// being what [Join] found there, by value. Cookies no longer used come with an
// empty value. A name that stays keeps its place among those of the request,
// new names follow. An empty value ends the session: every cookie is dropped.
func Refresh(name, value string, present []string) []Cookie {
	cookies := make([]Cookie, len(present), len(present)+1)
	for i, old := range present {
		cookies[i].Name = old
	}
	for _, c := range Split(name, value) {
		i := slices.Index(present, c.Name)
		if i < 0 {
			cookies = append(cookies, c)
			continue
		}
		cookies[i] = c
	}
	return cookies
}

// SerializeAll gives one Set-Cookie header for each cookie, in their order.
// Those with an empty value are expired, whatever the lifetime.
func SerializeAll(cookies []Cookie, o Options, life Lifetime) []string {
	headers := make([]string, len(cookies))
	for i, c := range cookies {
		if c.Value == "" {
			headers[i] = Clear(c.Name, o)
			continue
		}
		headers[i] = Serialize(c.Name, c.Value, o, life)
	}
	return headers
}

func chunkName(name string, n int) string {
	return name + "." + strconv.Itoa(n)
}

// chunkNumber tells whether got is a cookie of the session called name, and
// which: the number of a chunk, or -1 for the whole. A chunk number has at most
// two digits and no leading zero.
func chunkNumber(got, name string) (n int, ok bool) {
	suffix, ok := strings.CutPrefix(got, name)
	if !ok {
		return 0, false
	}
	if suffix == "" {
		return -1, true
	}
	digits, ok := strings.CutPrefix(suffix, ".")
	if !ok || len(digits) == 0 || len(digits) > 2 || len(digits) == 2 && digits[0] == '0' {
		return 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
