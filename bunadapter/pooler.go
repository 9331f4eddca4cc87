package bunadapter

import (
	"slices"
	"strings"
)

// poolerHint is the remedy, to follow an error's text, when the error says that a prepared statement
// was lost or is another client's: a pooler such as PgBouncer gives each transaction another
// connection, and pgx prepares statements on the one that it believes to have. Otherwise, or when
// the text has the remedy already, it is empty.
func poolerHint(err error) string {
	if !isPreparedElsewhere(err) || strings.Contains(err.Error(), poolerRemedy) {
		return ""
	}
	return "; a pooler in transaction mode, such as PgBouncer, does not keep prepared statements: " + poolerRemedy
}

const poolerRemedy = "set default_query_exec_mode=exec (or simple_protocol) in the URL of the database"

// isPreparedElsewhere reports whether PostgreSQL does not know a prepared statement (26000), has one
// with this name already (42P05), or has another one (08P01). PgBouncer's own complaints are 08P01
// as well, and fatal.
func isPreparedElsewhere(err error) bool {
	return slices.ContainsFunc(sqlStates(err), func(state string) bool {
		return state == "26000" || state == "42P05" || state == "08P01" && !strings.Contains(err.Error(), "FATAL")
	})
}
