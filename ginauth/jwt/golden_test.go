package jwt

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// goldenFile holds tokens that the published JavaScript packages made.
type goldenFile struct {
	MadeAt  int64    `json:"made_at"`
	Vectors []vector `json:"vectors"`
}

type vector struct {
	Name         string  `json:"name"`
	Token        string  `json:"token"`
	Salt         string  `json:"salt"`
	DecodeSalt   *string `json:"decodeSalt"`
	Secret       secrets `json:"secret"`
	DecodeSecret secrets `json:"decodeSecret"`
	Expect       string  `json:"expect"`
	Decoded      Claims  `json:"decoded"`
	Chunks       []string
}

// secrets is one secret or a list of them.
type secrets []string

func (s *secrets) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		*s = make(secrets, 1)
		return json.Unmarshal(raw, &(*s)[0])
	}
	return json.Unmarshal(raw, (*[]string)(s))
}

func (v vector) open(t testing.TB, newCodec func([]string, Options) (*Codec, error)) (Claims, error) {
	t.Helper()
	salt, secret := v.Salt, v.DecodeSecret
	if v.DecodeSalt != nil {
		salt = *v.DecodeSalt
	}
	if secret == nil {
		secret = v.Secret
	}
	codec, err := newCodec(secret, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return codec.Decode(v.Token, salt)
}

func golden(t testing.TB, name string) goldenFile {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var file goldenFile
	if err := d.Decode(&file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(file.Vectors) == 0 {
		t.Fatalf("%s has no vectors", name)
	}
	if file.MadeAt == 0 { // the rig's file: its first token was fresh
		at, ok := file.Vectors[0].Decoded.Time("iat")
		if !ok {
			t.Fatalf("%s does not say when it was made", name)
		}
		file.MadeAt = at.Unix()
	}
	return file
}

// sameInJavaScript compares claims as a JavaScript program sees them: a number
// is a double, however it is written.
func sameInJavaScript(t *testing.T, a, b Claims) bool {
	t.Helper()
	var values [2]any
	for i, claims := range []Claims{a, b} {
		raw, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &values[i]); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

// at runs f on the given day, in a bubble whose clock starts in 2000.
func at(t *testing.T, unix int64, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Unix(unix, 0)))
		f(t)
	})
}

func TestGolden(t *testing.T) {
	for _, file := range []struct {
		name string
		new  func([]string, Options) (*Codec, error)
	}{
		{"session-jwe.json", newAny},
		{"auth-core.json", newAny},
		{"a256gcm.json", newAny},
		{"next-auth-v4.json", newAnyV4},
	} {
		g := golden(t, file.name)
		for _, v := range g.Vectors {
			t.Run(file.name+"/"+v.Name, func(t *testing.T) {
				at(t, g.MadeAt, func(t *testing.T) {
					claims, err := v.open(t, file.new)
					switch {
					case v.Expect == "error" && err == nil:
						t.Errorf("opened: %v", claims)
					case v.Expect == "error" && claims != nil:
						t.Errorf("claims beside the error: %v", claims)
					case v.Expect == "ok" && err != nil:
						t.Errorf("Decode: %v", err)
					case v.Expect == "ok" && !sameInJavaScript(t, claims, v.Decoded):
						t.Errorf("got  %v\nwant %v", claims, v.Decoded)
					}
				})
			})
		}
	}
}

// What came from JavaScript must go back to it unchanged: a server issues every
// token anew, and a claim must not wear off on the way.
func TestGoldenReencoded(t *testing.T) {
	codec := newTestCodec(t)
	for _, name := range []string{"session-jwe.json", "auth-core.json", "next-auth-v4.json"} {
		for _, v := range golden(t, name).Vectors {
			if v.Expect != "ok" || v.Decoded["nbf"] != nil {
				continue
			}
			token, err := codec.Encode(v.Decoded, CookieName, 0)
			if err != nil {
				t.Errorf("%s: Encode: %v", v.Name, err)
				continue
			}
			got, err := codec.Decode(token, CookieName)
			if err != nil {
				t.Errorf("%s: Decode: %v", v.Name, err)
				continue
			}
			for claim, want := range v.Decoded {
				if claim == "iat" || claim == "exp" || claim == "jti" {
					continue
				}
				if !reflect.DeepEqual(got[claim], want) {
					t.Errorf("%s: %s = %v, want %v", v.Name, claim, got[claim], want)
				}
			}
		}
	}
}

func TestGoldenSentinels(t *testing.T) {
	want := map[string]error{
		"wrong secret":                   ErrUnknownKey,
		"three secrets, made by none":    ErrUnknownKey,
		"expired one hour":               ErrExpired,
		"tampered part 3":                ErrInvalid,
		"nbf in ten years":               ErrNotYetValid,
		"nbf is text":                    ErrInvalid,
		"expired long ago":               ErrExpired,
		"challenge opened as session":    ErrUnknownKey,
		"claims are a list":              ErrInvalid,
		"kid of nobody":                  ErrUnknownKey,
		"right kid, wrong key":           ErrInvalid,
		"compressed":                     ErrMalformed,
		"unknown header":                 ErrMalformed,
		"unacceptable enc A128CBC-HS256": ErrMalformed,
	}
	for _, name := range []string{"session-jwe.json", "auth-core.json"} {
		g := golden(t, name)
		at(t, g.MadeAt, func(t *testing.T) {
			for _, v := range g.Vectors {
				sentinel, ok := want[v.Name]
				if !ok {
					continue
				}
				delete(want, v.Name)
				if _, err := v.open(t, newAny); !isOnly(err, sentinel) {
					t.Errorf("%s: got %v, want %v", v.Name, err, sentinel)
				}
			}
		})
	}
	for name := range want {
		t.Errorf("no vector called %q", name)
	}
}

func TestGoldenKeyID(t *testing.T) {
	for _, v := range golden(t, "session-jwe.json").Vectors {
		if v.Expect != "ok" || len(v.DecodeSecret) > 1 {
			continue
		}
		k, err := versionV5().derive(v.DecodeSecret[0], v.Salt, encCBC)
		if err != nil {
			t.Fatal(err)
		}
		if header, _, _ := strings.Cut(v.Token, "."); header != k.header {
			t.Errorf("%s: header %s, want %s", v.Name, k.header, header)
		}
	}
}
