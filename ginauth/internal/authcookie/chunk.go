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

	// MaxSession is the most bytes that [Join] puts together. A caller that writes a
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
// merely begins alike does no harm. An empty cookie counts as absent. ok is
// false when nothing is there, when a chunk is missing, when the value is longer
// than [MaxSession], and when the cookies contradict each other: one came with
// two different values, or a whole cookie stands beside chunks. [Candidates]
// then lists what they may mean.
//
// present lists every cookie of the session that the request brought, used or
// not, in its order. Pass it to [Refresh] so that left-overs are removed.
func Join(jar Jar, name string) (value string, ok bool, present []string) {
	c := carriersOf(jar, name)
	switch {
	case len(c.present) == 0 || c.contradict():
		return "", false, c.present
	case c.whole:
		value, _ = jar.Get(name)
		if len(value) > MaxSession {
			return "", false, c.present
		}
		return value, true, c.present
	case c.total > MaxSession || c.chunks != len(c.present): // a chunk is missing
		return "", false, c.present
	}
	var b strings.Builder
	b.Grow(c.total)
	for n := range c.chunks {
		chunk, _ := jar.Get(chunkName(name, n))
		b.WriteString(chunk)
	}
	return b.String(), true, c.present
}

// Contradictory reports whether the cookies of a session contradict each other;
// see [Join].
func Contradictory(jar Jar, name string) bool { return carriersOf(jar, name).contradict() }

// Present lists every cookie of a session that the request brought, like [Join].
func Present(jar Jar, name string) []string { return carriersOf(jar, name).present }

// carriers describes the cookies that carry a session.
type carriers struct {
	present []string
	whole   bool
	// chunks is one more than the highest number of a chunk.
	chunks int
	// total is the size of the chunks.
	total int
	// twice means that one of them came with two values.
	twice bool
}

func (c carriers) contradict() bool { return c.twice || c.whole && c.chunks > 0 }

func carriersOf(jar Jar, name string) (c carriers) {
	for _, got := range jar.names {
		n, mine := chunkNumber(got, name)
		if !mine {
			continue
		}
		cookie := jar.cookies[got]
		if cookie.value == "" && len(cookie.others) == 0 {
			continue
		}
		c.present = append(c.present, got)
		c.twice = c.twice || len(cookie.others) > 0
		if n < 0 {
			c.whole = true
			continue
		}
		c.chunks = max(c.chunks, n+1)
		c.total += len(cookie.value)
	}
	return c
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

// chunkNumber reports whether got is a cookie of the session called name, and
// which one: the number of a chunk, or -1 for the whole. A chunk number has at most
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
