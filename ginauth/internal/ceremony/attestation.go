package ceremony

import (
	"crypto/rsa"
	"crypto/x509"

	"github.com/go-webauthn/webauthn/protocol"
)

const (
	// maxStatements and maxCertificates bound an attestation. Real ones have a statement or two and up
	// to five certificates; each more is a signature to verify, the slowest of which take milliseconds.
	maxStatements   = 4
	maxCertificates = 8
)

// checkAttestation bounds the work of verifying an attestation statement: its certificates hold keys
// too, and the registering client chooses them and their number.
func checkAttestation(o protocol.AttestationObject) error {
	if len(o.SubStatements) > maxStatements {
		return fail(Attestation, "attestation of %d statements", len(o.SubStatements))
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
		return fail(Attestation, "attestation with %d certificates", len(chain))
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
		return nil, fail(Attestation, "attestation by SafetyNet")
	}
	chain, _ := statement["x5c"].([]any)
	return chain, nil
}

func checkCertificate(link any) error {
	der, _ := link.([]byte)
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return fail(Attestation, "attestation certificate does not parse")
	}
	if k, ok := certificate.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > maxRSABits {
		return fail(Attestation, "attestation certificate with an RSA key of %d bits", k.N.BitLen())
	}
	return nil
}
