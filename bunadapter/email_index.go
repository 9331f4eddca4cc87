package bunadapter

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// manyUsers is the number of users from which on a search without an index is reported.
const manyUsers = 10_000

// emailSearch is how the user table is searched for an address in another case.
type emailSearch struct {
	// folds: to the column itself addresses that differ in case are the same.
	folds bool
	// lower is the expression, of the user table as u, that is compared with the address in lower case.
	lower string
	// indexed: the search does not read the whole table. unique: no two rows have it.
	indexed, unique bool
}

// lowerEmail matches what the databases say of an index or a column over lower(email), which is lcase
// to MariaDB.
var lowerEmail = regexp.MustCompile("(?i)\\b(?:lower|lcase)\\s*\\(\\s*\\(?[\"`\\[]?email[\"`\\]]?\\)?(::[a-z ]+)?\\s*\\)")

// readEmailSearch looks for what helps to find an address in another case.
func readEmailSearch(ctx context.Context, db bun.IDB, l *layout, schema string) (emailSearch, error) {
	if l.user.usable() != nil {
		return emailSearch{}, nil //nolint:nilerr // a table that is not usable has nothing to look at
	}
	column := l.user.columns["email"]
	s := emailSearch{lower: "lower(u." + column.sql + ")"}
	var err error
	switch l.dialect {
	case dialect.PG:
		if s.folds, err = ignoresCase(ctx, db, l.user, column); err == nil {
			err = s.readPostgres(ctx, db, l.user)
		}
	case dialect.MySQL:
		if strings.HasSuffix(column.dataType, "binary") || strings.HasSuffix(column.dataType, "blob") {
			s.lower = "lower(CONVERT(u." + column.sql + " USING utf8mb4))"
		}
		if s.folds, err = ignoresCase(ctx, db, l.user, column); err == nil {
			err = s.readMySQL(ctx, db, l.user)
		}
	case dialect.SQLite:
		err = s.readSQLite(ctx, db, l.user, schema)
	}
	if err != nil {
		return s, fmt.Errorf("bunadapter: looking at the indexes of %s: %w", l.user.name, err)
	}
	return s, nil
}

// ignoresCase asks the database whether two texts of this column that differ in case are the same. The
// table's rows are not read.
func ignoresCase(ctx context.Context, db bun.IDB, t *table, c *column) (bool, error) {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT "+c.sql+" AS email FROM "+t.sql+" WHERE 1 = 0 UNION ALL SELECT 'A') AS x WHERE x.email = 'a'").Scan(&n)
	return n > 0, err
}

func (s *emailSearch) readPostgres(ctx context.Context, db bun.IDB, t *table) error {
	return each(ctx, db, `SELECT pg_catalog.pg_get_indexdef(x.indexrelid, 1, true), x.indisunique AND x.indnkeyatts = 1
		FROM pg_catalog.pg_index AS x
		WHERE x.indrelid = CAST(? AS regclass) AND x.indisvalid AND x.indpred IS NULL AND x.indkey[0] = 0`, []any{t.sql}, func(rows *sql.Rows) error {
		var expression string
		var unique bool
		err := rows.Scan(&expression, &unique)
		s.add(lowerEmail.MatchString(expression), unique)
		return err
	})
}

// add takes an index into account that begins with lower(email).
func (s *emailSearch) add(fits, unique bool) {
	s.indexed, s.unique = s.indexed || fits, s.unique || fits && unique
}

// readMySQL finds indexes over an expression, which MySQL has, and over a generated column, which
// MariaDB has as well.
func (s *emailSearch) readMySQL(ctx context.Context, db bun.IDB, t *table) error {
	generated := map[string]bool{}
	for name, c := range t.columns {
		generated[name] = lowerEmail.MatchString(c.generated)
	}
	type key struct {
		column         string
		fits, unique   bool
		firstOfSeveral bool
	}
	keys := map[string]*key{}
	err := each(ctx, db, "SHOW INDEX FROM "+t.sql, nil, func(rows *sql.Rows) error {
		row, err := scanNamed(rows)
		if err != nil {
			return err
		}
		if row["seq_in_index"] != "1" {
			if k := keys[row["key_name"]]; k != nil {
				k.firstOfSeveral = true
			}
			return nil
		}
		column := row["column_name"]
		keys[row["key_name"]] = &key{
			column: column,
			fits:   generated[column] || lowerEmail.MatchString(row["expression"]),
			unique: row["non_unique"] == "0",
		}
		return nil
	})
	for _, k := range keys {
		s.add(k.fits, k.unique && !k.firstOfSeveral)
		if k.fits && k.column != "" {
			s.lower = "u." + quote(dialect.MySQL, k.column)
		}
	}
	return err
}

// scanNamed returns a row by the names of its columns, in lower case.
func scanNamed(rows *sql.Rows) (map[string]string, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, dest := make([]sql.NullString, len(names)), make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	err = rows.Scan(dest...)
	row := map[string]string{}
	for i, name := range names {
		row[strings.ToLower(name)] = values[i].String
	}
	return row, err
}

// readSQLite finds indexes over lower(email), and those over email that ignore case.
func (s *emailSearch) readSQLite(ctx context.Context, db bun.IDB, t *table, schema string) error {
	if schema == "" {
		schema = "main"
	}
	column := t.columns["email"]
	return each(ctx, db, `SELECT COALESCE(x.name, ''), x.coll, COALESCE(m.sql, ''), i."unique" AND
			(SELECT count(*) FROM pragma_index_info(i.name, ?)) = 1
		FROM pragma_index_list(?, ?) AS i JOIN pragma_index_xinfo(i.name, ?) AS x
		LEFT JOIN `+quote(dialect.SQLite, schema)+`.sqlite_master AS m ON m.type = 'index' AND m.name = i.name
		WHERE x.seqno = 0 AND NOT i.partial`, []any{schema, t.name, schema, schema}, func(rows *sql.Rows) error {
		var name, collation, create string
		var unique bool
		err := rows.Scan(&name, &collation, &create, &unique)
		switch {
		case name == column.name && strings.EqualFold(collation, "NOCASE"):
			s.lower = "u." + column.sql + " COLLATE NOCASE"
			s.add(true, unique)
		case name == "" && lowerEmail.MatchString(create):
			s.add(true, unique)
		}
		return err
	})
}

// warnOfSearch reports a table so large that the search needs an index.
func (a *Adapter) warnOfSearch(ctx context.Context, l *layout) error {
	if l.user.usable() != nil || l.email.folds || l.email.indexed {
		return nil //nolint:nilerr // a table that is not usable has nothing to look at
	}
	var n int
	err := a.db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 AS one FROM "+l.user.sql+" LIMIT ?) AS few", manyUsers).Scan(&n)
	if err != nil {
		return l.user.explain("select from", err)
	}
	if n == manyUsers {
		a.options.logger.WarnContext(ctx, "bunadapter: an address that no user has is searched for in the whole table, in case it is stored in capitals",
			slog.String("table", l.user.name), slog.String("remedy", l.user.lowerIndex()))
	}
	return nil
}

// lowerIndex is the statement that adds a unique key over lower(email).
func (t *table) lowerIndex() string {
	d := t.dialect()
	key, email := quote(d, t.name+"_email_lower_key"), quote(d, "email")
	if d == dialect.MySQL {
		column := quote(d, "emailLower")
		return "ALTER TABLE " + t.sql + " ADD COLUMN " + column + " VARCHAR(255) GENERATED ALWAYS AS (lower(" + email + ")) VIRTUAL, ADD UNIQUE INDEX " + key + " (" + column + ");"
	}
	return "CREATE UNIQUE INDEX " + key + " ON " + t.sql + " (lower(" + email + "));"
}
