package bunadapter

import (
	"errors"
	"reflect"
	"slices"
	"strings"
)

// The drivers are the application's choice, so what their errors say is read without importing
// them: through methods where they have them, else through fields.

// isConflict says whether a unique key refused a write.
func isConflict(err error) bool {
	if err == nil {
		return false
	}
	if state := sqlState(err); state != "" {
		return state == "23505"
	}
	if code, ok := sqliteCode(err); ok {
		// 19 is any constraint, from connections without extended codes.
		return code == 2067 || code == 1555 || code == 2579 || code == 19 && strings.Contains(err.Error(), "UNIQUE")
	}
	return mysqlNumber(err) == 1062
}

// isOrphan says whether a foreign key refused a write: the row that it refers to is not there, or
// not any more.
func isOrphan(err error) bool {
	if err == nil {
		return false
	}
	if state := sqlState(err); state != "" {
		return state == "23503"
	}
	if code, ok := sqliteCode(err); ok {
		return code == 787 || code == 19 && strings.Contains(err.Error(), "FOREIGN KEY")
	}
	return mysqlNumber(err) == 1452
}

// isGivenUp says whether the database undid or refused work because of somebody else's, so that
// doing it again may succeed: serialization failures, deadlocks, time-outs of locks.
func isGivenUp(err error) bool {
	if isRolledBack(err) || mysqlNumber(err) == 1205 {
		return true
	}
	code, ok := sqliteCode(err)
	return ok && code&0xff == 5 // SQLITE_BUSY
}

// isRolledBack says whether the database itself rolled the whole transaction back.
func isRolledBack(err error) bool {
	return slices.Contains([]string{"40001", "40P01"}, sqlState(err)) || mysqlNumber(err) == 1213
}

// sqlState is the code of an error of PostgreSQL, from pgx, lib/pq or Bun's pgdriver.
func sqlState(err error) string {
	if e := (interface{ SQLState() string })(nil); errors.As(err, &e) {
		return e.SQLState()
	}
	if e := (interface{ Field(byte) string })(nil); errors.As(err, &e) {
		return e.Field('C')
	}
	return ""
}

// sqliteCode is the extended code of an error of modernc.org/sqlite, or of mattn/go-sqlite3, whose
// type has fields only.
func sqliteCode(err error) (int, bool) {
	if e := (interface{ Code() int })(nil); errors.As(err, &e) {
		return e.Code(), true
	}
	n, ok := intField(err, "ExtendedCode")
	return n, ok
}

// mysqlNumber is the number of an error of go-sql-driver/mysql, whose type has fields only.
func mysqlNumber(err error) int {
	n, _ := intField(err, "Number")
	return n
}

// intField is the value of the first integer field with this name in the chain of err.
func intField(err error, name string) (n int, found bool) {
	for ; err != nil && !found; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		switch f := v.FieldByName(name); {
		case f.IsValid() && f.CanInt():
			n, found = int(f.Int()), true
		case f.IsValid() && f.CanUint():
			n, found = int(f.Uint()), true //nolint:gosec // G115: the drivers count in 16 and 32 bits
		}
	}
	return n, found
}
