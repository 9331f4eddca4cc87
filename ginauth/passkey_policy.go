package ginauth

import (
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

const (
	// minCredentialID and maxCredentialID bound credential IDs, in bytes (WebAuthn Level 3,
	// section 4, "Credential ID", and section 7.1 step 25).
	minCredentialID = 16
	maxCredentialID = 1023

	minRSABits = 2048
	maxRSABits = 4096

	// maxStatements and maxCertificates bound an attestation. Real ones have a statement or two and up
	// to five certificates; each more is a signature to verify, the slowest of which take milliseconds.
	maxStatements   = 4
	maxCertificates = 8
)

func coseAlgorithm(alg int64) webauthncose.COSEAlgorithmIdentifier {
	return webauthncose.COSEAlgorithmIdentifier(alg)
}

// checkCredential decides whether a new credential is acceptable.
func checkCredential(id, publicKey []byte) error {
	if len(id) < minCredentialID || len(id) > maxCredentialID {
		return fmt.Errorf("%w: credential ID of %d bytes", ErrWebAuthn, len(id))
	}
	return checkKey(publicKey)
}

// checkKey accepts RSA of 2048 to 4096 bits with exponent 65537, P-256 and Ed25519. Anything else
// is weak, or makes each verification slow: the time grows with the cube of the modulus.
func checkKey(cose []byte) error {
	if len(cose) > 1024 {
		return fmt.Errorf("%w: public key of %d bytes", ErrWebAuthn, len(cose))
	}
	key, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return fmt.Errorf("%w: public key does not parse", ErrWebAuthn)
	}
	switch k := key.(type) {
	case webauthncose.RSAPublicKeyData:
		bits := new(big.Int).SetBytes(k.Modulus).BitLen()
		exponent := new(big.Int).SetBytes(k.Exponent)
		if bits < minRSABits || bits > maxRSABits || exponent.Cmp(big.NewInt(65537)) != 0 {
			return fmt.Errorf("%w: RSA key of %d bits or unusual exponent", ErrWebAuthn, bits)
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
	return fmt.Errorf("%w: public key of an unaccepted kind", ErrWebAuthn)
}

// checkAttestation bounds the work of verifying an attestation statement: its certificates hold keys
// too, and whoever registers chooses them and their number.
func checkAttestation(o protocol.AttestationObject) error {
	if len(o.SubStatements) > maxStatements {
		return fmt.Errorf("%w: attestation of %d statements", ErrWebAuthn, len(o.SubStatements))
	}
	chain, err := certificatesOf(o.Format, o.AttStatement)
	if err != nil {
		return err
	}
	for _, sub := range o.SubStatements {
		more, err := certificatesOf(sub.Format, sub.AttStatement)
		if err != nil {
			return err
		}
		chain = append(chain, more...)
	}
	if len(chain) > maxCertificates {
		return fmt.Errorf("%w: attestation with %d certificates", ErrWebAuthn, len(chain))
	}
	for _, link := range chain {
		if err := checkCertificate(link); err != nil {
			return err
		}
	}
	return nil
}

func certificatesOf(format string, statement map[string]any) ([]any, error) {
	if format == string(protocol.AttestationFormatAndroidSafetyNet) {
		// Its certificates are out of reach in a signed text, and the service that made it has ended.
		return nil, fmt.Errorf("%w: attestation by SafetyNet", ErrWebAuthn)
	}
	chain, _ := statement["x5c"].([]any)
	return chain, nil
}

func checkCertificate(link any) error {
	der, _ := link.([]byte)
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("%w: attestation certificate does not parse", ErrWebAuthn)
	}
	if k, ok := certificate.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > maxRSABits {
		return fmt.Errorf("%w: attestation certificate with an RSA key of %d bits", ErrWebAuthn, k.N.BitLen())
	}
	return nil
}

// hasControl finds control and format characters and invalid UTF-8, which no name, address or
// identifier holds.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
	})
}
