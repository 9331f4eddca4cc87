package ginauth_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

func wrongAuthentications() []wrong {
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	return []wrong{
		{"signature of another key", testauthn.SignWith(testauthn.NewES256()), ""},
		{"signature of another algorithm", testauthn.SignWith(testauthn.NewEdDSA()), ""},
		{"signature empty", func(c *testauthn.Ceremony) { c.Signature = cut(0) }, ""},
		{"signature cut short", func(c *testauthn.Ceremony) { c.Signature = cut(20) }, ""},
		{"signature with trailing bytes", func(c *testauthn.Ceremony) {
			c.Signature = func(b []byte) []byte { return append(b, 0) }
		}, ""},
		{"signature of zeros", func(c *testauthn.Ceremony) {
			c.Signature = func([]byte) []byte { return []byte{0x30, 6, 2, 1, 0, 2, 1, 0} }
		}, ""},
		{"signature flipped", func(c *testauthn.Ceremony) {
			c.Signature = func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
		}, ""},
		{"signature missing", func(c *testauthn.Ceremony) { c.Edit = setIn("signature", nil) }, ""},
		{"authenticator data missing", func(c *testauthn.Ceremony) { c.Edit = setIn("authenticatorData", nil) }, ""},
		{"authenticator data changed after signing", func(c *testauthn.Ceremony) {
			c.Edit = func(_, response map[string]any) {
				raw := rawMember(response, "authenticatorData")
				raw[36]++
				response["authenticatorData"] = base64.RawURLEncoding.EncodeToString(raw)
			}
		}, ""},
		{"client data changed after signing", func(c *testauthn.Ceremony) {
			c.Edit = func(_, response map[string]any) {
				raw := rawMember(response, "clientDataJSON")
				response["clientDataJSON"] = base64.RawURLEncoding.EncodeToString(append(raw, ' '))
			}
		}, ""},
		{"became eligible for backup", func(c *testauthn.Ceremony) { c.Flags |= testauthn.FlagBackupEligible }, ""},
		{"became eligible and backed up", func(c *testauthn.Ceremony) {
			c.Flags |= testauthn.FlagBackupEligible | testauthn.FlagBackedUp
		}, ""},
		{"attested flag without attested data", func(c *testauthn.Ceremony) { c.Flags |= testauthn.FlagAttested }, ""},
		{"user handle of 65 bytes", testauthn.Handle(bytes.Repeat([]byte{'a'}, 65)), ""},
		{"user handle a number", func(c *testauthn.Ceremony) { c.Edit = setIn("userHandle", 7) }, ""},
		{"id of a credential nobody has", func(c *testauthn.Ceremony) { c.CredentialID = bytes.Repeat([]byte{3}, 32) }, ""},
		{"id cut short", func(c *testauthn.Ceremony) { c.CredentialID = c.CredentialID[:31] }, ""},
		{"id with trailing bytes", func(c *testauthn.Ceremony) { c.CredentialID = append(bytes.Clone(c.CredentialID), 0) }, ""},
		{"id of 1024 bytes", func(c *testauthn.Ceremony) { c.CredentialID = make([]byte, 1024) }, ""},
		{"answer of a registration", func(c *testauthn.Ceremony) {
			c.Edit = func(_, response map[string]any) {
				delete(response, "authenticatorData")
				delete(response, "signature")
				response["attestationObject"] = "oA"
			}
		}, ""},
	}
}

func TestCeremony_WrongAuthentications(t *testing.T) {
	for _, w := range append(wrongAlways(), wrongAuthentications()...) {
		t.Run(w.name, func(t *testing.T) {
			s := newSite(t)
			c := s.browser(t)
			c.SignUp("ada@example.com")
			c.SignOut()
			refused(t, s, c, "?action=authenticate", w, func(action string, options []byte) string {
				return c.Perform(action, options)
			})
			if c.SignIn(); c.Email() != "ada@example.com" {
				t.Error("the next attempt did not work")
			}
			consistent(t, s)
		})
	}
}

// The user handle is a check and never a key: one that is somebody else's refuses, in either of
// the encodings that clients send, and one that nobody has does not matter.
func TestCeremony_UserHandles(t *testing.T) {
	s := newSite(t)
	ada, eve := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	eve.SignUp("eve@example.com")
	eve.SignOut()
	adas, eves := newest(ada).UserHandle, newest(eve).UserHandle
	text := func(h []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(h)) }
	for _, h := range []struct {
		name   string
		handle []byte
		code   string
	}{
		{"of somebody else", adas, "WebAuthnVerificationError"},
		{"of somebody else as text", text(adas), "WebAuthnVerificationError"},
		{"her own", eves, ""},
		{"her own as text", text(eves), ""},
		{"blank", nil, ""},
		{"empty", []byte{}, ""},
		{"nobody's, as Auth.js made them", []byte(strings.Repeat("0123456789abcdef", 4)), ""},
		{"nobody's, binary", bytes.Repeat([]byte{0xff}, 32), ""},
		{"her id with NUL behind", append(bytes.Clone(eves), 0), ""},
	} {
		before := s.Dump().Sessions
		a := eve.Authenticate(testauthn.Handle(h.handle))
		if a.ErrorCode() != h.code {
			t.Errorf("%s: %s, want %q", h.name, a.Body, h.code)
		}
		if h.code != "" {
			if len(s.Dump().Sessions) != len(before) {
				t.Errorf("%s: a session was made", h.name)
			}
			continue
		}
		if got := eve.Email(); got != "eve@example.com" {
			t.Errorf("%s: signed in as %q", h.name, got)
		}
		eve.SignOut()
	}
}

// R13: the signature counter.
func TestCeremony_Counters(t *testing.T) {
	for _, k := range []struct {
		name           string
		stored, signed uint32
		ok             bool
	}{
		{"never counts", 0, 0, true},
		{"starts to count", 0, 1, true},
		{"counts", 5, 6, true},
		{"jumps", 5, 4_000_000_000, true},
		{"reaches its end", 1<<32 - 2, 1<<32 - 1, true},
		{"stands still", 5, 5, false},
		{"goes back", 5, 4, false},
		{"goes back to zero", 5, 0, false},
		{"wraps", 1<<32 - 1, 0, false},
		{"stands still at its end", 1<<32 - 1, 1<<32 - 1, false},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := newSite(t)
			c := s.browser(t)
			if a := c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Counter = k.stored }); a.ErrorCode() != "" {
				t.Fatal(a.Body)
			}
			c.SignOut()
			before := written(s)
			a := c.Authenticate(func(x *testauthn.Ceremony) { x.Counter = k.signed })
			if ok := a.ErrorCode() == ""; ok != k.ok {
				t.Errorf("answer %s", a.Body)
			}
			if !k.ok {
				if a.ErrorCode() != "WebAuthnVerificationError" {
					t.Errorf("code %q", a.ErrorCode())
				}
				wroteNothing(t, before, written(s))
				if !strings.Contains(s.logs.String(), "counter went back") {
					t.Error("the log does not say why")
				}
			} else if got := authenticatorOf(t, s, c).Counter; got != k.signed {
				t.Errorf("stored counter %d", got)
			}
		})
	}
}

// R13: eligibility never changes, the backup state does and is stored.
func TestCeremony_BackupState(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	if a := c.Register("ada@example.com", func(x *testauthn.Ceremony) { x.Flags |= testauthn.FlagBackupEligible }); a.ErrorCode() != "" {
		t.Fatal(a.Body)
	}
	if a := authenticatorOf(t, s, c); !a.MultiDevice || a.BackedUp {
		t.Errorf("stored %+v", a)
	}
	for _, flags := range []byte{testauthn.FlagBackedUp, 0} {
		if a := c.Authenticate(func(x *testauthn.Ceremony) { x.Flags |= testauthn.FlagBackupEligible | flags }); a.ErrorCode() != "" {
			t.Fatal(a.Body)
		}
		if got := authenticatorOf(t, s, c).BackedUp; got != (flags != 0) {
			t.Errorf("flags %x: stored backup state %v", flags, got)
		}
	}
	if a := c.Authenticate(); a.ErrorCode() != "WebAuthnVerificationError" {
		t.Errorf("eligibility was lost without notice: %s", a.Body)
	}
}

// A row that another server wrote is held to the same policy: its key is looked at before anything
// is verified with it.
func TestCeremony_StoredKeys(t *testing.T) {
	for _, k := range []struct {
		name string
		cose []byte
		log  string
	}{
		{"RSA 1024", testauthn.Encode(testauthn.FakeRS256(1024, 65537).COSE), "RSA key of 1024 bits"},
		{"RSA 7000", testauthn.Encode(testauthn.FakeRS256(7000, 65537).COSE), "RSA key of 7000 bits"},
		{"RSA 262144", testauthn.Encode(testauthn.FakeRS256(262144, 65537).COSE), "public key of 32"},
		{"P-384", testauthn.Encode(testauthn.NewES384().COSE), "unaccepted kind"},
		{"nothing", nil, "does not parse"},
		{"no CBOR", []byte{0xff}, "does not parse"},
	} {
		s := newSite(t)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		c.SignOut()
		row := authenticatorOf(t, s, c)
		id := bytes.Repeat([]byte{8}, 32)
		row.CredentialID, row.ProviderAccountID, row.PublicKey = id, base64.StdEncoding.EncodeToString(id), k.cose
		ctx := context.Background()
		account := ginauth.Account{UserID: row.UserID, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: row.ProviderAccountID}
		if err := s.LinkAccount(ctx, account); err != nil {
			t.Fatal(err)
		}
		if err := s.CreateAuthenticator(ctx, row); err != nil {
			t.Fatal(err)
		}
		a := c.Authenticate(func(x *testauthn.Ceremony) { x.CredentialID = id })
		if a.ErrorCode() != "WebAuthnVerificationError" || !strings.Contains(s.logs.String(), k.log) {
			t.Errorf("%s: %s %s", k.name, a.Body, s.logs)
		}
	}
}

// A signature whose r or s is short is one in 128 and as good as any other.
func TestCeremony_ShortSignature(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	key := testauthn.NewES256()
	key.COSE = key.COSE.With(-2, point[1:33]).With(-3, point[33:])
	if a := c.Register("ada@example.com", keyOf(key)); a.ErrorCode() != "" {
		t.Fatal(a.Body)
	}
	c.SignOut()
	a := c.Ceremony("?action=authenticate", signShort(private))
	if a.ErrorCode() != "" {
		t.Errorf("refused: %s", a.Body)
	}
}

// signShort signs until one of the signature's numbers has a byte less than usual.
func signShort(private *ecdsa.PrivateKey) testclient.Change {
	return func(c *testauthn.Ceremony) {
		var message []byte
		c.ClientData = func(b []byte) []byte { message = b; return b }
		var data []byte
		c.AuthData = func(b []byte) []byte { data = b; return b }
		c.Signature = func([]byte) []byte {
			hash := sha256.Sum256(message)
			digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
			for {
				der, err := ecdsa.SignASN1(rand.Reader, private, digest[:])
				var parts struct{ R, S *big.Int }
				if err != nil {
					panic(err)
				}
				if _, err := asn1.Unmarshal(der, &parts); err != nil {
					panic(err)
				}
				if parts.R.BitLen() <= 248 || parts.S.BitLen() <= 248 {
					return der
				}
			}
		}
	}
}

// An authenticator whose account belongs to somebody else, or whose user or account is gone, signs
// nobody in.
func TestCeremony_BrokenRows(t *testing.T) {
	for name, spoil := range map[string]func(s *site){
		"user deleted":    func(s *site) { s.DeleteUser("ada@example.com") },
		"account deleted": func(s *site) { s.DeletePasskeyAccounts() },
		"account of somebody else": func(s *site) {
			t := s.Dump()
			s.DeletePasskeyAccounts()
			account := t.Accounts[0]
			account.UserID = t.Users[1].ID
			if err := s.LinkAccount(context.Background(), account); err != nil {
				panic(err)
			}
		},
	} {
		s := newSite(t)
		c, eve := s.browser(t), s.browser(t)
		c.SignUp("ada@example.com")
		eve.SignUp("eve@example.com")
		c.SignOut()
		spoil(s)
		before := written(s)
		if a := c.Authenticate(); a.ErrorCode() != "WebAuthnVerificationError" || c.User() != nil {
			t.Errorf("%s: %s", name, a.Body)
		}
		wroteNothing(t, before, written(s))
	}
}

// rawMember decodes a member of an answer's response.
func rawMember(response map[string]any, name string) []byte {
	text, _ := response[name].(string)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		panic("no " + name)
	}
	return raw
}
