package ginauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/ginauth/ginauth/internal/accountid"
)

// standardProfile reads the standard claims (OpenID Connect Core 1.0, section 5.1), or those that
// services without OpenID Connect tend to have.
func standardProfile(_ context.Context, p OAuthProfile) (ProfileUser, error) {
	text := func(name string) string {
		switch v := p.Claims[name].(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		}
		return ""
	}
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

// userOfProfile is the user-to-be, and whether the service verified their address. Their id has
// nothing to do with the service's: that one is the account's.
func userOfProfile(p ProfileUser) (u User, verified bool, err error) {
	if err := accountid.Check(p.ID); err != nil {
		return User{}, false, fmt.Errorf("the id that Profile found identifies nobody, because %w: let Profile return one that is unique and never changes", err)
	}
	u = User{ID: newUUID(), Name: printable(p.Name), Email: lowerCase(p.Email), Image: printable(p.Image)}
	if u.Email != "" && !plausibleAddress(u.Email) {
		return User{}, false, errors.New("the person's e-mail address is malformed")
	}
	return u, p.EmailVerified && u.Email != "", nil
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
