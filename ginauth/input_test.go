package ginauth_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

const formType = "application/x-www-form-urlencoded"

// Whatever is sent: an answer out of a small set, no row, no session.
func TestInput_OddBodies(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	before := s.Dump()
	token := c.CSRF()
	good := "csrfToken=" + token
	for _, b := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"nothing", formType, "", 200},
		{"token alone", formType, good, 200},
		{"no type", "", good + "&action=authenticate&data={}", 200},
		{"text", "text/plain", good + "&action=authenticate&data={}", 200},
		{"multipart", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"csrfToken\"\r\n\r\n" + token + "\r\n--x--", 200},
		{"action missing", formType, good + "&data={}", 200},
		{"action unknown", formType, good + "&action=delete&data={}", 200},
		{"data missing", formType, good + "&action=authenticate", 200},
		{"data twice", formType, good + "&action=authenticate&data={}&data=[]", 200},
		{"data an object", "application/json", `{"csrfToken":"` + token + `","action":"authenticate","data":{"id":"x"}}`, 200},
		{"data a number", "application/json", `{"csrfToken":"` + token + `","action":"authenticate","data":7}`, 200},
		{"token a number", "application/json", `{"csrfToken":7,"action":"authenticate"}`, 200},
		{"token a list", "application/json", `{"csrfToken":["` + token + `"]}`, 200},
		{"JSON null", "application/json", "null", 200},
		{"JSON list", "application/json", "[]", 200},
		{"JSON broken", "application/json", "{", 400},
		{"JSON after a byte order mark", "application/json", "\ufeff{}", 200},
		{"JSON after two", "application/json", "\ufeff\ufeff{}", 400},
		{"a byte order mark alone", "application/json", "\ufeff", 400},
		{"JSON deep", "application/json", strings.Repeat("[", 60_000), 400},
		{"JSON twice", "application/json", "{}{}", 400},
		{"form with bad escapes", formType, "%zz=%&&&=;" + good, 200},
		{"form of 60,000 fields", formType, strings.Repeat("a&", 30_000), 200},
		{"64 KiB", formType, strings.Repeat("a", 64<<10), 200},
		{"64 KiB and a byte", formType, strings.Repeat("a", 64<<10+1), 413},
		{"a megabyte of JSON", "application/json", `"` + strings.Repeat("a", 1<<20) + `"`, 413},
	} {
		for _, path := range []string{"/auth/callback/passkey", "/auth/signin/passkey", "/auth/callback/nobody", "/auth/error", "/auth/providers"} {
			a := c.Do(http.MethodPost, path, b.contentType, b.body)
			if a.Status != b.status {
				t.Errorf("%s, POST %s: %d %.80s", b.name, path, a.Status, a.Body)
			}
			if a.Status == 200 && a.ErrorCode() == "" && path != "/auth/signin/passkey" {
				t.Errorf("%s, POST %s: no error: %s", b.name, path, a.Body)
			}
		}
	}
	wroteNothing(t, before, s.Dump())
}

// Methods and paths that are none.
func TestInput_OddRequests(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	for _, r := range []struct {
		method, path string
		status       int
	}{
		{"PUT", "/auth/session", 400}, {"DELETE", "/auth/session", 400}, {"PATCH", "/auth/csrf", 400}, {"OPTIONS", "/auth/session", 400},
		{"HEAD", "/auth/session", 400}, {"GET", "/auth", 400}, {"GET", "/auth/", 400}, {"GET", "/auth/nope", 400},
		{"GET", "/auth/session/x", 400}, {"GET", "/auth/callback/a/b", 400}, {"GET", "/auth/csrf/passkey", 400},
		{"GET", "/auth/webauthn-options", 200}, {"GET", "/auth/webauthn-options/nobody", 200}, {"GET", "/auth/callback", 200},
		{"GET", "/auth/session?%zz&&=&a=b=c", 200}, {"GET", "/auth/error?error=" + strings.Repeat("x", 9000), 200},
	} {
		a := c.Do(r.method, r.path, "", "")
		if a.Status != r.status {
			t.Errorf("%s %s: %d %s", r.method, r.path, a.Status, a.Body)
		}
		if r.status == 400 && r.method != "HEAD" && a.Body != `"Bad request."` {
			t.Errorf("%s %s: %s", r.method, r.path, a.Body)
		}
	}
	for _, name := range []string{sessionCookie, challengeCookie, csrfCookie, callbackCookie, sessionCookie + ".0"} {
		f := s.browser(t)
		f.SetCookie(name, strings.Repeat("%2F", 10_000))
		for _, path := range []string{"/session", "/csrf", "/signin", "/webauthn-options/passkey"} {
			if a := f.Get(path); a.Status != 200 {
				t.Errorf("huge %s, GET %s: %d", name, path, a.Status)
			}
		}
	}
}

// R15: what must not reach a database or a screen is no address.
func TestR15_Addresses(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	for _, bad := range []string{
		"a\x00b@example.com", "a\r\nb@example.com", "a\tb@example.com", "a\x1bb@example.com", "a\u202eb@example.com", "a\u200bb@example.com",
		"a\xffb@example.com", "a\u0085b@example.com", strings.Repeat("a", 243) + "@example.com", "\ufeffa@example.com",
	} {
		for _, action := range []string{"action=register&", ""} {
			if a := c.Get("/webauthn-options/passkey?" + action + "email=" + url.QueryEscape(bad)); a.Status != 400 {
				t.Errorf("%q: %d %s", bad, a.Status, a.Body)
			}
		}
	}
}

// R12: with a public URL in the configuration, no header of a proxy changes a byte of any answer.
// Lessons of GO-2025-3721 and CVE-2025-64101.
func TestR12_ForwardedHeadersAreIgnored(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.CSRF()
	forged := []string{
		"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-Prefix", "/evil", "X-Forwarded-Port", "81",
		"Forwarded", "for=6.6.6.6;host=evil.example;proto=http", "X-Real-IP", "6.6.6.6", "X-Original-URL", "/evil", "X-Rewrite-URL", "/evil", "Host", "evil.example",
		"X-HTTP-Method-Override", "DELETE", "Referer", "https://evil.example/",
	}
	for _, path := range []string{"/providers", "/csrf", "/session", "/signin", "/signout", "/error?error=Configuration", "/verify-request", "/callback/passkey", "/nope", "/webauthn-options/passkey?action=bad"} {
		plain, other := c.Clone().Get(path), c.Clone().Get(path, forged...)
		if plain.Status != other.Status || stable(plain) != stable(other) {
			t.Errorf("GET %s\n%d %s\n%d %s", path, plain.Status, stable(plain), other.Status, stable(other))
		}
	}
	_, options := c.Clone().Options("?action=authenticate")
	var o struct{ RPID string }
	if err := json.Unmarshal(options, &o); err != nil || o.RPID != "app.example.com" {
		t.Errorf("relying party %q", o.RPID)
	}
	before := stable(c.Clone().Post("/signout", map[string]string{}))
	if after := stable(c.Clone().Post("/signout", map[string]string{}, append(slices.Clone(forged), "Origin", siteOrigin)...)); before != after {
		t.Errorf("POST\n%s\n%s", before, after)
	}
}

// stable is an answer without what differs between any two: dates, nonces of pages.
func stable(a testclient.Answer) string {
	h := a.Header.Clone()
	cut := a.Body
	if csp := h.Get("Content-Security-Policy"); csp != "" {
		if _, nonce, ok := strings.Cut(csp, "'nonce-"); ok {
			nonce, _, _ = strings.Cut(nonce, "'")
			cut = strings.ReplaceAll(cut, nonce, "")
			h.Set("Content-Security-Policy", strings.ReplaceAll(csp, nonce, ""))
		}
	}
	cookies := h["Set-Cookie"]
	for i, line := range cookies {
		before, rest, _ := strings.Cut(line, "Expires=")
		_, after, _ := strings.Cut(rest, ";")
		cookies[i] = before + after
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err.Error()
	}
	return string(text) + cut
}

// TrustHost takes the origin of each request from the proxy, and refuses what can be none.
func TestR12_TrustHost(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.TrustHost = "", true })
	c := testclient.New(t, s.engine, "https://app.example.com")
	c.Header.Set("X-Forwarded-Proto", "https")
	c.SignUp("ada@example.com")
	if c.Cookie(sessionCookie) == "" || c.Email() != "ada@example.com" {
		t.Error("the forwarded scheme did not make secure cookies")
	}
	for header, want := range map[[2]string]string{
		{"public.example.org", "https"}:              "https://public.example.org/auth/signin/passkey",
		{"public.example.org", "http"}:               "http://public.example.org/auth/signin/passkey",
		{"public.example.org:8443", "https"}:         "https://public.example.org:8443/auth/signin/passkey",
		{"PUBLIC.example.org:443", "HTTPS"}:          "https://public.example.org/auth/signin/passkey",
		{"public.example.org, inner", "https, http"}: "https://public.example.org/auth/signin/passkey",
		{"[::1]:3000", "http"}:                       "http://[::1]:3000/auth/signin/passkey",
		{"evil.example/path", "https"}:               "",
		{"evil.example?x", "https"}:                  "",
		{"user@evil.example", "https"}:               "",
		{"evil.example#", "https"}:                   "",
		{`evil.example\x`, "https"}:                  "",
		{"evil.example", "javascript"}:               "",
		{"ⓔvil.example", "https"}:                    "",
		{":80", "http"}:                              "",
		{"a b", "http"}:                              "",
		{"[::1", "http"}:                             "",
	} {
		a := s.browser(t).Get("/providers", "X-Forwarded-Host", header[0], "X-Forwarded-Proto", header[1])
		var list map[string]struct{ SigninURL string }
		_ = json.Unmarshal([]byte(a.Body), &list)
		if got := list["passkey"].SigninURL; got != want || (want == "") != (a.Status == 400) {
			t.Errorf("%q: %d %s", header, a.Status, a.Body)
		}
	}
}
