package ginauth

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// noticeTime bounds the sending of one notice.
const noticeTime = 5 * time.Second

// NoticeKind is what a notice is about.
type NoticeKind string

// NoticeAddressClaimed tells the owner of an address what was removed when the address was proven
// for the first time.
const NoticeAddressClaimed NoticeKind = "address-claimed"

// Notice is one message to send to the owner of an address. It has no secrets in it, and no link.
type Notice struct {
	// To is the address as it is stored.
	To   string
	Kind NoticeKind
	// Host is the site's name for people: host and port of the public origin.
	Host string
	Time time.Time
	// Passkeys and Accounts are how many of each were removed. The account that belongs to a
	// passkey is not counted.
	Passkeys, Accounts int
	// Sessions reports whether every earlier session was ended. It is false with plain JWT
	// sessions, which cannot be ended.
	Sessions bool
}

// ClaimEvent is what was removed when the address of a user was proven for the first time, and by
// which provider. Until then anyone could have made the user.
type ClaimEvent struct {
	// User is the user as they are stored now.
	User User
	// Passkeys and Accounts were removed. The accounts that belong to the passkeys may be among
	// the latter.
	Passkeys []Authenticator
	Accounts []Account
	// Provider is the ID of the provider that proved the address.
	Provider string
}

// tellClaim fires the event of a claim and sends the owner of the address a notice, unless nothing
// of theirs is gone. The claim is in the database by then: nothing that fails here fails the sign-in.
func (x *exchange) tellClaim(e ClaimEvent) {
	if f := x.cfg.Events.ClaimAddress; f != nil {
		f(x.ctx, e)
	}
	n := Notice{
		To:       e.User.Email,
		Kind:     NoticeAddressClaimed,
		Host:     hostOfOrigin(x.origin),
		Time:     time.Now().UTC().Truncate(time.Second),
		Passkeys: len(e.Passkeys),
		Sessions: x.sessions.endable(),
	}
	for _, a := range e.Accounts {
		if a.Type != KindWebAuthn {
			n.Accounts++
		}
	}
	p := x.notifier(e.Provider)
	if p == nil || n.To == "" || n.Passkeys+n.Accounts == 0 {
		return
	}
	if err := x.sendNotice(p, n); err != nil {
		x.logger.WarnContext(x.ctx, "ginauth: notice not sent",
			slog.String("kind", string(n.Kind)), slog.String("provider", p.ID), slog.String("error", oneLine(err.Error())))
	}
	// The mail server's time is not taken off what storage may take.
	context.AfterFunc(x.c.Request.Context(), x.restartDeadline())
}

// sendNotice gives up after noticeTime, and not when the client goes away.
func (x *exchange) sendNotice(p *EmailProvider, n Notice) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.c.Request.Context()), noticeTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic of type %T in Notify", r)
		}
	}()
	return p.Notify(ctx, n)
}

// notifier is the e-mail provider that sends notices: the one with the given ID, else the first that
// can, else nil.
func (x *exchange) notifier(id string) *EmailProvider {
	if p, ok := x.providers[id].(*EmailProvider); ok && p.Notify != nil {
		return p
	}
	for _, p := range x.cfg.Providers {
		if p, ok := p.(*EmailProvider); ok && p.Notify != nil {
			return p
		}
	}
	return nil
}
