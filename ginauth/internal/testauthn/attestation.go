package testauthn

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// PackedSelf makes the credential's own key attest (WebAuthn Level 3, section 8.2).
func PackedSelf(c *Ceremony) {
	c.Format = "packed"
	alg, _ := c.key.COSE.Get(3).(int)
	c.Statement = func(authData, hash []byte) any {
		return Map{{"alg", alg}, {"sig", c.key.Sign(append(bytes.Clone(authData), hash...))}}
	}
}

// PackedCertified makes a batch key attest, with its certificate.
func PackedCertified(c *Ceremony) {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject: pkix.Name{
			Country: []string{"DE"}, Organization: []string{"Example"}, OrganizationalUnit: []string{"Authenticator Attestation"}, CommonName: "Test",
		},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), BasicConstraintsValid: true,
	}
	certificate := must(x509.CreateCertificate(rand.Reader, template, template, private.Public(), private))
	c.Format = "packed"
	c.Statement = func(authData, hash []byte) any {
		sum := sha256.Sum256(append(bytes.Clone(authData), hash...))
		return Map{
			{"alg", ES256},
			{"sig", must(ecdsa.SignASN1(rand.Reader, private, sum[:]))},
			{"x5c", []any{certificate}},
		}
	}
}

// PackedHugeCertificate attests with a certificate whose RSA key has that many bits. No signature of
// it verifies, but to find that out takes a time that grows with the cube of the size.
func PackedHugeCertificate(bits int) func(*Ceremony) {
	certificate := hugeCertificate(bits)
	return func(c *Ceremony) {
		c.Format = "packed"
		c.Statement = func(_, _ []byte) any {
			return Map{{"alg", RS256}, {"sig", make([]byte, (bits+7)/8)}, {"x5c", []any{certificate}}}
		}
	}
}

// hugeCertificate takes a small certificate apart and puts a huge key into it.
func hugeCertificate(bits int) []byte {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	small := must(x509.CreateCertificate(rand.Reader, template, template, private.Public(), private))
	type certificate struct {
		TBS struct {
			Version      int `asn1:"optional,explicit,default:0,tag:0"`
			SerialNumber *big.Int
			Algorithm    pkix.AlgorithmIdentifier
			Issuer       asn1.RawValue
			Validity     asn1.RawValue
			Subject      asn1.RawValue
			PublicKey    struct {
				Algorithm pkix.AlgorithmIdentifier
				PublicKey asn1.BitString
			}
			Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
		}
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	var parsed certificate
	must(asn1.Unmarshal(small, &parsed))
	modulus, _ := FakeRS256(bits, 65537).COSE.Get(-1).([]byte)
	key := must(asn1.Marshal(struct {
		N *big.Int
		E int
	}{new(big.Int).SetBytes(modulus), 65537}))
	parsed.TBS.PublicKey.Algorithm = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}
	parsed.TBS.PublicKey.PublicKey = asn1.BitString{Bytes: key, BitLength: len(key) * 8}
	return must(asn1.Marshal(parsed))
}
