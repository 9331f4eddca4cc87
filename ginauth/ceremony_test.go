package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"maps"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// wrong is a ceremony that must fail.
type wrong struct {
	name   string
	change testclient.Change
	// code is what the browser learns; WebAuthnVerificationError when empty.
	code string
}

// wrongAlways are mistakes of both ceremonies.
func wrongAlways() []wrong {
	text := func(f func(string) string) func([]byte) []byte {
		return func(b []byte) []byte { return []byte(f(string(b))) }
	}
	list := []wrong{
		{"type empty", func(c *testauthn.Ceremony) { c.Type = "" }, ""},
		{"type unknown", func(c *testauthn.Ceremony) { c.Type = "payment.get" }, ""},
		{"type in capitals", func(c *testauthn.Ceremony) { c.Type = strings.ToUpper(c.Type) }, ""},
		{"type of the other ceremony", func(c *testauthn.Ceremony) {
			c.Type = map[string]string{"webauthn.get": "webauthn.create", "webauthn.create": "webauthn.get"}[c.Type]
		}, ""},
		{"challenge empty", func(c *testauthn.Ceremony) { c.Challenge = "" }, ""},
		{"challenge short", func(c *testauthn.Ceremony) { c.Challenge = c.Challenge[:8] }, ""},
		{"challenge longer", func(c *testauthn.Ceremony) { c.Challenge += "A" }, ""},
		{"challenge padded", func(c *testauthn.Ceremony) { c.Challenge += "=" }, ""},
		{"challenge of somebody else", func(c *testauthn.Ceremony) {
			c.Challenge = base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
		}, ""},
		{"crossOrigin", func(c *testauthn.Ceremony) { c.CrossOrigin = true }, ""},
		{"crossOrigin with topOrigin", func(c *testauthn.Ceremony) { c.CrossOrigin, c.TopOrigin = true, "https://evil.example" }, ""},
		{"crossOrigin with our topOrigin", func(c *testauthn.Ceremony) { c.CrossOrigin, c.TopOrigin = true, siteOrigin }, ""},
		{"topOrigin alone", func(c *testauthn.Ceremony) { c.TopOrigin = "https://evil.example" }, ""},
		{"relying party of another site", func(c *testauthn.Ceremony) { c.RPID = "evil.example" }, ""},
		{"relying party of the parent domain", func(c *testauthn.Ceremony) { c.RPID = "example.com" }, ""},
		{"relying party empty", func(c *testauthn.Ceremony) { c.RPID = "" }, ""},
		{"relying party with a port", func(c *testauthn.Ceremony) { c.RPID += ":443" }, ""},
		{"user not present", func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagUserPresent }, ""},
		{"user not verified", func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagUserVerified }, ""},
		{"no user at all", func(c *testauthn.Ceremony) {
			c.Flags &^= testauthn.FlagUserVerified | testauthn.FlagUserPresent
		}, ""},
		{"backed up but not eligible", func(c *testauthn.Ceremony) { c.Flags |= testauthn.FlagBackedUp }, ""},
		{"extension flag without extensions", func(c *testauthn.Ceremony) { c.Flags |= testauthn.FlagExtensions }, ""},
		{"extensions without the flag", func(c *testauthn.Ceremony) { c.Extensions = testauthn.Encode(testauthn.Map{{"credProtect", 2}}) }, ""},
		{"extensions with trailing bytes", func(c *testauthn.Ceremony) {
			c.Flags |= testauthn.FlagExtensions
			c.Extensions = append(testauthn.Encode(testauthn.Map{{"credProtect", 2}}), 0)
		}, ""},
		{"extensions that are no map", func(c *testauthn.Ceremony) {
			c.Flags |= testauthn.FlagExtensions
			c.Extensions = testauthn.Encode("x")
		}, ""},
		{"authenticator data cut short", func(c *testauthn.Ceremony) { c.AuthData = func(b []byte) []byte { return b[:36] } }, ""},
		{"authenticator data empty", func(c *testauthn.Ceremony) { c.AuthData = func([]byte) []byte { return nil } }, ""},
		{"authenticator data with trailing bytes", func(c *testauthn.Ceremony) { c.AuthData = func(b []byte) []byte { return append(b, 1, 2, 3) } }, ""},
		{"client data no JSON", func(c *testauthn.Ceremony) { c.ClientData = func([]byte) []byte { return []byte("{") } }, ""},
		{"client data empty", func(c *testauthn.Ceremony) { c.ClientData = func([]byte) []byte { return nil } }, ""},
		{"client data an array", func(c *testauthn.Ceremony) { c.ClientData = func([]byte) []byte { return []byte("[]") } }, ""},
		{"client data with trailing JSON", func(c *testauthn.Ceremony) { c.ClientData = func(b []byte) []byte { return append(b, "{}"...) } }, ""},
		{"client data with another origin behind ours", func(c *testauthn.Ceremony) {
			c.ClientData = text(func(s string) string { return strings.Replace(s, "}", `,"origin":"https://evil.example"}`, 1) })
		}, ""},
		{"client data with another challenge behind ours", func(c *testauthn.Ceremony) {
			c.ClientData = text(func(s string) string { return strings.Replace(s, "}", `,"challenge":"AAAAAAAAAAAAAAAAAAAAAA"}`, 1) })
		}, ""},
		{"credential type", func(c *testauthn.Ceremony) { c.Edit = set("type", "password") }, ""},
		{"credential type missing", func(c *testauthn.Ceremony) { c.Edit = set("type", nil) }, ""},
		{"id not rawId", func(c *testauthn.Ceremony) {
			c.Edit = set("id", base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{9}, 32)))
		}, ""},
		{"rawId not id", func(c *testauthn.Ceremony) {
			c.Edit = set("rawId", base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{9}, 32)))
		}, ""},
		{"rawId missing", func(c *testauthn.Ceremony) { c.Edit = set("rawId", nil) }, ""},
		{"id missing", func(c *testauthn.Ceremony) { c.Edit = set("id", nil) }, "Configuration"},
		{"id a number", func(c *testauthn.Ceremony) { c.Edit = set("id", 7) }, "Configuration"},
		{"id empty", func(c *testauthn.Ceremony) { c.Edit = set("id", "") }, ""},
		{"id no base64url", func(c *testauthn.Ceremony) { c.Edit = set("id", "***") }, ""},
		{"response missing", func(c *testauthn.Ceremony) { c.Edit = set("response", nil) }, ""},
		{"response a string", func(c *testauthn.Ceremony) { c.Edit = set("response", "x") }, ""},
		{"clientDataJSON missing", func(c *testauthn.Ceremony) { c.Edit = setIn("clientDataJSON", nil) }, ""},
		{"clientDataJSON a number", func(c *testauthn.Ceremony) { c.Edit = setIn("clientDataJSON", 1) }, ""},
		{"answer an array", func(c *testauthn.Ceremony) {
			c.JSON = func(b []byte) []byte { return append(append([]byte{'['}, b...), ']') }
		}, "Configuration"},
		{"answer null", func(c *testauthn.Ceremony) { c.JSON = func([]byte) []byte { return []byte("null") } }, "Configuration"},
		{"answer cut short", func(c *testauthn.Ceremony) { c.JSON = func(b []byte) []byte { return b[:len(b)/2] } }, "Configuration"},
		{"answer with trailing JSON", func(c *testauthn.Ceremony) { c.JSON = func(b []byte) []byte { return append(b, "{}"...) } }, "Configuration"},
		{"answer nested ten thousand deep", func(c *testauthn.Ceremony) {
			c.JSON = func([]byte) []byte {
				return []byte(`{"id":"x","a":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + "}")
			}
		}, "Configuration"},
	}
	for _, origin := range []string{
		"http://app.example.com", "https://app.example.com:444", "https://evil.example", "https://app.example.com.evil.example",
		"https://sub.app.example.com", "https://app.example.com@evil.example", "null", "", "app.example.com", "android:apk-key-hash:x",
		"https://app.example.com/", "https://app.example.com/x", "https://app.example.com?x", "https://x@app.example.com",
	} {
		list = append(list, wrong{"origin " + origin, func(c *testauthn.Ceremony) { c.Origin = origin }, ""})
	}
	return list
}

// set replaces a member of the answer, or removes it.
func set(name string, value any) func(answer, response map[string]any) {
	return func(answer, _ map[string]any) { put(answer, name, value) }
}

// setIn is set for a member of the answer's response.
func setIn(name string, value any) func(answer, response map[string]any) {
	return func(_, response map[string]any) { put(response, name, value) }
}

func put(m map[string]any, name string, value any) {
	if m[name] = value; value == nil {
		maps.DeleteFunc(m, func(k string, _ any) bool { return k == name })
	}
}

// namesAnother reports whether the answer is to another challenge. Such an answer is refused, but it
// is no attempt at this one: see TestChallenge_AnswerToAnOlderOne.
func (w wrong) namesAnother() bool {
	return w.name == "challenge of somebody else" || w.name == "challenge short" || w.name == "challenge longer"
}

// refused checks everything that a failed ceremony owes: its code, no session, the challenge cookie
// cleared, nothing written, and no second attempt with the same challenge.
func refused(t *testing.T, s *site, c *testclient.Client, query string, w wrong, good func(action string, options []byte) string) {
	t.Helper()
	if w.code == "" {
		w.code = "WebAuthnVerificationError"
	}
	action, options := c.Options(query)
	cookie := c.Cookie(challengeCookie)
	session := c.Cookie(sessionCookie)
	before := written(s)
	a := c.Callback(action, c.Perform(action, options, w.change), nil)
	if a.Status != 200 || a.ErrorCode() != w.code {
		t.Errorf("answer %d %s, want %s", a.Status, a.Body, w.code)
	}
	if k := a.Cookie(challengeCookie); w.namesAnother() != (k == nil) || k != nil && k.MaxAge >= 0 {
		t.Errorf("the challenge cookie is set to %v", k)
	}
	if a.Cookie(sessionCookie) != nil || c.Cookie(sessionCookie) != session {
		t.Error("a session cookie was set")
	}
	wroteNothing(t, before, written(s))
	if w.namesAnother() {
		return
	}

	// The same challenge does not serve a good answer either.
	c.SetCookie(challengeCookie, cookie)
	a = c.Callback(action, good(action, options), nil)
	if a.ErrorCode() != "Configuration" || a.Cookie(sessionCookie) != nil {
		t.Errorf("the challenge was good for another attempt: %d %s", a.Status, a.Body)
	}
	wroteNothing(t, before, written(s))
}
