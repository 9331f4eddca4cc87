package ginauth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// IP addresses and names without a dot have no Domain that browsers would accept.
func TestR14_ScopesOfHostsWithoutDomain(t *testing.T) {
	for _, origin := range []string{"http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000", "http://intranet"} {
		s := newSite(t, withJWT, func(c *ginauth.Config) { c.BaseURL = origin })
		c := testclient.New(t, s.engine, origin)
		c.Header.Set("Cookie", "authjs.session-token=a; authjs.session-token=b")
		lines := c.Get("/session").Header["Set-Cookie"]
		var paths []string
		for _, line := range lines {
			if strings.Contains(line, "Domain=") {
				t.Errorf("%s: %s", origin, line)
			}
			if strings.HasPrefix(line, "authjs.session-token=;") {
				paths = append(paths, line)
			}
		}
		if len(paths) < 2 || !strings.HasSuffix(paths[0], "Path=/auth") || !strings.Contains(paths[len(paths)-1], "Path=/;") {
			t.Errorf("%s: %q", origin, paths)
		}
	}
}

// Expired scopes leave room in the response headers that proxies read. Without a conflict there are
// none.
func TestR14_ScopesHaveBounds(t *testing.T) {
	const deep = "https://a.b.c.d.e.f.g.h.example.com"
	size := 0
	s := newSite(t, withLuggage(&size), func(c *ginauth.Config) {
		c.BaseURL = deep
		c.Cookies.CSRFToken.Name = "__Secure-authjs.csrf-token"
	})
	c := testclient.New(t, s.engine, deep)
	c.SignUp("ann@example.com")
	if lines := c.Get("/session").Header["Set-Cookie"]; len(lines) != 1 {
		t.Errorf("without a conflict: %q", lines)
	}
	for _, size = range []int{0, 2000, 3900} {
		c.Email()
		c.Header.Del("Cookie")
		pairs := []string{csrfCookie + "=x", "__Secure-authjs.csrf-token=y", "__Secure-authjs.csrf-token=z", callbackCookie + "=x", "authjs.session-token=x", "authjs.session-token.0=x"}
		for _, k := range c.Cookies() {
			pairs = append(pairs, k.Name+"="+k.Value, k.Name+"=planted")
		}
		c.Header.Set("Cookie", strings.Join(pairs, "; "))
		a := c.Get("/session")
		total, last := 0, ""
		for _, line := range a.Header["Set-Cookie"] {
			total += len("Set-Cookie: \r\n") + len(line)
			last = line
		}
		if total > 7500 || len(a.Header["Set-Cookie"]) < 8 || a.Body == "null" {
			t.Errorf("luggage of %d: %d bytes in %d lines, %s", size, total, len(a.Header["Set-Cookie"]), a.Body)
		}
		if name, value, _ := strings.Cut(last, "="); !strings.HasPrefix(name, sessionCookie) || strings.HasPrefix(value, ";") {
			t.Errorf("the session does not come last but %.80q", last)
		}
		c.Header.Del("Cookie")
	}
}

// How many scopes a cookie may have follows from the path and, with TrustHost, from the host of the request.
// That costs no more than other requests do, whatever they are.
func TestR14_ScopesAreFoundQuickly(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.TrustHost = "", true })
	planted := csrfCookie + "=1; " + csrfCookie + "=2; " + callbackCookie + "=1; " + callbackCookie + "=2"
	for name, target := range map[string]string{
		"slashes":       siteOrigin + "/auth/csrf" + strings.Repeat("/", 8000),
		"more slashes":  siteOrigin + "/auth" + strings.Repeat("/", 500_000) + "csrf",
		"labels":        "https://" + strings.Repeat("a.", 120) + "example/auth/csrf",
		"labels, paths": "https://" + strings.Repeat("a.", 120) + "example/auth/////////csrf",
	} {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Cookie", planted)
		r.Header.Set("X-Forwarded-Proto", "https")
		w := httptest.NewRecorder()
		began := time.Now()
		s.engine.ServeHTTP(w, r)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: %s", name, took)
		} else {
			t.Logf("%s: %s", name, took)
		}
		if w.Code != http.StatusOK || len(w.Header()["Set-Cookie"]) < 4 {
			t.Errorf("%s: %d with %d cookies", name, w.Code, len(w.Header()["Set-Cookie"]))
		}
	}
}

// With a host in front that keeps only the last Set-Cookie of an answer sign-up works, because the
// session comes last.
func TestSetCookie_OnlyTheLastIsKept(t *testing.T) {
	for kind, sessions := range sessionKinds {
		s := newSite(t, sessions)
		c := testclient.NewRemote(t, lastCookie{testclient.Handler(s.engine)}, siteOrigin)
		c.Get("/csrf") // keeps the callback URL's cookie
		c.SignUp("ann@example.com")
		if c.Email() != "ann@example.com" {
			t.Errorf("%s: not signed in", kind)
		}
		c.SignOut()
		if c.Email() != "" {
			t.Errorf("%s: not signed out", kind)
		}
		c.SignIn()
	}
}

type lastCookie struct{ next http.RoundTripper }

func (l lastCookie) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.next.RoundTrip(r)
	if err == nil {
		if lines := res.Header["Set-Cookie"]; len(lines) > 1 {
			res.Header["Set-Cookie"] = slices.Clone(lines[len(lines)-1:])
		}
	}
	return res, err
}
