package ginauth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

const madeChallenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func clientDataOf(kind string) []byte {
	return []byte(`{"type":"` + kind + `","challenge":"` + madeChallenge + `","origin":"` + verifierOrigin + `","crossOrigin":false}`)
}

// assert lets a key sign whatever the authenticator data are.
func assert(t *testing.T, v *verifier, id, authData []byte, key *testauthn.Key) verdict {
	t.Helper()
	clientData := clientDataOf("webauthn.get")
	hash := sha256.Sum256(clientData)
	return v.judge(t, "authenticate", id, clientData, map[string]string{
		"authenticatorData": base64.RawURLEncoding.EncodeToString(authData),
		"signature":         base64.RawURLEncoding.EncodeToString(key.Sign(append(bytes.Clone(authData), hash[:]...))),
	})
}

// made is an answer of the software authenticator, as bytes.
type made struct{ object, clientData []byte }

// madeRegistrations are the ceremonies of the tables: good ones, wrong ones, and every format.
func madeRegistrations(f *testing.F) (list []made) {
	f.Helper()
	options := []byte(`{"challenge":"` + madeChallenge + `","rp":{"id":"` + verifierRP + `"},"user":{"id":"MDEyMzQ1Njc4OWFiY2RlZg"}}`)
	good := []wrong{
		{"good", func(*testauthn.Ceremony) {}, ""},
		{"packed by itself", testauthn.PackedSelf, ""},
		{"packed with a certificate", testauthn.PackedCertified, ""},
		{"credProtect", func(c *testauthn.Ceremony) {
			c.Flags |= testauthn.FlagExtensions
			c.Extensions = testauthn.Encode(testauthn.Map{{"credProtect", 2}})
		}, ""},
	}
	for _, newKey := range []func() *testauthn.Key{testauthn.NewES256, testauthn.NewEdDSA, func() *testauthn.Key { return testauthn.NewRS256(2048) }} {
		cases := good
		if len(list) == 0 {
			cases = append(append(cases, wrongAlways()...), wrongRegistrations()...)
		}
		for _, w := range cases {
			maker := &testauthn.Authenticator{Origin: verifierOrigin, NewKey: newKey}
			answer, err := maker.Create(options, w.change)
			var a struct {
				Response struct{ AttestationObject, ClientDataJSON string }
			}
			if err != nil || len(answer) > 16<<10 || json.Unmarshal(answer, &a) != nil {
				continue
			}
			object, err1 := base64.RawURLEncoding.DecodeString(a.Response.AttestationObject)
			clientData, err2 := base64.RawURLEncoding.DecodeString(a.Response.ClientDataJSON)
			if err1 == nil && err2 == nil {
				list = append(list, made{object, clientData})
			}
		}
	}
	return list
}

// madeAssertions are the authenticator data of the tables' sign-ins.
func madeAssertions(f *testing.F) (list [][]byte) {
	f.Helper()
	for _, w := range append(wrongAlways(), wrongAuthentications()...) {
		list = append(list, assertionData(&testauthn.Authenticator{Origin: verifierOrigin, Counts: true}, w.change))
	}
	return append(list, assertionData(&testauthn.Authenticator{Origin: verifierOrigin}))
}

// assertionData are the authenticator data of a sign-in.
func assertionData(a *testauthn.Authenticator, change ...func(*testauthn.Ceremony)) (raw []byte) {
	p := &testauthn.Passkey{ID: make([]byte, 32), Key: testauthn.NewES256(), RPID: verifierRP, Counter: 5, Flags: testauthn.FlagUserPresent | testauthn.FlagUserVerified}
	catch := func(c *testauthn.Ceremony) {
		inner := c.AuthData
		c.AuthData = func(b []byte) []byte {
			if inner != nil {
				b = inner(b)
			}
			raw = bytes.Clone(b)
			return b
		}
	}
	a.Assert(p, testauthn.RequestOptions{Challenge: madeChallenge, RPID: verifierRP}, append(slices.Clone(change), catch)...)
	return raw
}

// registrationData are the authenticator data of a registration with any key.
func registrationData(id, key []byte) []byte {
	sum := sha256.Sum256([]byte(verifierRP))
	b := append(sum[:], testauthn.FlagUserPresent|testauthn.FlagUserVerified|testauthn.FlagAttested, 0, 0, 0, 0)
	b = append(b, make([]byte, 16)...)
	b = append(b, 0, byte(len(id)))
	return append(append(b, id...), key...)
}

// bombs are attestation objects that are deep, wide, or not there as far as they say, and one that
// ends early in many places.
func bombs(vector specVector) [][]byte {
	statement := func(v any) []byte {
		return testauthn.Encode(testauthn.Map{{"fmt", "packed"}, {"attStmt", v}, {"authData", authDataOf(vector.AttestationObject)}})
	}
	compound := func(n int) []byte {
		v, _, _ := testauthn.Decode(vector.AttestationObject)
		m, _ := v.(testauthn.Map)
		sub := testauthn.Map{{"fmt", "packed"}, {"attStmt", m.Get("attStmt")}}
		return testauthn.Encode(m.With("fmt", "compound").With("attStmt", slices.Repeat([]any{sub}, n)))
	}
	list := [][]byte{
		append(bytes.Repeat([]byte{0x81}, 30_000), 0),                      // arrays in arrays
		append(bytes.Repeat([]byte{0xa1, 0x00}, 15_000), 0),                // maps in maps
		bytes.Repeat([]byte{0x9f}, 30_000),                                 // arrays without an end
		{0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},             // a map of 2^63 entries
		{0xa1, 0x63, 'f', 'm', 't', 0x7b, 0, 0, 0, 1, 0, 0, 0, 0},          // a text of 4 GiB
		bytes.Repeat([]byte{0xc1}, 30_000),                                 // tags of tags
		statement(testauthn.Raw(append(bytes.Repeat([]byte{0x81}, 8), 0))), // one level too many inside
		statement(testauthn.Map{{"alg", testauthn.ES256}, {"sig", []byte{}}, {"x5c", slices.Repeat([]any{[]byte{}}, 5000)}}),
		statement(testauthn.Map{{"alg", testauthn.ES256}, {"sig", make([]byte, 20_000)}}),
		compound(1), compound(2), compound(4), compound(5), compound(100),
	}
	for n := 0; n < len(vector.AttestationObject); n += 7 {
		list = append(list, vector.AttestationObject[:n])
	}
	return list
}

// oddKeys are good keys and the mistakes of the past: keys too long to verify with, of FIDO U2F's
// form, points off the curve, keys that are no maps and maps that do not end.
func oddKeys() [][]byte {
	ec, ed := testauthn.NewES256().COSE, testauthn.NewEdDSA().COSE
	// secp256k1, which has coordinates as long as those of P-256: its base point is as good as any.
	x, _ := hex.DecodeString("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	y, _ := hex.DecodeString("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")
	list := [][]byte{
		nil, {0xa0}, {0xff}, {0xbf, 0x01, 0x02, 0xff}, {0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		bytes.Repeat([]byte{0x81}, 400), bytes.Repeat([]byte{0xa1, 0x01}, 400),
		append([]byte{4}, make([]byte, 64)...), // U2F: a bare point
		append(testauthn.Encode(ec), 0),
		testauthn.Encode(ec)[:40],
	}
	for _, key := range []testauthn.Map{
		ec, ed, testauthn.NewRS256(2048).COSE, testauthn.NewES384().COSE,
		testauthn.FakeRS256(512, 65537).COSE, testauthn.FakeRS256(2047, 65537).COSE, testauthn.FakeRS256(2048, 3).COSE,
		testauthn.FakeRS256(2048, 65539).COSE, testauthn.FakeRS256(2048, 1<<31-1).COSE,
		testauthn.FakeRS256(4096, 65537).COSE, testauthn.FakeRS256(4097, 65537).COSE, testauthn.FakeRS256(16384, 65537).COSE,
		ec.With(3, -47).With(-1, 8), ec.With(3, -47).With(-1, 8).With(-2, x).With(-3, y), ec.With(-2, make([]byte, 32)).With(-3, make([]byte, 32)), ec.With(-2, []byte{1}), ec.With(-3, true),
		ec.With(-1, 2), ec.With(1, 4), ec.With(1, "2"), ec.With(3, testauthn.RS256), append(testauthn.Map{{1, 2}}, ec...), ed.With(-1, 4), ed.With(-2, make([]byte, 31)),
		ed.With(3, -19), ec.With(3, -9), testauthn.FakeRS256(2048, 65537).COSE.With(3, -37), ec.With("x", []any{}), {{1, 7}, {3, -48}, {-1, make([]byte, 900)}},
	} {
		list = append(list, testauthn.Encode(key))
	}
	return list
}
