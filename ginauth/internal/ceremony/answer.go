package ceremony

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// ErrNoAnswer is a text that is not a JSON object with an id: it did not come from a client.
var ErrNoAnswer = errors.New("not the answer of a ceremony")

// Answer is what the browser sent, taken apart as far as both ceremonies have it in common:
// RegistrationResponseJSON or AuthenticationResponseJSON (WebAuthn Level 3, section 5.1).
type Answer struct {
	id             []byte
	clientDataJSON []byte
	client         clientData
	response       object
	// named are the challenges that the client data name: one, in a good answer.
	named []string
	err   error
}

// Read takes an answer apart. What is wrong with it is reported by [Answer.Registration] and
// [Answer.Assertion].
func Read(text string) *Answer {
	a := &Answer{}
	outer, err := readObject([]byte(text), "id", "rawId", "type", "response")
	if _, ok := outer.text("id"); err != nil || !ok {
		a.err = ErrNoAnswer
		return a
	}
	a.err = a.read(outer)
	return a
}

func (a *Answer) read(outer object) error {
	var err error
	// Before anything is refused: whatever is wrong with the answer, it may name a challenge.
	a.response, err = readObject(outer.value("response"), "clientDataJSON", "attestationObject", "transports", "authenticatorData", "signature", "userHandle")
	errClient := a.readClient()
	if outer.twice() || a.response.twice() {
		return fail(Malformed, "malformed answer: a member occurs twice")
	}
	if kind, _ := outer.text("type"); kind != "public-key" {
		return fail(Malformed, "malformed answer: type is not public-key")
	}
	var ok bool
	if a.id, ok = outer.bytes("id"); !ok || len(a.id) == 0 {
		return fail(Malformed, "malformed answer: id is not base64url")
	}
	if raw, ok := outer.bytes("rawId"); !ok || !bytes.Equal(raw, a.id) {
		return fail(Malformed, "malformed answer: rawId is not id")
	}
	if err != nil {
		return fail(Malformed, "malformed answer: response is not an object")
	}
	return errClient
}

// NamesAnother reports whether the answer is to another challenge: its client data name one, and it
// is not this one, however that may be written.
func (a *Answer) NamesAnother(challenge string) bool {
	return len(a.named) > 0 && !slices.ContainsFunc(a.named, func(s string) bool {
		one, ok1 := decodeBase64(s)
		other, ok2 := decodeBase64(challenge)
		return s == challenge || ok1 && ok2 && bytes.Equal(one, other)
	})
}

// object holds the members of a JSON object that were asked for, each as often as it occurs.
// Names are compared byte by byte, as JavaScript does.
type object map[string][]json.RawMessage

// readObject reads one object and nothing behind it. With an error it returns what came before.
func readObject(raw []byte, names ...string) (object, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	o := object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return o, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, err
		}
		if name, _ := name.(string); slices.Contains(names, name) {
			o[name] = append(o[name], value)
		}
	}
	if _, err := d.Token(); err != nil {
		return o, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return o, errors.New("more behind the object")
	}
	return o, nil
}

// twice reports whether a member occurs more than once: readers would not agree on which counts.
func (o object) twice() bool {
	for _, values := range o {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// value returns a member, nil where it is absent or null.
func (o object) value(name string) json.RawMessage {
	if v := o[name]; len(v) > 0 && string(v[0]) != "null" {
		return v[0]
	}
	return nil
}

// text returns a member that is a string.
func (o object) text(name string) (s string, ok bool) {
	v := o.value(name)
	return s, v != nil && json.Unmarshal(v, &s) == nil
}

// bytes returns a member that is bytes in base64.
func (o object) bytes(name string) ([]byte, bool) {
	s, ok := o.text(name)
	if !ok {
		return nil, false
	}
	return decodeBase64(s)
}

// decodeBase64 reads both alphabets, with padding and without, in one line or several (RFC 2045,
// section 6.8, as Android writes by default). Clients are to send base64url without, but what is signed
// are the bytes.
func decodeBase64(s string) ([]byte, bool) {
	s = strings.NewReplacer("+", "-", "/", "_", "\r", "", "\n", "").Replace(s)
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
	return b, err == nil
}
