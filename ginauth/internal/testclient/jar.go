package testclient

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// Jar keeps cookies as browsers do: by name, Domain, Path and partition, so that several of one name
// can be sent together (RFC 6265bis, sections 5.7 and 5.8). Go's own jar takes a cookie of the host
// alone for the same as one with Domain set to that host. Give it to [NewRemote] as transport: it sends
// its own cookies instead of the client's.
type Jar struct {
	// Next is the server.
	Next http.RoundTripper

	kept []kept
	made int
}

type kept struct {
	http.Cookie
	// host is where the cookie belongs; hostOnly says that it does not go to names below.
	host     string
	hostOnly bool
	// made counts cookies, for their order.
	made int
}

func (k kept) key() [5]string {
	text := map[bool]string{true: "yes"}
	return [5]string{k.Name, k.host, text[k.hostOnly], k.Path, text[k.Partitioned]}
}

// RoundTrip sends a request with the cookies that match it, and keeps those of the answer.
func (j *Jar) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Del("Cookie")
	if pairs := j.header(r); pairs != "" {
		r.Header.Set("Cookie", pairs)
	}
	res, err := j.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for _, c := range res.Cookies() {
		j.Set(r.URL.Scheme+"://"+r.URL.Host, *c)
	}
	return res, nil
}

// header has longer paths first, then older cookies.
func (j *Jar) header(r *http.Request) string {
	var send []kept
	for _, k := range j.kept {
		if k.matches(r.URL.Hostname(), r.URL.Path) && (!k.Secure || r.URL.Scheme == "https") {
			send = append(send, k)
		}
	}
	slices.SortStableFunc(send, func(a, b kept) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.made, b.made))
	})
	var pairs []string
	for _, k := range send {
		pairs = append(pairs, k.Name+"="+k.Value)
	}
	return strings.Join(pairs, "; ")
}

func (k kept) matches(host, path string) bool {
	if host != k.host && (k.hostOnly || !strings.HasSuffix(host, "."+k.host)) {
		return false
	}
	rest, ok := strings.CutPrefix(path, k.Path)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(k.Path, "/"))
}

// Set keeps a cookie that an origin sets, or drops the one in its place; browsers refuse some.
func (j *Jar) Set(origin string, c http.Cookie) {
	scheme, host, _ := strings.Cut(origin, "://")
	host, _, _ = strings.Cut(host, ":")
	k := kept{Cookie: c, host: host, hostOnly: true}
	if domain := strings.TrimPrefix(c.Domain, "."); domain != "" {
		if domain != host && !strings.HasSuffix(host, "."+domain) || !strings.Contains(domain, ".") {
			return
		}
		k.host, k.hostOnly = domain, false
	}
	if !strings.HasPrefix(k.Path, "/") {
		k.Path = "/" //nolint:gosec // kept here, and not set
	}
	switch {
	case c.Secure && scheme != "https", c.Partitioned && !c.Secure:
		return
	case strings.HasPrefix(c.Name, "__Secure-") && !c.Secure:
		return
	case strings.HasPrefix(c.Name, "__Host-") && (!c.Secure || !k.hostOnly || k.Path != "/"):
		return
	}
	j.made++
	k.made = j.made
	at := slices.IndexFunc(j.kept, func(old kept) bool { return old.key() == k.key() })
	switch {
	case c.MaxAge < 0 && at >= 0:
		j.kept = slices.Delete(j.kept, at, at+1)
	case c.MaxAge < 0:
	case at >= 0:
		k.made = j.kept[at].made
		j.kept[at] = k
	default:
		j.kept = append(j.kept, k)
	}
}

// Find tells of the cookies whose name contains a text, each as "name (Domain, Path)".
func (j *Jar) Find(text string) (found []string) {
	for _, k := range j.kept {
		if !strings.Contains(k.Name, text) {
			continue
		}
		scope := []string{"Path=" + k.Path}
		if !k.hostOnly {
			scope = append(scope, "Domain="+k.host)
		}
		if k.Partitioned {
			scope = append(scope, "Partitioned")
		}
		found = append(found, k.Name+" ("+strings.Join(scope, ", ")+")")
	}
	return found
}
