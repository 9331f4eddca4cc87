package bunadapter

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
)

// condition is SQL with its arguments.
type condition struct {
	sql  string
	args []any
}

// value is what a column should get: nil, a string, a bool, an int64 or a time.Time.
type value struct {
	column string
	v      any
}

// text, number and moment are values of columns where the zero value means that nothing is known.
func text(column, s string) value {
	if s == "" {
		return value{column, nil}
	}
	return value{column, s}
}

func number(column string, n int64) value {
	if n == 0 {
		return value{column, nil}
	}
	return value{column, n}
}

func moment(column string, t time.Time) value {
	if t.IsZero() {
		return value{column, nil}
	}
	return value{column, t}
}

// encode returns the columns that exist with the arguments for them. A value that has no column
// is an error unless it is nil.
func (t *table) encode(values []value) (columns []*column, args []any, err error) {
	for _, v := range values {
		c := t.columns[v.column]
		if c == nil {
			if v.v != nil {
				return nil, nil, fmt.Errorf("%w: table %s has no column %s", ErrValue, t.name, v.column)
			}
			continue
		}
		if v.v == nil && !c.nullable && c.hasDefault {
			continue
		}
		arg, err := c.encode(v.v)
		if err != nil {
			return nil, nil, err
		}
		columns, args = append(columns, c), append(args, arg)
	}
	return columns, args, nil
}

// insert adds a row with these values and what else the table asks for.
func (a *Adapter) insert(ctx context.Context, t *table, values ...value) error {
	if err := t.usable(); err != nil {
		return err
	}
	now := time.Now()
	if t.model.name != "User" {
		if c := t.columns[rowID]; c != nil && c.holds(textKind) && !c.hasDefault {
			values = append(values, value{rowID, newRowID(now)})
		}
	}
	columns, args, err := t.encode(append(values, t.stamps(now, createdAt, updatedAt)...))
	if err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.sql
	}
	_, err = a.exec(ctx, "INSERT INTO "+t.sql+" ("+strings.Join(names, ", ")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")", args)
	return t.explain("insert into", err)
}

// update writes the values to the rows that match, and returns how many there were. MySQL counts
// only rows that the values change.
func (a *Adapter) update(ctx context.Context, t *table, values []value, where condition) (int64, error) {
	columns, args, err := t.encode(append(values, t.stamps(time.Now(), updatedAt)...))
	if err != nil {
		return 0, err
	}
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c.sql + " = ?"
	}
	n, err := a.exec(ctx, "UPDATE "+t.sql+" SET "+strings.Join(sets, ", ")+" WHERE "+where.sql, append(args, where.args...))
	return n, t.explain("update", err)
}

func (a *Adapter) delete(ctx context.Context, t *table, where condition) (int64, error) {
	n, err := a.exec(ctx, "DELETE FROM "+t.sql+" WHERE "+where.sql, where.args)
	return n, t.explain("delete from", err)
}

// stamps are the values of the columns named that hold when a row was written. The database's own
// defaults follow the connection's time zone, so they are never left to it.
func (t *table) stamps(now time.Time, names ...string) (values []value) {
	for _, name := range names {
		if c := t.columns[name]; c != nil && c.holds(timeKind) {
			values = append(values, value{name, now})
		}
	}
	return values
}

// reading is what a SELECT does, as explain tells it.
const reading = "select from"

// explain names the table in an error, and turns the refusal of a unique key into ErrConflict, that
// of a foreign key into ErrNotFound and that of a value into ErrValue. The database's own text is
// left out then: MySQL's quotes the value. A value that cannot be read is a failure.
func (t *table) explain(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case isOrphan(err):
		return fmt.Errorf("bunadapter: %s %s: %w: the row that it refers to is gone", what, t.name, ginauth.ErrNotFound)
	case !isConflict(err):
		if code := refusalCode(err); code != "" && what != reading {
			return t.refused(what, code, err)
		}
		return fmt.Errorf("bunadapter: %s %s: %w%s", what, t.name, err, poolerHint(err))
	}
	var hint strings.Builder
	for _, w := range t.warnings() {
		hint.WriteString("; " + w)
	}
	if w := t.folded(); w != "" {
		hint.WriteString("; " + w)
	}
	return fmt.Errorf("bunadapter: %s %s: %w: a unique key refused the row%s", what, t.name, ginauth.ErrConflict, hint.String())
}

// find calls scan for the rows of a query until it returns true. Lookups compare bytes in Go
// because a collation may let more through than what was asked for. No match is ErrNotFound.
func (a *Adapter) find(ctx context.Context, t *table, query string, args []any, scan func(rows *sql.Rows) (bool, error)) error {
	found := false
	err := a.query(ctx, query, args, func(rows *sql.Rows) (err error) {
		if !found {
			found, err = scan(rows)
		}
		return err
	})
	if err != nil {
		return t.explain(reading, err)
	}
	if !found {
		return t.absent()
	}
	return nil
}

func (t *table) absent() error {
	return fmt.Errorf("bunadapter: no such row in %s: %w", t.name, ginauth.ErrNotFound)
}

// exec runs a statement and returns how many rows it changed. Within a transaction a failure is
// remembered, see [transaction].
func (a *Adapter) exec(ctx context.Context, query string, args []any) (n int64, err error) {
	err = a.do(ctx, func(db bun.IDB) error {
		res, err := db.ExecContext(ctx, query, args...)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	if err != nil && a.tx != nil && a.tx.failed == err { //nolint:errorlint // it is the very same
		a.tx.refused = refusalCode(err) != ""
	}
	return n, err
}

func (a *Adapter) query(ctx context.Context, query string, args []any, scan func(rows *sql.Rows) error) error {
	return a.do(ctx, func(db bun.IDB) error { return each(ctx, db, query, args, scan) })
}

func sortedNames(columns map[string]*column) []string {
	return slices.Sorted(maps.Keys(columns))
}
