package bunadapter

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
)

func readMySQL(ctx context.Context, db bun.IDB, schema string, names []string) (catalog, error) {
	var mode, charset string
	var lowerCase int
	if err := db.QueryRowContext(ctx, "SELECT @@sql_mode, @@character_set_client, @@lower_case_table_names").Scan(&mode, &charset, &lowerCase); err != nil {
		return nil, err
	}
	if strings.Contains(mode, "NO_BACKSLASH_ESCAPES") {
		return nil, fmt.Errorf("%w: sql_mode has NO_BACKSLASH_ESCAPES, with which Bun's quoting would change values; remove it from the connection's settings", ErrSchema)
	}
	if charset != "utf8mb4" {
		return nil, fmt.Errorf("%w: the connection's character set is %s, which cannot carry every text; set it to utf8mb4 in the DSN", ErrSchema, charset)
	}
	in, inArgs := "DATABASE()", []any{bun.List(names)}
	if schema != "" {
		in, inArgs = "?", []any{schema, bun.List(names)}
	}
	found := catalog{}
	err := each(ctx, db, `SELECT table_name, column_name, data_type, column_type, is_nullable = 'YES',
			column_default IS NOT NULL OR extra LIKE '%auto_increment%' OR extra LIKE '%GENERATED%',
			character_maximum_length, character_octet_length, character_set_name, collation_name, datetime_precision, COALESCE(generation_expression, '')
		FROM information_schema.columns WHERE table_schema = `+in+` AND table_name IN (?)
		ORDER BY table_name, ordinal_position`, inArgs, func(rows *sql.Rows) error {
		var table, columnType string
		var chars, bytes, digits sql.NullInt64
		var charset, collation sql.NullString
		c := &column{}
		if err := rows.Scan(&table, &c.name, &c.dataType, &columnType, &c.nullable, &c.hasDefault, &chars, &bytes, &charset, &collation, &digits, &c.generated); err != nil {
			return err
		}
		c.dataType = strings.ToLower(c.dataType)
		c.maxChars, c.maxBytes, c.digits = chars.Int64, bytes.Int64, min(int(digits.Int64), 3)
		c.maxRune, c.ascii, c.collation = highestRune(charset.String), charset.String == "ascii", collation.String
		c.allowed = enumValues(columnType)
		c.setMySQLKind(strings.Contains(columnType, "unsigned"))
		e := found.table(table)
		e.caseBlind = lowerCase != 0
		e.columns = append(e.columns, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, `SELECT table_name, index_name, column_name FROM information_schema.statistics
		WHERE non_unique = 0 AND column_name IS NOT NULL AND table_schema = `+in+` AND table_name IN (?)
		ORDER BY table_name, index_name, seq_in_index`, inArgs, func(rows *sql.Rows) error {
		var table, key, column string
		if err := rows.Scan(&table, &key, &column); err != nil {
			return err
		}
		found.table(table).unique(key, column)
		return nil
	})
	return found, err
}

func (c *column) setMySQLKind(unsigned bool) {
	switch c.dataType {
	case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "uuid":
		c.kind = textKind
	case "tinyint", "bit":
		c.kind = boolKind
	case "smallint", "mediumint", "int", "bigint", "decimal":
		c.kind, c.maxInt = intKind, intLimit(c.dataType, unsigned)
	case "datetime", "timestamp":
		c.kind = timeKind
	}
}

// enumValues are what a column of type ENUM takes. Without the strict mode MySQL writes an empty
// text in place of anything else.
func enumValues(columnType string) (values []string) {
	list, ok := strings.CutPrefix(columnType, "enum('")
	if !ok {
		return nil
	}
	for value := range strings.SplitSeq(strings.TrimSuffix(list, "')"), "','") {
		values = append(values, strings.ReplaceAll(value, "''", "'"))
	}
	return values
}

// highestRune is the highest character of a character set, 0 for all. Of the many sets that are
// neither UTF-8 nor ASCII only the characters of ASCII are trusted.
func highestRune(charset string) rune {
	switch charset {
	case "", "utf8mb4", "binary":
		return 0
	case "utf8", "utf8mb3":
		return 0xffff
	}
	return unicode.MaxASCII
}
