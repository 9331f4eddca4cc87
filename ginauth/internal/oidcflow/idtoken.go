package oidcflow

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// clockSkew is how far the service's clock may be behind, or ours ahead.
const clockSkew = 30 * time.Second

// asymmetric are the signature algorithms that need no shared secret.
var asymmetric = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// asymmetricJOSE is asymmetric in the type of go-jose.
var asymmetricJOSE = func() (list []jose.SignatureAlgorithm) {
	for _, alg := range asymmetric {
		list = append(list, jose.SignatureAlgorithm(alg))
	}
	return list
}()

// IsAlgorithm reports whether ID tokens may be signed with alg.
func IsAlgorithm(alg string) bool { return isSymmetric(alg) || slices.Contains(asymmetric, alg) }

func isSymmetric(alg string) bool { return alg == "HS256" }

// IDToken verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7) and returns its claims,
// numbers as json.Number. An empty nonce means that none was asked for; the token may have none then.
//
// The caller checks that it names a subject.
//
// A service without OpenID Connect has no keys to verify with, and its ID token proves nothing: then
// everything but the signature is checked, and the issuer where one is configured.
func (s *Service) IDToken(ctx context.Context, raw, nonce string) (map[string]any, error) {
	issuer, algorithms, keys, err := s.verification(ctx)
	if err != nil {
		return nil, err
	}
	payload, view, err := payloadOf(raw)
	if err != nil {
		return nil, err
	}
	verifier := oidc.NewVerifier(issuer, originalKeys{keys: keys, raw: raw, view: view}, &oidc.Config{
		ClientID:                   s.cfg.ClientID,
		SupportedSigningAlgs:       algorithms,
		SkipIssuerCheck:            s.cfg.TokenIssuer != nil || issuer == "",
		InsecureSkipSignatureCheck: !s.cfg.OIDC,
		Now:                        func() time.Time { return time.Now().Add(-clockSkew) },
	})
	token, err := verifier.Verify(ctx, withPayload(raw, view))
	if err != nil {
		return nil, fmt.Errorf("ID token: %w", withoutURL(err))
	}
	claims, err := decodeObject(payload)
	if err != nil {
		return nil, fmt.Errorf("ID token: %w", err)
	}
	switch {
	case token.IssuedAt.IsZero():
		return nil, errors.New("ID token: it does not tell when it was issued")
	case token.Nonce != nonce:
		return nil, errors.New("ID token: it was made for another sign-in (nonce)")
	case len(token.Audience) > 1 && claims["azp"] != s.cfg.ClientID:
		return nil, errors.New("ID token: it has several audiences and was issued to another client (azp)")
	}
	if s.cfg.TokenIssuer != nil {
		want, err := s.cfg.TokenIssuer(s.cfg.Issuer, issuer, claims)
		if err != nil {
			return nil, fmt.Errorf("ID token: %w", err)
		}
		if want == "" || token.Issuer != want {
			return nil, fmt.Errorf("ID token: issuer %q, not %q", token.Issuer, want)
		}
	}
	return claims, nil
}

// verification returns what ID tokens are verified against.
func (s *Service) verification(ctx context.Context) (issuer string, algorithms []string, keys oidc.KeySet, err error) {
	if !s.cfg.OIDC {
		return s.cfg.Issuer, append([]string{"HS256"}, asymmetric...), nil, nil
	}
	// A key verifies by the algorithms of its kind alone. Any of them will do with keys that the
	// application trusts, and where the discovery document does not say which.
	issuer, algorithms, set := s.cfg.Issuer, asymmetric, s.fixedKeys
	if set == nil || s.cfg.TokenIssuer != nil {
		d, err := s.discover(ctx)
		if err != nil {
			return "", nil, nil, err
		}
		issuer = d.Issuer
		if set == nil {
			set = d.keys
			if len(d.Algorithms) > 0 {
				algorithms = d.Algorithms
			}
		}
	}
	if s.cfg.IDTokenAlg != "" {
		algorithms = []string{s.cfg.IDTokenAlg}
	}
	switch {
	case isSymmetric(s.cfg.IDTokenAlg):
		return issuer, algorithms, sharedKey{s.cfg.Secret}, nil
	case set == nil:
		return "", nil, nil, fmt.Errorf("the discovery document of %s names no jwks_uri: configure the address", hostOf(issuer))
	}
	return issuer, algorithms, set, nil
}

// sharedKey verifies signatures by the client secret.
type sharedKey struct {
	secret func(ctx context.Context) (string, error)
}

// VerifySignature implements [oidc.KeySet].
func (k sharedKey) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return nil, err
	}
	secret, err := k.secret(ctx)
	if err != nil {
		return nil, err
	}
	return jws.Verify([]byte(secret))
}

// payloadOf is the payload of a token in the compact serialization (RFC 7515, section 7.1). The view
// holds no claims but the essential ones.
func payloadOf(raw string) (payload, view []byte, err error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, nil, errors.New("ID token: it is not a signed token")
	}
	if payload, err = base64.RawURLEncoding.DecodeString(parts[1]); err != nil {
		return nil, nil, errors.New("ID token: its payload is not base64url")
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil || members == nil {
		return nil, nil, errors.New("ID token: it holds no JSON object")
	}
	maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool { return !slices.Contains(essential, name) })
	view, err = json.Marshal(members)
	return payload, view, err
}

// essential are the claims that a token is verified by. The library also reads at_hash and claims that
// are kept elsewhere (_claim_names), and refuses a token in which they are malformed.
var essential = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "nonce"}

// withPayload is a token of three parts with another payload. Its signature is that of the old one.
func withPayload(raw string, payload []byte) string {
	parts := strings.Split(raw, ".")
	parts[1] = base64.RawURLEncoding.EncodeToString(payload)
	return strings.Join(parts, ".")
}

// originalKeys verify the signature of a token as the service sent it, whatever the library is shown.
type originalKeys struct {
	keys oidc.KeySet
	raw  string
	view []byte
}

// VerifySignature implements [oidc.KeySet].
func (k originalKeys) VerifySignature(ctx context.Context, _ string) ([]byte, error) {
	if _, err := k.keys.VerifySignature(ctx, k.raw); err != nil {
		return nil, err
	}
	return k.view, nil
}

// decodeObject decodes one JSON object with numbers as json.Number.
func decodeObject(b []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(withoutBOM(b)))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("no JSON object: %w", err)
	}
	if object == nil {
		return nil, errors.New("no JSON object: null")
	}
	return object, nil
}

// CheckIssuer compares the `iss` parameter of an authorization response (RFC 9207), which keeps
// one service from passing on a code of another. A service that does not send it passes.
func (s *Service) CheckIssuer(ctx context.Context, iss string) error {
	if s.cfg.Issuer == "" || s.cfg.TokenIssuer != nil {
		return nil
	}
	expected, required := s.cfg.Issuer, false
	if s.cfg.OIDC && s.fixedKeys == nil {
		d, err := s.discover(ctx)
		if err != nil {
			return err
		}
		expected, required = d.Issuer, d.IssInResponse
	}
	switch {
	case iss == "" && required:
		return errors.New("the answer does not name its issuer, as the service promises (RFC 9207)")
	case iss != "" && strings.TrimSuffix(iss, "/") != strings.TrimSuffix(expected, "/"):
		return errors.New("the answer comes from another issuer (RFC 9207)")
	}
	return nil
}
