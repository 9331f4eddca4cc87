package ginauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// linkAge is how long a sign-in link is good by default.
const linkAge = 24 * time.Hour

// maxLinkToken is the longest token that is hashed, in bytes.
const maxLinkToken = 1024

// sendSignInLink is POST /signin/:id of an e-mail provider.
func (x *exchange) sendSignInLink(p *EmailProvider) error {
	address, err := p.normalize(x.field("email"))
	if err != nil {
		return fmt.Errorf("ginauth: address for a sign-in link: %w", err)
	}
	id, err := x.emailIdentity(p, address)
	if err != nil {
		return err
	}
	redirect, err := x.gate(SignInParams{User: id.User, Account: id.Account, VerificationRequest: true})
	if err != nil {
		return err
	}
	if redirect != "" {
		return x.redirect(redirect)
	}
	token, err := p.newToken()
	if err != nil {
		return fmt.Errorf("ginauth: GenerateToken of provider %s: %w", p.ID, err)
	}
	row := VerificationToken{
		Identifier: address,
		Token:      hashLinkToken(token, x.linkKeys()[0]),
		Expires:    time.Now().Add(p.maxAge()).UTC().Truncate(time.Millisecond),
	}
	if err := stored("create verification token", x.store.tokens.CreateVerificationToken(x.ctx, row)); err != nil {
		return err
	}
	err = p.Send(x.c.Request.Context(), SignInLink{
		To:      address,
		URL:     x.callbackTo(p.ID) + "?" + encodeForm("callbackUrl", x.callbackURL, "token", token, "email", address),
		Token:   token,
		Expires: row.Expires,
		Host:    hostOfOrigin(x.origin),
		Request: x.c.Request,
	})
	if err != nil {
		x.withdrawLink(row)
		return fmt.Errorf("ginauth: provider %s could not send the sign-in link: %w", p.ID, err)
	}
	return x.redirect(x.origin + x.base + "/verify-request?" + encodeForm("provider", p.ID, "type", string(KindEmail)))
}

// withdrawLink removes a link that nobody got. The request may be over by now.
func (x *exchange) withdrawLink(row VerificationToken) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.c.Request.Context()), handlerDeadline)
	defer cancel()
	if _, err := x.store.tokens.UseVerificationToken(ctx, row.Identifier, row.Token); err != nil && !errors.Is(err, ErrNotFound) {
		x.log(stored("remove verification token", err), "none")
	}
}

// emailCallback is /callback/:id of an e-mail provider: a link is followed. It is used up before
// anything else happens, so that it signs in once however often it is opened.
func (x *exchange) emailCallback(p *EmailProvider) error {
	token, address := x.query["token"], x.query["email"]
	if token == "" {
		return errors.New("ginauth: sign-in link without token: it was opened by hand, or a mail program cut it off")
	}
	row, err := x.useLink(address, token)
	if err != nil {
		return err
	}
	if !row.Expires.After(time.Now()) {
		return fmt.Errorf("%w: expired", ErrVerification)
	}
	id, err := x.emailIdentity(p, row.Identifier)
	if err != nil {
		return err
	}
	return x.completeSignIn(id)
}

// useLink consumes the stored token of a link, whichever of the secrets it was made with.
func (x *exchange) useLink(address, token string) (VerificationToken, error) {
	if !plausibleAddress(address) || len(token) > maxLinkToken {
		return VerificationToken{}, fmt.Errorf("%w: malformed", ErrVerification)
	}
	for _, key := range x.linkKeys() {
		row, err := x.store.tokens.UseVerificationToken(x.ctx, address, hashLinkToken(token, key))
		if err == nil {
			return row, nil
		}
		if !errors.Is(err, ErrNotFound) {
			return VerificationToken{}, stored("use verification token", err)
		}
	}
	return VerificationToken{}, fmt.Errorf("%w: unknown or used", ErrVerification)
}

// emailIdentity is who has an address: the stored user, else the one to be made.
func (x *exchange) emailIdentity(p *EmailProvider, address string) (Identity, error) {
	row, err := x.store.users.UserByEmail(x.ctx, address)
	user, err := found("user by e-mail", row, err)
	if err != nil {
		return Identity{}, err
	}
	isStored := user != nil
	if !isStored {
		user = &User{ID: newUUID(), Email: address}
	}
	return Identity{
		User:     *user,
		Account:  Account{UserID: user.ID, Type: KindEmail, Provider: p.ID, ProviderAccountID: address},
		isStored: isStored,
	}, nil
}

// linkKeys are what is hashed behind a link's token: for new links all secrets joined by commas, as
// Auth.js does, then what it was before the newest secrets came.
func (x *exchange) linkKeys() []string {
	secrets := append([]string{x.cfg.Secret}, x.cfg.OldSecrets...)
	var keys []string
	for i := range secrets {
		keys = append(keys, strings.Join(secrets[i:], ","))
	}
	if len(secrets) > 1 {
		keys = append(keys, secrets[:len(secrets)-1]...)
	}
	return keys
}

func hashLinkToken(token, key string) string {
	sum := sha256.Sum256([]byte(token + key))
	return hex.EncodeToString(sum[:])
}

func (p *EmailProvider) normalize(address string) (string, error) {
	if p.Normalize == nil {
		return normalizeAddress(address)
	}
	s, err := p.Normalize(address)
	if err == nil && !plausibleAddress(s) {
		err = errAddress
	}
	return s, err
}

// plausibleAddress keeps what nobody can have been sent a link for away from the database.
func plausibleAddress(s string) bool {
	return s != "" && len(s) <= maxAddress && utf8.ValidString(s) && !hasOddRune(s)
}

func (p *EmailProvider) newToken() (string, error) {
	if p.GenerateToken != nil {
		return p.GenerateToken()
	}
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:]), nil
}

func (p *EmailProvider) maxAge() time.Duration {
	if p.MaxAge > 0 {
		return p.MaxAge
	}
	return linkAge
}

func hostOfOrigin(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
