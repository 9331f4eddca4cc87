package jwt

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	defaultMaxAge = 30 * 24 * time.Hour
	defaultLeeway = 15 * time.Second

	// minSecret is the shortest secret in bytes, as for ginauth.Register: a token tells anybody who
	// holds it whether a guess at the secret is right, and with the secret makes every session.
	minSecret = 32

	// maxRings bounds the cache of derived keys. Salts are cookie names, of
	// which an application has a handful.
	maxRings = 64
)

// Options change what a [Codec] does by default. The zero value does what
// Auth.js does.
type Options struct {
	// MaxAge is how long a new token is good when Encode is not told. Zero
	// means 30 days.
	MaxAge time.Duration

	// Leeway is by how much the clocks of two servers may differ. Zero means
	// 15 seconds, a negative value none.
	Leeway time.Duration
}

// Codec makes and opens session tokens. It is safe for concurrent use. Make one
// and keep it: it remembers the keys that it derived.
type Codec struct {
	version version
	secrets []string
	maxAge  time.Duration
	leeway  time.Duration

	mu    sync.RWMutex
	rings map[string][]*key // by salt
}

// New gives a codec for the tokens of Auth.js and next-auth 5.
//
// The first secret makes new tokens, all of them open tokens. To change a
// secret without signing anybody out put the new one first and keep the old one
// until its last tokens have expired. Secrets are AUTH_SECRET as it stands. Each
// must have at least 32 bytes, old ones too, because an attacker who guesses one makes
// tokens that open. `npx auth secret` and `openssl rand -base64 33` make longer
// ones. An application with a shorter secret has to change it first.
func New(secrets []string, opts Options) (*Codec, error) {
	if err := checkLengths(secrets); err != nil {
		return nil, err
	}
	return newCodec(versionV5(), secrets, opts)
}

// NewV4 gives a codec for the tokens of next-auth 4, where the variable is
// called NEXTAUTH_SECRET. Their salt is empty, so pass "" as salt; one key opens
// the tokens of every purpose, and one without sub may not be a session's.
// Tokens name no key, so every secret is tried. Secrets are as long as for [New].
func NewV4(secrets []string, opts Options) (*Codec, error) {
	if err := checkLengths(secrets); err != nil {
		return nil, err
	}
	return newCodec(versionV4(), secrets, opts)
}

// checkLengths refuses secrets that can be guessed. That one is missing is for newCodec to say.
func checkLengths(secrets []string) error {
	for i, s := range secrets {
		if s != "" && len(s) < minSecret {
			return fmt.Errorf("jwt: secret %d of %d has %d bytes and can be guessed; at least %d are needed: make a new AUTH_SECRET with `npx auth secret` or `openssl rand -base64 33`, and set it in every server that shares the sessions", i+1, len(secrets), len(s), minSecret)
		}
	}
	return nil
}

func newCodec(v version, secrets []string, opts Options) (*Codec, error) {
	if len(secrets) == 0 || slices.Contains(secrets, "") {
		return nil, errors.New("jwt: an empty secret: pass the value of AUTH_SECRET, which `npx auth secret` or `openssl rand -base64 33` makes")
	}
	c := &Codec{
		version: v,
		secrets: slices.Clone(secrets),
		maxAge:  opts.MaxAge,
		leeway:  opts.Leeway,
		rings:   make(map[string][]*key),
	}
	if c.maxAge == 0 {
		c.maxAge = defaultMaxAge
	}
	switch {
	case c.leeway == 0:
		c.leeway = defaultLeeway
	case c.leeway < 0:
		c.leeway = 0
	}
	return c, nil
}

// Encode makes a token with the given claims, good for maxAge, or for the age
// in the options when maxAge is zero. The salt is the name of the cookie that
// will carry it.
//
// The claims iat, exp and jti are set anew, whatever they were; the map itself
// is not changed. Ages count in whole seconds. The error is [ErrTooLong], or
// that of a value JSON cannot hold.
func (c *Codec) Encode(claims Claims, salt string, maxAge time.Duration) (string, error) {
	if maxAge == 0 {
		maxAge = c.maxAge
	}
	ring, err := c.ring(salt)
	if err != nil {
		return "", err
	}
	now := time.Now().Unix()
	full := make(Claims, len(claims)+3)
	maps.Copy(full, claims)
	full["iat"] = now
	full["exp"] = now + int64(maxAge/time.Second)
	full["jti"] = newID()

	plaintext, err := full.marshal()
	if err != nil {
		return "", err
	}
	token := ring[0].seal(plaintext)
	if len(token) > MaxToken {
		return "", fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(token), MaxToken)
	}
	return token, nil
}

// Decode opens a token that was made for the given salt, the name of the cookie
// that carried it, and checks that it is good now.
//
// The error is [ErrMalformed], [ErrUnknownKey], [ErrInvalid], [ErrExpired] or
// [ErrNotYetValid]; claims come only without one. A token that says nothing
// about its end has none: Auth.js makes no such token, but lets it in.
func (c *Codec) Decode(token, salt string) (Claims, error) {
	parts, err := splitCompact(token)
	if err != nil {
		return nil, err
	}
	ring, err := c.ring(salt)
	if err != nil {
		return nil, err
	}
	plaintext, err := c.open(parts, ring)
	if err != nil {
		return nil, err
	}
	claims, err := parseClaims(plaintext)
	if err != nil {
		return nil, err
	}
	if err := claims.checkTimes(time.Now(), c.leeway); err != nil {
		return nil, err
	}
	return claims, nil
}

// open decrypts with the key that the token names, or, when it names none, with
// the first that fits.
func (c *Codec) open(token compact, ring []*key) ([]byte, error) {
	for _, k := range ring {
		if c.version.kid && token.header == k.header { // made like ours, as nearly all are
			return token.open(k)
		}
	}
	h, err := parseHeader(token.header)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(c.version.enc, h.enc) {
		return nil, fmt.Errorf("%w: encryption is none of %v", ErrMalformed, c.version.enc)
	}
	err = ErrUnknownKey
	for _, k := range ring {
		if k.enc != h.enc || h.hasKid && k.kid != h.kid {
			continue
		}
		var plaintext []byte
		if plaintext, err = token.open(k); err == nil {
			return plaintext, nil
		}
	}
	return nil, err
}

// ring gives the keys for a salt: those that make tokens first, in the order of
// the secrets.
func (c *Codec) ring(salt string) ([]*key, error) {
	c.mu.RLock()
	ring, ok := c.rings[salt]
	c.mu.RUnlock()
	if ok {
		return ring, nil
	}
	for _, enc := range c.version.enc {
		for _, secret := range c.secrets {
			k, err := c.version.derive(secret, salt, enc)
			if err != nil {
				return nil, err
			}
			ring = append(ring, k)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.rings) < maxRings {
		c.rings[salt] = ring
	}
	return ring, nil
}

// newID gives a random UUID (RFC 9562 version 4).
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: the program ends instead
	id[6] = id[6]&0x0F | 0x40
	id[8] = id[8]&0x3F | 0x80
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}
