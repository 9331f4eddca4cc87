package ginauth

import (
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
