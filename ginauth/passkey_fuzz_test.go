package ginauth_test

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// The three targets here go the way of a request, from the POST to the rows. What the server thinks
// of an input is held against a second reading of it, by testauthn.Decode and what builds on it.

// FuzzAttestationObject: whatever attests, and for whatever client data, a row is written only for
// what WebAuthn allows; and nothing is verified with a key of unlimited size.
func FuzzAttestationObject(f *testing.F) {
	for _, vector := range specVectors(f) {
		f.Add([]byte(vector.AttestationObject), []byte(vector.ClientDataJSON))
	}
	for _, answer := range madeRegistrations(f) {
		f.Add(answer.object, answer.clientData)
	}
	for _, object := range bombs(specVectors(f)[1]) {
		f.Add(object, clientDataOf("webauthn.create"))
	}
	v := newVerifier(f, withoutUserVerification)
	f.Fuzz(func(t *testing.T, object, clientData []byte) {
		v.Reset()
		authData, _ := testauthn.ParseAuthData(authDataOf(object))
		id := authData.CredentialID
		if len(id) == 0 {
			id = make([]byte, 32)
		}
		got := v.judge(t, "register", id, clientData, map[string]string{"attestationObject": base64.RawURLEncoding.EncodeToString(object)})
		checkRegistration(t, got, authDataOf(object), testauthn.FlagUserPresent)
		if got.verifying() {
			checkStatements(t, object)
		}
	})
}

// FuzzAuthenticatorData: with a signature that is good for whatever the authenticator data say, the
// data alone decide.
func FuzzAuthenticatorData(f *testing.F) {
	for _, answer := range madeRegistrations(f) {
		if raw := authDataOf(answer.object); raw != nil {
			f.Add(raw, false, false, uint32(0))
		}
	}
	for _, vector := range specVectors(f) {
		f.Add(authDataOf(vector.AttestationObject), false, false, uint32(0))
		f.Add([]byte(vector.Authentication.AuthenticatorData), true, true, uint32(0))
	}
	for _, raw := range madeAssertions(f) {
		f.Add(raw, true, false, uint32(5))
		f.Add(raw, true, true, uint32(0))
		f.Add(raw, true, true, uint32(1<<32-1))
	}
	shared := bytes.Clone(assertionData(&testauthn.Authenticator{Origin: verifierOrigin}))
	shared[32] |= testauthn.FlagBackupEligible | testauthn.FlagBackedUp
	f.Add(shared, true, true, uint32(9))
	v := newVerifier(f)
	key := testauthn.NewES256()
	f.Fuzz(func(t *testing.T, authData []byte, signIn, synced bool, counter uint32) {
		v.Reset()
		if !signIn {
			parsed, _ := testauthn.ParseAuthData(authData)
			id := parsed.CredentialID
			if len(id) == 0 {
				id = make([]byte, 32)
			}
			object := testauthn.Encode(testauthn.Map{{"fmt", "none"}, {"attStmt", testauthn.Map{}}, {"authData", authData}})
			got := v.judge(t, "register", id, clientDataOf("webauthn.create"), map[string]string{"attestationObject": base64.RawURLEncoding.EncodeToString(object)})
			checkRegistration(t, got, authData, testauthn.FlagUserPresent|testauthn.FlagUserVerified)
			return
		}
		stored := ginauth.Authenticator{CredentialID: bytes.Repeat([]byte{7}, 32), PublicKey: testauthn.Encode(key.COSE), Counter: counter, MultiDevice: synced}
		v.store(t, stored)
		before := v.Dump()
		checkSignIn(t, assert(t, v, stored.CredentialID, authData, key), before, authData)
	})
}

// FuzzCOSEKey: a new passkey has one of the three kinds of keys, and no other key is used, whatever
// the table holds.
func FuzzCOSEKey(f *testing.F) {
	for _, raw := range oddKeys() {
		f.Add(raw, false)
		f.Add(raw, true)
	}
	for _, vector := range specVectors(f) {
		if d, err := testauthn.ParseAuthData(authDataOf(vector.AttestationObject)); err == nil {
			f.Add(testauthn.Encode(d.Key), true)
		}
	}
	v := newVerifier(f)
	id := bytes.Repeat([]byte{7}, 32)
	good := (&testauthn.Authenticator{Origin: verifierOrigin})
	f.Fuzz(func(t *testing.T, raw []byte, signIn bool) {
		v.Reset()
		value, rest, err := testauthn.Decode(raw)
		key, _ := value.(testauthn.Map)
		acceptable := err == nil && len(rest) == 0 && testauthn.CheckKey(key) == nil
		if signIn {
			v.store(t, ginauth.Authenticator{CredentialID: id, PublicKey: raw})
			got := assert(t, v, id, assertionData(good), &testauthn.Key{})
			if got.ok() || got.verifying() && !acceptable {
				t.Fatalf("verified with %x", raw)
			}
			return
		}
		authData := registrationData(id, raw)
		object := testauthn.Encode(testauthn.Map{{"fmt", "none"}, {"attStmt", testauthn.Map{}}, {"authData", authData}})
		got := v.judge(t, "register", id, clientDataOf("webauthn.create"), map[string]string{"attestationObject": base64.RawURLEncoding.EncodeToString(object)})
		checkRegistration(t, got, authData, testauthn.FlagUserPresent|testauthn.FlagUserVerified)
		// The other direction: a key that is as it should be is not refused.
		kty, _ := key.Get(1).(int)
		if acceptable && len(key) == map[int]int{1: 4, 2: 5, 3: 4}[kty] && key.Get(3) == map[int]int{1: testauthn.EdDSA, 2: testauthn.ES256, 3: testauthn.RS256}[kty] && bytes.Equal(testauthn.Encode(key), raw) && !got.ok() {
			t.Fatalf("%x is refused: %s", raw, got.reason)
		}
	})
}

// checkRegistration holds the outcome of a registration against what the authenticator data say.
func checkRegistration(t *testing.T, got verdict, authData []byte, needed byte) {
	t.Helper()
	if !got.ok() {
		wroteNothing(t, withoutTokens(adaptertest.NewMemory().Dump()), got.Tables)
		return
	}
	d, err := testauthn.ParseAuthData(authData)
	switch {
	case err != nil:
		t.Fatalf("%v: %x", err, authData)
	case !d.Of(verifierRP):
		t.Fatal("made for another relying party")
	case !d.Has(needed | testauthn.FlagAttested):
		t.Fatalf("flags %#x", d.Flags)
	case d.Has(testauthn.FlagBackedUp) && !d.Has(testauthn.FlagBackupEligible):
		t.Fatal("backed up, but not eligible")
	case len(d.CredentialID) < 16 || len(d.CredentialID) > 1023:
		t.Fatalf("credential ID of %d bytes", len(d.CredentialID))
	case testauthn.CheckKey(d.Key) != nil:
		t.Fatal(testauthn.CheckKey(d.Key))
	case !slices.Contains([]any{testauthn.ES256, testauthn.EdDSA, testauthn.RS256}, d.Key.Get(3)):
		t.Fatalf("algorithm %v", d.Key.Get(3))
	case len(got.Users) != 1 || len(got.Accounts) != 1 || len(got.Sessions) != 1 || len(got.Authenticators) != 1:
		t.Fatalf("rows: %+v", got.Tables)
	}
	row := got.Authenticators[0]
	v, _, err := testauthn.Decode(row.PublicKey)
	stored, _ := v.(testauthn.Map)
	if err != nil || testauthn.CheckKey(stored) != nil {
		t.Fatalf("stored key %x", row.PublicKey)
	}
	for _, label := range []int{1, 3, -1, -2, -3} {
		if !reflect.DeepEqual(stored.Get(label), d.Key.Get(label)) {
			t.Fatalf("stored key %x", row.PublicKey)
		}
	}
	if !bytes.Equal(row.CredentialID, d.CredentialID) || row.Counter != d.Counter || row.MultiDevice != d.Has(testauthn.FlagBackupEligible) || row.BackedUp != d.Has(testauthn.FlagBackedUp) {
		t.Fatalf("stored %+v of %x", row, authData)
	}
}

// checkSignIn holds the outcome of a sign-in with a good signature against the authenticator data
// and the row before it.
func checkSignIn(t *testing.T, got verdict, before adaptertest.Tables, authData []byte) {
	t.Helper()
	row := before.Authenticators[0]
	d, err := testauthn.ParseAuthData(authData)
	allowed := err == nil && d.Of(verifierRP) && d.Has(testauthn.FlagUserPresent|testauthn.FlagUserVerified) &&
		d.Has(testauthn.FlagBackupEligible) == row.MultiDevice && (row.MultiDevice || !d.Has(testauthn.FlagBackedUp)) &&
		(row.MultiDevice || d.Counter > row.Counter || d.Counter == 0 && row.Counter == 0)
	plain := err == nil && d.Flags&(testauthn.FlagAttested|testauthn.FlagExtensions) == 0
	if !got.ok() {
		wroteNothing(t, withoutTokens(before), withoutTokens(got.Tables))
		if allowed && plain {
			t.Fatalf("refused %x for %+v: %s", authData, row, got.reason)
		}
		return
	}
	if !allowed {
		t.Fatalf("signed in by %x with %+v", authData, row)
	}
	after := got.Authenticators[0]
	row.Counter, row.BackedUp = max(row.Counter, d.Counter), d.Has(testauthn.FlagBackedUp)
	if !reflect.DeepEqual(after, row) || len(got.Users) != 1 || len(got.Sessions) != 1 {
		t.Fatalf("stored %+v, want %+v", after, row)
	}
}

// checkStatements fails when an attestation that was verified holds more work than it may.
func checkStatements(t *testing.T, object []byte) {
	t.Helper()
	v, _, err := testauthn.Decode(object)
	m, ok := v.(testauthn.Map)
	if err != nil || !ok {
		t.Fatalf("verified, but no CBOR: %x", object)
	}
	statements := []any{m}
	if subs, ok := member(m, "attStmt").([]any); ok {
		statements = subs
	}
	certificates := 0
	for _, s := range statements {
		s, _ := s.(testauthn.Map)
		statement, _ := member(s, "attStmt").(testauthn.Map)
		chain, _ := statement.Get("x5c").([]any)
		for _, link := range chain {
			der, _ := link.([]byte)
			if bits := testauthn.CertificateModulus(der); bits > 4096 {
				t.Fatalf("verified with a certificate of %d bits", bits)
			}
			certificates++
		}
		if format, _ := member(s, "fmt").(string); strings.EqualFold(format, "android-safetynet") {
			t.Fatal("verified an attestation by SafetyNet")
		}
	}
	if certificates > 8 || len(statements) > 4 {
		t.Fatalf("verified %d statements with %d certificates", len(statements), certificates)
	}
}

// member is Get by the rule of the server's library, which takes a name in other letters when the
// right one is not there.
func member(m testauthn.Map, name string) any {
	for _, p := range m {
		if p[0] == name {
			return p[1]
		}
	}
	for _, p := range m {
		if s, ok := p[0].(string); ok && strings.EqualFold(s, name) {
			return p[1]
		}
	}
	return nil
}

func withoutTokens(t adaptertest.Tables) adaptertest.Tables {
	t.VerificationTokens = nil
	return t
}
