package ceremony

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// withHandleBytes returns an assertion whose user handle is base64url. @simplewebauthn/browser 9,
// which next-auth pins, sends the handle's bytes as UTF-8 text: a user's id as it is when a later
// version made the passkey, and of Auth.js's random bytes what the decoder left of them. The
// former is encoded; the latter says nothing and is taken out. What is no assertion stays as it
// is, for the parser to refuse.
func withHandleBytes(assertion []byte) []byte {
	var outer, response map[string]json.RawMessage
	var text string
	if json.Unmarshal(assertion, &outer) != nil || json.Unmarshal(outer["response"], &response) != nil ||
		json.Unmarshal(response["userHandle"], &text) != nil {
		return assertion
	}
	if _, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
		return assertion
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		delete(response, "userHandle")
	} else {
		// Base64url needs no quoting in JSON.
		response["userHandle"] = json.RawMessage(`"` + base64.RawURLEncoding.EncodeToString([]byte(text)) + `"`)
	}
	var err error
	if outer["response"], err = json.Marshal(response); err != nil {
		return assertion
	}
	changed, err := json.Marshal(outer)
	if err != nil {
		return assertion
	}
	return changed
}

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

// HandleReadings are the user handles that an answer may mean: the bytes it holds, and, since
// older clients treat the option's base64url as text, the bytes that this text encodes.
func HandleReadings(raw []byte) [][]byte {
	readings := [][]byte{raw}
	if inner, err := base64.RawURLEncoding.DecodeString(string(raw)); err == nil && len(inner) > 0 {
		readings = append(readings, inner)
	}
	return readings
}
