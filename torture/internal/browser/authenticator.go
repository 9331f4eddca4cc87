package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// Passkey is an ES256 credential in software.
type Passkey struct {
	ID      []byte
	Counter uint32

	key    *ecdsa.PrivateKey
	rpID   string
	handle []byte
}

// Flags of authenticator data (WebAuthn Level 3, section 6.1).
const (
	userPresent  = 1 << 0
	userVerified = 1 << 2
	attested     = 1 << 6
)

type creationOptions struct {
	Challenge string `json:"challenge"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

type requestOptions struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
}

// create answers creation options with a new passkey whose counter is 1. id is its credential ID,
// or nil for a random one.
func create(options json.RawMessage, id []byte) (*Passkey, string, error) {
	var o creationOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, "", fmt.Errorf("creation options: %w", err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil || len(handle) == 0 {
		return nil, "", errors.New("creation options have no user handle")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	if id == nil {
		id = make([]byte, 32)
		_, _ = rand.Read(id) // never fails
	}
	p := &Passkey{ID: id, Counter: 1, key: key, rpID: o.RP.ID, handle: handle}
	public, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, "", err
	}
	// COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
	cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32}, public[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), public[33:]...)

	data := p.authenticatorData(userPresent | userVerified | attested)
	data = append(data, make([]byte, 16)...)                                   // AAGUID
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(id))), id...) //nolint:gosec // G115: credential IDs are short
	data = append(data, cose...)

	// {"fmt": "none", "attStmt": {}, "authData": …}
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(binary.BigEndian.AppendUint16(append(object, 0x59), uint16(len(data))), data...) //nolint:gosec // G115: short, too
	answer, err := p.answer(map[string]any{
		"clientDataJSON":    encode(clientData("webauthn.create", o.Challenge)),
		"attestationObject": encode(object),
		"transports":        []string{"internal"},
	})
	return p, answer, err
}

// get answers request options; every answer has a higher counter.
func (p *Passkey) get(options json.RawMessage) (string, error) {
	var o requestOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return "", fmt.Errorf("request options: %w", err)
	}
	p.Counter++
	data := p.authenticatorData(userPresent | userVerified)
	client := clientData("webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, sum[:])
	if err != nil {
		return "", err
	}
	return p.answer(map[string]any{
		"clientDataJSON":    encode(client),
		"authenticatorData": encode(data),
		"signature":         encode(signature),
		"userHandle":        encode(p.handle),
	})
}

func (p *Passkey) authenticatorData(flags byte) []byte {
	hash := sha256.Sum256([]byte(p.rpID))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), p.Counter)
}

func (p *Passkey) answer(response map[string]any) (string, error) {
	b, err := json.Marshal(map[string]any{
		"id": encode(p.ID), "rawId": encode(p.ID), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{},
	})
	return string(b), err
}

func clientData(kind, challenge string) []byte {
	return []byte(`{"type":"` + kind + `","challenge":"` + challenge + `","origin":"` + Origin + `","crossOrigin":false}`)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
