package browser

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// Passkey is a credential in software: ES256, or RS256 with an RSA key.
type Passkey struct {
	ID      []byte
	Counter uint32
	// Uncounted passkeys keep the counter at zero, as those that are synced do.
	Uncounted bool

	key    crypto.Signer
	rpID   string
	handle []byte
}

// Forge returns a passkey that claims to be p, with a key of its own and the given credential ID and
// user handle: nobody's ID, or p's with a signature that is wrong. A handle may be nil.
func (p *Passkey) Forge(id, handle []byte) (*Passkey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &Passkey{ID: id, Counter: p.Counter, key: key, rpID: p.rpID, handle: handle}, err
}

// Handle is the user handle that the site gave the passkey.
func (p *Passkey) Handle() []byte { return p.handle }

// NewID returns a credential ID that nobody has.
func NewID() []byte {
	id := make([]byte, 32)
	_, _ = rand.Read(id) // never fails
	return id
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

// create answers creation options with a new passkey whose counter is 1, or 0 when it is uncounted.
// id is its credential ID, or nil for a random one; key its key, or nil for a new one.
func create(options json.RawMessage, id []byte, key crypto.Signer, uncounted bool) (*Passkey, string, error) {
	var o creationOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, "", fmt.Errorf("creation options: %w", err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil || len(handle) == 0 {
		return nil, "", errors.New("creation options have no user handle")
	}
	if id == nil {
		id = NewID()
	}
	if key == nil {
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, "", err
		}
	}
	cose, err := coseKey(key.Public())
	if err != nil {
		return nil, "", err
	}
	p := &Passkey{ID: id, Uncounted: uncounted, key: key, rpID: o.RP.ID, handle: handle}
	p.count()
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

// coseKey encodes a public key (RFC 9053, section 7.1, and RFC 8230, section 4).
func coseKey(public crypto.PublicKey) ([]byte, error) {
	switch public := public.(type) {
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 4, x, y
		if err != nil {
			return nil, err
		}
		// {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
		cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32}, point[1:33]...)
		return append(append(cose, 0x22, 0x58, 32), point[33:]...), nil
	case *rsa.PublicKey:
		// {1: 3 (RSA), 3: -257 (RS256), -1: n, -2: e, 65537}
		n := public.N.Bytes()
		cose := append([]byte{0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59}, byte(len(n)>>8), byte(len(n)))
		return append(append(cose, n...), 0x21, 0x43, 0x01, 0x00, 0x01), nil
	}
	return nil, fmt.Errorf("no COSE key of a %T", public)
}

func (p *Passkey) count() {
	if !p.Uncounted {
		p.Counter++
	}
}

// get answers request options; every answer has a higher counter.
func (p *Passkey) get(options json.RawMessage) (string, error) {
	var o requestOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return "", fmt.Errorf("request options: %w", err)
	}
	p.count()
	data := p.authenticatorData(userPresent | userVerified)
	client := clientData("webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := p.key.Sign(rand.Reader, sum[:], crypto.SHA256)
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
