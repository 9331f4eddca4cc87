package bunadapter

import (
	"cmp"
	"strings"

	"github.com/uptrace/bun/dialect"
)

// layout is what the adapter knows of the tables. It is never written to once it is made.
type layout struct {
	dialect                                      dialect.Name
	user, account, session, token, authenticator *table

	email emailSearch

	// What the queries select, in the order in which their functions scan it.
	userColumns          string // of the user table as u
	authenticatorColumns string // of the authenticator table as a
	authenticatorOrder   string
}

// table is a table as the database has it.
type table struct {
	model   model
	name    string
	sql     string // the quoted name, with its schema where one was given
	columns map[string]*column
	uniques []uniqueKey
	exists  bool
	// order is what sorts rows as they were inserted, empty when nothing does.
	order string
	// problems are why the table cannot be used as it is, one a line, with the remedy.
	problems []string
}

// uniqueKey is a unique index or constraint that covers all rows.
type uniqueKey struct {
	name    string
	columns []string
}

func (l *layout) tables() []*table {
	return []*table{l.user, l.account, l.session, l.token, l.authenticator}
}

// selects fills in what the queries of tables without problems select.
func (l *layout) selects() {
	if u := l.user; u.usable() == nil {
		l.userColumns = strings.Join([]string{
			u.columns["id"].text("u"), u.text("u", "name"), u.text("u", "email"), u.time("u", "emailVerified"), u.text("u", "image"),
		}, ", ")
	}
	if a := l.authenticator; a.usable() == nil {
		l.authenticatorColumns = strings.Join([]string{
			a.text("a", "credentialID"), a.text("a", "userId"), a.text("a", "providerAccountId"), a.text("a", "credentialPublicKey"),
			"a." + a.columns["counter"].sql, a.text("a", "credentialDeviceType"),
			"CASE WHEN a." + a.columns["credentialBackedUp"].sql + " THEN 1 ELSE 0 END", a.nullableText("a", "transports"),
		}, ", ")
		l.authenticatorOrder = " ORDER BY a." + cmp.Or(a.order, a.columns["credentialID"].sql)
	}
}

// text is the expression that reads a column as text; one that does not exist reads as none.
func (t *table) text(alias, name string) string {
	if c := t.columns[name]; c != nil {
		return c.text(alias)
	}
	return "''"
}

func (t *table) nullableText(alias, name string) string {
	if c := t.columns[name]; c != nil {
		return alias + "." + c.sql
	}
	return "NULL"
}

func (t *table) time(alias, name string) string {
	if c := t.columns[name]; c != nil {
		return c.time(alias)
	}
	return "NULL"
}

// quote quotes a name.
func quote(d dialect.Name, name string) string {
	q := `"`
	if d == dialect.MySQL {
		q = "`"
	}
	return q + strings.ReplaceAll(name, q, q+q) + q
}
