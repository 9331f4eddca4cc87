// Package testauthn is an authenticator with the browser in front of it, in software, for tests. It
// makes passkeys and signs with them as WebAuthn Level 3 says, and each test can make it misbehave in
// one way: it gets the [Ceremony] before the answer is built.
package testauthn

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// Authenticator holds passkeys, as a phone does. It is not safe for concurrent use.
type Authenticator struct {
	// Origin is that of the page which calls it.
	Origin string
	// NewKey makes the key of the next passkey; ES256 when nil.
	NewKey func() *Key
	// Synced passkeys are eligible for backup and backed up.
	Synced bool
	// Counts makes the signature counter count; without it the counter stays zero, as it does for
	// synced passkeys.
	Counts bool
	// OldClient is a page whose script takes the user handle for text, as @simplewebauthn/browser did
	// before its version 10.
	OldClient bool

	Passkeys []*Passkey
}

// Passkey is a discoverable credential.
type Passkey struct {
	ID         []byte
	Key        *Key
	RPID       string
	UserHandle []byte
	Counter    uint32
	Flags      byte
}

// ErrNoPasskey says that no passkey fits the options.
var ErrNoPasskey = errors.New("testauthn: no passkey fits")

// ErrExcluded says that the options exclude a passkey that is here.
var ErrExcluded = errors.New("testauthn: a passkey exists")

// CreationOptions are the members of the creation options that an authenticator looks at.
type CreationOptions struct {
	Challenge string `json:"challenge"`
	RP        struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"rp"`
	User struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
	} `json:"user"`
	PubKeyCredParams []struct {
		Alg int `json:"alg"`
	} `json:"pubKeyCredParams"`
	ExcludeCredentials []Descriptor `json:"excludeCredentials"`
}

// RequestOptions are the members of the request options that an authenticator looks at.
type RequestOptions struct {
	Challenge        string       `json:"challenge"`
	RPID             string       `json:"rpId"`
	AllowCredentials []Descriptor `json:"allowCredentials"`
}

// Descriptor names a credential.
type Descriptor struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// Create answers creation options with a new passkey, which it keeps. The functions change the
// ceremony before the answer is built.
func (a *Authenticator) Create(options []byte, change ...func(*Ceremony)) ([]byte, error) {
	var o CreationOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, fmt.Errorf("testauthn: creation options: %w", err)
	}
	for _, d := range o.ExcludeCredentials {
		if a.find(d.ID) != nil {
			return nil, ErrExcluded
		}
	}
	newKey := a.NewKey
	if newKey == nil {
		newKey = NewES256
	}
	handle := []byte(o.User.ID)
	if !a.OldClient {
		var err error
		if handle, err = base64.RawURLEncoding.DecodeString(o.User.ID); err != nil {
			return nil, fmt.Errorf("testauthn: user handle: %w", err)
		}
	}
	p := &Passkey{ID: make([]byte, 32), Key: newKey(), RPID: o.RP.ID, UserHandle: handle, Flags: FlagUserPresent | FlagUserVerified}
	rand.Read(p.ID)
	if a.Synced {
		p.Flags |= FlagBackupEligible | FlagBackedUp
	}
	if a.Counts {
		p.Counter = 1
	}
	c := &Ceremony{
		Type: "webauthn.create", Challenge: o.Challenge, Origin: a.Origin, CrossOrigin: false,
		RPID: o.RP.ID, Flags: p.Flags | FlagAttested, Counter: p.Counter,
		CredentialID: p.ID, PublicKey: Encode(p.Key.COSE), Format: "none",
		Statement: func(_, _ []byte) any { return Map{} },
		key:       p.Key, transports: []string{"internal", "hybrid"},
	}
	for _, f := range change {
		f(c)
	}
	p.ID = c.CredentialID
	a.Passkeys = append(a.Passkeys, p)
	return c.creation(), nil
}

// Get answers request options with the newest passkey that fits.
func (a *Authenticator) Get(options []byte, change ...func(*Ceremony)) ([]byte, error) {
	var o RequestOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, fmt.Errorf("testauthn: request options: %w", err)
	}
	p := a.choose(o)
	if p == nil {
		return nil, ErrNoPasskey
	}
	return a.Assert(p, o, change...), nil
}

// Assert answers with p, whatever the options allow.
func (a *Authenticator) Assert(p *Passkey, o RequestOptions, change ...func(*Ceremony)) []byte {
	if a.Counts {
		p.Counter++
	}
	c := &Ceremony{
		Type: "webauthn.get", Challenge: o.Challenge, Origin: a.Origin, CrossOrigin: false,
		RPID: o.RPID, Flags: p.Flags, Counter: p.Counter, CredentialID: p.ID,
		key: p.Key, userHandle: p.UserHandle,
	}
	for _, f := range change {
		f(c)
	}
	return c.assertion()
}

func (a *Authenticator) choose(o RequestOptions) *Passkey {
	for i := len(a.Passkeys) - 1; i >= 0; i-- {
		p := a.Passkeys[i]
		if p.RPID != o.RPID {
			continue
		}
		if len(o.AllowCredentials) == 0 {
			return p
		}
		for _, d := range o.AllowCredentials {
			if d.ID == base64url(p.ID) {
				return p
			}
		}
	}
	return nil
}

func (a *Authenticator) find(id string) *Passkey {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return nil
	}
	for _, p := range a.Passkeys {
		if bytes.Equal(p.ID, raw) {
			return p
		}
	}
	return nil
}

// Handle makes the answer carry another user handle; nil leaves it out.
func Handle(h []byte) func(*Ceremony) { return func(c *Ceremony) { c.userHandle = h } }

// SignWith makes another key sign.
func SignWith(k *Key) func(*Ceremony) { return func(c *Ceremony) { c.key = k } }
