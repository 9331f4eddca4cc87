package bunadapter

import (
	"iter"
	"reflect"
	"slices"
	"strings"
)

// The drivers are the application's choice, so what their errors say is read without importing
// them: through methods where they have them, else through fields. Every error in the tree of
// causes is looked at: a statement's error comes back through ginauth and the application, which
// may wrap it beside other errors or join several.

// isConflict reports whether a unique key refused a write.
func isConflict(err error) bool {
	return slices.Contains(sqlStates(err), "23505") || slices.Contains(mysqlNumbers(err), 1062) ||
		hasSQLiteCode(err, "UNIQUE", 2067, 1555, 2579)
}

// isOrphan reports whether a foreign key refused a write: the row that it refers to is not there, or
// not any more.
func isOrphan(err error) bool {
	return slices.Contains(sqlStates(err), "23503") || slices.Contains(mysqlNumbers(err), 1452) ||
		hasSQLiteCode(err, "FOREIGN KEY", 787)
}

// isGivenUp reports whether the database undid or refused work because of other work, so that doing
// it again may succeed: serialization failures, deadlocks, time-outs of locks.
func isGivenUp(err error) bool {
	if isRolledBack(err) || slices.Contains(mysqlNumbers(err), 1205) {
		return true
	}
	return slices.ContainsFunc(sqliteCodes(err), func(code int) bool { return code&0xff == 5 }) // SQLITE_BUSY
}

// isRolledBack reports whether the database itself rolled the whole transaction back. MariaDB does
// so with 1020 when a row has changed since the transaction read it and innodb_snapshot_isolation
// is on, as it is from version 11.6.2.
func isRolledBack(err error) bool {
	return slices.ContainsFunc(sqlStates(err), func(state string) bool { return state == "40001" || state == "40P01" }) ||
		slices.ContainsFunc(mysqlNumbers(err), func(n int) bool { return n == 1213 || n == 1020 })
}

// hasSQLiteCode reports whether SQLite refused a row with one of these extended codes. Connections
// without extended codes say 19 for every constraint, and name it in the text.
func hasSQLiteCode(err error, name string, codes ...int) bool {
	return slices.ContainsFunc(sqliteCodes(err), func(code int) bool {
		return slices.Contains(codes, code) || code == 19 && strings.Contains(err.Error(), name)
	})
}

// sqlStates are the codes of errors of PostgreSQL, from pgx, lib/pq or Bun's pgdriver.
func sqlStates(err error) (states []string) {
	for e := range causes(err) {
		if stated, ok := e.(interface{ SQLState() string }); ok {
			states = append(states, stated.SQLState())
		} else if fields, ok := e.(interface{ Field(byte) string }); ok {
			states = append(states, fields.Field('C'))
		}
	}
	return states
}

// sqliteCodes are the extended codes of errors of modernc.org/sqlite, or of mattn/go-sqlite3, whose
// type has fields only.
func sqliteCodes(err error) (codes []int) {
	for e := range causes(err) {
		if coded, ok := e.(interface{ Code() int }); ok {
			codes = append(codes, coded.Code())
		} else if n, ok := intField(e, "ExtendedCode"); ok {
			codes = append(codes, n)
		}
	}
	return codes
}

// mysqlNumbers are the numbers of errors of go-sql-driver/mysql, whose type has fields only.
func mysqlNumbers(err error) (numbers []int) {
	for e := range causes(err) {
		if n, ok := intField(e, "Number"); ok {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// causes yields err and everything that it wraps, as errors.Is walks it.
func causes(err error) iter.Seq[error] {
	return func(yield func(error) bool) { walk(err, yield) }
}

func walk(err error, yield func(error) bool) bool {
	if err == nil {
		return true
	}
	if !yield(err) {
		return false
	}
	switch e := err.(type) { //nolint:errorlint // this is the walk itself
	case interface{ Unwrap() error }:
		return walk(e.Unwrap(), yield)
	case interface{ Unwrap() []error }:
		return !slices.ContainsFunc(e.Unwrap(), func(cause error) bool { return !walk(cause, yield) })
	}
	return true
}

// intField is the value of an integer field of the error itself.
func intField(e error, name string) (int, bool) {
	switch f := fieldOf(e, name); {
	case f.CanInt():
		return int(f.Int()), true
	case f.CanUint():
		return int(f.Uint()), true //nolint:gosec // G115: the drivers count in 16 and 32 bits
	}
	return 0, false
}

// fieldOf is a field of the error itself, or of a struct embedded in it. It is the zero Value where
// there is none.
func fieldOf(e error, name string) reflect.Value {
	v := reflect.Indirect(reflect.ValueOf(e))
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	field, ok := v.Type().FieldByName(name)
	if !ok {
		return reflect.Value{}
	}
	f, err := v.FieldByIndexErr(field.Index)
	if err != nil { // of an embedded struct that is not there
		return reflect.Value{}
	}
	return f
}
