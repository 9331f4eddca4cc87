package ginauth

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ginauth/ginauth/internal/accountid"
)

// standardProfile reads the standard claims (OpenID Connect Core 1.0, section 5.1), or those that
// services without OpenID Connect tend to have.
func standardProfile(_ context.Context, p OAuthProfile) (ProfileUser, error) {
	text := func(name string) string { return textOrNumber(p.Claims[name]) }
	// The specification makes it a boolean: any other type says nothing.
	verified, _ := p.Claims["email_verified"].(bool)
	return ProfileUser{
		ID:            cmp.Or(text("sub"), text("id")),
		Name:          cmp.Or(text("name"), text("nickname"), text("preferred_username")),
		Email:         text("email"),
		EmailVerified: verified,
		Image:         text("picture"),
	}, nil
}

// textOrNumber returns a claim that is a text or a number, as text.
func textOrNumber(claim any) string {
	switch v := claim.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// person is the person of a profile, as far as it can be used.
type person struct {
	// user is the user-to-be. Their id has nothing to do with the service's: that one is the account's.
	user User
	// verified says that the service verified the user's address.
	verified bool
	// noAddress says that the service sent an address that is not valid.
	noAddress bool
}

// userOfProfile refuses a profile whose id does not identify a person. Everything else may be absent,
// and an address that is not valid counts as absent: the identifier is what signs people in.
func userOfProfile(p ProfileUser) (person, error) {
	if err := accountid.Check(p.ID); err != nil {
		return person{}, fmt.Errorf("the id that Profile returned does not identify a person: %w; let Profile return one that is unique and never changes", err)
	}
	address, same, ok := addressOfProfile(p.Email)
	return person{
		user:      User{ID: newUUID(), Name: printable(p.Name), Email: address, Image: printable(p.Image)},
		verified:  p.EmailVerified && same,
		noAddress: !ok,
	}, nil
}

// addressOfProfile returns the address that a service sent, normalized, or none. same reports whether
// normalizing left the mailbox as it is but for capitals: otherwise the service may have verified
// another one. Its domain is the same in any form that IDNA has. ok is false when the address is not
// valid.
func addressOfProfile(sent string) (address string, same, ok bool) {
	sent = strings.TrimSpace(sent)
	if sent == "" {
		return "", false, true
	}
	address, err := addressOf(sent)
	if err != nil {
		return "", false, false
	}
	before, _, _ := strings.Cut(sent, "@")
	mailbox, _, _ := strings.Cut(address, "@")
	return address, norm.NFKC.IsNormalString(before) && mailbox == lowerCase(before), true
}

// printable drops control characters, which some databases refuse.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
