package ceremony

import (
	"crypto/elliptic"
	"math/big"

	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

const (
	// minCredentialID and MaxCredentialID bound credential IDs, in bytes (WebAuthn Level 3,
	// section 4, "Credential ID", and section 7.1 step 25).
	minCredentialID = 16
	MaxCredentialID = 1023

	minRSABits = 2048
	maxRSABits = 4096
)

// checkCredential decides whether a new credential is acceptable.
func checkCredential(id, publicKey []byte) error {
	if len(id) < minCredentialID || len(id) > MaxCredentialID {
		return fail("credential ID of %d bytes", len(id))
	}
	return checkKey(publicKey)
}

// checkKey accepts RSA of 2048 to 4096 bits with exponent 65537, P-256 and Ed25519. Anything else
// is weak, or makes each verification slow: the time grows with the cube of the modulus.
func checkKey(cose []byte) error {
	if len(cose) > 1024 {
		return fail("public key of %d bytes", len(cose))
	}
	key, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return fail("public key does not parse")
	}
	switch k := key.(type) {
	case webauthncose.RSAPublicKeyData:
		bits := new(big.Int).SetBytes(k.Modulus).BitLen()
		exponent := new(big.Int).SetBytes(k.Exponent)
		if bits < minRSABits || bits > maxRSABits || exponent.Cmp(big.NewInt(65537)) != 0 {
			return fail("RSA key of %d bits or unusual exponent", bits)
		}
		return nil
	case webauthncose.EC2PublicKeyData:
		if webauthncose.COSEEllipticCurve(k.Curve) == webauthncose.P256 && len(k.XCoord) == elliptic.P256().Params().BitSize/8 {
			return nil
		}
	case webauthncose.OKPPublicKeyData:
		if webauthncose.COSEEllipticCurve(k.Curve) == webauthncose.Ed25519 {
			return nil
		}
	}
	return fail("public key of an unaccepted kind")
}
