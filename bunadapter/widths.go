package bunadapter

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// Characters that columns of text should hold. Values of providers are bounded by their
// specifications or by what is common, ginauth's own by how they are made.
const (
	uuidChars   = 36
	recordChars = 160 // what ginauth records of links and sign-ins: two hashes and some words
	idChars     = 255 // OpenID Connect Core 1.0, section 2: sub
	emailChars  = 254 // RFC 5321, section 4.5.3.1.3, less the brackets
	scopeChars  = 255
	keyChars    = 512  // RSA keys of 2048 bits, in base64, have 360
	imageChars  = 2048 // a URL
	tokenChars  = 4096 // ID tokens and access tokens that list groups and roles
	indexedText = 255  // the longest column that MySQL indexes beside others
)

// warnOfWidths logs which columns are too short for what use stores, and the SQL that widens them.
func (a *Adapter) warnOfWidths(ctx context.Context, t *table, use ginauth.TableUse) {
	var columns, changes []string
	for _, f := range t.model.fields {
		c := t.columns[f.name]
		if c == nil || c.capacity() == 0 || c.capacity() >= f.chars || f.onlyFor != nil && !f.onlyFor(use) {
			continue
		}
		columns = append(columns, fmt.Sprintf("%s.%s is %s(%d) and should hold %d characters", t.name, f.name, c.dataType, c.capacity(), f.chars))
		changes = append(changes, c.widen(f.chars))
	}
	if len(columns) == 0 {
		return
	}
	a.logger().WarnContext(ctx, "bunadapter: columns are too short; values that do not fit are refused, and names and pictures left out",
		slog.String("table", t.name), slog.String("columns", strings.Join(columns, "; ")),
		slog.String("sql", "ALTER TABLE "+t.sql+" "+strings.Join(changes, ", ")+";"))
}

// capacity is how many characters of text are sure to fit, or 0 for no limit.
func (c *column) capacity() int64 {
	if c.kind != textKind || len(c.allowed) > 0 || c.dataType == "uuid" {
		return 0
	}
	return c.maxChars
}

// widen is the part of ALTER TABLE that makes room for this many characters, and leaves the column
// as it is otherwise.
func (c *column) widen(chars int64) string {
	if c.dialect != dialect.MySQL {
		return "ALTER COLUMN " + c.sql + " TYPE TEXT"
	}
	kind := "TEXT"
	if chars <= indexedText {
		kind = fmt.Sprintf("VARCHAR(%d)", indexedText)
	}
	return c.modify(kind, c.collation, c.nullable)
}
