package testauthn

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
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

// Of reports whether the data are meant for a relying party.
func (d AuthData) Of(rpID string) bool {
	sum := sha256.Sum256([]byte(rpID))
	return bytes.Equal(d.RPIDHash, sum[:])
}

// Has reports whether all of these flags are set.
func (d AuthData) Has(flags byte) bool { return d.Flags&flags == flags }

// ErrKey is a public key that is none of those a passkey may have.
var ErrKey = errors.New("testauthn: unacceptable public key")

// CheckKey returns nil for the keys that a passkey may have and for no other: RS256 with an odd
// modulus of 2048 to 4096 bits and exponent 65537, ES256 with a point on P-256, EdDSA with a point of
// Ed25519 that is written as it should be and whose order is not small.
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
		if curve == 6 && key.Get(3) == EdDSA && checkEd25519(second) {
			return nil
		}
	case 2:
		if curve == 1 && key.Get(3) == ES256 && len(second) == 32 && len(third) == 32 {
			if _, err := ecdh.P256().NewPublicKey(append(append([]byte{4}, second...), third...)); err == nil {
				return nil
			}
		}
	case 3:
		n := new(big.Int).SetBytes(first)
		if bits := n.BitLen(); key.Get(3) == RS256 && bits >= 2048 && bits <= 4096 && n.Bit(0) == 1 && new(big.Int).SetBytes(second).Cmp(big.NewInt(65537)) == 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: %.40v", ErrKey, key)
}

// SmallOrder are the points of Ed25519 whose order is 1, 2, 4 or 8, without their sign bit.
var SmallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
}

// checkEd25519 goes by the list of points of small order, and finds x by a square root.
func checkEd25519(key []byte) bool {
	if len(key) != 32 {
		return false
	}
	b := slices.Clone(key)
	b[31] &= 0x7f
	if slices.Contains(SmallOrder, hex.EncodeToString(b)) {
		return false
	}
	slices.Reverse(b)
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	d, _ := new(big.Int).SetString("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16)
	y := new(big.Int).SetBytes(b)
	yy := new(big.Int).Mul(y, y)
	below := new(big.Int).ModInverse(new(big.Int).Add(new(big.Int).Mul(d, yy), big.NewInt(1)), p)
	xx := new(big.Int).Mul(new(big.Int).Sub(yy, big.NewInt(1)), below)
	return y.Cmp(p) < 0 && new(big.Int).ModSqrt(xx.Mod(xx, p), p) != nil
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
