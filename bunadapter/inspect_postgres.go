package bunadapter

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
)

func readPostgres(ctx context.Context, db bun.IDB, schema string, names []string) (catalog, error) {
	var escapes string
	if err := db.QueryRowContext(ctx, "SELECT current_setting('standard_conforming_strings')").Scan(&escapes); err != nil {
		return nil, err
	}
	if escapes != "on" {
		return nil, fmt.Errorf("%w: standard_conforming_strings is off, and Bun's quoting needs it on; "+
			"leave it out of the connection's and the role's settings", ErrSchema)
	}
	// Of tables with the same name the connection uses the one whose schema comes first.
	path, pathArgs := "current_schemas(false)", []any{}
	if schema != "" {
		path, pathArgs = "ARRAY[CAST(? AS name)]", []any{schema}
	}
	found, schemas := catalog{}, map[string]string{}
	err := each(ctx, db, `SELECT c.table_schema, c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES',
			c.column_default IS NOT NULL OR c.is_identity = 'YES' OR c.is_generated = 'ALWAYS',
			c.character_maximum_length, c.datetime_precision
		FROM information_schema.columns AS c
		JOIN unnest(`+path+`) WITH ORDINALITY AS s(name, place) ON s.name = c.table_schema
		WHERE c.table_name IN (?)
		ORDER BY s.place, c.ordinal_position`, append(pathArgs, bun.List(names)), func(rows *sql.Rows) error {
		var in, table string
		var chars, digits sql.NullInt64
		c := &column{}
		if err := rows.Scan(&in, &table, &c.name, &c.dataType, &c.nullable, &c.hasDefault, &chars, &digits); err != nil {
			return err
		}
		if first, ok := schemas[table]; ok && first != in {
			return nil
		}
		schemas[table] = in
		c.maxChars, c.digits = chars.Int64, min(int(digits.Int64), 3)
		c.setPostgresKind()
		found.table(table).columns = append(found.table(table).columns, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, `SELECT n.nspname, t.relname, i.relname, a.attname
		FROM pg_catalog.pg_index AS x
		JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
		JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
		JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey[0:x.indnkeyatts - 1])
		WHERE x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND t.relname IN (?)
		ORDER BY i.relname`, []any{bun.List(names)}, func(rows *sql.Rows) error {
		var in, table, key, column string
		if err := rows.Scan(&in, &table, &key, &column); err != nil {
			return err
		}
		if schemas[table] == in {
			found.table(table).unique(key, column)
		}
		return nil
	})
	return found, err
}

func (c *column) setPostgresKind() {
	switch c.dataType {
	case "text", "character varying", "character", "USER-DEFINED": // the last are citext and enums
		c.kind = textKind
	case "uuid":
		c.kind = uuidKind
	case "smallint", "integer", "bigint", "numeric":
		c.kind, c.maxInt = intKind, intLimit(c.dataType, false)
	case "boolean":
		c.kind = boolKind
	case "timestamp without time zone":
		c.kind = timeKind
	case "timestamp with time zone":
		c.kind, c.zoned = timeKind, true
	}
}

// each calls fn for every row of a query.
func each(ctx context.Context, db bun.IDB, query string, args []any, fn func(rows *sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
