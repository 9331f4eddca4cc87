package ginauth

import "fmt"

// endedSalt is what the session is sealed with that a form_post sign-in takes the place of: the answer
// comes from another site, so browsers leave the session's cookie out, and the flow store must not see
// the token either.
const endedSalt = "ginauth session that a form_post sign-in ends"

// sealSession keeps the session of a request for the answer that comes without it; empty without one.
func (x *exchange) sealSession(current *resolution) (string, error) {
	if current.session == nil {
		return "", nil
	}
	claims := x.sessions.name(current)
	if claims == nil {
		return "", nil
	}
	sealed, err := x.tokens.Encode(claims, endedSalt, oauthFlowAge)
	if err != nil {
		return "", fmt.Errorf("ginauth: seal session: %w", err)
	}
	return sealed, nil
}

// sessionToEnd opens what sealSession made.
func (x *exchange) sessionToEnd(sealed string) *resolution {
	opened, err := x.tokens.Decode(sealed, endedSalt)
	if err != nil {
		return &resolution{}
	}
	return x.sessions.named(opened)
}
