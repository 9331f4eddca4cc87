package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

const verifierEve = "0b7d5f7e-0d3e-4b8c-9a53-7a7f5b3f8c11"

// FuzzCallbackBody changes one thing in the body of a good ceremony, with a good CSRF token and a
// live challenge: a field, a member of the answer, bytes of what is encoded in it, the body as a
// whole. The status is one of a few, nothing is written unless somebody is signed in, and who that is
// depends on nothing that the body says.
//
// An input is the ceremony, the part, where in it how many bytes give way to which others, and how it
// travels.
func FuzzCallbackBody(f *testing.F) {
	c := newChanger(f)
	for _, kind := range []string{"register", "authenticate"} {
		for part := range partCount {
			for _, with := range []string{"", "x", "null", "\x00", "AAAA", "{}", "userId=" + verifierEve, base64.RawURLEncoding.EncodeToString([]byte(verifierEve)), `"rk":true`, strings.Repeat("A", 2000), verifierEve} {
				f.Add(kind == "register", part, uint16(3), uint16(len(with)), []byte(with), transportJSON*byte(len(with)%2))
			}
		}
		f.Add(kind == "register", partBody, uint16(0), uint16(0), bytes.Repeat([]byte("a"), 70_000), byte(0))
		for transport := range byte(32) {
			f.Add(kind == "register", partNone, uint16(0), uint16(0), []byte(nil), transport)
			f.Add(kind == "register", partExtra, uint16(0), uint16(0), []byte("email=eve@example.org"), transport)
		}
		for _, w := range append(wrongAlways(), map[string][]wrong{"register": wrongRegistrations(), "authenticate": wrongAuthentications()}[kind]...) {
			if answer := c.answer(f, kind, w.change); len(answer) < 4096 {
				f.Add(kind == "register", partData, uint16(0), uint16(1<<15), answer, byte(0))
			}
		}
	}
	f.Fuzz(func(t *testing.T, register bool, part byte, at, over uint16, with []byte, transport byte) {
		kind := "authenticate"
		if register {
			kind = "register"
		}
		c.Reset()
		c.store(t, ginauth.Authenticator{CredentialID: bytes.Repeat([]byte{9}, 32), UserID: verifierEve, PublicKey: testauthn.Encode(c.eve.COSE)})
		if kind == "authenticate" {
			c.store(t, ginauth.Authenticator{CredentialID: c.passkey.ID, PublicKey: testauthn.Encode(c.passkey.Key.COSE)})
		}
		before := withoutTokens(c.Dump())
		body := c.body(t, kind, part%partCount, splice{int(at), int(over), with}, transport)
		got := c.post(t, body.text, body.header)
		if !slices.Contains([]int{200, 302, 400, 401, 403, 413, 415, 429, 503}, got.Status) {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		if !got.ok() {
			wroteNothing(t, before, got.Tables)
			if part%partCount == partNone && transport&(transportOddType|transportCrossSite) == 0 {
				t.Fatalf("the good ceremony: %d %s (%s)", got.Status, got.Body, got.reason)
			}
			return
		}
		if body.proof && body.changed {
			t.Fatalf("signed in although part %d has %q at %d", part%partCount, with, at)
		}
		checkSignedIn(t, kind, before, got)
	})
}

// checkSignedIn makes sure that Ada was signed in, and that nothing but her rows changed.
func checkSignedIn(t *testing.T, kind string, before adaptertest.Tables, got verdict) {
	t.Helper()
	after := got.Tables
	if len(after.Sessions) != 1 || after.Sessions[0].UserID != verifierUser {
		t.Fatalf("sessions %+v", after.Sessions)
	}
	after.Sessions = before.Sessions
	if kind == "register" {
		n := len(before.Users)
		if len(after.Users) != n+1 || len(after.Accounts) != n+1 || len(after.Authenticators) != n+1 {
			t.Fatalf("rows %+v", after)
		}
		user, account, authenticator := after.Users[n], after.Accounts[n], after.Authenticators[n]
		if user.ID != verifierUser || user.Email != "ada@example.org" || user.Name != "" || user.Image != "" || !user.EmailVerified.IsZero() || account.UserID != user.ID || authenticator.UserID != user.ID {
			t.Fatalf("rows %+v", after)
		}
		after.Users, after.Accounts, after.Authenticators = after.Users[:n], after.Accounts[:n], after.Authenticators[:n]
	}
	if !reflect.DeepEqual(before, after) {
		t.Fatalf("rows of somebody else\nbefore %+v\nafter  %+v", before, after)
	}
}

// The parts of a ceremony's answer that can be changed.
const (
	partNone byte = iota
	partAction
	partCSRF
	partData
	partID
	partType
	partExtensions
	partTransports
	partClientData
	partAuthData
	partAttestation
	partSignature
	partUserHandle
	partExtra
	partBody
	partCookie
	partCount
)

// How the answer travels, as bits.
const (
	transportJSON byte = 1 << iota
	transportRedirect
	transportOddType
	transportCrossSite
	transportUnescaped
)

// splice puts bytes in the place of some others.
type splice struct {
	at, over int
	with     []byte
}

func (s splice) apply(b []byte) []byte {
	at := min(s.at, len(b))
	return slices.Concat(b[:at], s.with, b[min(at+s.over, len(b)):])
}

func (s splice) text(old string) string { return string(s.apply([]byte(old))) }

// changer makes the bodies.
type changer struct {
	*verifier
	passkey *testauthn.Passkey
	eve     *testauthn.Key
}

func newChanger(tb testing.TB) *changer {
	return &changer{
		verifier: newVerifier(tb),
		eve:      testauthn.NewES256(),
		passkey: &testauthn.Passkey{
			ID: bytes.Repeat([]byte{7}, 32), Key: testauthn.NewES256(), RPID: verifierRP, UserHandle: []byte(verifierUser),
			Flags: testauthn.FlagUserPresent | testauthn.FlagUserVerified,
		},
	}
}

// answer is what the authenticator says.
func (c *changer) answer(tb testing.TB, kind string, change ...func(*testauthn.Ceremony)) []byte {
	tb.Helper()
	a := &testauthn.Authenticator{Origin: verifierOrigin, NewKey: func() *testauthn.Key { return c.passkey.Key }}
	if kind == "authenticate" {
		return a.Assert(c.passkey, testauthn.RequestOptions{Challenge: madeChallenge, RPID: verifierRP}, change...)
	}
	answer, err := a.Create([]byte(`{"challenge":"`+madeChallenge+`","rp":{"id":"`+verifierRP+`"},"user":{"id":"MDEyMzQ1Njc4OWFiY2RlZg"}}`), change...)
	if err != nil {
		tb.Fatal(err)
	}
	return answer
}

// changedBody is a request; proof says that what was changed is what the sign-in rests on.
type changedBody struct {
	text           string
	header         http.Header
	proof, changed bool
}

func (c *changer) body(tb testing.TB, kind string, part byte, s splice, transport byte) changedBody {
	tb.Helper()
	b := changedBody{header: http.Header{}}
	prove := func(old []byte) []byte {
		changed := s.apply(old)
		b.proof, b.changed = true, !bytes.Equal(changed, old)
		return changed
	}
	form := map[string]string{"action": kind, "csrfToken": c.csrf, "callbackUrl": "/ok"}
	cookie := c.flow(tb, kind, madeChallenge)
	data := c.answer(tb, kind, func(y *testauthn.Ceremony) {
		switch part {
		case partClientData:
			y.ClientData = s.apply
		case partAuthData:
			y.AuthData = s.apply
		case partAttestation:
			y.Attestation = s.apply
		}
		y.Edit = func(answer, response map[string]any) { editAnswer(kind, part, s, prove, answer, response) }
	})
	switch part {
	case partAction:
		form["action"] = string(prove([]byte(kind)))
	case partCSRF:
		form["csrfToken"] = string(prove([]byte(c.csrf)))
	case partCookie:
		cookie = string(prove([]byte(cookie)))
		b.proof = false // the last digit of its base64 may have bits that mean nothing
	case partData:
		data = s.apply(data)
	case partUserHandle: // Eve's, in either reading, and what is too long
		eve := string(s.with) == verifierEve || string(s.with) == base64.RawURLEncoding.EncodeToString([]byte(verifierEve))
		b.proof, b.changed = kind == "authenticate", eve || len(s.with) > 64
	case partExtra:
		if name, value, _ := strings.Cut(string(s.with), "="); !slices.Contains([]string{"action", "csrfToken", "data"}, name) {
			form[name] = value
		}
	}
	form["data"] = string(data)
	c.encode(&b, form, cookie, transport)
	if part == partBody {
		b.text = s.text(b.text)
	}
	return b
}

// editAnswer changes members of the browser's JSON.
func editAnswer(kind string, part byte, s splice, prove func([]byte) []byte, answer, response map[string]any) {
	switch part {
	case partID:
		id, _ := answer["id"].(string)
		answer["id"] = s.text(id)
	case partType:
		answer["type"] = string(prove([]byte("public-key")))
	case partExtensions:
		var v any
		if json.Unmarshal(s.with, &v) != nil {
			v = string(s.with)
		}
		answer["clientExtensionResults"] = v
	case partTransports:
		response["transports"] = []string{"usb", string(s.with)}
	case partSignature:
		if kind == "authenticate" {
			text, _ := response["signature"].(string)
			raw, _ := base64.RawURLEncoding.DecodeString(text)
			response["signature"] = base64.RawURLEncoding.EncodeToString(prove(raw))
		}
	case partUserHandle:
		response["userHandle"] = base64.RawURLEncoding.EncodeToString(s.with)
	}
}

// encode writes the form as a form or as JSON, and the header.
func (c *changer) encode(b *changedBody, form map[string]string, cookie string, transport byte) {
	values := url.Values{}
	for name, value := range form {
		values.Set(name, value)
	}
	b.text = values.Encode()
	if transport&transportUnescaped != 0 {
		b.text = strings.NewReplacer("%7B", "{", "%22", `"`, "%3A", ":", "%2C", ",", "%7D", "}").Replace(b.text)
	}
	b.header["Cookie"] = []string{c.base + "; " + cookie}
	if transport&transportJSON != 0 {
		text, err := json.Marshal(form)
		if err != nil {
			panic(err)
		}
		b.text, b.header["Content-Type"] = string(text), []string{"application/json; charset=utf-8"}
	}
	if transport&transportOddType != 0 {
		b.header["Content-Type"] = []string{"multipart/form-data; boundary=x"}
	}
	if transport&transportRedirect != 0 {
		b.header["X-Auth-Return-Redirect"] = []string{""}
	}
	if transport&transportCrossSite != 0 {
		b.header["Sec-Fetch-Site"] = []string{"cross-site"}
	}
}
