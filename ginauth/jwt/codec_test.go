package jwt

import (
	"encoding/base64"
	"errors"
	"maps"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

const testSecret = "a secret for tests, 32 bytes long"

// newAny and newAnyV4 are New and NewV4 for secrets of any length: what Auth.js makes of a secret does
// not depend on it.
func newAny(secrets []string, opts Options) (*Codec, error) {
	return newCodec(versionV5(), secrets, opts)
}

func newAnyV4(secrets []string, opts Options) (*Codec, error) {
	return newCodec(versionV4(), secrets, opts)
}

func newTestCodec(t testing.TB, more ...string) *Codec {
	t.Helper()
	codec, err := New(append([]string{testSecret}, more...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

func mustEncode(t testing.TB, c *Codec, claims Claims, salt string) string {
	t.Helper()
	token, err := c.Encode(claims, salt, 0)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// isOnly reports whether err is that sentinel and no other.
func isOnly(err, sentinel error) bool {
	for _, s := range []error{ErrNoToken, ErrMalformed, ErrUnknownKey, ErrInvalid, ErrExpired, ErrNotYetValid, ErrTooLong} {
		if errors.Is(err, s) != (s == sentinel) { //nolint:errorlint // which one it is, not what it wraps
			return false
		}
	}
	return true
}

func TestNewNeedsSecrets(t *testing.T) {
	short := testSecret[:31]
	for _, secrets := range [][]string{nil, {}, {""}, {"x", ""}, {"x"}, {short}, {testSecret, short}, {short, testSecret}, {testSecret, ""}} {
		if _, err := New(secrets, Options{}); err == nil || !strings.Contains(err.Error(), "AUTH_SECRET") {
			t.Errorf("New(%q): %v", secrets, err)
		}
		if _, err := NewV4(secrets, Options{}); err == nil {
			t.Errorf("NewV4(%q) succeeded", secrets)
		}
	}
	for name, newCodec := range map[string]func([]string, Options) (*Codec, error){"New": New, "NewV4": NewV4} {
		if _, err := newCodec([]string{testSecret, testSecret[:32]}, Options{}); err != nil {
			t.Errorf("%s, 32 bytes: %v", name, err)
		}
		if _, err := newCodec([]string{testSecret, short}, Options{}); err == nil || !strings.Contains(err.Error(), "secret 2 of 2 has 31 bytes") || strings.Contains(err.Error(), short) {
			t.Errorf("%s, 31 bytes: %v", name, err)
		}
	}
}

func TestNewCopiesSecrets(t *testing.T) {
	list := []string{testSecret}
	codec, err := New(list, Options{})
	if err != nil {
		t.Fatal(err)
	}
	list[0] = "changed"
	if _, err := newTestCodec(t).Decode(mustEncode(t, codec, nil, CookieName), CookieName); err != nil {
		t.Errorf("the caller's slice is still in use: %v", err)
	}
}

func TestEncodeSetsItsClaims(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	synctest.Test(t, func(t *testing.T) {
		codec := newTestCodec(t)
		for _, tt := range []struct{ maxAge, want time.Duration }{
			{0, 30 * 24 * time.Hour},
			{time.Hour, time.Hour},
			{1999 * time.Millisecond, time.Second},
			{-5 * time.Second, -5 * time.Second}, // within the leeway
		} {
			mine := Claims{"sub": "1", "iat": 1, "exp": 2, "jti": "x"}
			before := maps.Clone(mine)
			token, err := codec.Encode(mine, CookieName, tt.maxAge)
			if err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(mine, before) {
				t.Errorf("Encode changed the caller's claims to %v", mine)
			}
			got, err := codec.Decode(token, CookieName)
			if err != nil {
				t.Fatal(err)
			}
			iat, _ := got.Time("iat")
			exp, _ := got.Time("exp")
			if !iat.Equal(time.Now()) || exp.Sub(iat) != tt.want {
				t.Errorf("maxAge %v: iat %v, exp %v after it, want %v", tt.maxAge, iat, exp.Sub(iat), tt.want)
			}
			if got.Subject() != "1" || !uuid.MatchString(got.String("jti")) || len(got) != 4 {
				t.Errorf("got %v", got)
			}
		}
	})
}

func TestTokensDiffer(t *testing.T) {
	codec := newTestCodec(t)
	first, second := mustEncode(t, codec, nil, CookieName), mustEncode(t, codec, nil, CookieName)
	if first == second {
		t.Error("two tokens are the same")
	}
	parts := func(token string) []string { return strings.Split(token, ".") }
	if parts(first)[2] == parts(second)[2] {
		t.Error("two tokens have one nonce")
	}
}

func TestExpiry(t *testing.T) {
	tests := []struct {
		name    string
		leeway  time.Duration
		elapsed time.Duration
		want    error
	}{
		{"fresh", 0, 0, nil},
		{"last second", 0, time.Hour + 14*time.Second, nil},
		{"leeway over", 0, time.Hour + 15*time.Second, ErrExpired},
		{"month later", 0, 31 * 24 * time.Hour, ErrExpired},
		{"no leeway, last second", -1, time.Hour - time.Second, nil},
		{"no leeway", -1, time.Hour, ErrExpired},
		{"long leeway", time.Minute, time.Hour + 59*time.Second, nil},
		{"long leeway over", time.Minute, time.Hour + 60*time.Second, ErrExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				codec, err := New([]string{testSecret}, Options{MaxAge: time.Hour, Leeway: tt.leeway})
				if err != nil {
					t.Fatal(err)
				}
				token := mustEncode(t, codec, nil, CookieName)
				time.Sleep(tt.elapsed)
				if _, err := codec.Decode(token, CookieName); !isOnly(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			})
		})
	}
}

func TestNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codec := newTestCodec(t)
		for _, tt := range []struct {
			ahead int64
			want  error
		}{{-1, nil}, {0, nil}, {15, nil}, {16, ErrNotYetValid}} {
			token := mustEncode(t, codec, Claims{"nbf": time.Now().Unix() + tt.ahead}, CookieName)
			if _, err := codec.Decode(token, CookieName); !isOnly(err, tt.want) {
				t.Errorf("nbf %d s ahead: got %v, want %v", tt.ahead, err, tt.want)
			}
		}
	})
}

func TestRotation(t *testing.T) {
	old, err := New([]string{"the old secret, 32 bytes or longer"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	both := newTestCodec(t, "the old secret, 32 bytes or longer")
	only := newTestCodec(t)
	ancient := mustEncode(t, old, Claims{"sub": "1"}, CookieName)
	fresh := mustEncode(t, both, Claims{"sub": "1"}, CookieName)
	for _, tt := range []struct {
		name  string
		codec *Codec
		token string
		want  error
	}{
		{"old token, both secrets", both, ancient, nil},
		{"new token, both secrets", both, fresh, nil},
		{"new token is of the first secret", only, fresh, nil},
		{"new token, old secret", old, fresh, ErrUnknownKey},
		{"old token, new secret", only, ancient, ErrUnknownKey},
	} {
		if _, err := tt.codec.Decode(tt.token, CookieName); !isOnly(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

// A token of one cookie must not open as that of another.
func TestSaltsSeparate(t *testing.T) {
	codec := newTestCodec(t)
	salts := []string{CookieName, SecureCookieName, "authjs.challenge", "authjs.state", ""}
	for _, made := range salts {
		token := mustEncode(t, codec, nil, made)
		for _, opened := range salts {
			if _, err := codec.Decode(token, opened); made == opened && err != nil || made != opened && !isOnly(err, ErrUnknownKey) {
				t.Errorf("made for %q, opened as %q: %v", made, opened, err)
			}
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	codec := newTestCodec(t)
	if _, err := codec.Encode(Claims{"f": math.NaN()}, CookieName, 0); err == nil {
		t.Error("NaN was encoded")
	}
	fits := strings.Repeat("x", 48_000)
	if _, err := codec.Decode(mustEncode(t, codec, Claims{"blob": fits}, CookieName), CookieName); err != nil {
		t.Errorf("a token just below the limit: %v", err)
	}
	if _, err := codec.Encode(Claims{"blob": fits + fits}, CookieName, 0); !isOnly(err, ErrTooLong) {
		t.Errorf("a token above the limit: %v", err)
	}
}

// An independent implementation must read our tokens, and we what it writes.
func TestAgainstGoJose(t *testing.T) {
	for _, v := range []struct {
		version version
		salt    string
		alg     jose.ContentEncryption
	}{
		{versionV5(), CookieName, jose.A256CBC_HS512},
		{versionV4(), "", jose.A256GCM},
	} {
		codec, err := newCodec(v.version, []string{testSecret}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		raw := rawKey(t, v.version, v.salt)
		object, err := jose.ParseEncryptedCompact(mustEncode(t, codec, Claims{"sub": "1"}, v.salt), []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{v.alg})
		if err != nil {
			t.Fatal(err)
		}
		plaintext, err := object.Decrypt(raw)
		if err != nil {
			t.Fatalf("%s: go-jose: %v", v.alg, err)
		}
		if claims, err := parseClaims(plaintext); err != nil || claims.Subject() != "1" {
			t.Errorf("%s: go-jose read %s", v.alg, plaintext)
		}

		token := joseToken(t, raw, v.alg, nil, `{"sub":"2"}`)
		if claims, err := codec.Decode(token, v.salt); err != nil || claims.Subject() != "2" {
			t.Errorf("%s: made by go-jose: %v, %v", v.alg, claims, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	codec := newTestCodec(t, "the old secret, 32 bytes or longer")
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 3 * maxRings {
				salt := strings.Repeat("s", 1+(i+j)%(2*maxRings))
				token, err := codec.Encode(Claims{"sub": salt}, salt, 0)
				if err != nil {
					t.Error(err)
					return
				}
				if claims, err := codec.Decode(token, salt); err != nil || claims.Subject() != salt {
					t.Errorf("salt of %d bytes: %v, %v", len(salt), claims, err)
				}
			}
		})
	}
	wg.Wait()
	if len(codec.rings) > maxRings {
		t.Errorf("%d key rings are kept, at most %d should be", len(codec.rings), maxRings)
	}
}

func rawKey(t testing.TB, v version, salt string) []byte {
	t.Helper()
	raw, err := v.rawKey(testSecret, salt, v.enc[0])
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// joseToken makes a token with go-jose, which lets tests choose the header.
func joseToken(t testing.TB, raw []byte, alg jose.ContentEncryption, opts *jose.EncrypterOptions, plaintext string) string {
	t.Helper()
	e, err := jose.NewEncrypter(alg, jose.Recipient{Algorithm: jose.DIRECT, Key: raw}, opts)
	if err != nil {
		t.Fatal(err)
	}
	object, err := e.Encrypt([]byte(plaintext))
	if err != nil {
		t.Fatal(err)
	}
	token, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func BenchmarkEncode(b *testing.B) {
	codec := newTestCodec(b)
	claims := Claims{"name": "Alice Liddell", "email": "alice@example.test", "picture": "http://img.example.test/a.png", "sub": "5f2c1e0a-6b5d-4f0e-9a6b-0c8f3f2d1a11"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Encode(claims, CookieName, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	codec := newTestCodec(b)
	token := mustEncode(b, codec, Claims{"name": "Alice Liddell", "email": "alice@example.test", "picture": "http://img.example.test/a.png", "sub": "5f2c1e0a-6b5d-4f0e-9a6b-0c8f3f2d1a11"}, CookieName)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(token, CookieName); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeForeign is what a stranger's token costs: nothing is decrypted.
func BenchmarkDecodeForeign(b *testing.B) {
	codec := newTestCodec(b)
	token := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"dir","enc":"A256CBC-HS512","kid":"x"}`)) + "..AAAA." + strings.Repeat("A", 16000) + ".AAAA"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(token, CookieName); !isOnly(err, ErrUnknownKey) {
			b.Fatal(err)
		}
	}
}
