package ginauth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// Of several CSRF cookies the only valid one counts, in whatever order they come, and it is the one that
// stays. With two valid ones none does. The next attempt finds one alone.
func TestR4_SeveralCSRFCookies(t *testing.T) {
	s := newSite(t)
	good, other := s.browser(t), s.browser(t)
	token, otherToken := good.CSRF(), other.CSRF()
	mine, others := csrfCookie+"="+good.Cookie(csrfCookie), csrfCookie+"="+other.Cookie(csrfCookie)
	junk := csrfCookie + "=planted"
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprintf("%s=planted%d", csrfCookie, i))
	}
	for name, tt := range map[string]struct {
		cookies []string
		token   string
		ok      bool
	}{
		"planted first":       {[]string{junk, mine}, token, true},
		"planted last":        {[]string{mine, junk}, token, true},
		"several planted":     {[]string{junk, mine, csrfCookie + "=", csrfCookie + "=x"}, token, true},
		"another's first":     {[]string{others, mine}, token, false},
		"another's last":      {[]string{mine, others}, token, false},
		"the other's form":    {[]string{mine, others}, otherToken, false},
		"a form of neither":   {[]string{mine, junk}, strings.Repeat("0", 64), false},
		"no token":            {[]string{mine, junk}, "", false},
		"none opens":          {[]string{junk, csrfCookie + "=x"}, token, false},
		"the token of a fake": {[]string{csrfCookie + "=" + token + "%7C" + strings.Repeat("0", 64), others}, token, false},
		"far too many":        {append(slices.Clone(many), mine), token, false},
		"first of too many":   {append([]string{mine}, many...), token, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.bringing(t, tt.cookies...)
			a := c.Post("/signout", map[string]string{"csrfToken": tt.token})
			if ok := a.ErrorCode() == ""; ok != tt.ok || !ok && a.ErrorCode() != "MissingCSRF" {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			if tt.ok {
				k := a.Cookie(csrfCookie)
				if k == nil || !strings.HasPrefix(k.Value, tt.token) {
					t.Errorf("the form's cookie is not the one that stays: %v", k)
				}
			}
			// After GET /csrf there is one, and its token is good.
			c = s.bringing(t, tt.cookies...)
			fresh := c.CSRF()
			c.Header.Del("Cookie")
			if a := c.Post("/signout", map[string]string{"csrfToken": fresh}); a.ErrorCode() != "" {
				t.Errorf("the next attempt: %s", a.Body)
			}
		})
	}
}

// A secret that is rotated makes two cookies of one token, which agree.
func TestR4_CSRFCookiesOfOneToken(t *testing.T) {
	old := newSite(t)
	s := newSite(t, func(c *ginauth.Config) {
		c.Secret, c.OldSecrets = "another secret that is long enough 0123", []string{siteSecret}
	})
	before := old.browser(t)
	token := before.CSRF()
	sum := sha256.Sum256([]byte(token + "another secret that is long enough 0123," + siteSecret))
	now := csrfCookie + "=" + token + "%7C" + hex.EncodeToString(sum[:])
	c := s.bringing(t, csrfCookie+"="+before.Cookie(csrfCookie), now)
	if a := c.Post("/signout", map[string]string{"csrfToken": token}); a.ErrorCode() != "" {
		t.Error(a.Body)
	}
}

// A second cookie with the name of the callback URL's fails no request, and one of the site's own
// addresses stays.
func TestR14_SeveralCallbackURLs(t *testing.T) {
	s := newSite(t)
	for _, planted := range []string{"https%3A%2F%2Fevil.example", "x", "%zz", ""} {
		c := s.bringing(t, callbackCookie+"="+planted, callbackCookie+"=https%3A%2F%2Fapp.example.com%2Fwanted")
		a := c.Get("/signin")
		if a.Status != http.StatusOK {
			t.Errorf("%q: %d", planted, a.Status)
		}
		if k := a.Cookie(callbackCookie); k == nil || !strings.HasPrefix(k.Value, "https%3A%2F%2Fapp.example.com") {
			t.Errorf("%q: the cookie that stays is %v", planted, k)
		}
		if lines := strings.Join(a.Header["Set-Cookie"], "\n"); !strings.Contains(lines, callbackCookie+"=; Max-Age=0; Domain=example.com; Path=/;") {
			t.Errorf("%q: others are not expired: %s", planted, lines)
		}
		c.Header.Del("Cookie")
		c.SignUp(fmt.Sprintf("ann%d@example.com", len(s.Dump().Users)))
	}
}

// Cookies with another prefix in their name never count, and are expired in every scope.
func TestR14_OtherPrefixes(t *testing.T) {
	s := newSite(t)
	ann := s.browser(t)
	ann.SignUp("ann@example.com")
	if got := s.readAs(t, pairsOf(ann, "authjs.session-token")...); got != "" {
		t.Errorf("a cookie without prefix is read as %q", got)
	}
	own := pairsOf(ann, sessionCookie)
	if got := s.readAs(t, append(pairsOf(ann, "authjs.session-token"), own...)...); got != "ann@example.com" {
		t.Errorf("beside one without prefix: %q", got)
	}
	a := s.bringing(t, append(own, "authjs.session-token=x", "authjs.csrf-token=x", "authjs.callback-url=x")...).Get("/session")
	for _, name := range []string{"authjs.session-token", "authjs.csrf-token", "authjs.callback-url"} {
		own, above := false, false
		for _, line := range a.Header["Set-Cookie"] {
			own = own || strings.HasPrefix(line, name+"=; Max-Age=0; Path=/; ")
			above = above || strings.HasPrefix(line, name+"=; Max-Age=0; Domain=example.com; Path=/; ")
		}
		if !own || !above {
			t.Errorf("%s is not expired: %q", name, a.Header["Set-Cookie"])
		}
	}
	// On http a browser would refuse to drop what only https may set.
	plain := newSite(t, func(c *ginauth.Config) { c.BaseURL = "http://localhost:3000" })
	c := plain.bringing(t, sessionCookie+"=x", "authjs.session-token=y")
	c.Origin = "http://localhost:3000"
	for _, line := range c.Get("/session").Header["Set-Cookie"] {
		if strings.HasPrefix(line, "__") {
			t.Errorf("on http: %s", line)
		}
	}
}
