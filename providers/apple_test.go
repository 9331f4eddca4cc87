package providers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAppleSecret(t *testing.T) {
	key := ecKey(t, elliptic.P256())
	secretFor, err := AppleSecret("TEAM123456", "KEY1234567", pkcs8(t, key), "com.example.web")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := secretFor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseSigned(secret, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	if kid := token.Headers[0].KeyID; kid != "KEY1234567" {
		t.Errorf("kid %q, want the key id", kid)
	}
	var got jwt.Claims
	if err := token.Claims(&key.PublicKey, &got); err != nil {
		t.Fatalf("the signature: %v", err)
	}
	want := jwt.Expected{
		Issuer:      "TEAM123456",
		Subject:     "com.example.web",
		AnyAudience: jwt.Audience{"https://appleid.apple.com"},
		Time:        time.Now(),
	}
	if err := got.Validate(want); err != nil {
		t.Error(err)
	}
	if life := got.Expiry.Time().Sub(got.IssuedAt.Time()); life != appleSecretLifetime {
		t.Errorf("good for %s, want %s", life, appleSecretLifetime)
	}
}

func TestAppleSecretRefusesOtherKeys(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, privateKey := range map[string]string{
		"empty":          "",
		"no PEM":         "secret-bytes",
		"no key":         "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
		"another curve":  pkcs8(t, ecKey(t, elliptic.P384())),
		"not a curve":    pkcs8(t, rsaKey),
		"a public key's": "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := AppleSecret("TEAM123456", "KEY1234567", privateKey, "com.example.web")
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), "apple private key: ") || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q; want one that names the setting and shows nothing of it", err)
			}
		})
	}
}

// The form field "user" is not signed, so nothing in it may decide who signs in.
func TestAppleFormGivesTheNameAlone(t *testing.T) {
	forms := map[string]string{
		`{"name":{"firstName":"Ada","lastName":"L"},"email":"victim@example.com","sub":"victim"}`: "Ada L",
		`{"name":{"firstName":"Ada"}}`: "Ada",
		`{"name":{}}`:                  "ada@example.com",
		`{"name":"Ada"}`:               "ada@example.com",
		`["Ada"]`:                      "ada@example.com",
		`null`:                         "ada@example.com",
		`{`:                            "ada@example.com",
		``:                             "ada@example.com",
	}
	for form, name := range forms {
		user, _ := signIn(t, Apple("id", "secret"), sample{
			Claims: map[string]any{"sub": "s1", "email": "ada@example.com"},
			Form:   map[string]string{"user": form},
		})
		if user.ID != "s1" || user.Email != "ada@example.com" || user.Name != name {
			t.Errorf("form %s: got %+v, want the name %q", form, user, name)
		}
	}
}
