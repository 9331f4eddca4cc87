package ginauth

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/internal/ceremony"
)

// maxCeremony is the longest that a challenge is good (WebAuthn Level 3, section 5.4.1 leaves it
// to the relying party).
const maxCeremony = 5 * time.Minute

// clockSkew is how far the clocks of instances may differ before a moment in the future is taken for
// a forged or broken one.
const clockSkew = time.Minute

// The names of the two ceremonies on the wire.
const (
	ceremonyRegister     = "register"
	ceremonyAuthenticate = "authenticate"
)

// decideOptions chooses the ceremony, or "" to refuse. named says that a user or a user-to-be is
// known, exists that it is a stored one.
func decideOptions(action string, hasAction, signedIn, named, exists bool) string {
	switch {
	case hasAction && action == ceremonyAuthenticate:
		return ceremonyAuthenticate
	case hasAction: // register: a further passkey, or a new account
		if named && signedIn == exists {
			return ceremonyRegister
		}
		return ""
	case signedIn:
		return ""
	case named && !exists:
		return ceremonyRegister
	}
	return ceremonyAuthenticate
}

// webAuthnOptions is GET /webauthn-options/:provider.
func (x *exchange) webAuthnOptions() error {
	p, ok := x.provider.(*WebAuthnProvider)
	if !ok {
		return errUnknownProvider
	}
	action, hasAction := x.query["action"]
	if hasAction && action != ceremonyRegister && action != ceremonyAuthenticate {
		return x.refuseOptions("Invalid action")
	}
	res, err := x.resolve()
	if err != nil {
		return err
	}
	var who *UserInfo
	if res.session != nil {
		who = &UserInfo{User: res.session.User, Exists: true}
	} else if who, err = x.userInfo(p); err != nil {
		return err
	}
	ceremony := decideOptions(action, hasAction, res.session != nil, who != nil, who != nil && who.Exists)
	if p.HideAccounts && res.session == nil {
		ceremony, who = hideAccounts(action, who)
	}
	limit := maxCeremony
	if ceremony == ceremonyRegister && res.session != nil {
		if limit, err = x.mayAdd(p, res); err != nil {
			return err
		}
		if limit <= 0 {
			ceremony = ceremonyAuthenticate
		}
	}
	switch {
	case ceremony == ceremonyAuthenticate:
		return x.requestOptions(p, who, res.session)
	case ceremony == ceremonyRegister && who.nameable():
		return x.creationOptions(p, who, res.session, limit)
	}
	return x.refuseOptions("Invalid request")
}

func (x *exchange) refuseOptions(reason string) error {
	x.sendCookies()
	x.writeJSON(http.StatusBadRequest, map[string]string{"error": reason})
	return nil
}

// creationOptions answers with a registration that ends after limit at the latest.
func (x *exchange) creationOptions(p *WebAuthnProvider, who *UserInfo, session *Session, limit time.Duration) error {
	user := who.User
	if !who.Exists {
		// Chosen now, so that the authenticator and the users table agree on the handle.
		user.ID = newUUID()
		if err := x.fits(user); err != nil {
			return x.refuseUnfit(err)
		}
	}
	exclude := []credentialDescriptor{}
	if who.Exists {
		var err error
		if exclude, err = x.descriptorsOf(user.ID); err != nil {
			return err
		}
	}
	rp := x.relyingParty(p)
	challenge := newChallenge()
	life := min(limit, ceremonyTime(p.Registration.Timeout))
	name := user.Name
	if name == "" {
		name = user.Email
	}
	f := passkeyFlow{Kind: ceremonyRegister, Challenge: challenge, UserID: user.ID, Exists: who.Exists}
	if !who.Exists {
		f.Name, f.Email, f.Image = user.Name, user.Email, user.Image
	}
	if err := x.keepFlow(p, f, session, life); err != nil {
		return err
	}
	o := p.Registration
	extensions := map[string]any{}
	for k, v := range o.Extensions {
		extensions[k] = v
	}
	extensions["credProps"] = true
	residentKey := orDefault(o.ResidentKey, "preferred")
	params := make([]credParam, len(ceremony.Algorithms))
	for i, alg := range ceremony.Algorithms {
		params[i] = credParam{Alg: alg, Type: "public-key"}
	}
	return x.json(optionsAnswer{ceremonyRegister, creationOptions{
		Challenge:          challenge,
		RP:                 rpEntity{Name: rp.Name, ID: rp.ID},
		User:               userEntity{ID: base64.RawURLEncoding.EncodeToString(ceremony.Handle(user.ID)), Name: user.Email, DisplayName: name},
		PubKeyCredParams:   params,
		Timeout:            life.Milliseconds(),
		Attestation:        orDefault(o.Attestation, "none"),
		ExcludeCredentials: exclude,
		AuthenticatorSelection: selection{
			AuthenticatorAttachment: o.AuthenticatorAttachment,
			ResidentKey:             residentKey,
			UserVerification:        p.verification(o.UserVerification),
			RequireResidentKey:      residentKey == "required",
		},
		Hints:      o.Hints,
		Extensions: extensions,
	}})
}

func (x *exchange) requestOptions(p *WebAuthnProvider, who *UserInfo, session *Session) error {
	rp := x.relyingParty(p)
	challenge := newChallenge()
	life := ceremonyTime(p.Authentication.Timeout)
	f := passkeyFlow{Kind: ceremonyAuthenticate, Challenge: challenge}
	answer := requestOptions{
		Challenge:        challenge,
		Timeout:          life.Milliseconds(),
		UserVerification: p.verification(p.Authentication.UserVerification),
		Hints:            p.Authentication.Hints,
		Extensions:       p.Authentication.Extensions,
		RPID:             rp.ID,
	}
	if who != nil && who.User.ID != "" {
		allow, err := x.descriptorsOf(who.User.ID)
		if err != nil {
			return err
		}
		answer.AllowCredentials = &allow
		if len(allow) > 0 {
			f.UserID = who.User.ID
		}
	}
	if err := x.keepFlow(p, f, session, life); err != nil {
		return err
	}
	return x.json(optionsAnswer{ceremonyAuthenticate, answer})
}

// descriptorsOf lists a user's credentials for the browser.
func (x *exchange) descriptorsOf(userID string) ([]credentialDescriptor, error) {
	rows, err := x.store.passkeysOf(x.ctx, userID)
	if err != nil {
		return nil, err
	}
	list := make([]credentialDescriptor, 0, len(rows))
	for _, a := range rows {
		list = append(list, credentialDescriptor{
			ID: base64.RawURLEncoding.EncodeToString(a.CredentialID), Type: "public-key", Transports: transportHints(a),
		})
	}
	return list, nil
}

func (x *exchange) keepFlow(p *WebAuthnProvider, f passkeyFlow, session *Session, life time.Duration) error {
	f.Version, f.Provider, f.Expires = flowVersion, p.ID, time.Now().Add(life).Unix()
	if session != nil {
		f.Session = session.binding
	}
	spec := x.cookies.challenge
	value, err := x.putFlow(spec.name, spec.maxAge, f.forms()...)
	if err != nil {
		return err
	}
	x.setCookie(spec, value, authcookie.For(spec.maxAge))
	return nil
}

// relyingParty completes the configured relying party by the public origin.
func (x *exchange) relyingParty(p *WebAuthnProvider) RelyingParty {
	rp := p.RelyingParty
	if p.RelyingPartyFor != nil {
		rp = p.RelyingPartyFor(x.c.Request)
	}
	rp.ID = asciiHost(rp.ID)
	if rp.ID == "" || rp.Name == "" {
		if u, err := url.Parse(x.origin); err == nil {
			rp.ID, rp.Name = orDefault(rp.ID, u.Hostname()), orDefault(rp.Name, u.Host)
		}
	}
	if len(rp.Origins) == 0 {
		rp.Origins = []string{x.origin}
	}
	return rp
}

func newChallenge() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func ceremonyTime(d time.Duration) time.Duration {
	if d == 0 {
		return maxCeremony
	}
	return d
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
