package providers

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/ginauth/ginauth/ginauth"
)

const (
	appleIssuer = "https://appleid.apple.com"
	// appleSecretLifetime is enough for one token request; Apple allows six months.
	appleSecretLifetime = 5 * time.Minute
)

// Apple signs people in with Sign in with Apple. clientID is the Services ID. clientSecret is a
// token that Apple accepts for at most six months; leave it empty and let [AppleSecret] make a
// fresh one for each sign-in:
//
//	apple := providers.Apple("com.example.web", "")
//	apple.ClientSecretFor, err = providers.AppleSecret(teamID, keyID, privateKey, apple.ClientID)
//
// Apple POSTs the callback, so cookies need https, and tells the name only once, when a person
// first consents. The e-mail address may be a relay address.
func Apple(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("apple", "Apple", appleIssuer, clientID, clientSecret)
	p.Scopes = []string{"name", "email"}
	p.AuthParams = url.Values{"response_mode": {"form_post"}}
	p.TokenAuth = ginauth.TokenAuthPost
	p.Nonce = true
	p.Profile = appleProfile
	p.BrandColor = "#000"
	return p
}

// appleProfile takes the name from the form field "user", which Apple sends beside the code and does
// not sign. Nothing but the name may come from there.
func appleProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	user := ginauth.ProfileUser{
		ID:            c.str("sub"),
		Name:          c.str("email"),
		Email:         c.str("email"),
		EmailVerified: c.flagOrText("email_verified"),
	}
	var form claims
	if err := json.Unmarshal([]byte(p.Form["user"]), &form); err != nil {
		return user, nil //nolint:nilerr // absent at every sign-in but the first
	}
	if name := joined(form.str("name", "firstName"), form.str("name", "lastName")); name != "" {
		user.Name = name
	}
	return user, nil
}

// AppleSecret returns a function for ClientSecretFor that signs Apple's client secret, a JWT under
// ES256. privateKeyPEM is the content of the .p8 file that belongs to keyID; clientID is the
// Services ID. The error says what is wrong with the key and never shows it.
func AppleSecret(teamID, keyID, privateKeyPEM, clientID string) (func(ctx context.Context) (string, error), error) {
	key, err := parseAppleKey(privateKeyPEM)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}},
		nil,
	)
	if err != nil {
		return nil, fmt.Errorf("apple client secret: %w", err)
	}
	return func(context.Context) (string, error) {
		now := time.Now()
		secret, err := jwt.Signed(signer).Claims(jwt.Claims{
			Issuer:   teamID,
			Subject:  clientID,
			Audience: jwt.Audience{appleIssuer},
			IssuedAt: jwt.NewNumericDate(now),
			Expiry:   jwt.NewNumericDate(now.Add(appleSecretLifetime)),
		}).Serialize()
		if err != nil {
			return "", fmt.Errorf("signing the apple client secret: %w", err)
		}
		return secret, nil
	}, nil
}

func parseAppleKey(privateKeyPEM string) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(privateKeyPEM))
	if block == nil {
		return nil, errors.New("apple private key: no PEM block found; pass the content of the .p8 file")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("apple private key: the PEM block holds no PKCS #8 key; pass the content of the .p8 file")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve.Params().BitSize != 256 {
		return nil, errors.New("apple private key: it is not on the curve P-256; make a Sign in with Apple key")
	}
	return key, nil
}
