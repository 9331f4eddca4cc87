package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// mislabelled are keys whose algorithm is not that of their type, each with signatures that are as
// good as they can be.
var mislabelled = sync.OnceValue(func() map[string]*testauthn.Key {
	list := map[string]*testauthn.Key{
		"RSA key as PS256": testauthn.NewRSA(testauthn.PS256),
		"RSA key as RS1":   testauthn.NewRSA(testauthn.RS1),
	}
	for name, key := range map[string]*testauthn.Key{
		"RSA": testauthn.NewRSA(testauthn.RS256), "EC2": testauthn.NewES256(), "OKP": testauthn.NewEdDSA(), "P-384": testauthn.NewES384(),
	} {
		own := key.COSE.Get(3)
		for _, alg := range []int{-7, -8, -257, -9, -19, -35, -36, -37, -39, -47, -258, -259, -65535, 0, 7} {
			if alg != own || name == "P-384" {
				list[fmt.Sprintf("%s key as %d", name, alg)] = key.Labelled(alg)
			}
		}
	}
	return list
})

// unusable are keys by which no signature, or anybody's signature, verifies.
var unusable = sync.OnceValue(func() map[string]*testauthn.Key {
	ec, ed, rsa := testauthn.NewES256(), testauthn.NewEdDSA(), testauthn.NewRSA(testauthn.RS256)
	modulus, _ := rsa.COSE.Get(-1).([]byte)
	even := bytes.Clone(modulus)
	even[len(even)-1] &^= 1
	x, _ := ec.COSE.Get(-2).([]byte)
	y, _ := ec.COSE.Get(-3).([]byte)
	// The field's prime added to a coordinate is the same number to a careless reader.
	prime, _ := new(big.Int).SetString("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16)
	list := map[string]*testauthn.Key{
		"RSA with an even modulus":       rsa.With(-1, even),
		"RSA with exponent 3":            rsa.With(-2, []byte{3}),
		"RSA with exponent 65536":        rsa.With(-2, []byte{1, 0, 0}),
		"RSA with exponent 65539":        rsa.With(-2, []byte{1, 0, 3}),
		"RSA without exponent":           rsa.With(-2, []byte{}),
		"RSA without modulus":            rsa.With(-1, []byte{}),
		"RSA with a modulus in zeros":    rsa.With(-1, make([]byte, 256)),
		"RSA with the fields of a point": {COSE: ec.COSE.With(1, 3).With(3, testauthn.RS256)},
		"EC2 off the curve":              ec.With(-2, flip(x)),
		"EC2 with y mirrored wrongly":    ec.With(-3, flip(y)),
		"EC2 with both at zero":          ec.With(-2, make([]byte, 32)).With(-3, make([]byte, 32)),
		"EC2 with x at the prime":        ec.With(-2, prime.Bytes()),
		"EC2 with a long coordinate":     ec.With(-2, append([]byte{0}, x...)),
		"EC2 compressed":                 ec.With(-3, true),
		"EC2 on P-384":                   ec.With(-1, 2),
		"EC2 on Ed25519":                 ec.With(-1, 6),
		"EC2 without curve":              {COSE: slices.DeleteFunc(slices.Clone(ec.COSE), func(p [2]any) bool { return p[0] == -1 })},
		"EC2 with the type of OKP":       {COSE: ec.COSE.With(1, 1).With(3, testauthn.EdDSA)},
		"OKP with the type of EC2":       {COSE: ed.COSE.With(1, 2).With(3, testauthn.ES256)},
		"OKP on X25519":                  ed.With(-1, 4),
		"OKP on Ed448":                   ed.With(-1, 7),
		"OKP of 31 bytes":                ed.With(-2, make([]byte, 31)),
		"OKP of 33 bytes":                ed.With(-2, make([]byte, 33)),
		"OKP off the curve":              ed.With(-2, offEd25519()),
		// y = p + 3: the same point as y = 3, which is on the curve.
		"OKP not canonical": ed.With(-2, append(append([]byte{0xf0}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f)),
		// y = p + 1, the neutral element once more.
		"OKP neutral, not canonical": ed.With(-2, append(append([]byte{0xee}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f)),
		"OKP with y at the prime":    ed.With(-2, append(append([]byte{0xed}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f)),
	}
	for _, point := range testauthn.SmallOrder {
		raw, _ := hex.DecodeString(point)
		list["OKP of small order "+point[:6]] = ed.With(-2, raw)
		raw = bytes.Clone(raw)
		raw[31] |= 0x80
		list["OKP of small order, negative "+point[:6]] = ed.With(-2, raw)
	}
	return list
})

func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

// offEd25519 is y = 2, for which there is no x.
func offEd25519() []byte { return append([]byte{2}, make([]byte, 31)...) }

// S24: the algorithm is that of the key's type, and the key is one that can verify, of a new passkey.
func TestS24_NewKeys(t *testing.T) {
	s := newSite(t)
	before := written(s)
	for _, keys := range []map[string]*testauthn.Key{mislabelled(), unusable()} {
		for name, key := range keys {
			for attestation, attest := range map[string]testclient.Change{"none": func(*testauthn.Ceremony) {}, "self": testauthn.PackedSelf} {
				c := s.browser(t)
				c.Passkeys.NewKey = func() *testauthn.Key { return key }
				if a := c.Register("ada@example.com", attest); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
					t.Fatalf("%s, attestation %s: %s", name, attestation, a.Body)
				}
			}
		}
	}
	wroteNothing(t, before, written(s))
}

// The same for keys that another server stored: they are looked at before anything is verified.
func TestS24_StoredKeys(t *testing.T) {
	s := newSite(t)
	owner := s.browser(t)
	owner.SignUp("ada@example.com")
	row := authenticatorOf(t, s, owner)
	n := byte(0)
	for kind, keys := range map[string]map[string]*testauthn.Key{"label": mislabelled(), "material": unusable()} {
		for name, key := range keys {
			n++
			row.CredentialID, row.PublicKey = bytes.Repeat([]byte{n}, 32), testauthn.Encode(key.COSE)
			row.ProviderAccountID = base64.StdEncoding.EncodeToString(row.CredentialID)
			account := ginauth.Account{UserID: row.UserID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: row.ProviderAccountID}
			if err := errors.Join(s.LinkAccount(t.Context(), account), s.CreateAuthenticator(t.Context(), row)); err != nil {
				t.Fatal(err)
			}
			before := written(s)
			s.logs.Reset()
			c := s.browser(t)
			c.Passkeys = owner.Passkeys
			a := c.Authenticate(testauthn.SignWith(key), func(x *testauthn.Ceremony) { x.CredentialID = row.CredentialID })
			if a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
				t.Errorf("%s (%s): signed in: %s", name, kind, a.Body)
			}
			if logs := s.logs.String(); !strings.Contains(logs, "public key") && !strings.Contains(logs, "RSA key") {
				t.Errorf("%s (%s): not refused for its key: %s", name, kind, logs)
			}
			wroteNothing(t, before, written(s))
		}
	}
}
