package bunadapter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/ginauth/ginauth/ginauth"
)

// Fits implements [ginauth.FitChecker].
func (a *Adapter) Fits(ctx context.Context, u ginauth.User) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return err
	}
	if u.ID == "" {
		u.ID = newUserID()
	}
	kept, _ := l.user.withoutUnfit(append(userValues(u), value{"id", u.ID}))
	_, _, err = l.user.encode(kept)
	return err
}

// leaveOut returns the values without the decoration that its column cannot hold, and the names of
// the columns concerned. The log has a warning for each.
func (a *Adapter) leaveOut(ctx context.Context, t *table, values []value) (kept []value, left []string) {
	if t.usable() != nil { // the caller finds out when it inserts
		return values, nil
	}
	kept, without := t.withoutUnfit(values)
	if a.plain[t.name] {
		var refused []unfit
		kept, refused = t.withoutDecoration(kept)
		without = append(without, refused...)
	}
	for _, u := range without {
		left = append(left, u.column)
		a.logger().WarnContext(ctx, "bunadapter: a value was left out", slog.String("table", t.name), slog.String("column", u.column), slog.String("reason", u.err.Error()))
	}
	return kept, left
}

// insertDecorated is insert for rows with decoration, and returns the columns that were left out. What
// a constraint refuses is not known before: if the database itself refuses the row, it is written
// without decoration.
func (a *Adapter) insertDecorated(ctx context.Context, t *table, values ...value) (left []string, err error) {
	kept, left := a.leaveOut(ctx, t, values)
	err = a.insert(ctx, t, kept...)
	var refused *refusalError
	if !errors.As(err, &refused) {
		return left, err
	}
	if _, decoration := t.withoutDecoration(kept); len(decoration) == 0 {
		return left, err
	}
	if a.tx != nil {
		return left, &decorationError{*refused, t.name}
	}
	plain := &Adapter{core: a.core, plain: map[string]bool{t.name: true}}
	return plain.insertDecorated(ctx, t, values...)
}

// errDecorated is why decoration that fits its column is left out.
var errDecorated = errors.New("the database refused the row with it; look at its constraints")

// withoutDecoration takes all decoration out of the values.
func (t *table) withoutDecoration(values []value) (kept []value, left []unfit) {
	for _, v := range values {
		f, c := t.model.field(v.column), t.columns[v.column]
		if f != nil && f.decoration && c != nil && v.v != nil && v.v != c.nothing() {
			left = append(left, unfit{v.column, errDecorated})
			v.v = c.nothing()
		}
		kept = append(kept, v)
	}
	return kept, left
}

// unfit is decoration that its column cannot hold.
type unfit struct {
	column string
	err    error
}

// withoutUnfit takes decoration that does not fit out of the values. Whatever else does not fit is
// left for encode to refuse.
func (t *table) withoutUnfit(values []value) (kept []value, left []unfit) {
	for _, v := range values {
		f := t.model.field(v.column)
		if f == nil || !f.decoration || v.v == nil {
			kept = append(kept, v)
			continue
		}
		c := t.columns[v.column]
		if c == nil {
			left = append(left, unfit{v.column, fmt.Errorf("%w: table %s has no column %s", ErrValue, t.name, v.column)})
			continue
		}
		if _, err := c.encode(v.v); errors.Is(err, ErrValue) {
			left = append(left, unfit{v.column, err})
			v.v = c.nothing()
		}
		kept = append(kept, v)
	}
	return kept, left
}

// leaveAlone returns what an update of u writes: not the decoration that the row already has and
// that would be refused. In a MySQL column that is not Unicode only ASCII is trusted, but another
// application may have written more there.
func (a *Adapter) leaveAlone(ctx context.Context, l *layout, u ginauth.User) ([]value, error) {
	values := userValues(u)
	_, left := l.user.withoutUnfit(values)
	if len(left) == 0 {
		return values, nil
	}
	now, err := a.UserByID(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	stored := userValues(now)
	return slices.DeleteFunc(values, func(v value) bool {
		return slices.ContainsFunc(left, func(u unfit) bool { return u.column == v.column }) && slices.Contains(stored, v)
	}), nil
}

// nothing is the value for a column of which nothing is known: NULL, or what reads as none where
// NULL is not allowed.
func (c *column) nothing() any {
	switch {
	case c.nullable || c.hasDefault:
		return nil
	case c.kind == intKind:
		return int64(0)
	}
	return ""
}
