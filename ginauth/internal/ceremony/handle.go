package ceremony

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// maxHandle bounds user handles, in bytes (WebAuthn Level 3, section 4, "User Handle").
const maxHandle = 64

// Handle is the WebAuthn user handle of a user id: the id itself where it has 16 to 48 bytes,
// else a hash of it. A shorter one tells too much about the person or the site, and of a longer one
// the base64url text would not fit into the 64 bytes that a handle may have: older clients use
// that text as the handle.
func Handle(userID string) []byte {
	if len(userID) >= 16 && len(userID) <= 48 {
		return []byte(userID)
	}
	sum := sha256.Sum256([]byte("ginauth user handle\x00" + userID))
	return sum[:]
}

// handle is the user handle of an answer in each of its readings, the most likely one first. None
// means that no handle came, or nothing that could be made sense of.
type handle [][]byte

// readHandle reads a user handle. Clients send it in base64, but @simplewebauthn/browser 9, which
// next-auth pins, sends the handle's bytes as UTF-8 text: a user's id as it is when a later version
// made the passkey, and of Auth.js's random bytes what the decoder left of them, which says
// nothing. It also took the base64url in the options for text, so the bytes may be that text.
func readHandle(response object) (h handle, ok bool) {
	if response.value("userHandle") == nil {
		return nil, true
	}
	text, ok := response.text("userHandle")
	if !ok {
		return nil, false
	}
	if raw, ok := decodeBase64(text); ok && len(raw) > 0 {
		h = append(h, raw)
		if inner, err := base64.RawURLEncoding.DecodeString(string(raw)); err == nil && len(inner) > 0 {
			h = append(h, inner)
		}
	}
	if text != "" && !strings.ContainsRune(text, utf8.RuneError) && (len(h) == 0 || len(text) <= maxHandle) {
		h = append(h, []byte(text))
	}
	return h, true
}

// HandleLength is the length of the user handle in bytes, at most 64 in a good answer.
func (s *Assertion) HandleLength() int {
	if len(s.handle) == 0 {
		return 0
	}
	return len(s.handle[0])
}

// Handles are the user handles that the answer may mean; none when it holds none.
func (s *Assertion) Handles() [][]byte { return s.handle }
