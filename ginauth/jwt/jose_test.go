package jwt

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/internal/testnode"
)

// headerV5 is what tokens of Auth.js say, KID being the thumbprint.
const headerV5 = `{"alg":"dir","enc":"A256CBC-HS512","kid":"KID"}`

// FuzzJWERoundTripVsJose: a token made in Go says the same in JavaScript and the other way round,
// for next-auth 5 and 4; and of the tokens that JavaScript makes with odd headers and odd content
// none opens here that does not open there. The seeds are generated, GINAUTH_CASES of them.
func FuzzJWERoundTripVsJose(f *testing.F) {
	node := testnode.Start(f)
	for _, seed := range [][4]string{
		{`{"sub":"1"}`, headerV5, CookieName, testSecret},
		{`{}`, `{"alg":"dir","enc":"A256GCM"}`, "", "ключ-秘密-🔑"},
		{`{"sub":"1","sub":"2"}`, `{"alg":"dir","enc":"A256CBC-HS512"}`, SecureCookieName, testSecret},
		{`{"__proto__":{"a":1},"constructor":null}`, headerV5, CookieName, testSecret},
		{`{"n":-0,"big":12345678901234567890,"e":1E+2,"nbf":4102444800}`, headerV5, CookieName, testSecret},
		{`{"exp":"never"}`, headerV5, CookieName, testSecret},
		{`{"exp":1}`, headerV5, CookieName, testSecret},
		{`{"iat":null}`, headerV5, CookieName, testSecret},
		{`[]`, headerV5, CookieName, testSecret},
		{"\ufeff{}", headerV5, CookieName, testSecret},
		{`{"s":"\ud800","t":"\u0000"}`, headerV5, CookieName, testSecret},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range testnode.Cases(f) {
		f.Add(randomClaims(random), randomHeader(random), pick(random, CookieName, SecureCookieName, "", "cookie-ü", "encodedState"), pick(random, testSecret, "x", strings.Repeat("s", 300), "ключ", " "))
	}
	f.Fuzz(func(t *testing.T, text, header, salt, secret string) {
		if secret == "" || len(salt) > 256 || len(text) > MaxToken/4 || !utf8.ValidString(text+header+salt+secret) {
			t.Skip("no text, no secret, or none that both sides take")
		}
		p := &pair{t, node}
		p.odd(text, header, salt, secret)
		claims, err := parseClaims([]byte(text))
		if err != nil || json.Unmarshal([]byte(text), new(map[string]any)) != nil {
			return // the second: numbers beyond a double
		}
		p.both(newAny, claims, text, salt, secret, "encode", "decode")
		p.both(newAnyV4, claims, text, "", secret, "encode4", "decode4")
	})
}

// pair is Go and JavaScript, looking at the same token.
type pair struct {
	*testing.T
	node *testnode.Oracle
}

// ask gives JavaScript's answer and whether there was one; an error means that JavaScript threw.
func ask[V any](p *pair, question map[string]any) (value V, ok bool) {
	p.Helper()
	err := p.node.Ask(question, &value)
	if err != nil && !errors.Is(err, testnode.ErrThrown) {
		p.Fatal(err)
	}
	return value, err == nil
}

// both sends claims each way. Claims that are not good now (nbf) must be so on both sides.
func (p *pair) both(newCodec func([]string, Options) (*Codec, error), claims Claims, text, salt, secret, encode, decode string) {
	p.Helper()
	codec, err := newCodec([]string{secret, "another secret, the old one, of 32"}, Options{})
	if err != nil {
		p.Fatal(err)
	}
	ours, err := codec.Encode(claims, salt, 0)
	if err != nil {
		p.Fatal(err)
	}
	theirs, ok := ask[string](p, map[string]any{"op": encode, "claims": text, "secret": secret, "salt": salt})
	if !ok {
		p.Fatalf("JavaScript does not encode %s", text)
	}
	for name, token := range map[string]string{"made in Go": ours, "made in JavaScript": theirs} {
		here, err := codec.Decode(token, salt)
		there, ok := ask[Claims](p, map[string]any{"op": decode, "token": token, "secret": secret, "salt": salt})
		if ok != (err == nil) {
			p.Fatalf("%s, %s: %v in Go, %t in JavaScript", name, text, err, ok)
		}
		if err != nil {
			continue
		}
		if !sameInJavaScript(p.T, here, there) {
			p.Fatalf("%s: %v in Go, %v in JavaScript", name, here, there)
		}
		for _, c := range []string{"iat", "exp", "jti"} {
			delete(here, c)
		}
		if !sameInJavaScript(p.T, here, without(claims, "iat", "exp", "jti")) {
			p.Fatalf("%s: %v became %v", name, claims, here)
		}
	}
	p.chunks(ours)
}

// chunks sends a token in cookies each way.
func (p *pair) chunks(token string) {
	p.Helper()
	if len(token) > authcookie.MaxSession {
		return
	}
	var header []string
	ours := authcookie.Split(CookieName, token)
	for _, c := range ours {
		header = append(header, c.Name+"="+c.Value)
	}
	if got, _ := ask[string](p, map[string]any{"op": "join", "header": strings.Join(header, "; "), "name": CookieName}); got != token {
		p.Fatalf("JavaScript joins %d cookies to %d bytes, not %d", len(ours), len(got), len(token))
	}
	theirs, _ := ask[[][2]string](p, map[string]any{"op": "split", "session": token, "name": CookieName})
	header = nil
	for _, c := range theirs {
		header = append(header, c[0]+"="+c[1])
	}
	if got, _, _ := authcookie.Join(authcookie.Parse(strings.Join(header, "; ")), CookieName); got != token || len(theirs) != len(ours) {
		p.Fatalf("%d cookies of JavaScript, %d of Go, joined to %d bytes, not %d", len(theirs), len(ours), len(got), len(token))
	}
}

// odd makes a token with any header and any content, under the right key. What opens in Go opens in
// JavaScript and says the same; with a header that Auth.js writes it is so the other way as well.
func (p *pair) odd(plain, header, salt, secret string) {
	p.Helper()
	codec, err := newAny([]string{secret}, Options{})
	if err != nil {
		p.Fatal(err)
	}
	ring, err := codec.ring(salt)
	if err != nil {
		p.Fatal(err)
	}
	usual := header == headerV5
	enc := encCBC
	var fields map[string]any
	if json.Unmarshal([]byte(header), &fields) == nil && fields["enc"] == encGCM {
		enc = encGCM
	}
	for _, k := range ring {
		if k.enc == enc {
			header = strings.ReplaceAll(header, "KID", k.kid)
		}
	}
	for _, zip := range []bool{false, true} {
		token, ok := ask[string](p, map[string]any{"op": "seal", "header": header, "plain": plain, "secret": secret, "salt": salt, "enc": enc, "zip": zip})
		if !ok {
			p.Fatalf("no token with the header %s", header)
		}
		here, err := codec.Decode(token, salt)
		there, ok := ask[map[string]any](p, map[string]any{"op": "decode", "token": token, "secret": secret, "salt": salt})
		doubles := json.Unmarshal([]byte(plain), new(any)) == nil // no number that JavaScript reads as infinite
		if err == nil && (!ok || doubles && !sameInJavaScript(p.T, here, there)) {
			p.Fatalf("header %s, content %s: %v in Go, %v (%t) in JavaScript", header, plain, here, there, ok)
		}
		if usual && !zip && doubles && err != nil && ok && !strings.HasPrefix(plain, "\ufeff") {
			p.Fatalf("content %s: %v in Go, %v in JavaScript", plain, err, there)
		}
	}
}

func without(claims Claims, names ...string) Claims {
	rest := make(Claims)
	for name, v := range claims {
		if !slices.Contains(names, name) {
			rest[name] = v
		}
	}
	return rest
}

// The tokens that must not open, and what JavaScript says to each: jose inflates, passes over header
// parameters that it does not know, and is not strict about base64url.
func TestOddTokensOfNode(t *testing.T) {
	p := &pair{t, testnode.Start(t)}
	codec := newTestCodec(t, "another secret, the old one, of 32")
	ring, err := codec.ring(CookieName)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(header string, zip bool) string {
		token, ok := ask[string](p, map[string]any{
			"op": "seal", "header": strings.ReplaceAll(header, "KID", ring[0].kid), "plain": `{"sub":"1"}`, "secret": testSecret, "salt": CookieName, "enc": encCBC, "zip": zip,
		})
		if !ok {
			t.Fatal(header)
		}
		return token
	}
	good := seal(headerV5, false)
	parts := strings.Split(good, ".")
	for _, tt := range []struct {
		name, token string
		want        error
		jose        bool
	}{
		{"good", good, nil, true},
		{"no kid", seal(`{"alg":"dir","enc":"A256CBC-HS512"}`, false), nil, true},
		{"zip", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","zip":"DEF"}`, true), ErrMalformed, true},
		{"zip that is not", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","zip":"DEF"}`, false), ErrMalformed, false},
		{"deflated, no zip", seal(headerV5, true), ErrInvalid, false},
		{"crit", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","crit":["exp"],"exp":1}`, false), ErrMalformed, false},
		{"crit of nothing", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","crit":[]}`, false), ErrMalformed, false},
		{"unknown parameter", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","x":1}`, false), ErrMalformed, true},
		{"b64", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","b64":false}`, false), ErrMalformed, true},
		{"key of its own", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"KID","jwk":{"kty":"oct","k":"AAAA"}}`, false), ErrMalformed, true},
		{"alg A256KW", seal(`{"alg":"A256KW","enc":"A256CBC-HS512","kid":"KID"}`, false), ErrMalformed, false},
		{"alg none", seal(`{"alg":"none","enc":"A256CBC-HS512","kid":"KID"}`, false), ErrMalformed, false},
		{"alg DIR", seal(`{"alg":"DIR","enc":"A256CBC-HS512","kid":"KID"}`, false), ErrMalformed, false},
		{"alg PBES2", seal(`{"alg":"PBES2-HS256+A128KW","enc":"A256CBC-HS512","kid":"KID","p2c":4294967295,"p2s":"AAAA"}`, false), ErrMalformed, false},
		{"alg missing", seal(`{"enc":"A256CBC-HS512","kid":"KID"}`, false), ErrMalformed, false},
		{"enc missing", seal(`{"alg":"dir","kid":"KID"}`, false), ErrMalformed, false},
		{"enc of half the size", seal(`{"alg":"dir","enc":"A128CBC-HS256","kid":"KID"}`, false), ErrMalformed, false},
		{"enc of the other kind", seal(`{"alg":"dir","enc":"A256GCM","kid":"KID"}`, false), ErrUnknownKey, false},
		{"kid of another key", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"`+ring[1].kid+`"}`, false), ErrInvalid, false},
		{"kid of no key", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"x"}`, false), ErrUnknownKey, false},
		{"kid null", seal(`{"alg":"dir","enc":"A256CBC-HS512","kid":null}`, false), ErrMalformed, false},
		{"four parts", strings.Join(parts[:4], "."), ErrMalformed, false},
		{"six parts", good + ".AAAA", ErrMalformed, false},
		{"six parts, the last empty", good + ".", ErrMalformed, false},
		{"an encrypted key", parts[0] + ".AAAA." + strings.Join(parts[2:], "."), ErrMalformed, false},
		{"three parts", strings.Join(parts[:3], "."), ErrMalformed, false},
		{"no tag", strings.Join(parts[:4], ".") + ".", ErrMalformed, false},
		{"half a tag", good[:len(good)-21], ErrMalformed, false},
		{"padding", good + "=", ErrMalformed, true},
		{"a line break", parts[0] + "\n." + strings.Join(parts[1:], "."), ErrMalformed, false},
	} {
		_, err := codec.Decode(tt.token, CookieName)
		if !isOnly(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		_, ok := ask[Claims](p, map[string]any{"op": "decode", "token": tt.token, "secret": []string{testSecret, "another secret, the old one, of 32"}, "salt": CookieName})
		if ok != tt.jose {
			t.Errorf("%s: opens in JavaScript: %t", tt.name, ok)
		}
	}
}
