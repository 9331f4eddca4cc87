package ginauth_test

import (
	"bytes"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// keyOf makes a registration tell another public key than the one that was made.
func keyOf(k *testauthn.Key) func(*testauthn.Ceremony) {
	return func(c *testauthn.Ceremony) { c.PublicKey = testauthn.Encode(k.COSE) }
}

func credentialID(n int) func(*testauthn.Ceremony) {
	id := make([]byte, n)
	rand.Read(id)
	return func(c *testauthn.Ceremony) { c.CredentialID = id }
}

func wrongRegistrations() []wrong {
	ec := testauthn.NewES256().COSE
	statement := func(v any) func(*testauthn.Ceremony) {
		return func(c *testauthn.Ceremony) { c.Statement = func(_, _ []byte) any { return v } }
	}
	packed := func(v any) func(*testauthn.Ceremony) {
		return func(c *testauthn.Ceremony) {
			c.Format = "packed"
			c.Statement = func(_, _ []byte) any { return v }
		}
	}
	return []wrong{
		{"no attested data", func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagAttested }, ""},
		{"id of 0 bytes", credentialID(0), ""},
		{"id of 1 byte", credentialID(1), ""},
		{"id of 15 bytes", credentialID(15), ""},
		{"id of 1024 bytes", credentialID(1024), ""},
		{"id longer than the data", func(c *testauthn.Ceremony) {
			c.AuthData = func(b []byte) []byte { b[53], b[54] = 0x03, 0xff; return b }
		}, ""},
		{"attested id is another", func(c *testauthn.Ceremony) {
			c.AuthData = func(b []byte) []byte { b[60] ^= 1; return b }
		}, ""},
		{"key missing", func(c *testauthn.Ceremony) { c.PublicKey = nil }, ""},
		{"key no CBOR", func(c *testauthn.Ceremony) { c.PublicKey = []byte{0xff} }, ""},
		{"key an array", func(c *testauthn.Ceremony) { c.PublicKey = testauthn.Encode([]any{1, 2}) }, ""},
		{"key empty", func(c *testauthn.Ceremony) { c.PublicKey = testauthn.Encode(testauthn.Map{}) }, ""},
		{"key type twice", func(c *testauthn.Ceremony) {
			c.PublicKey = testauthn.Encode(append(testauthn.Map{{1, 2}}, ec...))
		}, ""},
		{"key of type octets", keyOf(&testauthn.Key{COSE: ec.With(1, 4)}), ""},
		{"key without algorithm", keyOf(&testauthn.Key{COSE: testauthn.Map{ec[0], ec[2], ec[3], ec[4]}}), ""},
		{"algorithm ES384", keyOf(testauthn.NewES384()), ""},
		{"algorithm ES256K", keyOf(&testauthn.Key{COSE: ec.With(3, -47).With(-1, 8)}), ""},
		{"algorithm RS1", keyOf(&testauthn.Key{COSE: testauthn.FakeRS256(2048, 65537).COSE.With(3, testauthn.RS1)}), ""},
		{"algorithm PS256", keyOf(&testauthn.Key{COSE: testauthn.FakeRS256(2048, 65537).COSE.With(3, -37)}), ""},
		{"algorithm RS256 on a curve", keyOf(&testauthn.Key{COSE: ec.With(3, testauthn.RS256)}), ""},
		{"curve P-384 for ES256", keyOf(&testauthn.Key{COSE: testauthn.NewES384().COSE.With(3, testauthn.ES256)}), ""},
		{"curve X25519", keyOf(&testauthn.Key{COSE: testauthn.NewEdDSA().COSE.With(-1, 4)}), ""},
		{"point off the curve", keyOf(&testauthn.Key{COSE: ec.With(-2, bytes.Repeat([]byte{1}, 32))}), ""},
		{"point at zero", keyOf(&testauthn.Key{COSE: ec.With(-2, make([]byte, 32)).With(-3, make([]byte, 32))}), ""},
		{"short coordinate", keyOf(&testauthn.Key{COSE: ec.With(-2, []byte{1})}), ""},
		{"Ed25519 key of 31 bytes", keyOf(&testauthn.Key{COSE: testauthn.NewEdDSA().COSE.With(-2, make([]byte, 31))}), ""},
		{"RSA 512", keyOf(testauthn.FakeRS256(512, 65537)), ""},
		{"RSA 1024", keyOf(testauthn.FakeRS256(1024, 65537)), ""},
		{"RSA 2047", keyOf(testauthn.FakeRS256(2047, 65537)), ""},
		{"RSA 4097", keyOf(testauthn.FakeRS256(4097, 65537)), ""},
		{"RSA 65536", keyOf(testauthn.FakeRS256(65536, 65537)), ""},
		{"RSA 262144", keyOf(testauthn.FakeRS256(262144, 65537)), ""},
		{"RSA exponent 1", keyOf(testauthn.FakeRS256(2048, 1)), ""},
		{"RSA exponent 3", keyOf(testauthn.FakeRS256(2048, 3)), ""},
		{"RSA exponent even", keyOf(testauthn.FakeRS256(2048, 65536)), ""},
		{"RSA exponent of many bytes", keyOf(&testauthn.Key{COSE: testauthn.FakeRS256(2048, 3).COSE.With(-2, bytes.Repeat([]byte{0xff}, 200))}), ""},
		{"format unknown", func(c *testauthn.Ceremony) { c.Format = "bogus" }, ""},
		{"format empty", func(c *testauthn.Ceremony) { c.Format = "" }, ""},
		{"format in capitals", func(c *testauthn.Ceremony) { c.Format = "NONE" }, ""},
		{"none with a statement", statement(testauthn.Map{{"alg", -7}}), ""},
		{"statement an array", statement([]any{1}), ""},
		{"packed without anything", packed(testauthn.Map{}), ""},
		{"packed without signature", packed(testauthn.Map{{"alg", -7}}), ""},
		{"packed with a bad signature", packed(testauthn.Map{{"alg", -7}, {"sig", []byte("no")}}), ""},
		{"packed with another algorithm", packed(testauthn.Map{{"alg", -257}, {"sig", []byte("no")}}), ""},
		{"packed with an empty chain", packed(testauthn.Map{{"alg", -7}, {"sig", []byte("no")}, {"x5c", []any{}}}), ""},
		{"packed with a bad certificate", packed(testauthn.Map{{"alg", -7}, {"sig", []byte("no")}, {"x5c", []any{[]byte("no")}}}), ""},
		{"packed with a chain of numbers", packed(testauthn.Map{{"alg", -7}, {"sig", []byte("no")}, {"x5c", []any{7}}}), ""},
		{"packed with a certificate of 16384 bits", testauthn.PackedHugeCertificate(16384), ""},
		{"attestation object cut short", func(c *testauthn.Ceremony) { c.Attestation = func(b []byte) []byte { return b[:len(b)-5] } }, ""},
		{"attestation object with trailing bytes", func(c *testauthn.Ceremony) { c.Attestation = func(b []byte) []byte { return append(b, 0) } }, ""},
		{"attestation object no CBOR", func(c *testauthn.Ceremony) { c.Attestation = func([]byte) []byte { return []byte{0xff, 0xff} } }, ""},
		{"attestation object claims 4 GiB", func(c *testauthn.Ceremony) {
			c.Attestation = func([]byte) []byte { return []byte{0xa1, 0x7a, 0xff, 0xff, 0xff, 0xff} }
		}, ""},
		{"attestation object deep", func(c *testauthn.Ceremony) {
			c.Attestation = func([]byte) []byte { return append(bytes.Repeat([]byte{0x81}, 20_000), 0) }
		}, ""},
		{"attestation object missing", func(c *testauthn.Ceremony) { c.Edit = setIn("attestationObject", nil) }, ""},
		{"answer of an assertion", func(c *testauthn.Ceremony) {
			c.Edit = func(_, response map[string]any) {
				delete(response, "attestationObject")
				response["authenticatorData"], response["signature"] = "AAAA", "AAAA"
			}
		}, ""},
	}
}

func TestCeremony_WrongRegistrations(t *testing.T) {
	for _, w := range append(wrongAlways(), wrongRegistrations()...) {
		t.Run(w.name, func(t *testing.T) {
			s := newSite(t)
			c := s.browser(t)
			refused(t, s, c, "?action=register&email=ada@example.com", w, func(action string, options []byte) string {
				c.OtherDevice()
				return c.Perform(action, options)
			})
			if c.OtherDevice(); c.Register("ada@example.com").ErrorCode() != "" {
				t.Error("the next attempt did not work")
			}
			consistent(t, s)
		})
	}
}

// The positive controls: what is unusual but right.
func TestCeremony_GoodRegistrations(t *testing.T) {
	for _, g := range []struct {
		name   string
		key    func() *testauthn.Key
		change func(*testauthn.Ceremony)
	}{
		{"ES256", testauthn.NewES256, func(*testauthn.Ceremony) {}},
		{"EdDSA", testauthn.NewEdDSA, func(*testauthn.Ceremony) {}},
		{"RS256 of 2048 bits", func() *testauthn.Key { return testauthn.NewRS256(2048) }, func(*testauthn.Ceremony) {}},
		{"RS256 of 4096 bits", func() *testauthn.Key { return testauthn.NewRS256(4096) }, func(*testauthn.Ceremony) {}},
		{"packed by itself", testauthn.NewES256, testauthn.PackedSelf},
		{"packed by itself, EdDSA", testauthn.NewEdDSA, testauthn.PackedSelf},
		{"packed with a certificate", testauthn.NewES256, testauthn.PackedCertified},
		{"id of 16 bytes", testauthn.NewES256, credentialID(16)},
		{"id of 1023 bytes", testauthn.NewES256, credentialID(1023)},
		{"id of zeros", testauthn.NewES256, func(c *testauthn.Ceremony) { c.CredentialID = make([]byte, 16) }},
		{"id that is the text of a UUID", testauthn.NewES256, func(c *testauthn.Ceremony) {
			c.CredentialID = []byte("6babcaad-604b-40ac-a9d7-9fd97c0b7791")
		}},
		{"credProps", testauthn.NewES256, func(c *testauthn.Ceremony) {
			c.Edit = set("clientExtensionResults", map[string]any{"credProps": map[string]any{"rk": true}})
		}},
		{"extensions nobody asked for", testauthn.NewES256, func(c *testauthn.Ceremony) {
			c.Flags |= testauthn.FlagExtensions
			c.Extensions = testauthn.Encode(testauthn.Map{{"credProtect", 2}})
			c.Edit = set("clientExtensionResults", map[string]any{"appid": true, "x": 1})
		}},
		{"client data with members of the future", testauthn.NewES256, func(c *testauthn.Ceremony) {
			c.ClientData = func(b []byte) []byte { return append(b[:len(b)-1], `,"other_keys_can_be_added_here":"x"}`...) }
		}},
		{"no crossOrigin", testauthn.NewES256, func(c *testauthn.Ceremony) { c.CrossOrigin = nil }},
		{"no transports", testauthn.NewES256, func(c *testauthn.Ceremony) { c.Edit = setIn("transports", nil) }},
		{"odd transports", testauthn.NewES256, func(c *testauthn.Ceremony) {
			c.Edit = setIn("transports", []string{"usb", "x\ny", "a,b", ""})
		}},
	} {
		t.Run(g.name, func(t *testing.T) {
			s := newSite(t)
			c := s.browser(t)
			c.Passkeys.NewKey = g.key
			if a := c.Register("ada@example.com", g.change); a.ErrorCode() != "" {
				t.Fatalf("register: %s\n%s", a.Body, s.logs)
			}
			for _, transport := range authenticatorOf(t, s, c).Transports {
				if transport != "usb" && transport != "internal" && transport != "hybrid" {
					t.Errorf("stored transport %q", transport)
				}
			}
			c.SignOut()
			c.SignIn()
			if c.Email() != "ada@example.com" {
				t.Error("not signed in")
			}
			consistent(t, s)
		})
	}
}

// Whoever registers chooses the attestation's certificate, and verifying with a key of 131072 bits
// takes the best part of a second: such a key is refused before anything is verified with it.
func TestCeremony_HugeAttestationCertificate(t *testing.T) {
	for format, change := range map[string]func(*testauthn.Ceremony){
		"packed": func(*testauthn.Ceremony) {},
		"compound": func(c *testauthn.Ceremony) {
			packed := c.Statement(nil, nil)
			c.Format = "compound"
			c.Statement = func(_, _ []byte) any {
				sub := testauthn.Map{{"fmt", "packed"}, {"attStmt", packed}}
				return []any{sub, sub}
			}
		},
	} {
		s := newSite(t)
		c := s.browser(t)
		huge := testauthn.PackedHugeCertificate(8192)
		c.Register("ada@example.com", huge, change)
		if !strings.Contains(s.logs.String(), "RSA key of 8192 bits") {
			t.Errorf("%s: not refused for its size: %s", format, s.logs)
		}
	}
	s := newSite(t)
	s.browser(t).Register("ada@example.com", func(c *testauthn.Ceremony) {
		c.Format = "android-safetynet"
		c.Statement = func(_, _ []byte) any { return testauthn.Map{{"ver", "1"}, {"response", []byte("a.b.c")}} }
	})
	if !strings.Contains(s.logs.String(), "attestation by SafetyNet") {
		t.Errorf("SafetyNet: %s", s.logs)
	}
}

// The same by number: dozens of statements or certificates with slow keys, all of them genuine, made
// one registration take a fifth of a second. What real authenticators send is far below the limits.
func TestCeremony_AttestationOfManyParts(t *testing.T) {
	compound := func(statements int, certified bool) func(*testauthn.Ceremony) {
		return func(c *testauthn.Ceremony) {
			if testauthn.PackedSelf(c); certified {
				testauthn.PackedCertified(c)
			}
			one := c.Statement
			c.Format = "compound"
			c.Statement = func(authData, hash []byte) any {
				sub := testauthn.Map{{"fmt", "packed"}, {"attStmt", one(authData, hash)}}
				return slices.Repeat([]any{sub}, statements)
			}
		}
	}
	chain := func(length int) func(*testauthn.Ceremony) {
		return func(c *testauthn.Ceremony) {
			testauthn.PackedCertified(c)
			one := c.Statement
			c.Statement = func(authData, hash []byte) any {
				statement, _ := one(authData, hash).(testauthn.Map)
				certificates, _ := statement.Get("x5c").([]any)
				return statement.With("x5c", slices.Repeat(certificates, length))
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*testauthn.Ceremony)
		reason string
	}{
		{"four statements", compound(4, false), ""},
		{"four statements with certificates", compound(4, true), ""},
		{"five statements", compound(5, false), "attestation of 5 statements"},
		{"300 statements", compound(300, false), "attestation of 300 statements"},
		{"eight certificates", chain(8), ""},
		{"nine certificates", chain(9), "attestation with 9 certificates"},
		{"four statements with twelve certificates", func(c *testauthn.Ceremony) {
			chain(3)(c)
			one := c.Statement
			c.Format = "compound"
			c.Statement = func(authData, hash []byte) any {
				sub := testauthn.Map{{"fmt", "packed"}, {"attStmt", one(authData, hash)}}
				return slices.Repeat([]any{sub}, 4)
			}
		}, "attestation with 12 certificates"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			a := s.browser(t).Register("ada@example.com", tt.change)
			if tt.reason == "" && a.ErrorCode() != "" || tt.reason != "" && (a.ErrorCode() != "WebAuthnVerificationError" || !strings.Contains(s.logs.String(), tt.reason)) {
				t.Errorf("%s\n%s", a.Body, s.logs)
			}
		})
	}
}
