package bunadapter

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// refusedNumbers are MySQL's and MariaDB's errors about a value: NULL where it must not be, out of
// range, truncated, wrong characters, too long, no default, and CHECK of either.
var refusedNumbers = []int{1048, 1264, 1265, 1292, 1366, 1406, 1364, 3819, 4025}

// refusalCode is the database's code when it refused a value itself: by a CHECK, NOT NULL, an
// enumeration or a domain that the columns do not tell of. Otherwise it is empty.
func refusalCode(err error) string {
	for _, state := range sqlStates(err) {
		if strings.HasPrefix(state, "22") || state == "23502" || state == "23514" {
			return "SQLSTATE " + state
		}
	}
	for _, n := range mysqlNumbers(err) {
		if slices.Contains(refusedNumbers, n) {
			return "error " + strconv.Itoa(n)
		}
	}
	for _, code := range sqliteCodes(err) {
		switch code {
		case 18, 20, 275, 1299, 3091: // TOOBIG, MISMATCH, CONSTRAINT_CHECK, _NOTNULL, _DATATYPE
			return "code " + strconv.Itoa(code)
		case 19:
			if text := err.Error(); strings.Contains(text, "CHECK") || strings.Contains(text, "NOT NULL") {
				return "code 19"
			}
		}
	}
	return ""
}

// refused is the error for a row that the database refused. The database's own text is left out: it
// quotes the value, which may be a secret.
func (t *table) refused(what, code string, err error) error {
	where := ""
	if column := t.refusedColumn(err); column != "" {
		where = " because of column " + column
	}
	return &refusalError{fmt.Errorf("bunadapter: %s %s: %w: the database refused the row%s (%s); look at its types and constraints", what, t.name, ErrValue, where, code)}
}

// refusalError says that the database refused a value itself.
type refusalError struct{ err error }

func (e *refusalError) Error() string { return e.err.Error() }

func (e *refusalError) Unwrap() error { return e.err }

// decorationError says that the database refused a row with decoration in it, which may be what it
// refused. The transaction has failed, and has to begin again without it.
type decorationError struct {
	refusalError
	table string
}

// namedColumn finds the column at the end of the texts of MySQL, MariaDB and SQLite.
var namedColumn = regexp.MustCompile("(?:column [`'\"]?|[`.])([A-Za-z_]+)[`'\"]?(?: at row [0-9]+| cannot be null| failed for [^']+| \\([0-9]+\\))?$")

// refusedColumn is the column that the database names, when it is one of the table's.
func (t *table) refusedColumn(err error) string {
	for e := range causes(err) {
		name := ""
		if f := fieldOf(e, "ColumnName"); f.Kind() == reflect.String { // pgx names some there
			name = f.String()
		}
		if m := namedColumn.FindStringSubmatch(e.Error()); name == "" && m != nil {
			name = m[1]
		}
		if t.columns[name] != nil {
			return name
		}
	}
	return ""
}
