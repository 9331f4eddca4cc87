package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// specVector is a registration, and a sign-in with it, as WebAuthn Level 3 prints them in section 16.
type specVector struct {
	Section, Title    string
	AttestationObject hexBytes
	ClientDataJSON    hexBytes
	Authentication    struct {
		AuthenticatorData, ClientDataJSON, Signature hexBytes
	}
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

func specVectors(tb testing.TB) []specVector {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "webauthn-level-3.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Vectors []specVector `json:"vectors"`
	}
	if err := json.Unmarshal(raw, &file); err != nil || len(file.Vectors) == 0 {
		tb.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	return file.Vectors
}

// authDataOf takes the authenticator data out of an attestation object.
func authDataOf(object []byte) []byte {
	v, _, err := testauthn.Decode(object)
	m, ok := v.(testauthn.Map)
	if err != nil || !ok {
		return nil
	}
	raw, _ := member(m, "authData").([]byte)
	return raw
}

// withoutUserVerification suits the vectors, of which half come without.
func withoutUserVerification(c *ginauth.Config) {
	p := passkeyProvider("passkey")
	p.DangerouslySkipUserVerification = true
	p.Registration.UserVerification, p.Authentication.UserVerification = "preferred", "preferred"
	c.Providers = []ginauth.Provider{p}
}

// The published vectors: what ginauth asks for registers and signs in; keys it does not ask for,
// frames of other sites and certificates of unknown makers are refused.
func TestSpecificationVectors(t *testing.T) {
	refused := map[string]bool{
		"16.4": true, "16.5": true, // in another site's frame
		"16.8": true, "16.9": true, // P-384, P-521
		"16.13": true, "16.14": true, "16.15": true, // TPM, Android, Apple: made by nobody whose root is known
	}
	for _, vector := range specVectors(t) {
		t.Run(vector.Section, func(t *testing.T) {
			v := newVerifier(t, withoutUserVerification)
			data, err := testauthn.ParseAuthData(authDataOf(vector.AttestationObject))
			if err != nil {
				t.Fatal(err)
			}
			got := v.judge(t, "register", data.CredentialID, vector.ClientDataJSON, map[string]string{
				"attestationObject": base64.RawURLEncoding.EncodeToString(vector.AttestationObject),
			})
			if got.ok() == refused[vector.Section] {
				t.Fatalf("%s: %s (%s)", vector.Title, got.Body, got.reason)
			}
			if !got.ok() {
				return
			}
			if row := got.Authenticators[0]; !bytes.Equal(row.CredentialID, data.CredentialID) || row.Counter != data.Counter {
				t.Errorf("stored %+v", row)
			}
			a := vector.Authentication
			got = v.judge(t, "authenticate", data.CredentialID, a.ClientDataJSON, map[string]string{
				"authenticatorData": base64.RawURLEncoding.EncodeToString(a.AuthenticatorData),
				"signature":         base64.RawURLEncoding.EncodeToString(a.Signature),
			})
			if !got.ok() {
				t.Errorf("%s: sign in: %s (%s)", vector.Title, got.Body, got.reason)
			}
		})
	}
}
