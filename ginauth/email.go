package ginauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
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
	id := emailIdentity(p, address)
	s, err := x.locate(id, &resolution{})
	if err != nil {
		return err
	}
	if s.byEmail == nil {
		if err := x.fits(id.User); err != nil {
			return err
		}
	}
	asked := id.asked(s)
	asked.VerificationRequest = true
	redirect, err := x.gate(asked)
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
	if err := x.store.ledger.add(x.ctx, row.Identifier, row.Token, row.Expires); err != nil {
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
	x.rememberAsking(p, row)
	return x.redirect(x.origin + x.base + "/verify-request?" + encodeForm("provider", p.ID, "type", string(KindEmail)))
}

// withdrawLink removes a link that nobody got. The request may be over by now.
func (x *exchange) withdrawLink(row VerificationToken) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.c.Request.Context()), handlerDeadline)
	defer cancel()
	taken, err := x.store.ledger.take(ctx, row.Identifier, row.Token)
	if err == nil && taken != nil {
		err = forgetAsking(ctx, x.store, row)
	}
	if err != nil {
		x.log(err, "none")
	}
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
	if err != nil {
		return "", err
	}
	return identifierOf(s)
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
