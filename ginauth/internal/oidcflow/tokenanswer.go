package oidcflow

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// readable makes a token answer that is a JSON object readable for a strict decoder. What is not
// needed may be of any type: a lifetime that cannot be read is one that is not known, and a member of
// another type than RFC 6749, section 5, gives it is dropped. The access token is left as it is, and
// so is everything that may be an error of the service.
func readable(body []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return body
	}
	changed := false
	for name, value := range members {
		kept, ok := value, true
		// The decoder does not tell capitals apart.
		switch strings.ToLower(name) {
		case "expires_in":
			kept, ok = seconds(value)
		case "token_type", "refresh_token", "error_description", "error_uri":
			ok = isText(value)
		case "error":
			ok = !saysNoError(value)
		}
		switch {
		case !ok:
			delete(members, name)
			changed = true
		case !bytes.Equal(kept, value):
			members[name] = kept
			changed = true
		}
	}
	if !changed {
		return body
	}
	rewritten, err := json.Marshal(members)
	if err != nil {
		return body
	}
	return rewritten
}

// seconds returns a lifetime as a whole number, rounded down, of those that the decoder takes.
func seconds(value json.RawMessage) (json.RawMessage, bool) {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	// ParseFloat reads more than JSON's numbers.
	text = strings.TrimSpace(text)
	if text == "" || !json.Valid([]byte(text)) || strings.ContainsAny(text[:1], `tfn"{[`) {
		return nil, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && n == 0 {
		return nil, false
	}
	n = math.Floor(max(math.MinInt32, min(math.MaxInt32, n)))
	return strconv.AppendInt(nil, int64(n), 10), true
}

func isText(value json.RawMessage) bool { return len(value) > 0 && value[0] == '"' }

// saysNoError reports whether a member called error says that there is none.
func saysNoError(value json.RawMessage) bool {
	switch string(bytes.Join(bytes.Fields(value), nil)) {
	case "false", "null", `""`, "[]", "{}": // PHP writes nothing as a list
		return true
	}
	n, err := strconv.ParseFloat(string(value), 64)
	return err == nil && n == 0
}
