package testauthn

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // for RS1, which is to be refused
	"crypto/sha256"
	"math/big"
)

// COSE algorithms (RFC 9053 and RFC 8812).
const (
	ES256 = -7
	EdDSA = -8
	ES384 = -35
	PS256 = -37
	RS256 = -257
	RS1   = -65535
)

// Key is a credential's key pair.
type Key struct {
	// COSE is the public key as a COSE_Key.
	COSE Map
	sign func(message []byte) []byte
}

// Sign signs a message; a key without a private part gives four bytes that are no signature.
func (k *Key) Sign(message []byte) []byte {
	if k.sign == nil {
		return []byte("none")
	}
	return k.sign(message)
}

// NewES256 makes a key on P-256.
func NewES256() *Key { return newEC(elliptic.P256(), ES256, 1, crypto.SHA256) }

// NewES384 makes a key on P-384, which is a good key that nobody asks for.
func NewES384() *Key { return newEC(elliptic.P384(), ES384, 2, crypto.SHA384) }

func newEC(curve elliptic.Curve, alg, crv int, hash crypto.Hash) *Key {
	private := must(ecdsa.GenerateKey(curve, rand.Reader))
	point := must(private.PublicKey.Bytes())
	size := (len(point) - 1) / 2
	return &Key{
		COSE: Map{{1, 2}, {3, alg}, {-1, crv}, {-2, point[1 : 1+size]}, {-3, point[1+size:]}},
		sign: func(message []byte) []byte {
			h := hash.New()
			h.Write(message)
			return must(ecdsa.SignASN1(rand.Reader, private, h.Sum(nil)))
		},
	}
}

// NewEdDSA makes a key on Ed25519.
func NewEdDSA() *Key {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(public, err)
	return &Key{
		COSE: Map{{1, 1}, {3, EdDSA}, {-1, 6}, {-2, []byte(public)}},
		sign: func(message []byte) []byte { return ed25519.Sign(private, message) },
	}
}

// NewRS256 makes an RSA key with exponent 65537.
func NewRS256(bits int) *Key {
	private := must(rsa.GenerateKey(rand.Reader, bits))
	return &Key{
		COSE: rsaKey(private.N.Bytes(), private.E),
		sign: func(message []byte) []byte {
			sum := sha256.Sum256(message)
			return must(rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:]))
		},
	}
}

// NewRSA makes an RSA key of 2048 bits whose label is alg and whose signatures are what it says:
// RS256, PS256 or RS1.
func NewRSA(alg int) *Key {
	private := must(rsa.GenerateKey(rand.Reader, 2048))
	hash := crypto.SHA256
	if alg == RS1 {
		hash = crypto.SHA1
	}
	return &Key{
		COSE: rsaKey(private.N.Bytes(), private.E).With(3, alg),
		sign: func(message []byte) []byte {
			h := hash.New()
			h.Write(message)
			if alg == PS256 {
				return must(rsa.SignPSS(rand.Reader, private, hash, h.Sum(nil), nil))
			}
			return must(rsa.SignPKCS1v15(rand.Reader, private, hash, h.Sum(nil)))
		},
	}
}

// Labelled returns a key that signs as k does and whose COSE_Key names another algorithm.
func (k *Key) Labelled(alg int) *Key { return &Key{COSE: k.COSE.With(3, alg), sign: k.sign} }

// With returns a key that signs as k does and whose COSE_Key has another value under a label.
func (k *Key) With(label int, value any) *Key {
	return &Key{COSE: k.COSE.With(label, value), sign: k.sign}
}

// FakeRS256 makes an RSA public key of exactly that many bits whose private part nobody knows. It
// is enough to register with, and costs nothing at any size.
func FakeRS256(bits, exponent int) *Key {
	modulus := make([]byte, (bits+7)/8)
	rand.Read(modulus)
	n := new(big.Int).SetBytes(modulus)
	n.SetBit(n, 0, 1)
	for i := bits; i < len(modulus)*8; i++ {
		n.SetBit(n, i, 0)
	}
	n.SetBit(n, bits-1, 1)
	return &Key{COSE: rsaKey(n.Bytes(), exponent)}
}

func rsaKey(modulus []byte, exponent int) Map {
	return Map{{1, 3}, {3, RS256}, {-1, modulus}, {-2, big.NewInt(int64(exponent)).Bytes()}}
}

// must is for what fails only when the machine does.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
