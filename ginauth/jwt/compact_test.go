package jwt

import (
	"encoding/base64"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

// reheader puts another header before a token and seals it again, as somebody
// who knows the key could.
func reheader(t testing.TB, codec *Codec, header string) string {
	t.Helper()
	ring, err := codec.ring(CookieName)
	if err != nil {
		t.Fatal(err)
	}
	k := *ring[0]
	k.header = base64.RawURLEncoding.EncodeToString([]byte(header))
	return k.seal([]byte(`{"sub":"1"}`))
}

func TestHeader(t *testing.T) {
	codec := newTestCodec(t, "the old secret, 32 bytes or longer")
	ring, err := codec.ring(CookieName)
	if err != nil {
		t.Fatal(err)
	}
	kid := ring[0].kid
	for _, tt := range []struct {
		name, header string
		want         error
	}{
		{"as written", `{"alg":"dir","enc":"A256CBC-HS512","kid":"` + kid + `"}`, nil},
		{"other order, blanks", ` {"kid":"` + kid + `", "enc":"A256CBC-HS512","alg" : "dir"}`, nil},
		{"escapes", `{"\u0061lg":"dir","enc":"A256CBC\u002dHS512"}`, nil},
		{"no kid", `{"alg":"dir","enc":"A256CBC-HS512"}`, nil},
		{"typ", `{"alg":"dir","enc":"A256CBC-HS512","typ":"JWT"}`, nil},
		{"kid of the other secret", `{"alg":"dir","enc":"A256CBC-HS512","kid":"` + ring[1].kid + `"}`, ErrInvalid},
		{"unknown kid", `{"alg":"dir","enc":"A256CBC-HS512","kid":"x"}`, ErrUnknownKey},
		{"empty kid", `{"alg":"dir","enc":"A256CBC-HS512","kid":""}`, ErrUnknownKey},
		{"kid in other letters", `{"alg":"dir","enc":"A256CBC-HS512","kid":"` + strings.ToUpper(kid) + `"}`, ErrUnknownKey},
		{"kid is null", `{"alg":"dir","enc":"A256CBC-HS512","kid":null}`, ErrMalformed},
		{"kid is a list", `{"alg":"dir","enc":"A256CBC-HS512","kid":["` + kid + `"]}`, ErrMalformed},
		{"zip", `{"alg":"dir","enc":"A256CBC-HS512","zip":"DEF"}`, ErrMalformed},
		{"zip of null", `{"alg":"dir","enc":"A256CBC-HS512","zip":null}`, ErrMalformed},
		{"crit", `{"alg":"dir","enc":"A256CBC-HS512","crit":["exp"],"exp":1}`, ErrMalformed},
		{"empty crit", `{"alg":"dir","enc":"A256CBC-HS512","crit":[]}`, ErrMalformed},
		{"b64", `{"alg":"dir","enc":"A256CBC-HS512","b64":false}`, ErrMalformed},
		{"jwk", `{"alg":"dir","enc":"A256CBC-HS512","jwk":{}}`, ErrMalformed},
		{"p2c", `{"alg":"PBES2-HS256+A128KW","enc":"A256CBC-HS512","p2c":1000000000,"p2s":"x"}`, ErrMalformed},
		{"alg none", `{"alg":"none","enc":"A256CBC-HS512"}`, ErrMalformed},
		{"alg in capitals", `{"alg":"DIR","enc":"A256CBC-HS512"}`, ErrMalformed},
		{"alg A256KW", `{"alg":"A256KW","enc":"A256CBC-HS512"}`, ErrMalformed},
		{"alg missing", `{"enc":"A256CBC-HS512"}`, ErrMalformed},
		{"name in capitals", `{"ALG":"dir","enc":"A256CBC-HS512"}`, ErrMalformed},
		{"enc missing", `{"alg":"dir"}`, ErrMalformed},
		{"enc empty", `{"alg":"dir","enc":""}`, ErrMalformed},
		{"enc unknown", `{"alg":"dir","enc":"A192CBC-HS384"}`, ErrMalformed},
		{"enc of the other cipher", `{"alg":"dir","enc":"A256GCM"}`, ErrMalformed},
		{"enc is a number", `{"alg":"dir","enc":1}`, ErrMalformed},
		{"null", `null`, ErrMalformed},
		{"list", `[]`, ErrMalformed},
		{"nothing", ``, ErrMalformed},
		{"data after it", `{"alg":"dir","enc":"A256CBC-HS512"}{}`, ErrMalformed},
		{"long", `{"alg":"dir","enc":"A256CBC-HS512","typ":"` + strings.Repeat("x", maxHeader) + `"}`, ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			claims, err := codec.Decode(reheader(t, codec, tt.header), CookieName)
			if !isOnly(err, tt.want) {
				t.Errorf("got %v, %v, want %v", claims, err, tt.want)
			}
		})
	}
}

func TestForm(t *testing.T) {
	codec := newTestCodec(t)
	good := mustEncode(t, codec, Claims{"sub": "1"}, CookieName)
	part := strings.Split(good, ".")
	with := func(i int, text string) string {
		changed := append([]string(nil), part...)
		changed[i] = text
		return strings.Join(changed, ".")
	}
	raw := func(i int) []byte {
		b, err := b64.DecodeString(part[i])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	// The 16 bytes of a nonce leave four unused bits in the last character.
	loose := part[2][:21] + string(part[2][21]+1)
	// The same bytes in the same order, one of them on the other side.
	shifted := append([]string(nil), part...)
	ciphertext, tag := raw(3), raw(4)
	shifted[3] = b64.EncodeToString(ciphertext[:len(ciphertext)-16])
	shifted[4] = b64.EncodeToString(append(ciphertext[len(ciphertext)-16:], tag...))

	for name, token := range map[string]string{
		"empty":                     "",
		"dots":                      "....",
		"one part":                  part[0],
		"four parts":                strings.Join(part[:4], "."),
		"six parts":                 good + ".",
		"an encrypted key":          with(1, "AAAA"),
		"a dot instead of it":       with(1, "."),
		"standard base64":           with(2, "+"+part[2][1:]),
		"slash":                     with(3, "/"+part[3][1:]),
		"padding":                   with(2, part[2]+"=="),
		"unused bits set":           with(2, loose),
		"line feed in the middle":   with(3, part[3][:4]+"\n"+part[3][4:]),
		"carriage return":           with(4, part[4]+"\r"),
		"line feed at the end":      good + "\n",
		"blank before":              " " + good,
		"no nonce":                  with(2, ""),
		"short nonce":               with(2, b64.EncodeToString(raw(2)[:12])),
		"long nonce":                with(2, b64.EncodeToString(append(raw(2), 0))),
		"no tag":                    with(4, ""),
		"half a tag":                with(4, b64.EncodeToString(tag[:16])),
		"byte moved into the tag":   strings.Join(shifted, "."),
		"NUL":                       with(4, part[4]+"\x00"),
		"too long":                  with(3, strings.Repeat("A", MaxToken)),
		"JSON form":                 `{"protected":"` + part[0] + `","iv":"` + part[2] + `","ciphertext":"` + part[3] + `","tag":"` + part[4] + `"}`,
		"a signed JWT":              "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
		"a database session":        "5f2c1e0a-6b5d-4f0e-9a6b-0c8f3f2d1a11",
		"header is not base64":      with(0, "*"),
		"header is not JSON":        with(0, "AAAA"),
		"header is percent-encoded": with(0, "%65"+part[0][1:]),
	} {
		if claims, err := codec.Decode(token, CookieName); !isOnly(err, ErrMalformed) || claims != nil {
			t.Errorf("%s: got %v, %v, want ErrMalformed", name, claims, err)
		}
	}
	for name, token := range map[string]string{
		"no ciphertext":       with(3, ""),
		"one block less":      with(3, b64.EncodeToString(ciphertext[:len(ciphertext)-16])),
		"one byte less":       with(3, b64.EncodeToString(ciphertext[:len(ciphertext)-1])),
		"one byte more":       with(3, b64.EncodeToString(append(raw(3), 0))),
		"another token's tag": with(4, strings.Split(mustEncode(t, codec, nil, CookieName), ".")[4]),
	} {
		if claims, err := codec.Decode(token, CookieName); !isOnly(err, ErrInvalid) || claims != nil {
			t.Errorf("%s: got %v, %v, want ErrInvalid", name, claims, err)
		}
	}
}

// Every single character counts.
func TestEveryCharacterIsAuthenticated(t *testing.T) {
	for name, newCodec := range map[string]func([]string, Options) (*Codec, error){"v5": New, "v4": NewV4} {
		codec, err := newCodec([]string{testSecret}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		token := mustEncode(t, codec, Claims{"sub": "1"}, "")
		for i := range token {
			for _, c := range []byte{'A', 'B', '.', '-'} {
				if token[i] == c {
					continue
				}
				changed := token[:i] + string(c) + token[i+1:]
				if claims, err := codec.Decode(changed, ""); err == nil {
					t.Errorf("%s: byte %d changed from %c to %c, still opens: %v", name, i, token[i], c, claims)
				}
			}
			if _, err := codec.Decode(token[:i], ""); err == nil {
				t.Errorf("%s: the first %d bytes open", name, i)
			}
			if i > 0 {
				if _, err := codec.Decode(token[i:], ""); err == nil {
					t.Errorf("%s: the last %d bytes open", name, len(token)-i)
				}
			}
		}
	}
}

// A few hundred bytes must not become megabytes.
func TestCompressedTokenIsNotInflated(t *testing.T) {
	codec := newTestCodec(t)
	token := joseToken(t, rawKey(t, codec.version, CookieName), jose.A256CBC_HS512,
		&jose.EncrypterOptions{Compression: jose.DEFLATE}, `{"blob":"`+strings.Repeat("x", 200_000)+`"}`)
	if _, err := codec.Decode(token, CookieName); !isOnly(err, ErrMalformed) {
		t.Errorf("a token of %d bytes: %v", len(token), err)
	}
}
