package bunadapter

import (
	"fmt"
	"strings"

	"github.com/uptrace/bun/dialect"
)

// folded is what to say of a unique key that refused a row: on MySQL it may have been for a value that
// only the column's collation takes for the same. Addresses may differ in nothing but accents, which
// UserByEmail tells apart, and account ids in nothing but case.
func (t *table) folded() string {
	for _, f := range []struct{ column, differ, apart string }{
		{"email", "accents", "_as_"},
		{"providerAccountId", "case or accents", "_as_cs_"},
	} {
		c := t.columns[f.column]
		if c == nil || c.dialect != dialect.MySQL || c.collation == "" || keepsApart(c.collation, f.apart) {
			continue
		}
		return fmt.Sprintf("if no row has the very same %s, it is because the collation %s does not tell %s apart; change it with: ALTER TABLE %s %s;",
			f.column, c.collation, f.differ, t.sql, c.modify(c.fullType()+" CHARACTER SET utf8mb4", "utf8mb4_bin", c.nullable))
	}
	return ""
}

// keepsApart reports whether a collation compares bytes, or has this part in its name.
func keepsApart(collation, part string) bool {
	return strings.Contains(collation+"_", part) || strings.HasSuffix(collation, "_bin") || collation == "binary"
}
