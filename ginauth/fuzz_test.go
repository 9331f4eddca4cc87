package ginauth_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// FuzzCallbackBody: whatever is posted with a good token and a live challenge, the status is one of
// a few, and nothing is written unless a ceremony verified, which no input here can.
func FuzzCallbackBody(f *testing.F) {
	maker := &testauthn.Authenticator{Origin: siteOrigin}
	creation := []byte(`{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rp":{"id":"app.example.com"},"user":{"id":"MDEyMzQ1Njc4OWFiY2RlZg"}}`)
	request := []byte(`{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"app.example.com"}`)
	for _, w := range append(append(wrongAlways(), wrongRegistrations()...), wrong{"good", func(*testauthn.Ceremony) {}, ""}) {
		if answer, err := maker.Create(creation, w.change); err == nil && len(answer) < 4096 {
			f.Add("register", string(answer), false)
		}
	}
	for _, w := range append(wrongAuthentications(), wrong{"good", func(*testauthn.Ceremony) {}, ""}) {
		if answer, err := maker.Get(request, w.change); err == nil && len(answer) < 4096 {
			f.Add("authenticate", string(answer), true)
		}
	}
	f.Add("delete", "", true)
	f.Add("", `{"id":"","rawId":"","type":"public-key","response":{}}`, false)
	s := newSite(f)
	c := s.browser(f)
	c.SignUp("ada@example.com")
	c.SignOut()
	before := written(s)
	token := c.CSRF()
	f.Fuzz(func(t *testing.T, action, data string, asJSON bool) {
		c := c.Clone()
		c.TB = t
		query := "?action=authenticate"
		if action == "register" {
			query = "?action=register&email=new@example.com"
		}
		c.Options(query)
		contentType, body := formType, url.Values{"action": {action}, "data": {data}, "csrfToken": {token}}.Encode()
		if asJSON {
			contentType, body = "application/json", `{"action":`+quote(action)+`,"data":`+quote(data)+`,"csrfToken":"`+token+`"}`
		}
		a := c.Do(http.MethodPost, "/auth/callback/passkey", contentType, body)
		if !slices.Contains([]int{200, 400, 401, 403, 413, 415, 429}, a.Status) || a.Status == 200 && a.ErrorCode() == "" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		wroteNothing(t, before, written(s))
	})
}

// FuzzOptionsQuery: every query is answered with options or refused, and pages that show parts of a
// query never show them as markup.
func FuzzOptionsQuery(f *testing.F) {
	for _, seed := range []string{
		"", "action=register&email=a@b.example", "action=authenticate", "action=", "email=", "email=a%00b", "email=%ff", "action=register&action=authenticate",
		"error=<svg onload=x>", "callbackUrl=//evil.example", "error=%22%3E%3Cscript%3E", "%zz=%", "email=" + strings.Repeat("a", 300),
	} {
		f.Add(seed)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '#' }) {
			query = url.PathEscape(query)
		}
		if _, err := url.Parse(siteOrigin + "/?" + query); err != nil {
			return
		}
		c := s.browser(t)
		if a := c.Get("/webauthn-options/passkey?" + query); a.Status != 200 && a.Status != 400 || !strings.HasPrefix(a.Body, "{") {
			t.Fatalf("options: %d %s", a.Status, a.Body)
		}
		for _, path := range []string{"/signin?", "/error?", "/signout?", "/verify-request?"} {
			a := c.Get(path + query)
			if a.Status != 200 && a.Status != 403 && a.Status != 500 {
				t.Fatalf("%s: %d", path, a.Status)
			}
			// What is no letter of a page: a tag that begins with what only the query has.
			for _, value := range decoded(query) {
				if strings.Contains(value, "<") && len(value) > 8 && strings.Contains(a.Body, value) {
					t.Fatalf("%s shows %q as markup", path, value)
				}
			}
		}
		if len(s.Dump().Users) != 0 {
			t.Fatal("a user was made")
		}
	})
}

// FuzzUserHandle: whatever handle an answer brings, it signs in the owner of the credential or
// nobody, and never somebody else.
func FuzzUserHandle(f *testing.F) {
	s := newSite(f)
	ada, eve := s.browser(f), s.browser(f)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	eve.SignOut()
	f.Add(newest(ada).UserHandle)
	f.Add(newest(eve).UserHandle)
	f.Add([]byte(nil))
	f.Add([]byte(strings.Repeat("a", 65)))
	f.Add([]byte("\x00\xff"))
	adas := string(newest(ada).UserHandle)
	f.Fuzz(func(t *testing.T, handle []byte) {
		c := eve.Clone()
		c.TB = t
		a := c.Authenticate(testauthn.Handle(handle))
		if a.ErrorCode() != "" {
			if c.Cookie(sessionCookie) != "" {
				t.Fatal("refused and signed in")
			}
			return
		}
		if got := c.Email(); got != "eve@example.com" || string(handle) == adas || len(handle) > 64 {
			t.Fatalf("handle %q signed in %q", handle, got)
		}
		c.SignOut()
	})
}

// decoded are the values of a query.
func decoded(query string) (values []string) {
	parsed, _ := url.ParseQuery(query)
	for _, list := range parsed {
		values = append(values, list...)
	}
	return values
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}
