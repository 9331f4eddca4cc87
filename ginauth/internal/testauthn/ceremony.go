package testauthn

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
)

// The flags of authenticator data (WebAuthn Level 3, section 6.1).
const (
	FlagUserPresent    = 0x01
	FlagUserVerified   = 0x04
	FlagBackupEligible = 0x08
	FlagBackedUp       = 0x10
	FlagAttested       = 0x40
	FlagExtensions     = 0x80
)

// Ceremony is everything that goes into one answer of an authenticator and its browser. It is
// filled with what is right; a test changes what shall be wrong.
type Ceremony struct {
	// Type, Challenge and Origin are members of the client data, and so are CrossOrigin and
	// TopOrigin unless they are nil.
	Type, Challenge, Origin string
	CrossOrigin, TopOrigin  any
	// ClientData, when set, gets the client data and gives what is sent and signed instead.
	ClientData func([]byte) []byte

	// RPID is hashed into the authenticator data.
	RPID         string
	Flags        byte
	Counter      uint32
	CredentialID []byte
	// PublicKey is the COSE_Key of a registration.
	PublicKey []byte
	// Extensions is a CBOR map of authenticator outputs; FlagExtensions is not set by itself.
	Extensions []byte
	// AuthData, when set, gets the authenticator data and gives what is sent and signed instead.
	AuthData func([]byte) []byte

	// Format and Statement are the attestation; the statement sees what it may have to sign.
	Format    string
	Statement func(authData, clientDataHash []byte) any
	// Attestation, when set, gets the attestation object and gives what is sent instead.
	Attestation func([]byte) []byte
	// Signature, when set, gets the assertion's signature and gives what is sent instead.
	Signature func([]byte) []byte

	// Answer is the JSON object that the page sends, before it is encoded; nil members are left out.
	// Edit may change it.
	Edit func(answer, response map[string]any)
	// JSON, when set, gets the encoded answer and gives what is sent instead.
	JSON func([]byte) []byte

	key        *Key
	userHandle []byte
	transports []string
}

func (c *Ceremony) clientData() []byte {
	members := []struct {
		name  string
		value any
	}{{"type", c.Type}, {"challenge", c.Challenge}, {"origin", c.Origin}, {"crossOrigin", c.CrossOrigin}, {"topOrigin", c.TopOrigin}}
	b := []byte{'{'}
	for _, m := range members {
		if m.value == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, quote(m.name)...), ':'), quote(m.value)...)
	}
	b = append(b, '}')
	if c.ClientData != nil {
		b = c.ClientData(b)
	}
	return b
}

func quote(v any) []byte { return must(json.Marshal(v)) }

func (c *Ceremony) authData() []byte {
	hash := sha256.Sum256([]byte(c.RPID))
	b := append(hash[:], c.Flags)
	b = binary.BigEndian.AppendUint32(b, c.Counter)
	if c.Flags&FlagAttested != 0 {
		b = append(b, make([]byte, 16)...)                                // an AAGUID that names no model
		b = binary.BigEndian.AppendUint16(b, uint16(len(c.CredentialID))) //nolint:gosec // a wrong length is what some tests want
		b = append(b, c.CredentialID...)
		b = append(b, c.PublicKey...)
	}
	b = append(b, c.Extensions...)
	if c.AuthData != nil {
		b = c.AuthData(b)
	}
	return b
}

// creation is the answer to a registration: RegistrationResponseJSON.
func (c *Ceremony) creation() []byte {
	clientData, authData := c.clientData(), c.authData()
	hash := sha256.Sum256(clientData)
	object := Encode(Map{{"fmt", c.Format}, {"attStmt", c.Statement(authData, hash[:])}, {"authData", authData}})
	if c.Attestation != nil {
		object = c.Attestation(object)
	}
	return c.answer(map[string]any{
		"clientDataJSON":    base64url(clientData),
		"attestationObject": base64url(object),
		"transports":        c.transports,
	})
}

// assertion is the answer to an authentication: AuthenticationResponseJSON.
func (c *Ceremony) assertion() []byte {
	clientData, authData := c.clientData(), c.authData()
	hash := sha256.Sum256(clientData)
	signature := c.key.Sign(append(bytes.Clone(authData), hash[:]...))
	if c.Signature != nil {
		signature = c.Signature(signature)
	}
	response := map[string]any{
		"clientDataJSON":    base64url(clientData),
		"authenticatorData": base64url(authData),
		"signature":         base64url(signature),
	}
	if c.userHandle != nil {
		response["userHandle"] = base64url(c.userHandle)
	}
	return c.answer(response)
}

func (c *Ceremony) answer(response map[string]any) []byte {
	answer := map[string]any{
		"id":                      base64url(c.CredentialID),
		"rawId":                   base64url(c.CredentialID),
		"type":                    "public-key",
		"response":                response,
		"clientExtensionResults":  map[string]any{},
		"authenticatorAttachment": "platform",
	}
	if c.Edit != nil {
		c.Edit(answer, response)
	}
	b := quote(answer)
	if c.JSON != nil {
		b = c.JSON(b)
	}
	return b
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
