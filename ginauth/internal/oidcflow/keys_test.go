package oidcflow

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keyServer publishes keys and signs with one of them.
type keyServer struct {
	t     *testing.T
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	calls int
	hangs bool
}

func (s *keyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.calls++
	body, err := json.Marshal(map[string]any{"keys": s.keys})
	hangs := s.hangs
	s.mu.Unlock()
	if hangs {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(body))), Request: r}, err
}

func (s *keyServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// key makes a key and publishes it, when told to.
func (s *keyServer) key(id string, publish bool) *ecdsa.PrivateKey {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if publish {
		s.keys = append(s.keys, jose.JSONWebKey{Key: key.Public(), KeyID: id})
	}
	return key
}

func sign(t *testing.T, key *ecdsa.PrivateKey, id string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func keysOf(t *testing.T) (*keyServer, *keySet) {
	server := &keyServer{t: t}
	return server, New(Config{JWKSURL: "https://login.example.net/keys", Client: &http.Client{Transport: server}}).fixedKeys
}

// Tokens with keys that the service does not have must not make a request each.
func TestUnknownKeysAreNotLookedForEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, set := keysOf(t)
		good := server.key("k1", true)
		forged := server.key("k2", false)
		var all sync.WaitGroup
		for i := range 100 {
			id := []string{"k1", "k2", ""}[i%3] + strings.Repeat("x", i/50)
			all.Go(func() {
				if _, err := set.VerifySignature(t.Context(), sign(t, forged, id)); !errors.Is(err, errNoKey) {
					t.Errorf("error %v", err)
				}
			})
		}
		all.Wait()
		for range 20 {
			if _, err := set.VerifySignature(t.Context(), sign(t, forged, rand.Text())); !errors.Is(err, errNoKey) {
				t.Errorf("error %v", err)
			}
		}
		if server.count() > 2 {
			t.Errorf("%d requests for 120 tokens", server.count())
		}
		if _, err := set.VerifySignature(t.Context(), sign(t, good, "k1")); err != nil {
			t.Errorf("a good token meanwhile: %v", err)
		}
		before := server.count()
		time.Sleep(missAge)
		late := server.key("k3", true)
		if _, err := set.VerifySignature(t.Context(), sign(t, late, "k3")); err != nil || server.count() != before+1 {
			t.Errorf("a new key later: %v after %d requests", err, server.count()-before)
		}
	})
}

// A service may change its keys at any time, more than once.
func TestChangedKeysAreFoundAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, set := keysOf(t)
		for i, id := range []string{"k1", "k2", "k3", "k4"} {
			key := server.key(id, true)
			for range 3 {
				if _, err := set.VerifySignature(t.Context(), sign(t, key, id)); err != nil {
					t.Errorf("%s: %v", id, err)
				}
			}
			if server.count() != i+1 {
				t.Errorf("%d requests for %d sets of keys", server.count(), i+1)
			}
		}
	})
}

// A key that the service withdrew verifies for an hour, not for ever.
func TestWithdrawnKeysStopVerifying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, set := keysOf(t)
		old := server.key("k1", true)
		if _, err := set.VerifySignature(t.Context(), sign(t, old, "k1")); err != nil {
			t.Fatal(err)
		}
		server.mu.Lock()
		server.keys = nil
		server.mu.Unlock()
		next := server.key("k2", true)
		time.Sleep(keysAge)
		// The old keys serve once more, while they are fetched in the background.
		if _, err := set.VerifySignature(t.Context(), sign(t, old, "k1")); err != nil {
			t.Errorf("the withdrawn key, the first time: %v", err)
		}
		synctest.Wait()
		if _, err := set.VerifySignature(t.Context(), sign(t, old, "k1")); !errors.Is(err, errNoKey) {
			t.Errorf("the withdrawn key: %v", err)
		}
		if _, err := set.VerifySignature(t.Context(), sign(t, next, "k2")); err != nil {
			t.Errorf("the new key: %v", err)
		}
	})
}

func TestHangingKeysAreWaitedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, set := keysOf(t)
		key := server.key("k1", true)
		server.hangs = true
		for i := range 5 {
			from := time.Now()
			_, err := set.VerifySignature(t.Context(), sign(t, key, "k1"))
			// The first two wait for the same fetch.
			if want := map[bool]time.Duration{true: maxWait}[i < 2]; !errors.Is(err, context.DeadlineExceeded) || time.Since(from) != want {
				t.Errorf("token %d: %v after %s, want %s", i, err, time.Since(from), want)
			}
		}
		server.mu.Lock()
		server.hangs = false
		server.mu.Unlock()
		time.Sleep(failureAge)
		if _, err := set.VerifySignature(t.Context(), sign(t, key, "k1")); err != nil || server.count() != 2 {
			t.Errorf("after the failure: %v and %d requests", err, server.count())
		}
		server.mu.Lock()
		server.hangs = true
		server.mu.Unlock()
		time.Sleep(2 * keysAge)
		from := time.Now()
		if _, err := set.VerifySignature(t.Context(), sign(t, key, "k1")); err != nil || time.Since(from) != 0 {
			t.Errorf("old keys: %v after %s", err, time.Since(from))
		}
		time.Sleep(callTimeout) // lets the fetch behind it end
	})
}

// What cannot verify anything here is passed over, and takes nothing else with it.
func TestParseKeys(t *testing.T) {
	const ec = `{"kty":"EC","crv":"P-256","kid":"k1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: "k1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		body string
		want int
	}{
		{`{"keys":[` + string(private) + `]}`, 0},
		{`{"keys":[` + ec + `]}`, 1},
		{`{"keys":[{"kty":"OKP","crv":"Ed448","x":"AA"},{"kty":"EC","crv":"secp256k1","alg":"ES256K","x":"AA","y":"AA"},{"kty":"new"},7,null,` + ec + `]}`, 1},
		{`{"keys":[` + strings.Replace(ec, "{", `{"x5c":"not a list","x5t":7,"use":["sig"],"key_ops":"verify","alg":null,`, 1) + `]}`, 1},
		{`{"keys":[` + strings.Replace(ec, `"k1"`, `7`, 1) + `]}`, 1},
		{`{"keys":[` + strings.Replace(string(private), "{", `{"x5c":"not a list",`, 1) + `]}`, 0},
		{`{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`, 0},
		{`{"keys":[]}`, 0}, {`{}`, 0},
	} {
		if keys, err := parseKeys([]byte(tt.body)); err != nil || len(keys) != tt.want {
			t.Errorf("%s: %d keys, %v", tt.body, len(keys), err)
		}
	}
	for _, body := range []string{``, `[]`, `{"keys":{}}`, `<html>the body</html>`} {
		if _, err := parseKeys([]byte(body)); err == nil || strings.Contains(err.Error(), "body") {
			t.Errorf("%s: %v", body, err)
		}
	}
}
