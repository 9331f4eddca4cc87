package ginauth

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// Sizes of the parts of a state, in bytes.
const (
	stateRandom = 32
	stateMAC    = 16
)

// newState returns a state that isOwnState knows again. Only a state that travels by the fixed
// deployment has to be readable there.
func (x *exchange) newState(p *OAuthProvider, viaProxy bool) (string, error) {
	if viaProxy {
		sealed, err := x.tokens.Encode(jwt.Claims{"origin": x.callbackTo(p.ID), "random": randomText()}, proxyStateSalt, oauthFlowAge)
		if err != nil {
			return "", fmt.Errorf("ginauth: seal state: %w", err)
		}
		return sealed, nil
	}
	state := make([]byte, stateRandom, stateRandom+stateMAC)
	_, _ = rand.Read(state) // never fails: crypto/rand ends the program instead
	mac, err := macOfState(x.cfg.Secret, p.ID, state)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(state, mac...)), nil
}

// isOlder reports whether an answer with a wrong state belongs to a sign-in that this browser began
// before another one, as two tabs do. secret is what its state cookie holds, if anything. Such an
// answer is refused like any other without a flow, but the person only has to sign in again.
func (x *exchange) isOlder(p *OAuthProvider, state string, secret oauthSecret, current *resolution) bool {
	isLive := secret.Value != "" && time.Now().Unix() < secret.Expires
	return (isLive || current.session != nil) && x.isOwnState(p, state)
}

// isOwnState reports whether a state was made here for a sign-in at the provider, by any browser. It
// authorizes nothing.
func (x *exchange) isOwnState(p *OAuthProvider, state string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || len(raw) != stateRandom+stateMAC {
		sealed, err := x.tokens.Decode(state, proxyStateSalt)
		return err == nil && sealed.String("origin") == x.callbackTo(p.ID)
	}
	return slices.ContainsFunc(append([]string{x.cfg.Secret}, x.cfg.OldSecrets...), func(secret string) bool {
		mac, err := macOfState(secret, p.ID, raw[:stateRandom])
		return err == nil && hmac.Equal(mac, raw[stateRandom:])
	})
}

func macOfState(secret, provider string, random []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "ginauth oauth state", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("ginauth: derive key of states: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(provider))
	h.Write([]byte{0})
	h.Write(random)
	return h.Sum(nil)[:stateMAC], nil
}
