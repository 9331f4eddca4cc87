package bunadapter

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

func readSQLite(ctx context.Context, db bun.IDB, schema string, names []string) (catalog, error) {
	schema = cmp.Or(schema, "main")
	master := quote(dialect.SQLite, schema) + ".sqlite_master"
	found := catalog{}
	err := each(ctx, db, `SELECT m.name, m.sql, c.name, c.type, c."notnull" = 0, c.dflt_value IS NOT NULL, c.pk
		FROM `+master+` AS m JOIN pragma_table_info(m.name, ?) AS c
		WHERE m.type = 'table' AND m.name COLLATE NOCASE IN (?) ORDER BY m.name, c.cid`, []any{schema, bun.List(names)}, func(rows *sql.Rows) error {
		var table, create string
		var primary int
		c := &column{digits: 3}
		if err := rows.Scan(&table, &create, &c.name, &c.dataType, &c.nullable, &c.hasDefault, &primary); err != nil {
			return err
		}
		c.setSQLiteKind()
		e := found.table(table)
		e.caseBlind = true
		e.noRowID = strings.HasSuffix(strings.TrimRight(strings.ToUpper(create), "; \n\t"), "WITHOUT ROWID")
		// The one column that SQLite numbers by itself.
		c.hasDefault = c.hasDefault || primary > 0 && strings.EqualFold(c.dataType, "INTEGER") && !e.noRowID
		e.columns = append(e.columns, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, `SELECT m.name, i.name, c.name
		FROM `+master+` AS m JOIN pragma_index_list(m.name, ?) AS i JOIN pragma_index_info(i.name, ?) AS c
		WHERE m.type = 'table' AND m.name COLLATE NOCASE IN (?) AND i."unique" AND NOT i.partial
		ORDER BY m.name, i.seq, c.seqno`, []any{schema, schema, bun.List(names)}, func(rows *sql.Rows) error {
		var table, key string
		var column sql.NullString // NULL for an expression, which covers no column by itself
		if err := rows.Scan(&table, &key, &column); err != nil {
			return err
		}
		found.table(table).unique(key, column.String)
		return nil
	})
	return found, err
}

// setSQLiteKind takes the type for what the tools use it for: SQLite itself stores anything
// anywhere.
func (c *column) setSQLiteKind() {
	declared := strings.ToUpper(c.dataType)
	switch c.name {
	case "expires", "emailVerified", createdAt, updatedAt:
		c.kind = timeKind
		if strings.Contains(declared, "INT") {
			c.kind = millisKind
		}
	case "counter", "expires_at":
		c.kind = intKind
	case "credentialBackedUp":
		c.kind = boolKind
	default:
		c.kind = textKind
		if strings.Contains(declared, "INT") {
			c.kind = intKind // an ID that the application numbers
		}
	}
}
