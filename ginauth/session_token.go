package ginauth

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

const (
	// roomyToken is the length in bytes of a session token beside which the other cookies, those of
	// flows included, fit into the 8 KiB that nginx by default reads of one header line.
	roomyToken = 5632
	// longestToken is the length in bytes of the longest session token that is made. Node by default
	// reads 16 KiB of headers, in which other cookies and the browser's own headers need room.
	longestToken = 13 << 10
	// namedToken is the length in bytes up to which a long name stays: Auth.js sends it, and Node takes it.
	namedToken = 9 << 10
	// longClaim is the length in bytes from which a claim is worth leaving out by itself.
	longClaim = 512
)

// decoration are the claims that a session can do without, in the order in which they are left out
// where they are long, and the length of the token above which that happens.
var decoration = []struct {
	claim string
	above int
}{{"picture", roomyToken}, {"name", namedToken}}

// errNoSession is a token that a key of ours sealed for something else.
var errNoSession = errors.New("ginauth: the token is not a session's")

// flowClaims are in the tokens that next-auth 4 seals, with the key of its sessions, for a sign-in
// under way.
var flowClaims = []string{"value", "state", "code_verifier", "nonce"}

// checkSession refuses the claims of a token that is not a session's. A session names its user in
// sub. JWT callbacks may drop sub, and next-auth 4 sets none for a user without an ID. Such tokens
// have the user's address, which tokens for other purposes do not have.
func (t tokenSessions) checkSession(claims jwt.Claims) error {
	if claims["sub"] != nil {
		if strings.TrimSpace(claims.Subject()) == "" {
			return errNoSession
		}
		return nil
	}
	isFlow := slices.ContainsFunc(flowClaims, func(name string) bool { return claims[name] != nil })
	// EndSessions finds sessions by their user, so a revocable one has to name the user.
	if t.revocable || isFlow || strings.TrimSpace(claims.String("email")) == "" {
		return errNoSession
	}
	return nil
}

// hasUser reports whether a session names its user. A session that does not authorizes nothing.
func (s *Session) hasUser() bool { return s != nil && strings.TrimSpace(s.User.ID) != "" }

// fit makes the token of a session, short enough for the servers in front. It leaves out a long
// picture, then the name, before it fails. Whatever else a JWT callback adds is kept: a token that
// still exceeds longestToken is an error.
//
// Call it before anything that depends on the session, such as an event.
func (t tokenSessions) fit(x *exchange, claims jwt.Claims, life time.Duration) (string, error) {
	if err := t.checkSession(claims); err != nil {
		return "", fmt.Errorf("%w: let the JWT callback keep the claim sub, the user's ID", err)
	}
	token, err := t.seal(x, claims, life)
	if err != nil || shortEnough(token, roomyToken) {
		return token, err
	}
	// What is short makes no difference, so it goes last.
	lean := maps.Clone(claims)
	for _, shortest := range []int{longClaim, 0} {
		for _, d := range decoration {
			text, _ := encodeJSON(lean[d.claim])
			if shortEnough(token, d.above) || shortest == 0 && shortEnough(token, longestToken) || lean[d.claim] == nil || len(text) <= shortest {
				continue
			}
			delete(lean, d.claim)
			if token, err = t.seal(x, lean, life); err != nil {
				return "", err
			}
		}
		if shortEnough(token, longestToken) {
			t.warnFit(x, token, claims, lean)
			return token, nil
		}
	}
	return "", fmt.Errorf("ginauth: the session token is longer than %d bytes even without picture and name, and servers in front would refuse it: let the JWT callback keep less in it", longestToken)
}

// shortEnough reports whether a token made by seal has at most limit bytes.
func shortEnough(token string, limit int) bool { return token != "" && len(token) <= limit }

// seal makes the token of claims. It is empty if the claims are too long for any token.
func (t tokenSessions) seal(x *exchange, claims jwt.Claims, life time.Duration) (string, error) {
	token, err := t.tokens.Encode(claims, x.cookies.session.name, life)
	if errors.Is(err, jwt.ErrTooLong) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("ginauth: encode session: %w", err)
	}
	return token, nil
}

// warnFit logs that a token is long, and which claims were left out of it. Each read of a session may
// do that, so the warnings are rate-limited.
func (t tokenSessions) warnFit(x *exchange, token string, claims, sealed jwt.Claims) {
	without := []string{}
	for _, d := range decoration {
		_, had := claims[d.claim]
		if _, has := sealed[d.claim]; had && !has {
			without = append(without, d.claim)
		}
	}
	attrs := []slog.Attr{slog.Int("bytes", len(token)), slog.Any("without", without)}
	t.fitWarning.Do(func() {
		if len(token) <= roomyToken {
			t.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: a session token was made without claims that are too long for cookies", attrs...)
			return
		}
		t.logger.LogAttrs(x.ctx, slog.LevelWarn, "ginauth: a session token is longer than some servers in front accept: let the JWT callback keep less in it", attrs...)
	})
}
