package ginauth

import (
	"fmt"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// endedSalt is what the session is sealed with that a form_post sign-in takes the place of: the answer
// comes from another site, so browsers leave the session's cookie out, and the flow store must not see
// the token either.
const endedSalt = "ginauth session that a form_post sign-in ends"

const (
	claimEndsToken   = "token"
	claimEndsSession = "session"
)

// sealSession keeps the session of a request for the answer that comes without it; empty without one.
func (x *exchange) sealSession(current *resolution) (string, error) {
	claims := jwt.Claims{}
	switch {
	case current.session == nil:
		return "", nil
	case x.cfg.Session.Strategy == StrategyDatabase:
		claims[claimEndsToken] = current.stored.Token
	case x.revocable():
		claims[claimEndsSession] = current.session.Claims.String(claimSession)
	default:
		return "", nil // nothing ends a plain token
	}
	sealed, err := x.tokens.Encode(claims, endedSalt, oauthFlowAge)
	if err != nil {
		return "", fmt.Errorf("ginauth: seal session: %w", err)
	}
	return sealed, nil
}

// sessionToEnd opens what sealSession made: the token of a stored session, or the claims that name one.
func (x *exchange) sessionToEnd(sealed string) (token string, claims jwt.Claims) {
	opened, err := x.tokens.Decode(sealed, endedSalt)
	if err != nil {
		return "", nil
	}
	return opened.String(claimEndsToken), jwt.Claims{claimSession: opened.String(claimEndsSession)}
}
