package ginauth

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
)

// Browsers keep cookies of one name apart by Domain and Path (RFC 6265bis, section 5.7). They send
// every one that matches, without its attributes. After a deployment changes an attribute of a cookie,
// or another host of the same site sets a cookie of that name, two arrive until one of them is expired
// in its own scope. The request does not tell the scope, so all likely ones are expired.

// How many bytes the Set-Cookie lines of an answer may have in all before no further scope is expired.
// By default nginx reads response headers of 4 or 8 KiB. A session in several cookies needs more than
// that by itself, and gets a little more room.
const (
	roomForScopes = 3584
	roomBeside    = 1 << 10
)

// How many Domain and Path attributes are looked at. The request says how many fit, so without a bound a
// long path would cost more than all else that a request can ask for.
const (
	maxDomains = 8
	maxPaths   = 24
)

// manyScopes are cookies that the browser may hold in several scopes.
type manyScopes struct {
	// now has the attributes with which the cookies are set now.
	now authcookie.Options
	// names are expired in all scopes but that one, former names in all.
	names, former []string
	// suspected means that the request shows no sign of a second scope. Then the likely ones are enough.
	suspected bool
}

// arrivesElsewhere reports whether the browser holds a cookie in several scopes, or with another prefix.
func (x *exchange) arrivesElsewhere(spec cookieSpec) bool {
	return x.jar.Conflict(spec.name) || len(x.formerOf(spec)) > 0
}

// formerOf lists the cookies of the request whose name differs from a cookie's in the prefix alone.
func (x *exchange) formerOf(spec cookieSpec) (names []string) {
	for _, name := range spec.formerNames {
		if _, ok := x.jar.Get(name); ok {
			names = append(names, name)
		}
	}
	return names
}

// expireOthers expires a cookie in other scopes when it arrived from several. Call it when the cookie
// is set or expired. It also takes effect when the request fails, so that the next attempt works.
func (x *exchange) expireOthers(spec cookieSpec) {
	if x.arrivesElsewhere(spec) {
		others := manyScopes{now: spec.options, names: []string{spec.name}, former: x.formerOf(spec)}
		x.elsewhere = append(x.elsewhere, others)
		x.elsewhereOnFailure = append(x.elsewhereOnFailure, others)
	}
}

// cookieLines returns the Set-Cookie lines of the answer. Those that expire other scopes come first.
// Clients that keep one cookie of each name, or only the last line, then keep the cookie that is set.
func (x *exchange) cookieLines() []string {
	if len(x.elsewhere) == 0 {
		return x.setCookies
	}
	used := lengthOf(x.setCookies)
	room := max(roomForScopes, used+roomBeside)
	var lines []string
	for _, likely := range []bool{true, false} {
		for _, cookies := range x.elsewhere {
			for _, line := range x.expire(cookies, likely) {
				if size := lengthOf([]string{line}); used+size <= room {
					used += size
					lines = append(lines, line)
				}
			}
		}
	}
	return append(lines, x.setCookies...)
}

// lengthOf is the size of Set-Cookie lines in the header, in bytes.
func lengthOf(lines []string) (n int) {
	for _, line := range lines {
		n += len("Set-Cookie: \r\n") + len(line)
	}
	return n
}

// expire returns the lines that expire cookies in likely scopes, or in the unlikely ones.
func (x *exchange) expire(cookies manyScopes, likely bool) (lines []string) {
	add := func(name string, o authcookie.Options) {
		o.HTTPOnly, o.SameSite = false, 0 // make no difference here, and the header is short
		o.Secure = o.Secure || strings.HasPrefix(name, "__") && strings.HasPrefix(x.origin, "https:")
		if authcookie.Validate(name, o) == nil { // otherwise browsers would not have accepted the cookie
			lines = append(lines, authcookie.Clear(name, o))
		}
	}
	list, n := x.scopes(cookies.now)
	for i, o := range list {
		if i < n != likely || cookies.suspected && !likely {
			continue
		}
		for _, name := range cookies.former {
			add(name, o)
		}
		if i > 0 {
			for _, name := range cookies.names {
				add(name, o)
			}
		}
	}
	return lines
}

// scopes lists the attributes with which the browser may hold a cookie that it sent with this request.
// The first entry is the scope in which the cookie is set now. It counts among the likely ones, which
// come before the others.
func (x *exchange) scopes(now authcookie.Options) (list []authcookie.Options, likely int) {
	list = append(list, now)
	add := func(domain, path string, partitioned bool) {
		o := now
		o.Domain, o.Path, o.Partitioned = domain, path, partitioned
		same := func(other authcookie.Options) bool {
			return strings.EqualFold(strings.TrimPrefix(other.Domain, "."), domain) && other.Path == path && other.Partitioned == partitioned
		}
		if !slices.ContainsFunc(list, same) {
			list = append(list, o)
		}
	}
	domains := append([]string{""}, domainsOf(x.origin)...)
	everywhere := func(paths []string, partitioned bool) {
		for _, path := range paths {
			for _, domain := range domains {
				add(domain, path, partitioned)
			}
		}
	}
	usual := []string{now.Path, "/", x.base, x.base + "/"}
	everywhere(usual, now.Partitioned)
	add(strings.TrimPrefix(now.Domain, "."), now.Path, !now.Partitioned)
	likely = len(list)
	everywhere(pathsTo(x.c.Request.URL.EscapedPath()), now.Partitioned)
	everywhere(usual, !now.Partitioned)
	return list, likely
}

// domainsOf lists the Domain attributes that browsers accept from an origin: its host name and the
// names above it that have a dot, of many the highest. IP addresses have none.
func domainsOf(origin string) (domains []string) {
	u, err := url.Parse(origin)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return nil
	}
	for name := strings.ToLower(u.Hostname()); strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		domains = append(domains, name)
	}
	if n := len(domains); n > maxDomains {
		return append(domains[:1], domains[n-maxDomains+1:]...)
	}
	return domains
}

// pathsTo lists the Path attributes that match the path of a request, none when there are too many.
func pathsTo(path string) (paths []string) {
	if strings.Count(path, "/") > maxPaths/2 || len(path) > roomForScopes {
		return nil
	}
	for i := range path {
		if path[i] == '/' && i > 0 {
			paths = append(paths, path[:i], path[:i+1])
		}
	}
	return append(paths, path)
}
