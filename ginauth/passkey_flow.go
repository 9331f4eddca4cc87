package ginauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/ceremony"
	"github.com/ginauth/ginauth/ginauth/internal/flow"
)

// flowVersion changes when the meaning of a stored flow does: an instance that runs another
// version then asks for another try instead of guessing.
const flowVersion = 1

// passkeyFlow is what the second request of a ceremony must match.
type passkeyFlow struct {
	Version   int    `json:"v"`
	Kind      string `json:"kind"`
	Provider  string `json:"provider"`
	Challenge string `json:"challenge"`
	// Session is the binding of the session that asked; empty without one.
	Session string `json:"session,omitempty"`
	// Expires is in seconds since 1970.
	Expires int64 `json:"exp"`

	// UserID is whose credential must answer, or who gets the new one; empty for anybody.
	UserID string `json:"user,omitempty"`
	// Exists says that UserID is that of the signed-in user. Otherwise Name, Email and Image are of the
	// user-to-be.
	Exists bool   `json:"exists,omitempty"`
	Name   string `json:"name,omitempty"`
	Email  string `json:"email,omitempty"`
	Image  string `json:"image,omitempty"`
}

// putFlow stores a flow and returns the value of its cookie. Where the flow is too long for a cookie, a
// form that follows, with less in it, takes its place.
func (x *exchange) putFlow(name string, life time.Duration, forms ...any) (string, error) {
	for i, form := range forms {
		text, err := encodeJSON(form)
		if err != nil {
			return "", fmt.Errorf("ginauth: encode flow: %w", err)
		}
		value, err := x.flows.Put(x.ctx, name, string(text), life)
		if errors.Is(err, flow.ErrTooLong) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrStorage, err)
		}
		if i > 0 {
			x.fitWarning.Do(func() {
				x.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: a callback URL, picture or name is too long for the cookie of a sign-in, which goes on without it", slog.String("cookie", name))
			})
		}
		return value, nil
	}
	return "", fmt.Errorf("ginauth: cookie %s: %w; set FlowStore to one that keeps flows on the server", name, flow.ErrTooLong)
}

// forms are the flow and what may take its place: without the picture, then without the name.
func (f passkeyFlow) forms() []any {
	forms := []any{f}
	if f.Image != "" {
		f.Image = ""
		forms = append(forms, f)
	}
	if f.Name != "" {
		f.Name = ""
		forms = append(forms, f)
	}
	return forms
}

// takeFlow opens the challenge cookie, ends the flow that the answer belongs to and checks everything
// that it is bound to. The cookie is cleared whatever comes of it, but for one case: an answer to
// another challenge, such as an older one of the same browser, leaves this flow to its own answer.
func (x *exchange) takeFlow(p *WebAuthnProvider, kind string, session *Session, answer *ceremony.Answer) (passkeyFlow, error) {
	spec := x.cookies.challenge
	value, ok := x.jar.Get(spec.name)
	if !ok {
		return passkeyFlow{}, because(causeNoCookie, fmt.Errorf("%w: no challenge cookie", ErrFlow))
	}
	if x.jar.Conflict(spec.name) {
		x.clearFlowCookie(spec)
		return passkeyFlow{}, because(causeSeveralCookies, fmt.Errorf("%w: several challenge cookies", ErrFlow))
	}
	text, drop, err := x.flows.Open(x.ctx, spec.name, value)
	var f passkeyFlow
	readable := err == nil && json.Unmarshal([]byte(text), &f) == nil && f.Version == flowVersion
	if readable && answer.NamesAnother(f.Challenge) {
		return passkeyFlow{}, ceremonyError(ceremony.Refuse(ceremony.Challenge, "challenge: the answer is to another one than the browser's newest"))
	}
	x.clearFlowCookie(spec)
	if errors.Is(err, flow.ErrNone) {
		return passkeyFlow{}, because(causeUnreadableCookie, fmt.Errorf("%w: challenge cookie", ErrFlow))
	}
	if err == nil {
		err = drop(x.ctx)
	}
	if err != nil {
		return passkeyFlow{}, fmt.Errorf("%w: %w", ErrStorage, err)
	}
	if !readable {
		return passkeyFlow{}, because(causeOtherVersion, fmt.Errorf("%w: made by another version", ErrFlow))
	}
	// Used up before anything else is looked at: whatever is wrong with this attempt, there is no second.
	// Its record stays long enough that the flow has expired by any clock before it goes.
	if err := x.useOnce(usedChallenge, f.Challenge, time.Unix(f.Expires, 0).Add(maxCeremony)); errors.Is(err, ErrFlow) {
		return passkeyFlow{}, because(causeUsed, err)
	} else if err != nil {
		return passkeyFlow{}, err
	}
	return f, f.check(p, kind, session)
}

// check compares the flow with the request that ends it.
func (f passkeyFlow) check(p *WebAuthnProvider, kind string, session *Session) error {
	binding := ""
	if session != nil {
		binding = session.binding
	}
	switch {
	case time.Now().Unix() >= f.Expires, time.Until(time.Unix(f.Expires, 0)) > maxCeremony+clockSkew:
		// The second: a clock went back since, so its age is unknown.
		return because(causeExpired, fmt.Errorf("%w: expired", ErrFlow))
	case f.Provider != p.ID:
		return because(causeOtherProvider, fmt.Errorf("%w: made for another provider", ErrFlow))
	case f.Kind != kind:
		return because(causeOtherCeremony, fmt.Errorf("%w: made for another ceremony", ErrFlow))
	case f.Session != binding:
		return because(causeOtherSession, fmt.Errorf("%w: made for another session", ErrFlow))
	}
	return nil
}
