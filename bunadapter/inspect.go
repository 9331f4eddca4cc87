package bunadapter

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// catalog is what a database says of the tables it was asked for, by their names.
type catalog map[string]*entry

// entry is a table in the catalog.
type entry struct {
	columns   []*column
	uniques   []uniqueKey
	noRowID   bool // of SQLite, WITHOUT ROWID
	caseBlind bool // names are compared without case
}

func (c catalog) table(name string) *entry {
	if c[name] == nil {
		c[name] = &entry{}
	}
	return c[name]
}

// unique adds a column to the unique key with this name.
func (e *entry) unique(key, column string) {
	if i := slices.IndexFunc(e.uniques, func(u uniqueKey) bool { return u.name == key }); i >= 0 {
		e.uniques[i].columns = append(e.uniques[i].columns, column)
		return
	}
	e.uniques = append(e.uniques, uniqueKey{key, []string{column}})
}

// find returns the table with this name and how the database spells it.
func (c catalog) find(name string) (string, *entry) {
	if e := c[name]; e != nil {
		return name, e
	}
	for other, e := range c {
		if e.caseBlind && strings.EqualFold(other, name) {
			return other, e
		}
	}
	return name, nil
}

// has reports whether there are users and accounts with these names.
func (c catalog) has(t Tables) bool { return c[t.User] != nil && c[t.Account] != nil }

// inspect looks at the tables. Its error says that the database could not be asked or has no
// tables for ginauth; what is wrong with single tables is in the layout.
func inspect(ctx context.Context, db *bun.DB, o *options) (*layout, error) {
	names := slices.Concat(PrismaTables().names(), DrizzleTables().names())
	if o.tables != nil {
		names = o.tables.names()
	}
	for _, name := range append(names, o.schema) {
		if strings.ContainsAny(name, "?\x00\\") {
			return nil, fmt.Errorf("%w: the name %q has characters that Bun cannot quote", ErrSchema, name)
		}
	}
	found, err := readCatalog(ctx, db, o.schema, names)
	if err != nil {
		return nil, err
	}
	tables, err := choose(found, o)
	if err != nil {
		return nil, err
	}
	l := newLayout(db.Dialect().Name(), found, tables, o.schema)
	if l.email, err = readEmailSearch(ctx, db, l, o.schema); err != nil {
		return nil, err
	}
	if err := l.findUnits(ctx, db, o); err != nil {
		return l, err
	}
	return l, nil
}

func readCatalog(ctx context.Context, db bun.IDB, schema string, names []string) (catalog, error) {
	var found catalog
	var err error
	switch name := db.Dialect().Name(); name {
	case dialect.PG:
		found, err = readPostgres(ctx, db, schema, names)
	case dialect.MySQL:
		found, err = readMySQL(ctx, db, schema, names)
	case dialect.SQLite:
		found, err = readSQLite(ctx, db, schema, names)
	default:
		return nil, fmt.Errorf("%w: the dialect %s is not supported; use PostgreSQL, MySQL or SQLite", ErrSchema, name)
	}
	if err != nil {
		return nil, lookError(err)
	}
	return found, nil
}

// lookError says that the tables could not be looked at.
func lookError(err error) error {
	return fmt.Errorf("bunadapter: looking at the tables: %w%s", err, poolerHint(err))
}

// choose decides which names the tables have.
func choose(found catalog, o *options) (Tables, error) {
	prisma, drizzle := PrismaTables(), DrizzleTables()
	switch {
	case o.tables != nil:
		return *o.tables, nil
	case found.has(prisma) && found.has(drizzle):
		return Tables{}, fmt.Errorf("%w: there are tables with Prisma's names and with Drizzle's names; "+
			"choose with bunadapter.WithTables", ErrSchema)
	case found.has(drizzle):
		return drizzle, nil
	case found.has(prisma) || len(found) > 0:
		return prisma, nil
	}
	return Tables{}, fmt.Errorf("%w: there are no tables with Prisma's names (%s) or Drizzle's (%s); make them with "+
		"bunadapter.Migrate or the SQL of bunadapter.Schema, or name yours with bunadapter.WithTables",
		ErrSchema, strings.Join(prisma.names(), ", "), strings.Join(drizzle.names(), ", "))
}

func newLayout(d dialect.Name, found catalog, names Tables, schema string) *layout {
	l := &layout{dialect: d}
	for i, t := range []**table{&l.user, &l.account, &l.session, &l.token, &l.authenticator} {
		*t = newTable(d, models[i], found, names, schema)
	}
	l.selects()
	return l
}

// newTable compares a model with what the catalog has.
func newTable(d dialect.Name, m model, found catalog, names Tables, schema string) *table {
	name, e := found.find(names.of(m))
	t := &table{model: m, name: name, sql: quote(d, name), columns: map[string]*column{}}
	if schema != "" {
		t.sql = quote(d, schema) + "." + t.sql
	}
	if e == nil {
		t.problems = []string{fmt.Sprintf("table %s is missing; add it with:\n%s", name, createTable(d, m, names))}
		return t
	}
	t.exists, t.uniques = true, e.uniques
	for _, c := range e.columns {
		c.table, c.sql, c.dialect = name, quote(d, c.name), d
		t.columns[c.name] = c
	}
	switch {
	case d == dialect.SQLite && !e.noRowID:
		t.order = "rowid"
	case t.columns[createdAt] != nil:
		t.order = t.columns[createdAt].sql
	case t.columns[rowID] != nil:
		t.order = t.columns[rowID].sql
	}
	t.problems = t.compare()
	return t
}

// of is the name of the table of m.
func (t Tables) of(m model) string {
	return t.names()[slices.IndexFunc(models[:], func(other model) bool { return other.name == m.name })]
}
