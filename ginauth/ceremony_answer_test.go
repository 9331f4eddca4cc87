package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// oddForms are values of a member that has no business in a verification, as JSON.
var oddForms = []string{
	`null`, `true`, `7`, `1e400`, `"x"`, `""`, `[]`, `["x",7,null]`, `{}`, `{"results":{"first":{},"second":{"0":43}}}`,
	`{"enabled":"yes"}`, `{"status":"potato"}`, `{"status":"present"}`, `{"rk":"perhaps"}`, strings.Repeat("[", 50) + strings.Repeat("]", 50),
}

// bothWays makes a check that signs up and in with the same change to the answer, on one site, and
// fails the test when one of the two is refused.
func bothWays(t *testing.T) func(name string, change testclient.Change) {
	t.Helper()
	s := newSite(t)
	known := s.browser(t)
	known.SignUp("ada@example.com")
	known.SignOut()
	n := 0
	return func(name string, change testclient.Change) {
		t.Helper()
		n++
		s.logs.Reset()
		address := fmt.Sprintf("new%d@example.com", n)
		c := s.browser(t)
		if a := c.Register(address, change); c.Email() != address {
			t.Errorf("%s: sign-up: %s\n%s", name, a.Body, s.logs)
		}
		c = s.browser(t)
		c.Passkeys = known.Passkeys
		if a := c.Authenticate(change); c.Email() != "ada@example.com" {
			t.Errorf("%s: sign-in: %s\n%s", name, a.Body, s.logs)
		}
	}
}

// What no check rests on may have any form: outputs of extensions, copies that the page's script makes
// of what is inside other members, members of other versions of the specification.
func TestAnswer_UnreadMembersHaveAnyForm(t *testing.T) {
	check := bothWays(t)
	for _, name := range []string{"clientExtensionResults", "authenticatorAttachment", "extensions", "__proto__"} {
		for _, form := range oddForms {
			check(name+" "+form, func(c *testauthn.Ceremony) { c.Edit = set(name, json.RawMessage(form)) })
		}
		check(name+" absent", func(c *testauthn.Ceremony) { c.Edit = set(name, nil) })
	}
	for _, name := range []string{"publicKey", "publicKeyAlgorithm", "transports", "attestationObject of a sign-in", "authenticatorData of a sign-up", "signature of a sign-up", "userHandle of a sign-up"} {
		member, where, _ := strings.Cut(name, " of a ")
		for _, form := range oddForms {
			check(name+" "+form, func(c *testauthn.Ceremony) {
				if where == "" || (where == "sign-up") == (c.Type == "webauthn.create") {
					c.Edit = setIn(member, json.RawMessage(form))
				}
			})
		}
	}
	for _, name := range []string{"tokenBinding", "new_keys_may_be_added_here", "other_keys_can_be_added_here", "androidPackageName", "ORIGIN", "Challenge", "payment"} {
		for _, form := range oddForms {
			check(name+" "+form, clientMember(fmt.Sprintf(`%q:%s`, name, form)))
		}
	}
	for _, form := range []string{`"crossOrigin":null`, `"topOrigin":null`, `"topOrigin":""`} {
		check(form, func(c *testauthn.Ceremony) { c.CrossOrigin = nil; clientMember(form)(c) })
	}
	check("byte order mark", func(c *testauthn.Ceremony) {
		c.ClientData = func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }
	})
	check("twice a member that is not read", clientMember(`"x":1,"x":2`))
}

// clientMember adds text to the object of client data.
func clientMember(text string) testclient.Change {
	return func(c *testauthn.Ceremony) {
		c.ClientData = func(b []byte) []byte {
			return append(append(bytes.TrimSuffix(b, []byte("}")), ","+text...), '}')
		}
	}
}

// Transports are kept as far as they are plausible, whatever is around them.
func TestAnswer_TransportsAsFarAsPlausible(t *testing.T) {
	for form, want := range map[string][]string{
		`["usb","nfc"]`: {"usb", "nfc"}, `["usb",7,null,{},"nfc"]`: {"usb", "nfc"}, `[7]`: {}, `[]`: {}, `"usb"`: nil, `7`: nil, `{}`: nil, `null`: nil,
	} {
		s := newSite(t)
		c := s.browser(t)
		c.Register("ada@example.com", func(c *testauthn.Ceremony) { c.Edit = setIn("transports", json.RawMessage(form)) })
		if got := authenticatorOf(t, s, c).Transports; fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
			t.Errorf("%s: stored %#v, want %#v", form, got, want)
		}
	}
}

// What is signed are bytes: however a client writes them in base64, they are the same.
func TestAnswer_Base64Dialects(t *testing.T) {
	// All + and / in one alphabet, - and _ in the other, with two signs of padding.
	id := append(bytes.Repeat([]byte{0xfb, 0xef, 0xff}, 10), 0xfe)
	for name, encode := range map[string]func([]byte) string{
		"standard, padded": base64.StdEncoding.EncodeToString, "standard": base64.RawStdEncoding.EncodeToString,
		"url, padded": base64.URLEncoding.EncodeToString, "url": base64.RawURLEncoding.EncodeToString,
		"in lines, as Android writes it": func(b []byte) string { return inLines(base64.StdEncoding.EncodeToString(b), "\n") },
		"in lines, as MIME has it":       func(b []byte) string { return inLines(base64.StdEncoding.EncodeToString(b), "\r\n") },
	} {
		rewrite := func(c *testauthn.Ceremony) {
			c.Edit = func(answer, response map[string]any) {
				for _, m := range []map[string]any{answer, response} {
					for _, member := range []string{"id", "rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"} {
						if text, ok := m[member].(string); ok {
							raw, err := base64.RawURLEncoding.DecodeString(text)
							if err != nil {
								t.Fatal(err)
							}
							m[member] = encode(raw)
						}
					}
				}
			}
		}
		s := newSite(t)
		c := s.browser(t)
		if a := c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.CredentialID = id; rewrite(x) }); a.ErrorCode() != "" {
			t.Errorf("%s: sign-up: %s\n%s", name, a.Body, s.logs)
			continue
		}
		if got := authenticatorOf(t, s, c); !bytes.Equal(got.CredentialID, id) || got.ProviderAccountID != base64.StdEncoding.EncodeToString(id) {
			t.Errorf("%s: stored %+v", name, got)
		}
		c.SignOut()
		if a := c.Authenticate(rewrite); a.ErrorCode() != "" || c.Email() != "ada@example.com" {
			t.Errorf("%s: sign-in: %s\n%s", name, a.Body, s.logs)
		}
	}
}

// inLines breaks a text into lines of 76 characters, each of which ends with eol.
func inLines(text, eol string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(text), 76) {
		b.Write(line)
		b.WriteString(eol)
	}
	return b.String()
}

// A user handle in standard base64 is the same check as any other.
func TestAnswer_UserHandleDialects(t *testing.T) {
	s := newSite(t)
	ada, eve := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	eve.SignOut()
	adas := string(newest(ada).UserHandle)
	for name, text := range map[string]string{
		"standard":       base64.StdEncoding.EncodeToString([]byte(adas)),
		"url, padded":    base64.URLEncoding.EncodeToString([]byte(adas)),
		"in lines":       inLines(base64.StdEncoding.EncodeToString([]byte(adas)), "\n"),
		"text":           adas,
		"base64 as text": base64.StdEncoding.EncodeToString([]byte(base64.RawURLEncoding.EncodeToString([]byte(adas)))),
	} {
		a := eve.Authenticate(func(c *testauthn.Ceremony) { c.Edit = setIn("userHandle", text) })
		if a.ErrorCode() != "WebAuthnVerificationError" || eve.User() != nil {
			t.Errorf("%s: the handle of another user is accepted: %s", name, a.Body)
		}
	}
}

// What the verification rests on has one form.
func TestAnswer_VerifiedMembersAreStrict(t *testing.T) {
	again := func(object, member string) testclient.Change { // the same value once more
		return func(c *testauthn.Ceremony) {
			c.JSON = func(b []byte) []byte {
				var v map[string]json.RawMessage
				_ = json.Unmarshal(b, &v)
				if object == "response" {
					var inner map[string]json.RawMessage
					_ = json.Unmarshal(v["response"], &inner)
					value := inner[member]
					if value == nil {
						value = json.RawMessage("null")
					}
					return bytes.Replace(b, []byte(`"response":{`), []byte(fmt.Sprintf(`"response":{%q:%s,%q:%s,`, member, value, member, value)), 1)
				}
				return []byte(fmt.Sprintf(`{%q:%s,%s`, member, v[member], b[1:]))
			}
		}
	}
	cases := map[string]testclient.Change{
		"crossOrigin as text":   clientInstead("crossOrigin", `"false"`),
		"crossOrigin a number":  clientInstead("crossOrigin", `0`),
		"crossOrigin an object": clientInstead("crossOrigin", `{}`),
		"topOrigin a number":    clientMember(`"topOrigin":7`),
		"topOrigin our own":     clientMember(`"topOrigin":"` + siteOrigin + `"`),
		"type a list":           clientInstead("type", `["webauthn.get","webauthn.create"]`),
		"type null":             clientInstead("type", `null`),
		"challenge a list":      clientInstead("challenge", `[]`),
		"origin a list":         clientInstead("origin", `["`+siteOrigin+`"]`),
		"origin null":           clientInstead("origin", `null`),
		"origin in capitals":    clientInstead("origin", `"HTTPS://APP.EXAMPLE.COM"`),
		"origin with its port":  clientInstead("origin", `"https://app.example.com:443"`),
	}
	for _, member := range []string{"type", "challenge", "origin", "crossOrigin"} {
		cases["client data: "+member+" in other letters"] = func(c *testauthn.Ceremony) {
			if member == "crossOrigin" { // what is absent counts as false
				c.CrossOrigin = true
				return
			}
			c.ClientData = func(b []byte) []byte {
				return bytes.Replace(b, []byte(`"`+member+`":`), []byte(`"`+strings.ToUpper(member)+`":`), 1)
			}
		}
		cases["client data: "+member+" twice"] = func(c *testauthn.Ceremony) {
			c.ClientData = func(b []byte) []byte {
				var v map[string]json.RawMessage
				_ = json.Unmarshal(b, &v)
				return []byte(fmt.Sprintf(`{%q:%s,%s`, member, v[member], b[1:]))
			}
		}
	}
	cases["client data: topOrigin twice"] = clientMember(`"topOrigin":"","topOrigin":""`)
	for _, member := range []string{"id", "rawId", "type", "response"} {
		cases[member+" twice"] = again("", member)
	}
	for _, member := range []string{"clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"} {
		cases[member+" twice"] = again("response", member)
	}
	for name, change := range cases {
		s := newSite(t)
		c := s.browser(t)
		if a := c.Register("ada@example.com", change); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
			t.Errorf("%s: sign-up: %s", name, a.Body)
		}
		s = newSite(t)
		c = s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		if a := c.Authenticate(change); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
			t.Errorf("%s: sign-in: %s", name, a.Body)
		}
	}
}

// clientInstead gives a member of the client data another value.
func clientInstead(member, value string) testclient.Change {
	return func(c *testauthn.Ceremony) {
		c.ClientData = func(b []byte) []byte {
			var v map[string]json.RawMessage
			_ = json.Unmarshal(b, &v)
			return bytes.Replace(b, append([]byte(`"`+member+`":`), v[member]...), []byte(`"`+member+`":`+value), 1)
		}
	}
}
