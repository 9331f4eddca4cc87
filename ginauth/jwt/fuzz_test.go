package jwt

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"
)

// Only genuine tokens open, and each has one form: whatever the fuzzer makes of
// the golden tokens, what opens is one of them.
func FuzzDecode(f *testing.F) {
	genuine := make(map[string]bool)
	var secrets []string
	for _, name := range []string{"session-jwe.json", "auth-core.json", "a256gcm.json", "next-auth-v4.json"} {
		for _, v := range golden(f, name).Vectors {
			genuine[v.Token] = true
			secrets = append(secrets, v.Secret...)
			secrets = append(secrets, v.DecodeSecret...)
			if len(v.Token) < 4096 {
				f.Add(v.Token)
			}
		}
	}
	slices.Sort(secrets)
	secrets = slices.Compact(secrets)
	v5, err := newAny(secrets, Options{})
	if err != nil {
		f.Fatal(err)
	}
	v4, err := newAnyV4(secrets, Options{})
	if err != nil {
		f.Fatal(err)
	}
	sentinels := []error{ErrMalformed, ErrUnknownKey, ErrInvalid, ErrExpired, ErrNotYetValid}
	f.Fuzz(func(t *testing.T, token string) {
		check := func(claims Claims, err error) {
			if err == nil {
				if !genuine[token] {
					t.Errorf("%q opens: %v", token, claims)
				}
				return
			}
			if claims != nil {
				t.Errorf("claims beside the error %v", err)
			}
			if !slices.ContainsFunc(sentinels, func(s error) bool { return isOnly(err, s) }) {
				t.Errorf("an error of no kind: %v", err)
			}
		}
		check(v5.Decode(token, CookieName))
		check(v4.Decode(token, ""))
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(`{"sub":"1","n":9007199254740991,"f":1e21}`, CookieName, testSecret)
	f.Add(`{"a":{"b":[null,true,"\u2028"]}}`, "", "x")
	f.Add(`{"iat":"x","exp":null,"jti":1}`, "é", "ключ")
	f.Fuzz(func(t *testing.T, text, salt, secret string) {
		if secret == "" {
			t.Skip("no secret")
		}
		in, err := parseClaims([]byte(text))
		if err != nil || in["nbf"] != nil || len(text) > MaxToken/4 {
			t.Skip("no claims that always open")
		}
		if !utf8.ValidString(text) {
			t.Fatalf("%q was read as claims", text)
		}
		for name, newCodec := range map[string]func([]string, Options) (*Codec, error){"v5": newAny, "v4": newAnyV4} {
			codec, err := newCodec([]string{"first", secret}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			maker, err := newCodec([]string{secret}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			token, err := maker.Encode(in, salt, 0)
			if err != nil {
				t.Fatalf("%s: Encode: %v", name, err)
			}
			out, err := codec.Decode(token, salt)
			if err != nil {
				t.Fatalf("%s: Decode: %v", name, err)
			}
			for _, set := range []string{"iat", "exp", "jti"} {
				if out[set] == nil {
					t.Errorf("%s: %s is missing", name, set)
				}
				delete(out, set)
			}
			want := make(Claims)
			for k, v := range in {
				if k != "iat" && k != "exp" && k != "jti" {
					want[k] = v
				}
			}
			if !reflect.DeepEqual(out, want) {
				t.Errorf("%s: got %v, want %v", name, out, want)
			}
			if _, err := json.Marshal(out); err != nil {
				t.Error(err)
			}
		}
	})
}
