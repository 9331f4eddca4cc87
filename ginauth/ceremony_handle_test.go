package ginauth_test

import (
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// evesCUID is an id as Prisma makes them: 25 characters are never base64url.
const evesCUID = "cm9f3k2q10001v8t0aabbccdd"

// @simplewebauthn/browser 9 sends the bytes of a user handle as text.
func TestCeremony_UserHandlesAsText(t *testing.T) {
	s := newSite(t)
	ada := s.browser(t)
	ada.SignUp("ada@example.com")
	ada.SignOut()
	if _, err := s.CreateUser(t.Context(), ginauth.User{ID: evesCUID, Email: "eve@example.com"}); err != nil {
		t.Fatal(err)
	}
	for _, h := range []struct {
		name string
		text any
		code string
	}{
		{"nobody's, as UTF-8 decoders leave random bytes", strings.Repeat("\uFFFD7\u0003", 24), ""},
		{"nobody's, longer than any handle", strings.Repeat("é", 33), "WebAuthnVerificationError"},
		{"nobody's, not base64url", "an id of another site", ""},
		{"somebody else's", evesCUID, "WebAuthnVerificationError"},
		{"a list", []string{evesCUID}, "WebAuthnVerificationError"},
	} {
		a := ada.Authenticate(func(c *testauthn.Ceremony) { c.Edit = setIn("userHandle", h.text) })
		if a.ErrorCode() != h.code {
			t.Errorf("%s: %s, want %q", h.name, a.Body, h.code)
			continue
		}
		if h.code == "" {
			if got := ada.Email(); got != "ada@example.com" {
				t.Errorf("%s: signed in as %q", h.name, got)
			}
			ada.SignOut()
		}
	}
}
