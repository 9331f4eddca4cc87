package bunadapter

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// ErrValue is [ginauth.ErrValue]: a value does not fit the column it is meant for. Nothing was
// written. The error names the column, and the remedy.
var ErrValue = ginauth.ErrValue

// column is a column as the database has it.
type column struct {
	table    string // for messages
	name     string
	sql      string // the quoted name
	dialect  dialect.Name
	kind     kind
	dataType string // as the database names it

	nullable   bool
	hasDefault bool   // the database fills it, too
	generated  string // of MySQL: the expression that fills it always

	maxChars int64 // of text; 0 is no limit
	maxBytes int64
	maxRune  rune  // the highest character; 0 is no limit
	ascii    bool  // of MySQL: the character set is ASCII
	maxInt   int64 // the highest number; 0 is no limit
	digits   int   // of fractions of a second, 3 at most
	zoned    bool  // a time with its zone

	unit time.Duration // of SQLite: in which an integer is a time; 0 is a millisecond

	allowed   []string // of MySQL: the values of an ENUM
	collation string   // of MySQL
}

// encode returns v, which is nil, a string, a bool, an int64 or a time.Time, as an argument for Bun.
func (c *column) encode(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		if !c.nullable {
			return nil, fmt.Errorf("%w: %s has no value and %s.%s must not be NULL; allow it: %s",
				ErrValue, c.name, c.table, c.name, c.dropNotNull())
		}
		return nil, nil
	case string:
		return v, c.checkText(v)
	case int64:
		if c.maxInt > 0 && (v > c.maxInt || v < -c.maxInt-1) {
			return nil, fmt.Errorf("%w: %d is too big for %s.%s, which is %s; make it a BIGINT", ErrValue, v, c.table, c.name, c.dataType)
		}
		return v, nil
	case time.Time:
		return c.encodeTime(v)
	}
	return v, nil
}

// checkText keeps from Bun what it or the database would change. No message has the value itself:
// it may be a secret.
func (c *column) checkText(s string) error {
	if !plainText(s) {
		return fmt.Errorf("%w: the text for %s.%s is not UTF-8 or contains a NUL", ErrValue, c.table, c.name)
	}
	if (c.kind == uuidKind || c.dataType == "uuid") && !isUUID(s) {
		return fmt.Errorf("%w: %s.%s takes UUIDs only", ErrValue, c.table, c.name)
	}
	if len(c.allowed) > 0 && !slices.Contains(c.allowed, s) {
		return fmt.Errorf("%w: %s.%s takes the values of its ENUM only; make it a VARCHAR", ErrValue, c.table, c.name)
	}
	chars := int64(utf8.RuneCountInString(s))
	if c.maxChars > 0 && chars > c.maxChars {
		return c.tooLong(chars, c.maxChars, "characters")
	}
	if c.maxBytes > 0 && int64(len(s)) > c.maxBytes {
		return c.tooLong(int64(len(s)), c.maxBytes, "bytes")
	}
	if c.maxRune > 0 && strings.ContainsFunc(s, func(r rune) bool { return r > c.maxRune }) {
		return fmt.Errorf("%w: the character set of %s.%s cannot hold the text; make it utf8mb4", ErrValue, c.table, c.name)
	}
	return nil
}

func (c *column) tooLong(n, limit int64, unit string) error {
	return fmt.Errorf("%w: %d %s are too many for %s.%s, which is %s and holds %d; widen the column",
		ErrValue, n, unit, c.table, c.name, c.dataType, limit)
}

// plainText reports whether a database can hold s as it is.
func plainText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// findable reports whether a row may have s in this column. Some queries fail on what cannot be there.
func (c *column) findable(s string) bool {
	if !plainText(s) || c.kind == uuidKind && !isUUID(s) {
		return false
	}
	return !c.ascii || !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// equals is the condition that this column is exactly s, for UPDATE and DELETE. Where a collation
// may ignore case, accents or spaces at the end, the bytes are compared as well.
func (c *column) equals(s string) condition {
	switch c.dialect {
	case dialect.MySQL:
		return condition{c.sql + " = ? AND CAST(CONVERT(" + c.sql + " USING utf8mb4) AS BINARY) = ?", []any{s, []byte(s)}}
	case dialect.SQLite:
		return condition{c.sql + " = ? COLLATE BINARY", []any{s}}
	}
	return condition{c.sql + " = ?", []any{s}}
}

// text is the expression that reads this column as text.
func (c *column) text(alias string) string {
	name := alias + "." + c.sql
	if c.kind == uuidKind {
		name = "CAST(" + name + " AS TEXT)"
	}
	if c.nullable {
		return "COALESCE(" + name + ", '')"
	}
	return name
}

func (c *column) dropNotNull() string {
	table, name := quote(c.dialect, c.table), c.sql
	switch c.dialect {
	case dialect.MySQL:
		return "ALTER TABLE " + table + " " + c.modify(c.fullType(), c.collation, true) + ";"
	case dialect.SQLite:
		return "make the table anew, for SQLite cannot alter columns"
	}
	return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", table, name)
}

// modify is the part of MySQL's ALTER TABLE that gives the column this type, collation and nullability.
func (c *column) modify(typ, collation string, nullable bool) string {
	if collation != "" {
		typ += " COLLATE " + collation
	}
	null := " NOT NULL"
	if nullable {
		null = " NULL"
	}
	return "MODIFY " + c.sql + " " + typ + null
}

// fullType is the type of a MySQL column with its length.
func (c *column) fullType() string {
	if c.maxChars > 0 && !strings.HasSuffix(c.dataType, "text") {
		return fmt.Sprintf("%s(%d)", c.dataType, c.maxChars)
	}
	return c.dataType
}

// intLimit is the highest number that an integer type of PostgreSQL or MySQL holds, or 0.
func intLimit(dataType string, unsigned bool) int64 {
	limit := int64(0)
	switch strings.ToLower(dataType) {
	case "smallint":
		limit = math.MaxInt16
	case "mediumint":
		limit = 1<<23 - 1
	case "int", "integer":
		limit = math.MaxInt32
	}
	if unsigned && limit > 0 {
		return 2*limit + 1
	}
	return limit
}
