package ceremony

import (
	"crypto/ecdh"
	"math/big"
	"slices"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

const (
	// MaxCredentialID is the length of the longest credential ID, in bytes (WebAuthn Level 3, section
	// 7.1 step 25), and minCredentialID that of the shortest (section 4, "Credential ID").
	MaxCredentialID = 1023
	minCredentialID = 16

	// maxPublicKey bounds a COSE_Key, in bytes: the longest that is accepted has some 530.
	maxPublicKey = 1024
	minRSABits   = 2048
	maxRSABits   = 4096
)

// COSE algorithms and curves (RFC 9053, RFC 8812).
const (
	algEdDSA = -8
	algES256 = -7
	algRS256 = -257

	curveP256    = 1
	curveEd25519 = 6
)

// Algorithms are the COSE algorithms on offer, in order of preference.
var Algorithms = []int64{algEdDSA, algES256, algRS256}

// checkCredential decides whether a new credential is acceptable.
func checkCredential(id, publicKey []byte) error {
	if len(id) < minCredentialID || len(id) > MaxCredentialID {
		return fail(CredentialID, "credential ID of %d bytes", len(id))
	}
	return checkKey(publicKey)
}

// checkKey accepts the keys that the algorithms on offer verify with: RS256 with an odd modulus of
// 2048 to 4096 bits and exponent 65537, ES256 with a point on P-256, EdDSA with a point on Ed25519.
// Anything else is weak, cannot verify, or makes each verification slow: the time grows with the
// cube of an RSA modulus. The algorithm has to be that of the key's type, or the label that the
// authenticator signed would name another one than what its signatures are verified by.
func checkKey(cose []byte) error {
	if len(cose) > maxPublicKey {
		return fail(PublicKey, "public key of %d bytes", len(cose))
	}
	var label webauthncose.PublicKeyData
	if err := webauthncbor.Unmarshal(cose, &label); err != nil {
		return fail(PublicKey, "public key does not parse")
	}
	fits := map[webauthncose.COSEKeyType]int64{
		webauthncose.OctetKey: algEdDSA, webauthncose.EllipticKey: algES256, webauthncose.RSAKey: algRS256,
	}
	if alg, ok := fits[webauthncose.COSEKeyType(label.KeyType)]; !ok || alg != label.Algorithm {
		return fail(Algorithm, "public key of an unaccepted kind: algorithm %d with key type %d", label.Algorithm, label.KeyType)
	}
	key, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return fail(PublicKey, "public key does not parse")
	}
	switch k := key.(type) {
	case webauthncose.RSAPublicKeyData:
		return checkRSA(new(big.Int).SetBytes(k.Modulus), new(big.Int).SetBytes(k.Exponent))
	case webauthncose.EC2PublicKeyData:
		if k.Curve == curveP256 && len(k.XCoord) == 32 && len(k.YCoord) == 32 {
			if _, err := ecdh.P256().NewPublicKey(slices.Concat([]byte{4}, k.XCoord, k.YCoord)); err == nil {
				return nil
			}
		}
	case webauthncose.OKPPublicKeyData:
		if k.Curve == curveEd25519 && usableEd25519(k.XCoord) {
			return nil
		}
	}
	return fail(PublicKey, "public key of an unaccepted kind: not a usable point on the curve of its algorithm")
}

func checkRSA(n, e *big.Int) error {
	switch bits := n.BitLen(); {
	case bits < minRSABits || bits > maxRSABits:
		return fail(PublicKey, "RSA key of %d bits", bits)
	case e.Cmp(big.NewInt(65537)) != 0:
		return fail(PublicKey, "RSA key with an unusual exponent")
	case n.Bit(0) == 0:
		return fail(PublicKey, "RSA key with an even modulus")
	}
	return nil
}
