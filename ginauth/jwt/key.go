package jwt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"

	josecipher "github.com/go-jose/go-jose/v4/cipher"
)

// Names of content encryption (RFC 7518 section 5.1). Auth.js writes the first
// and reads both; next-auth 4 knows the second.
const (
	encCBC = "A256CBC-HS512"
	encGCM = "A256GCM"
)

// key is one derived key, ready for use. It is never changed, and its AEAD
// keeps no state between calls, so any number of goroutines may use it.
type key struct {
	enc    string
	kid    string // RFC 7638 thumbprint
	header string // the protected header of tokens made with this key, encoded
	aead   cipher.AEAD
	tag    int // bytes of an authentication tag
}

// version holds what differs between the two generations of tokens.
type version struct {
	enc   []string // what is accepted; the first makes new tokens
	info  string   // of HKDF
	kid   bool     // whether new tokens name their key
	salty bool     // whether the cookie's name is the salt
}

func versionV5() version {
	return version{enc: []string{encCBC, encGCM}, info: "Auth.js Generated Encryption Key", kid: true, salty: true}
}

func versionV4() version {
	return version{enc: []string{encGCM}, info: "NextAuth.js Generated Encryption Key"}
}

// rawKey derives the bytes of a key from a secret.
func (v version) rawKey(secret, salt, enc string) ([]byte, error) {
	// Auth.js names the salt in any case, next-auth 4 only when there is one.
	info := v.info
	if v.salty || salt != "" {
		info += " (" + salt + ")"
	}
	size := 32
	if enc == encCBC {
		size = 64
	}
	raw, err := hkdf.Key(sha256.New, []byte(secret), []byte(salt), info, size)
	if err != nil {
		return nil, fmt.Errorf("jwt: derive key: %w", err)
	}
	return raw, nil
}

// derive makes the key of one secret for one salt.
func (v version) derive(secret, salt, enc string) (*key, error) {
	raw, err := v.rawKey(secret, salt, enc)
	if err != nil {
		return nil, err
	}
	k := &key{enc: enc, kid: thumbprint(raw)}
	if k.aead, k.tag, err = newAEAD(enc, raw); err != nil {
		return nil, fmt.Errorf("jwt: %s: %w", enc, err)
	}
	header := `{"alg":"dir","enc":"` + enc + `"}`
	if v.kid {
		header = `{"alg":"dir","enc":"` + enc + `","kid":"` + k.kid + `"}`
	}
	k.header = b64.EncodeToString([]byte(header))
	return k, nil
}

func newAEAD(enc string, raw []byte) (aead cipher.AEAD, tag int, err error) {
	if enc == encCBC {
		aead, err = josecipher.NewCBCHMAC(raw, aes.NewCipher)
		return aead, 32, err
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, 0, err
	}
	aead, err = cipher.NewGCM(block)
	return aead, 16, err
}

// thumbprint identifies a key: the RFC 7638 hash of its JWK. As in Auth.js the
// hash is as long as the key, SHA-512 for 64 bytes and SHA-256 for 32.
func thumbprint(raw []byte) string {
	jwk := []byte(`{"k":"` + b64.EncodeToString(raw) + `","kty":"oct"}`)
	if len(raw) == 64 {
		sum := sha512.Sum512(jwk)
		return b64.EncodeToString(sum[:])
	}
	sum := sha256.Sum256(jwk)
	return b64.EncodeToString(sum[:])
}
