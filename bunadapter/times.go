package bunadapter

import (
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun/dialect"
)

// What Prisma 7 writes to SQLite, and what the other databases read as it stands.
const (
	prismaTime = "2006-01-02T15:04:05.000+00:00"
	plainTime  = "2006-01-02 15:04:05.000"
)

// endOfTimestamp is where MySQL's TIMESTAMP ends, less a day for time zones.
var endOfTimestamp = time.Date(2038, 1, 18, 0, 0, 0, 0, time.UTC)

// timestamp reports whether this is MySQL's TIMESTAMP, which ends in 2038.
func (c *column) timestamp() bool { return c.dialect == dialect.MySQL && c.dataType == "timestamp" }

// truncate is t as this column keeps it: in UTC and without finer fractions.
func (c *column) truncate(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	unit := time.Second
	for range c.digits {
		unit /= 10
	}
	return t.UTC().Truncate(unit)
}

// encodeTime returns t as the tool would write it that made the table. Times go to the database as
// text, so that neither Bun nor a driver moves them into another zone.
func (c *column) encodeTime(t time.Time) (any, error) {
	t = c.truncate(t)
	if y := t.Year(); y < 1 || y > 9999 || c.timestamp() && (y < 1971 || t.After(endOfTimestamp)) {
		return nil, fmt.Errorf("%w: %s.%s cannot hold the year %d", ErrValue, c.table, c.name, y)
	}
	switch {
	case c.kind == millisKind:
		return c.since1970(t), nil
	case c.dialect == dialect.SQLite:
		return t.Format(prismaTime), nil
	case c.zoned:
		return t.Format(plainTime + "+00"), nil
	}
	return t.Format(plainTime), nil
}

// time is the expression that reads this column so that [dbTime] understands it, whatever zone the
// connection is in and whether or not the driver parses times.
func (c *column) time(alias string) string {
	name := alias + "." + c.sql
	switch c.dialect {
	case dialect.PG:
		return "CAST(EXTRACT(EPOCH FROM " + name + ") * 1000 AS BIGINT)"
	case dialect.MySQL:
		return "CAST(" + name + " AS CHAR)"
	}
	return sqliteTime(name)
}

// before is the condition that this column is earlier than t. An index on it can be used.
func (c *column) before(t time.Time) (condition, error) {
	v, err := c.encodeTime(t)
	if err != nil {
		return condition{}, err
	}
	earlier := condition{c.sql + " < ?", []any{v}}
	number := numberBefore(c.sql, t)
	switch {
	case c.dialect != dialect.SQLite:
		return earlier, nil
	case c.kind == millisKind:
		return earlier.and(number), nil
	}
	// Prisma reads several forms of times, which do not sort among each other.
	return earlier.and(condition{
		"CASE typeof(" + c.sql + ") WHEN 'text' THEN julianday(" + c.sql + ") < julianday(?) ELSE " + number.sql + " END", append([]any{v}, number.args...),
	}), nil
}

// dbTime scans what [column.time] selects: milliseconds since 1970 as a number or as text, or a
// date in one of the forms that the databases and Prisma write. Without a zone it is UTC.
type dbTime struct{ time.Time }

// Scan implements sql.Scanner. NULL is the zero time.
func (t *dbTime) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
		return nil
	case int64:
		return t.millis(v)
	case []byte:
		return t.parse(string(v))
	case string:
		return t.parse(v)
	}
	return fmt.Errorf("bunadapter: cannot read a time from %T", src)
}

func (t *dbTime) millis(ms int64) error {
	at := time.UnixMilli(ms).UTC()
	if at.Year() > 9999 {
		return fmt.Errorf("bunadapter: %d is neither seconds nor milliseconds nor microseconds since 1970", ms)
	}
	t.Time = at
	return nil
}

func (t *dbTime) parse(s string) error {
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return t.millis(ms)
	}
	for _, layout := range [...]string{
		time.DateTime, "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", time.DateOnly,
	} {
		if parsed, err := time.Parse(layout, s); err == nil {
			t.Time = parsed.UTC().Truncate(time.Millisecond)
			return nil
		}
	}
	return fmt.Errorf("bunadapter: %q is no time", s)
}
