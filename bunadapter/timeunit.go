package bunadapter

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// SQLite tables may keep times as integers: Drizzle's own in milliseconds, those of its mode
// "timestamp" in seconds. Which one a number is shows by its size. Numbers below firstSecond are a
// date of the early seventies in any unit, so they tell nothing.
const (
	firstSecond = 100_000_000             // 1973; in milliseconds the second day of 1970
	firstMilli  = 100_000_000_000         // 1973; in seconds the year 5138
	firstMicro  = 100_000_000_000_000     // 1973; in milliseconds the year 5138
	afterMicro  = 100_000_000_000_000_000 // the year 5138
)

// timeUnit is a unit of integers.
type timeUnit struct {
	unit        time.Duration
	name        string
	first, next int64 // a number that is a time in this unit, and the first that is none
}

var timeUnits = [...]timeUnit{
	{time.Second, "seconds", firstSecond, firstMilli},
	{time.Millisecond, "milliseconds", firstMilli, firstMicro},
	{time.Microsecond, "microseconds", firstMicro, afterMicro},
}

// since1970 is t as an integer in the column's unit.
func (c *column) since1970(t time.Time) int64 {
	switch c.unit {
	case time.Second:
		return t.Unix()
	case time.Microsecond:
		return t.UnixMicro()
	}
	return t.UnixMilli()
}

// setUnit makes the column keep times in this unit.
func (c *column) setUnit(unit time.Duration) {
	c.unit = unit
	if unit == time.Second {
		c.digits = 0
	}
}

// sqliteTime is the expression that reads a column of SQLite: text as it is, numbers in milliseconds.
func sqliteTime(name string) string {
	n := "(" + name + " + 0)"
	return fmt.Sprintf("CAST(CASE WHEN %[1]s NOT GLOB '*[^0-9.]*' AND %[1]s <> '' AND %[2]s < %[5]d THEN "+
		"CAST(CASE WHEN %[2]s < %[3]d THEN %[2]s * 1000 WHEN %[2]s < %[4]d THEN %[2]s ELSE %[2]s / 1000 END AS INTEGER) ELSE %[1]s END AS TEXT)",
		name, n, firstMilli, firstMicro, int64(afterMicro))
}

// numberBefore is the condition that a number, in whatever unit, is a time before t.
func numberBefore(name string, t time.Time) condition {
	return condition{
		fmt.Sprintf("CASE WHEN %[1]s < %[2]d THEN %[1]s < ? WHEN %[1]s < %[3]d THEN %[1]s < ? ELSE %[1]s < ? END", name, firstMilli, firstMicro),
		[]any{t.Unix(), t.UnixMilli(), t.UnixMicro()},
	}
}

// findUnits finds out in which unit each column of integers keeps times. A column without rows
// follows the others. One that has several units is a problem of its table: an application that
// expects one of them takes the rest for long past or for thousands of years away.
func (l *layout) findUnits(ctx context.Context, db bun.IDB, o *options) error {
	if l.dialect != dialect.SQLite {
		return nil
	}
	if o.timeUnit != 0 && !slices.ContainsFunc(timeUnits[:], func(u timeUnit) bool { return u.unit == o.timeUnit }) {
		return fmt.Errorf("%w: bunadapter.WithTimeUnit says %s; use time.Second, time.Millisecond or time.Microsecond", ErrSchema, o.timeUnit)
	}
	var empty []*column
	var all []time.Duration
	for _, t := range l.tables() {
		for _, name := range sortedNames(t.columns) {
			c := t.columns[name]
			if c.kind != millisKind {
				continue
			}
			counts, err := c.countUnits(ctx, db, t)
			if err != nil {
				return err
			}
			found := slices.DeleteFunc(slices.Clone(timeUnits[:]), func(u timeUnit) bool { return counts[u.unit] == 0 })
			switch {
			case len(found) == 0:
				empty = append(empty, c)
			case len(found) > 1:
				t.problems = append(t.problems, mixedUnits(t, c, found, counts))
			case o.timeUnit != 0 && o.timeUnit != found[0].unit:
				t.problems = append(t.problems, fmt.Sprintf("column %s.%s keeps times in %s, and bunadapter.WithTimeUnit says %s; leave the option out", t.name, name, found[0].name, o.timeUnit))
			default:
				c.setUnit(found[0].unit)
				all = append(all, c.unit)
			}
		}
	}
	unit := o.timeUnit
	if unit == 0 && len(slices.Compact(slices.Sorted(slices.Values(all)))) == 1 {
		unit = all[0]
	}
	for _, c := range empty {
		c.setUnit(unit)
	}
	return nil
}

// countUnits counts a column's times by unit.
func (c *column) countUnits(ctx context.Context, db bun.IDB, t *table) (map[time.Duration]int64, error) {
	var sums []string
	dest, counts := make([]any, len(timeUnits)), make([]int64, len(timeUnits))
	for i, u := range timeUnits {
		sums = append(sums, fmt.Sprintf("COUNT(CASE WHEN %[1]s >= %[2]d AND %[1]s < %[3]d THEN 1 END)", c.sql, u.first, u.next))
		dest[i] = &counts[i]
	}
	query := "SELECT " + strings.Join(sums, ", ") + " FROM " + t.sql + " WHERE typeof(" + c.sql + ") <> 'text'"
	if err := each(ctx, db, query, nil, func(rows *sql.Rows) error { return rows.Scan(dest...) }); err != nil {
		return nil, lookError(err)
	}
	byUnit := map[time.Duration]int64{}
	for i, u := range timeUnits {
		byUnit[u.unit] = counts[i]
	}
	return byUnit, nil
}

// mixedUnits says what is wrong with a column of several units, and how each of them gets them all.
func mixedUnits(t *table, c *column, found []timeUnit, counts map[time.Duration]int64) string {
	var have, remedies []string
	for _, to := range found {
		have = append(have, fmt.Sprintf("%d in %s", counts[to.unit], to.name))
		var changes []string
		for _, from := range found {
			switch {
			case from.unit > to.unit:
				changes = append(changes, c.convert(t, from, fmt.Sprintf("* %d", from.unit/to.unit)))
			case from.unit < to.unit:
				changes = append(changes, c.convert(t, from, fmt.Sprintf("/ %d", to.unit/from.unit)))
			}
		}
		remedies = append(remedies, "to "+to.name+" with: "+strings.Join(changes, " "))
	}
	return fmt.Sprintf("column %s.%s has times of several units: %s; convert them to the unit that every application on this database uses, %s",
		t.name, c.name, strings.Join(have, ", "), strings.Join(remedies, ", or "))
}

func (c *column) convert(t *table, from timeUnit, change string) string {
	return fmt.Sprintf("UPDATE %s SET %[2]s = %[2]s %[3]s WHERE %[2]s >= %[4]d AND %[2]s < %[5]d;", t.sql, c.sql, change, from.first, from.next)
}
