package bunadapter

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/internal/address"
)

// UserByEmail implements [ginauth.Adapter]. The address is looked up as it is given, by the unique key
// of the column. Where that finds no user, a table that keeps case apart is searched by lower(email),
// which reads all of it unless an index helps: [Adapter.Check] says which.
//
// Case is compared in Go and never by the collation, to which ä and a may be the same.
func (a *Adapter) UserByEmail(ctx context.Context, email string) (ginauth.User, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return ginauth.User{}, err
	}
	column := l.user.columns["email"]
	if email == "" || !column.findable(email) {
		return ginauth.User{}, l.user.absent()
	}
	same, err := a.usersInAnyCase(ctx, l, "u."+column.sql+" = ?", email, email)
	if err != nil {
		return ginauth.User{}, err
	}
	if i := slices.IndexFunc(same, func(u ginauth.User) bool { return u.Email == email }); i >= 0 {
		return same[i], nil
	}
	if len(same) == 0 && !l.email.folds {
		if same, err = a.usersInAnyCase(ctx, l, l.email.lower+" IN (?)", bun.List(lowerSpellings(email)), email); err != nil {
			return ginauth.User{}, err
		}
	}
	if len(same) != 1 { // of several it is not known whose the address is
		return ginauth.User{}, l.user.absent()
	}
	return same[0], nil
}

// usersInAnyCase returns the users whom a condition finds and whose address is email but for its case.
func (a *Adapter) usersInAnyCase(ctx context.Context, l *layout, where string, arg any, email string) (users []ginauth.User, err error) {
	lower := address.Lower(email)
	query := "SELECT " + l.userColumns + " FROM " + l.user.sql + " AS u WHERE " + where
	err = a.query(ctx, query, []any{arg}, func(rows *sql.Rows) error {
		var row userRow
		err := rows.Scan(row.dest()...)
		// A query that the database gave up is run again, and may have shown a row already.
		known := slices.ContainsFunc(users, func(u ginauth.User) bool { return u.ID == row.ID })
		if err == nil && !known && address.Lower(row.Email) == lower {
			users = append(users, row.user())
		}
		return err
	})
	return users, l.user.explain("select from", err)
}

// refuseOtherCase returns ErrConflict when a user has the address in another case and no unique key of
// the table would say so.
func (a *Adapter) refuseOtherCase(ctx context.Context, l *layout, email string) error {
	if email == "" || l.email.folds || l.email.unique || l.user.usable() != nil || !l.user.columns["email"].findable(email) {
		return nil //nolint:nilerr // a table that is not usable has nothing to look at
	}
	same, err := a.usersInAnyCase(ctx, l, l.email.lower+" IN (?)", bun.List(lowerSpellings(email)), email)
	if err != nil || len(same) == 0 {
		return err
	}
	err = fmt.Errorf("bunadapter: insert into %s: %w: a user has the address in another case", l.user.name, ginauth.ErrConflict)
	if a.tx != nil && a.tx.failed == nil { // as if a unique key had refused it
		a.tx.failed = err
	}
	return err
}

// lowerSpellings are the forms that lower(email) can have for the spellings of an address. SQLite, and
// PostgreSQL with the locale C, leave capitals beyond ASCII as they are: then it depends on the
// spelling, of which the usual ones are looked for.
func lowerSpellings(email string) []string {
	lower := address.Lower(email)
	beyond := func(r rune) bool { return r >= utf8.RuneSelf }
	if !strings.ContainsFunc(lower, beyond) {
		return []string{lower}
	}
	upper := strings.Map(func(r rune) rune {
		if beyond(r) {
			return unicode.ToUpper(r)
		}
		return r
	}, lower)
	first, size := utf8.DecodeRuneInString(lower)
	if beyond(first) {
		first = unicode.ToUpper(first)
	}
	given := strings.Map(func(r rune) rune {
		if beyond(r) {
			return r
		}
		return unicode.ToLower(r)
	}, email)
	list := []string{lower, given, upper, string(first) + lower[size:]}
	slices.Sort(list)
	return slices.Compact(list)
}
