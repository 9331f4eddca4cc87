package ginauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/internal/flow"
)

const (
	// oauthFlowAge is how long a person may take at the service.
	oauthFlowAge = 15 * time.Minute
)

// oauthFlow is what ties the service's answer to the browser that was sent there.
type oauthFlow struct {
	redirectURI string
	state       string
	// verifier is PKCE's, empty without it; nonce is empty when none is asked for.
	verifier, nonce string
	// expires is when the answer comes too late.
	expires time.Time
	// ends is the sealed session that the sign-in takes the place of.
	ends string
}

// oauthSecret is one value of a flow, as its cookie keeps it. Which one it is follows from the
// cookie's name, which stores authenticate together with the value.
type oauthSecret struct {
	Version  int    `json:"v"`
	Provider string `json:"provider"`
	Value    string `json:"value"`
	// Session is the binding of the session that asked; empty without one.
	Session string `json:"session,omitempty"`
	// Ends, beside the state, is that session for answers that come without its cookie, sealed.
	Ends string `json:"ends,omitempty"`
	// CallbackURL, beside the state, is for answers that come without the callback URL's cookie. One
	// that is too long for the state's cookie is left out.
	CallbackURL string `json:"callbackUrl,omitempty"`
	// Expires is in seconds since 1970.
	Expires int64 `json:"exp"`
}

// flowCookie is a kind of secret and where it is kept.
type flowCookie struct {
	kind string
	spec cookieSpec
	// noMaxAge leaves Expires alone, as Auth.js does for the nonce.
	noMaxAge bool
}

// flowCookies of a provider, in the order in which they are set.
func (x *exchange) flowCookies(p *OAuthProvider) []flowCookie {
	list := []flowCookie{{kind: "state", spec: x.cookies.state}}
	if !p.PKCEUnsupported {
		list = append(list, flowCookie{kind: "pkce", spec: x.cookies.pkceVerifier})
	}
	if p.usesNonce() {
		list = append(list, flowCookie{kind: "nonce", spec: x.cookies.nonce, noMaxAge: true})
	}
	if p.formPost() {
		for i := range list {
			list[i].spec.options.SameSite = http.SameSiteNoneMode
			list[i].spec.options.Secure = true
		}
	}
	return list
}

// putOAuthFlow makes the secrets of a flow and sets their cookies.
func (x *exchange) putOAuthFlow(p *OAuthProvider, current *resolution) (oauthFlow, error) {
	var f oauthFlow
	var viaProxy bool
	f.redirectURI, viaProxy = x.redirectURI(p)
	var err error
	if f.state, err = x.newState(p, viaProxy); err != nil {
		return f, err
	}
	for _, c := range x.flowCookies(p) {
		secret := oauthSecret{
			Version: flowVersion, Provider: p.ID, Session: current.binding(),
			Expires: time.Now().Add(oauthFlowAge).Unix(),
		}
		switch c.kind {
		case "state":
			secret.Value = f.state
			if p.formPost() {
				secret.CallbackURL = x.callbackURL
				if secret.Ends, err = x.sealSession(current); err != nil {
					return f, err
				}
			}
		case "pkce":
			f.verifier = oauth2.GenerateVerifier()
			secret.Value = f.verifier
		case "nonce":
			f.nonce = randomText()
			secret.Value = f.nonce
		}
		lean := secret
		lean.CallbackURL = ""
		value, err := x.putFlow(c.spec.name, oauthFlowAge, secret, lean)
		if err != nil {
			return f, err
		}
		life := authcookie.For(c.spec.maxAge)
		if c.noMaxAge {
			life = authcookie.Until(life.Expires)
		}
		x.setCookie(c.spec, value, life)
	}
	return f, nil
}

// takeOAuthFlow opens the flow that the answer with this state belongs to. Its cookies are cleared
// when the sign-in succeeds. Any link may lead to the callback, so a flow is taken out of the store
// only for the answer that belongs to it.
func (x *exchange) takeOAuthFlow(p *OAuthProvider, state string, current *resolution) (oauthFlow, error) {
	var f oauthFlow
	f.redirectURI, _ = x.redirectURI(p)
	var drops []func(context.Context) error
	x.clearConflicts(p)
	for _, c := range x.flowCookies(p) {
		secret, drop, err := x.openOAuthSecret(c)
		if errors.Is(err, ErrStorage) {
			return f, err
		}
		wrongState := c.kind == "state" && subtle.ConstantTimeCompare([]byte(secret.Value), []byte(state)) != 1
		if wrongState && x.isOlder(p, state, secret, current) {
			return f, fmt.Errorf("%w: it belongs to an older sign-in of this browser", ErrOAuthCallback)
		}
		if err == nil {
			err = secret.check(p, current)
		}
		switch {
		case err != nil:
			return f, err
		case wrongState:
			return f, fmt.Errorf("%w: the answer's state is missing or wrong", ErrFlow)
		}
		switch c.kind {
		case "state":
			f.state, f.expires, f.ends = state, time.Unix(secret.Expires, 0), secret.Ends
			if _, sent := x.jar.Get(x.cookies.callbackURL.name); p.formPost() && !sent {
				x.callbackURL = x.redirectTarget(x.ctx, secret.CallbackURL, x.origin)
			}
		case "pkce":
			f.verifier = secret.Value
		case "nonce":
			f.nonce = secret.Value
		}
		drops = append(drops, drop)
		x.setCookies = append(x.setCookies, authcookie.Clear(c.spec.name, c.spec.options))
	}
	for _, drop := range drops {
		if err := drop(x.ctx); err != nil {
			return f, fmt.Errorf("%w: %w", ErrStorage, err)
		}
	}
	return f, nil
}

// openOAuthSecret reads a value of a flow; drop takes it out of the store.
func (x *exchange) openOAuthSecret(c flowCookie) (secret oauthSecret, drop func(context.Context) error, err error) {
	value, ok := x.jar.Get(c.spec.name)
	if !ok {
		return secret, nil, fmt.Errorf("%w: no %s cookie", ErrFlow, c.kind)
	}
	if x.jar.Conflict(c.spec.name) {
		return secret, nil, fmt.Errorf("%w: several %s cookies", ErrFlow, c.kind)
	}
	text, drop, err := x.flows.Open(x.ctx, c.spec.name, value)
	if errors.Is(err, flow.ErrNone) {
		return secret, nil, fmt.Errorf("%w: %s cookie", ErrFlow, c.kind)
	}
	if err != nil {
		return secret, nil, fmt.Errorf("%w: %w", ErrStorage, err)
	}
	if err := json.Unmarshal([]byte(text), &secret); err != nil || secret.Version != flowVersion {
		return oauthSecret{}, nil, fmt.Errorf("%w: made by another version", ErrFlow)
	}
	return secret, drop, nil
}

// check refuses a value that was made for something else.
func (s oauthSecret) check(p *OAuthProvider, current *resolution) error {
	// A POST from another site never carries the session's cookie. It is handled as signed out, so
	// nothing is linked to a session.
	sessionHidden := p.formPost() && current.session == nil
	switch {
	case time.Now().Unix() >= s.Expires:
		return fmt.Errorf("%w: expired", ErrFlow)
	case s.Provider != p.ID:
		return fmt.Errorf("%w: made for another provider", ErrFlow)
	case s.Session != current.binding() && !sessionHidden:
		return fmt.Errorf("%w: made for another session", ErrFlow)
	}
	return nil
}

// clearConflicts expires the flow cookies that arrived with several values, so that the next attempt
// works.
func (x *exchange) clearConflicts(p *OAuthProvider) {
	for _, c := range x.flowCookies(p) {
		if x.jar.Conflict(c.spec.name) {
			x.clearFlowCookie(c.spec)
		}
	}
}

// useState records that the state was used, where there is storage: a code is redeemed for it once.
// Without any, the service that takes each code once is what stands against a replay.
func (x *exchange) useState(f oauthFlow) error {
	if x.store.ledger.tokens == nil {
		return nil
	}
	// Long enough that the flow itself has expired by any clock before its record goes.
	return x.useOnce(usedState, f.state, f.expires.Add(oauthFlowAge))
}

// binding ties a flow to the session; empty when nobody is signed in.
func (r *resolution) binding() string {
	if r.session == nil {
		return ""
	}
	return r.session.binding
}

// randomText returns 32 random bytes in base64url.
func randomText() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
