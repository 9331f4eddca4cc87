package bunadapter

import (
	_ "embed"
	"strings"

	"github.com/uptrace/bun/dialect"
)

//go:embed sql/postgres.sql
var postgresSchema string

//go:embed sql/mysql.sql
var mysqlSchema string

//go:embed sql/sqlite.sql
var sqliteSchema string

// Schema returns the SQL that [Migrate] runs: the tables of Auth.js's schema with passkeys, under
// Prisma's names, for dialect.PG, dialect.MySQL or dialect.SQLite. It is empty for any other
// dialect.
func Schema(d dialect.Name) string {
	switch d {
	case dialect.PG:
		return postgresSchema
	case dialect.MySQL:
		return mysqlSchema
	case dialect.SQLite:
		return sqliteSchema
	}
	return ""
}

// statements returns the statements of a schema one by one, without its comments.
func statements(schema string) (list []string) {
	var lines []string
	for line := range strings.Lines(schema) {
		if !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	for statement := range strings.SplitSeq(strings.Join(lines, ""), ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			list = append(list, statement)
		}
	}
	return list
}

// createTable returns the statements that make the table of m and its indexes, under other names
// where the tables have such.
func createTable(d dialect.Name, m model, names Tables) string {
	var own []string
	table := quote(d, m.name)
	for _, statement := range statements(Schema(d)) {
		if strings.HasPrefix(statement, "CREATE TABLE "+table) || strings.Contains(statement, " ON "+table) {
			own = append(own, statement+";")
		}
	}
	if names == DrizzleTables() {
		own = forDrizzle(d, own)
	}
	var renames []string
	for i, standard := range PrismaTables().names() {
		renames = append(renames, quote(d, standard), quote(d, names.names()[i]))
	}
	return strings.NewReplacer(renames...).Replace(strings.Join(own, "\n"))
}

// forDrizzle changes the statements to what Drizzle's adapter works with: it fills no id of an
// authenticator, and on SQLite keeps times as numbers.
func forDrizzle(d dialect.Name, own []string) []string {
	id, credential, expires := quote(d, "id"), quote(d, "credentialID"), quote(d, "expires")
	list := make([]string, len(own))
	for i, statement := range own {
		if strings.Contains(statement, credential) {
			var lines []string
			for line := range strings.Lines(statement) {
				if !strings.HasPrefix(strings.TrimSpace(line), id) {
					lines = append(lines, strings.Replace(line, "PRIMARY KEY ("+id+")", "PRIMARY KEY ("+credential+")", 1))
				}
			}
			statement = strings.Join(lines, "")
		}
		if d == dialect.SQLite {
			statement = strings.Replace(statement, expires+" DATETIME", expires+" INTEGER", 1)
		}
		list[i] = statement
	}
	return list
}
