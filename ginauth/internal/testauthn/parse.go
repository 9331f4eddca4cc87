package testauthn

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// ErrAuthData is authenticator data that WebAuthn Level 3, section 6.1, does not allow.
var ErrAuthData = errors.New("testauthn: malformed authenticator data")

// AuthData is authenticator data taken apart.
type AuthData struct {
	RPIDHash []byte
	Flags    byte
	Counter  uint32
	// CredentialID and Key are there with FlagAttested; a Key that is no map is nil.
	CredentialID []byte
	Key          Map
	// Extensions are there with FlagExtensions.
	Extensions any
}

// ParseAuthData takes authenticator data apart.
func ParseAuthData(b []byte) (AuthData, error) {
	if len(b) < 37 {
		return AuthData{}, ErrAuthData
	}
	d := AuthData{RPIDHash: b[:32], Flags: b[32], Counter: binary.BigEndian.Uint32(b[33:37])}
	b = b[37:]
	if d.Flags&FlagAttested != 0 {
		if len(b) < 18 {
			return AuthData{}, ErrAuthData
		}
		n := int(binary.BigEndian.Uint16(b[16:18]))
		if b = b[18:]; n > len(b) {
			return AuthData{}, ErrAuthData
		}
		d.CredentialID = b[:n:n]
		v, rest, err := Decode(b[n:])
		if err != nil {
			return AuthData{}, ErrAuthData
		}
		d.Key, _ = v.(Map)
		b = rest
	}
	if d.Flags&FlagExtensions != 0 {
		v, rest, err := Decode(b)
		if err != nil {
			return AuthData{}, ErrAuthData
		}
		d.Extensions, b = v, rest
	}
	if len(b) != 0 {
		return AuthData{}, ErrAuthData
	}
	return d, nil
}

// Of tells whether the data are meant for a relying party.
func (d AuthData) Of(rpID string) bool {
	sum := sha256.Sum256([]byte(rpID))
	return bytes.Equal(d.RPIDHash, sum[:])
}

// Has tells whether all of these flags are set.
func (d AuthData) Has(flags byte) bool { return d.Flags&flags == flags }

// ErrKey is a public key that is none of those a passkey may have.
var ErrKey = errors.New("testauthn: unacceptable public key")

// CheckKey returns nil for the keys that a passkey may have and for no other: RSA of 2048 to 4096
// bits with exponent 65537, a point on P-256, 32 bytes for Ed25519. The algorithm is not looked at.
func CheckKey(key Map) error {
	seen := map[any]bool{}
	for _, p := range key {
		if seen[p[0]] {
			return fmt.Errorf("%w: label %v twice", ErrKey, p[0])
		}
		seen[p[0]] = true
	}
	first, _ := key.Get(-1).([]byte)
	second, _ := key.Get(-2).([]byte)
	third, _ := key.Get(-3).([]byte)
	curve, _ := key.Get(-1).(int)
	switch key.Get(1) {
	case 1:
		if curve == 6 && len(second) == 32 {
			return nil
		}
	case 2:
		if curve == 1 && len(second) == 32 && len(third) == 32 {
			if _, err := ecdh.P256().NewPublicKey(append(append([]byte{4}, second...), third...)); err == nil {
				return nil
			}
		}
	case 3:
		bits := new(big.Int).SetBytes(first).BitLen()
		if bits >= 2048 && bits <= 4096 && new(big.Int).SetBytes(second).Cmp(big.NewInt(65537)) == 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: %.40v", ErrKey, key)
}

// CertificateModulus returns the bits of the RSA modulus in an X.509 certificate, and 0 when there is
// none. It goes by the place in the structure alone.
func CertificateModulus(der []byte) int {
	var certificate struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &certificate); err != nil {
		return 0
	}
	bits := 0
	for rest := certificate.TBS.Bytes; len(rest) > 0; {
		var field asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &field); err != nil {
			return bits
		}
		var info struct {
			Algorithm asn1.RawValue
			Key       asn1.BitString
		}
		var key struct {
			N *big.Int
			E *big.Int
		}
		if _, err := asn1.Unmarshal(field.FullBytes, &info); err != nil {
			continue
		}
		if _, err := asn1.Unmarshal(info.Key.Bytes, &key); err == nil {
			bits = max(bits, key.N.BitLen())
		}
	}
	return bits
}
