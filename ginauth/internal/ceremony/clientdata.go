package ceremony

import (
	"bytes"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
)

// clientData are the members of CollectedClientData that are verified (WebAuthn Level 3, section
// 5.8.1). Others, such as Level 2's tokenBinding, may have any form.
type clientData struct {
	kind, challenge, origin string
	crossOrigin             bool
	topOrigin               string
}

// readClient decodes the client data. Their bytes are kept as they came: the signature covers a
// hash of them.
func (a *Answer) readClient() error {
	var ok bool
	if a.clientDataJSON, ok = a.response.bytes("clientDataJSON"); !ok {
		return fail(Malformed, "malformed answer: clientDataJSON is missing or not base64url")
	}
	// "UTF-8 decode" of the specification takes a byte order mark off.
	o, err := readObject(bytes.TrimPrefix(a.clientDataJSON, []byte("\xef\xbb\xbf")), "type", "challenge", "origin", "crossOrigin", "topOrigin")
	for _, raw := range o["challenge"] {
		var challenge string
		if json.Unmarshal(raw, &challenge) == nil && challenge != "" {
			a.named = append(a.named, challenge)
		}
	}
	if err != nil {
		return fail(Malformed, "malformed answer: the client data are not a JSON object")
	}
	if o.twice() {
		return fail(Malformed, "malformed answer: a member of the client data occurs twice")
	}
	c := &a.client
	for _, member := range []struct {
		name  string
		value *string
	}{{"type", &c.kind}, {"challenge", &c.challenge}, {"origin", &c.origin}} {
		if *member.value, ok = o.text(member.name); !ok {
			return fail(Malformed, "malformed answer: %s of the client data is not text", member.name)
		}
	}
	if v := o.value("crossOrigin"); v != nil && json.Unmarshal(v, &c.crossOrigin) != nil {
		return fail(Malformed, "malformed answer: crossOrigin is not a boolean")
	}
	if v := o.value("topOrigin"); v != nil && json.Unmarshal(v, &c.topOrigin) != nil {
		return fail(Malformed, "malformed answer: topOrigin is not text")
	}
	return nil
}

// library is the view of go-webauthn, which would refuse odd members that mean nothing.
func (c clientData) library() protocol.CollectedClientData {
	return protocol.CollectedClientData{
		Type: protocol.CeremonyType(c.kind), Challenge: c.challenge, Origin: c.origin, CrossOrigin: c.crossOrigin, TopOrigin: c.topOrigin,
	}
}
