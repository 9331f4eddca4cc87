package bunadapter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// ErrSchema says that the tables are not as ginauth needs them. The error tells what is missing and
// which SQL adds it; ginauth never changes a table.
var ErrSchema = errors.New("bunadapter: the database does not fit")

// Check looks at the tables, again when it did before, and returns everything that keeps ginauth
// from working with them. A table for sessions, verification tokens or authenticators may be
// missing altogether: [Adapter.CheckSessions], [Adapter.CheckTokens] and [Adapter.CheckPasskeys]
// tell whether it is. What works less well than it could goes to the logger as a warning, with the
// SQL that mends it: unique indexes that restrict people, and columns that are too short.
func (a *Adapter) Check(ctx context.Context) error {
	return a.checkAll(ctx, ginauth.TableUse{OAuth: true, Email: true}, ginauth.TableUse{Sessions: true, Tokens: true, Passkeys: true, OAuth: true, Email: true})
}

// CheckTables implements [ginauth.TableChecker]. It is [Adapter.Check] for what a configuration
// stores, whose tables must be there.
func (a *Adapter) CheckTables(ctx context.Context, use ginauth.TableUse) error {
	if use.Logger != nil {
		a.told.Store(use.Logger)
	}
	return a.checkAll(ctx, use, use)
}

// checkAll returns the problems of tables that exist or are needed, and warns of those in use.
func (a *Adapter) checkAll(ctx context.Context, needed, use ginauth.TableUse) error {
	a.looking.Lock()
	defer a.looking.Unlock()
	l, err := a.look(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, t := range l.tables() {
		if t.exists || l.uses(needed, t) {
			problems = append(problems, t.usable())
		}
		for _, warning := range t.warnings() {
			a.logger().WarnContext(ctx, "bunadapter: a unique index restricts people", slog.String("table", t.name), slog.String("warning", warning))
		}
		if t.exists && l.uses(use, t) {
			a.warnOfWidths(ctx, t, use)
		}
	}
	return errors.Join(append(problems, a.warnOfSearch(ctx, l))...)
}

// uses reports whether a configuration stores something in a table.
func (l *layout) uses(use ginauth.TableUse, t *table) bool {
	switch t {
	case l.session:
		return use.Sessions
	case l.token:
		return use.Tokens
	case l.authenticator:
		return use.Passkeys
	}
	return true
}

// CheckSessions returns an error when sessions cannot be stored, which the database strategy needs.
func (a *Adapter) CheckSessions(ctx context.Context) error {
	return a.check(ctx, func(l *layout) *table { return l.session })
}

// CheckTokens returns an error when verification tokens cannot be stored, which e-mail links and
// passkeys need.
func (a *Adapter) CheckTokens(ctx context.Context) error {
	return a.check(ctx, func(l *layout) *table { return l.token })
}

// CheckPasskeys returns an error when authenticators cannot be stored.
func (a *Adapter) CheckPasskeys(ctx context.Context) error {
	return a.check(ctx, func(l *layout) *table { return l.authenticator })
}

func (a *Adapter) check(ctx context.Context, of func(*layout) *table) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	return of(l).usable()
}

// usable returns why the table cannot be used, or nil.
func (t *table) usable() error {
	if len(t.problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrSchema, strings.Join(t.problems, "\n"))
}

// compare returns in which respects a table that exists is not what ginauth needs.
func (t *table) compare() (problems []string) {
	d := t.dialect()
	for _, f := range t.model.fields {
		c := t.columns[f.name]
		if c == nil {
			if !f.optional {
				problems = append(problems, fmt.Sprintf("column %s.%s is missing; add it with: ALTER TABLE %s ADD COLUMN %s %s;",
					t.name, f.name, t.sql, quote(d, f.name), f.kind.sqlType(d)))
			}
		} else if !c.holds(f.kind) {
			problems = append(problems, fmt.Sprintf("column %s.%s is %s, which is not %s; it should be %s",
				t.name, f.name, c.dataType, f.kind, f.kind.sqlType(d)))
		}
	}
	for _, name := range sortedNames(t.columns) {
		if c := t.columns[name]; !c.nullable && !c.hasDefault && !t.fills(c) {
			problems = append(problems, fmt.Sprintf("column %s.%s must not be NULL and ginauth has no value for it; "+
				"give it a default, or allow NULL: %s", t.name, name, c.dropNotNull()))
		}
	}
	if len(t.columns) > 0 && !t.isUnique() {
		var quoted []string
		for _, name := range t.model.unique {
			quoted = append(quoted, quote(d, name))
		}
		problems = append(problems, fmt.Sprintf("%s of %s is not unique, so that two requests at once could both succeed; add: CREATE UNIQUE INDEX %s ON %s (%s);",
			strings.Join(t.model.unique, " with "), t.name, quote(d, t.name+"_"+strings.Join(t.model.unique, "_")+"_key"), t.sql, strings.Join(quoted, ", ")))
	}
	return problems
}

func (t *table) dialect() dialect.Name {
	for _, c := range t.columns {
		return c.dialect
	}
	return dialect.Invalid
}

// holds reports whether a column can have the values of a field.
func (c *column) holds(k kind) bool {
	switch k {
	case textKind:
		return c.kind == textKind || c.kind == uuidKind
	case timeKind:
		return c.kind == timeKind || c.kind == millisKind
	case boolKind:
		return c.kind == boolKind || c.kind == intKind && c.dialect == dialect.MySQL
	}
	return c.kind == k
}

// fills reports whether ginauth has a value for this column of its table.
func (t *table) fills(c *column) bool {
	switch c.name {
	case rowID:
		return c.holds(textKind)
	case createdAt, updatedAt:
		return c.holds(timeKind)
	}
	return slices.ContainsFunc(t.model.fields, func(f field) bool { return f.name == c.name })
}

// isUnique reports whether some unique key covers no more than the columns that have to be unique.
func (t *table) isUnique() bool {
	return slices.ContainsFunc(t.uniques, func(u uniqueKey) bool {
		return !slices.ContainsFunc(u.columns, func(name string) bool { return !slices.Contains(t.model.unique, name) })
	})
}

// warnings are restrictions that the table's unique keys put on people.
func (t *table) warnings() (warnings []string) {
	for _, u := range t.uniques {
		if w := t.restriction(u); w != "" {
			warnings = append(warnings, w)
		}
	}
	return warnings
}

// restriction says what a unique key forbids that Auth.js allows, or nothing.
func (t *table) restriction(u uniqueKey) string {
	if len(u.columns) != 1 {
		return ""
	}
	drop := "DROP INDEX " + quote(t.dialect(), u.name)
	if t.dialect() == dialect.MySQL {
		drop += " ON " + t.sql
	}
	switch {
	case u.columns[0] == "userId" && t.model.name == "Account":
		return fmt.Sprintf("the unique index %s allows a user one account only, so no second passkey; drop it with: %s;", u.name, drop)
	case u.columns[0] == "userId":
		return fmt.Sprintf("the unique index %s allows a user one row of %s only; drop it with: %s;", u.name, t.name, drop)
	case u.columns[0] == "identifier":
		return fmt.Sprintf("the unique index %s allows one token at a time for an address, and one passkey ceremony at a time; drop it with: %s;", u.name, drop)
	}
	return ""
}
