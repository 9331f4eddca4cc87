// Package csrf makes and checks Auth.js's double-submit tokens: the cookie holds `token|hash`, a
// form or JSON body repeats the token.
package csrf

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// Signer knows the secrets. It is safe for concurrent use.
type Signer struct {
	// keys are what is hashed behind a token, the one for new cookies first.
	keys []string
}

// NewSigner uses all secrets joined by commas for new cookies, as Auth.js does when it is given
// an array, and also accepts what any listed secret, or the older ones alone, would have made:
// a rotation then invalidates no open form.
func NewSigner(secrets []string) *Signer {
	s := &Signer{}
	for i := range secrets {
		s.keys = append(s.keys, strings.Join(secrets[i:], ","))
	}
	for _, k := range secrets {
		if len(secrets) > 1 {
			s.keys = append(s.keys, k)
		}
	}
	return s
}

func hash(token, key string) string {
	sum := sha256.Sum256([]byte(token + key))
	return hex.EncodeToString(sum[:])
}

// Make returns a fresh token (64 hex digits) and its cookie value.
func (s *Signer) Make() (token, cookie string) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	token = hex.EncodeToString(b[:])
	return token, token + "|" + hash(token, s.keys[0])
}

// Open returns the token of a cookie that this server, or one with the same secrets, made.
func (s *Signer) Open(cookie string) (token string, ok bool) {
	parts := strings.Split(cookie, "|")
	if len(parts) < 2 || len(cookie) > 1024 {
		return "", false
	}
	for _, k := range s.keys {
		if subtle.ConstantTimeCompare([]byte(parts[1]), []byte(hash(parts[0], k))) == 1 {
			return parts[0], true
		}
	}
	return "", false
}

// Equal compares the token of the cookie with the one of the body.
func Equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
