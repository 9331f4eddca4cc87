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
	for _, f := range []struct {
		column, differ string
		apart          []string
	}{
		{"email", "accents", []string{"_as_"}},
		{"providerAccountId", "case or accents", []string{"_as_cs"}},
	} {
		c := t.columns[f.column]
		if c == nil || c.dialect != dialect.MySQL || c.collation == "" || keepsApart(c.collation, f.apart) {
			continue
		}
		kind := c.dataType
		if c.maxChars > 0 && !strings.HasSuffix(kind, "text") {
			kind = fmt.Sprintf("%s(%d)", kind, c.maxChars)
		}
		null := "NULL"
		if !c.nullable {
			null = "NOT NULL"
		}
		return fmt.Sprintf("its collation %s takes values of %s for the same that differ in %s; change it with: ALTER TABLE %s MODIFY %s %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin %s;",
			c.collation, f.column, f.differ, t.sql, c.sql, kind, null)
	}
	return ""
}

// keepsApart reports whether a collation compares bytes, or has one of these parts in its name.
func keepsApart(collation string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(collation+"_", part) {
			return true
		}
	}
	return strings.HasSuffix(collation, "_bin") || collation == "binary"
}
