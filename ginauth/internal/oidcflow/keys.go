package oidcflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// keysAge is how long keys are used before they are fetched again: as long, a key that the
	// service withdrew still verifies.
	keysAge = time.Hour
	// missAge is how long no other unknown key is looked for, after one was not found.
	missAge = 10 * time.Second
)

// errNoKey says neither which key the token names nor which the service has.
var errNoKey = errors.New("no key of the service verifies the signature")

// keySet are the keys of a service (RFC 7517). It implements [oidc.KeySet].
type keySet struct {
	keys shared[[]jose.JSONWebKey]

	mu sync.Mutex
	// looked is when a key was last looked for in vain, among keys newer than those of number lookedFrom.
	looked     time.Time
	lookedFrom int
}

func (s *Service) keysAt(address string) *keySet {
	fetch := func(ctx context.Context) ([]jose.JSONWebKey, error) {
		keys, err := s.fetchKeys(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("keys at %s: %w", hostOf(address), err)
		}
		return keys, nil
	}
	return &keySet{keys: shared[[]jose.JSONWebKey]{fetch: fetch, timeout: s.direct.Timeout, age: keysAge}}
}

// VerifySignature implements [oidc.KeySet]. A key that is not known is looked for once more, since
// services change theirs (OpenID Connect Core 1.0, section 10.1.1), though not for each of many tokens.
// The caller sees to the algorithm.
func (k *keySet) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(raw, asymmetricJOSE)
	if err != nil {
		return nil, errors.New("it is not a signed token")
	}
	known, err := k.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	if payload, ok := verifyWith(known.value, jws); ok {
		return payload, nil
	}
	if !k.mayLook(known.number) {
		return nil, errNoKey
	}
	if known, err = k.keys.newer(ctx, known.number); err != nil {
		return nil, err
	}
	if payload, ok := verifyWith(known.value, jws); ok {
		k.foundIt()
		return payload, nil
	}
	return nil, errNoKey
}

// mayLook reports whether a key that is not among those of a number may be looked for. All who know
// the same keys look together.
func (k *keySet) mayLook(number int) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case number == k.lookedFrom:
		return true
	case time.Since(k.looked) < missAge:
		return false
	}
	k.lookedFrom, k.looked = number, time.Now()
	return true
}

func (k *keySet) foundIt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.looked = time.Time{}
}

// verifyWith tries the keys that the token may mean: the one that it names and those without a name,
// or all.
func verifyWith(keys []jose.JSONWebKey, jws *jose.JSONWebSignature) ([]byte, bool) {
	id := jws.Signatures[0].Header.KeyID
	for _, key := range keys {
		if id == "" || key.KeyID == "" || key.KeyID == id {
			if payload, err := jws.Verify(key); err == nil {
				return payload, true
			}
		}
	}
	return nil, false
}

func (s *Service) fetchKeys(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	body, err := s.read(ctx, address, http.Header{"Cache-Control": {"no-cache"}})
	if err != nil {
		return nil, err
	}
	return parseKeys(body)
}

// parseKeys passes over keys that cannot verify anything here, as RFC 7517, section 5, wants it.
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errors.New("the answer is not a key set")
	}
	keys := []jose.JSONWebKey{}
	for _, raw := range set.Keys {
		if key, err := parseKey(raw); err == nil && key.IsPublic() && key.Valid() {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// keyMembers are what a key is made of (RFC 7518, section 6), and its name.
var keyMembers = []string{"kty", "crv", "x", "y", "n", "e", "k", "d", "p", "q", "dp", "dq", "qi", "kid"}

// parseKey reads a key without the certificates that may stand beside it: the key is trusted for where
// it was found, and the library refuses it for a certificate that does not parse.
func parseKey(raw []byte) (key jose.JSONWebKey, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return key, errors.New("not a key")
	}
	maps.DeleteFunc(members, func(name string, value json.RawMessage) bool {
		return !slices.Contains(keyMembers, name) || name == "kid" && !isText(value)
	})
	if raw, err = json.Marshal(members); err == nil {
		err = json.Unmarshal(raw, &key)
	}
	return key, err
}
