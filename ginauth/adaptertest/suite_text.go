package adaptertest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// injections are strings that would end a literal, a comment or a placeholder of some database.
var injections = [...]string{
	`'; DROP TABLE "User"; --`, `' OR '1'='1`, `\' OR 1=1; -- `, `\`, `\\'`, `''`, `"`, "`", "`; DELETE FROM `User`; #",
	`?`, `?0`, `?id`, `$1`, `:id`, `%`, `_`, `/* */`, `*/ --`, `{}`, `\x41`, `E'\047'`, "a\nb\r\tc", "\u2028",
	"\u02bc OR 1=1", "\uff07 OR 1=1", `a\0`,
}

func testText(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()

	t.Run("what looks like SQL is text", func(t *testing.T) {
		bystander := newUser(t, a)
		for i, s := range injections {
			_, err := a.UserByEmail(ctx, s)
			wantErr(t, "UserByEmail of "+s, err, ginauth.ErrNotFound)
			_, err = a.UserByAccount(ctx, "github", s)
			wantErr(t, "UserByAccount of "+s, err, ginauth.ErrNotFound)
			u, err := a.CreateUser(ctx, ginauth.User{Name: s, Email: s, Image: s})
			must(t, "CreateUser of "+s, err)
			stillThere(t, ctx, a, u)
			if u.Name != s || u.Email != s || u.Image != s {
				t.Errorf("%q was stored as %+v", s, u)
			}
			account := ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: "github", ProviderAccountID: fmt.Sprint(i, strings.Map(ascii, s)), AccessToken: s}
			must(t, "LinkAccount of "+s, a.LinkAccount(ctx, account))
		}
		stillThere(t, ctx, a, bystander)
	})

	t.Run("addresses that differ in more than case are different", func(t *testing.T) {
		u, err := a.CreateUser(ctx, ginauth.User{Email: "jose@example.com"})
		must(t, "CreateUser", err)
		for _, variant := range []string{
			"josé@example.com", "jose@example.com ", " jose@example.com",
			"ｊose@example.com", "jose@example.co", "jose@example.com\t", "jo\u00adse@example.com",
		} {
			_, err := a.UserByEmail(ctx, variant)
			wantErr(t, "UserByEmail of "+variant, err, ginauth.ErrNotFound)
			// Some databases leave spaces at the end out of their unique keys.
			v, err := a.CreateUser(ctx, ginauth.User{Email: variant})
			if padded := strings.TrimRight(variant, " ") == u.Email; padded && errors.Is(err, ginauth.ErrConflict) {
				continue
			}
			must(t, "CreateUser with "+variant, err)
			stillThere(t, ctx, a, v)
		}
		stillThere(t, ctx, a, u)
	})

	t.Run("NUL and broken UTF-8 are refused or kept", func(t *testing.T) {
		for _, s := range []string{"adm\x00in", "\x00", "adm\x00", "a\xffb", "a\xfeb", "\xc3", "\xed\xa0\x80", "a\xc0\xafb"} {
			if _, err := a.UserByEmail(ctx, s+"@example.com"); err == nil {
				t.Errorf("UserByEmail found somebody as %q", s)
			}
			u, err := a.CreateUser(ctx, ginauth.User{Name: s, Email: s + "@example.com"})
			if err != nil {
				continue
			}
			if got, err := a.UserByID(ctx, u.ID); err != nil || got.Name != s || got.Email != s+"@example.com" {
				t.Errorf("%q was stored as %+v, error %v", s, got, err)
			}
		}
		for _, altered := range []string{"admin@example.com", "@example.com", "ab@example.com", "a\ufffdb@example.com"} {
			if _, err := a.UserByEmail(ctx, altered); err == nil {
				t.Errorf("a string was altered to %q", altered)
			}
		}
	})
}

// ascii replaces what is not ASCII: the IDs that providers give out are.
func ascii(r rune) rune {
	if r > 0x7e {
		return '.'
	}
	return r
}
