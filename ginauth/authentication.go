package ginauth

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// The methods of an [Authentication] (RFC 8176, section 2).
const (
	// MethodHardwareKey is a passkey that stays on one device.
	MethodHardwareKey = "hwk"
	// MethodSoftwareKey is a passkey that its maker can copy to other devices.
	MethodSoftwareKey = "swk"
	// MethodUserPresence says that a person touched or unlocked the authenticator.
	MethodUserPresence = "user"
	// MethodOneTime is a sign-in link or code.
	MethodOneTime = "otp"
	// MethodFederated is an account of another service.
	MethodFederated = "fed"
	// MethodPassword is what a credentials provider checks.
	MethodPassword = "pwd"
)

// Authentication is when and how a user last proved who they are. Reading or renewing a session does
// not change it, and neither does adding a passkey or linking an account.
type Authentication struct {
	// Time is precise to the second. It is zero when the session came from another server.
	Time time.Time
	// Methods has the values of the constants above; a passkey gives two. It is empty when Time is zero.
	Methods []string
}

// ByPasskey reports whether it was by passkey.
func (a Authentication) ByPasskey() bool {
	return slices.Contains(a.Methods, MethodHardwareKey) || slices.Contains(a.Methods, MethodSoftwareKey)
}

// Authentication reports when and how the user last signed in. With StrategyDatabase it asks the
// database; a failure is [ErrStorage].
func (s *Session) Authentication(ctx context.Context) (Authentication, error) {
	b := s.began
	if s.load != nil {
		var err error
		if b, err = s.load(ctx); err != nil {
			return Authentication{}, err
		}
	}
	return b.authentication(), nil
}

// beginning is what is known of how a session began. It travels in the claims auth_time and amr of a
// token (OpenID Connect Core 1.0, section 2), and in a record beside a stored session.
type beginning struct {
	// at is when the user proved who they are. Without methods it is only when the session was first
	// seen: that bounds its life, but is no proof of anything.
	at      time.Time
	methods []string
}

func newBeginning(methods []string) beginning {
	return beginning{at: time.Now().Truncate(time.Second), methods: methods}
}

func (b beginning) authentication() Authentication {
	if len(b.methods) == 0 {
		return Authentication{}
	}
	return Authentication{Time: b.at, Methods: slices.Clone(b.methods)}
}

// methodsOf is how an identity was proven.
func methodsOf(id Identity) []string {
	switch id.Account.Type {
	case KindWebAuthn:
		key := id.New
		if key == nil {
			key = id.Used
		}
		if key != nil && key.MultiDevice {
			return []string{MethodSoftwareKey, MethodUserPresence}
		}
		return []string{MethodHardwareKey, MethodUserPresence}
	case KindEmail:
		return []string{MethodOneTime}
	case KindOAuth, KindOIDC:
		return []string{MethodFederated}
	}
	return []string{MethodPassword}
}

const (
	claimAuthTime = "auth_time"
	claimMethods  = "amr"
)

// mark writes b into a token.
func (b beginning) mark(claims jwt.Claims) {
	claims[claimAuthTime] = b.at.Unix()
	delete(claims, claimMethods)
	if len(b.methods) > 0 {
		claims[claimMethods] = b.methods
	}
}

// beginningOf reads what mark wrote. A token of another server has nothing of it; it began when it was
// issued, at the latest.
func beginningOf(claims jwt.Claims) beginning {
	at, ok := claims.Time(claimAuthTime)
	if !ok || time.Until(at) > clockSkew {
		at, _ = claims.Time("iat")
		return beginning{at: at}
	}
	b := beginning{at: at}
	list, _ := claims[claimMethods].([]any)
	for _, v := range list {
		if s, ok := v.(string); ok {
			b.methods = append(b.methods, s)
		}
	}
	return b
}

// keptBeginning is how long the record of a sign-in is kept at most, and where sessions have no absolute age: MySQL's
// TIMESTAMP ends in 2038.
const keptBeginning = 5 * 365 * 24 * time.Hour

// encode makes the token of a record. The binding keeps it unique where a table wants tokens to be.
func (b beginning) encode(binding string) string {
	return binding + ":" + strconv.FormatInt(b.at.Unix(), 10) + ":" + strings.Join(b.methods, "+")
}

func decodeBeginning(token string) (b beginning, ok bool) {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return beginning{}, false
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return beginning{}, false
	}
	b.at = time.Unix(seconds, 0)
	if parts[2] != "" {
		b.methods = strings.Split(parts[2], "+")
	}
	return b, true
}

// rememberBeginning records how a stored session began.
func (a *Auth) rememberBeginning(ctx context.Context, tx storage, binding string, b beginning) error {
	if !tx.ledger.reads() {
		return nil // only without AbsoluteAge: see storageNeeds
	}
	keep := a.cfg.Session.AbsoluteAge
	if keep <= 0 || keep > keptBeginning {
		keep = keptBeginning
	}
	return tx.ledger.add(ctx, signInRecord+binding, b.encode(binding), b.at.Add(keep+clockSkew))
}

// loadBeginning reads how a stored session began; zero when no record says so.
func loadBeginning(ctx context.Context, s storage, binding string) (beginning, error) {
	list, err := s.ledger.list(ctx, signInRecord+binding)
	if err != nil {
		return beginning{}, err
	}
	// Two instances may have seen the session first at the same time: the earlier one counts.
	var oldest beginning
	for _, row := range list {
		if b, ok := decodeBeginning(row.Token); ok && (oldest.at.IsZero() || b.at.Before(oldest.at)) {
			oldest = b
		}
	}
	if time.Until(oldest.at) > clockSkew {
		oldest.methods = nil // a clock went back since, so its age is not known
	}
	return oldest, nil
}

// beganAt returns how the session of a request began, as of now.
func (a *Auth) beganAt(ctx context.Context, s storage, session *Session) (beginning, error) {
	if session.Claims != nil || !s.ledger.reads() {
		return session.began, nil
	}
	return loadBeginning(ctx, s, session.binding)
}

// handedOn is how the session that takes a session's place began: as that one did. Where nothing is
// known of it, it began now at the latest.
func (x *exchange) handedOn(session *Session) (beginning, error) {
	b, err := x.beganAt(x.ctx, x.store, session)
	if err == nil && b.at.IsZero() {
		b = newBeginning(nil)
	}
	return b, err
}

// lifeOf is how long a session may go on without being renewed: MaxAge, or what is left of AbsoluteAge.
// Zero or less means that it is over.
func (a *Auth) lifeOf(b beginning) time.Duration {
	life := a.cfg.Session.MaxAge
	if limit := a.cfg.Session.AbsoluteAge; limit > 0 && !b.at.IsZero() {
		life = min(life, time.Until(b.at.Add(limit)))
	}
	return life
}

// forgetSession removes the records that belong to a stored session which has ended.
func (a *Auth) forgetSession(ctx context.Context, tx storage, binding string) error {
	if !tx.ledger.reads() {
		return nil
	}
	return tx.ledger.drop(ctx, signInRecord+binding)
}
