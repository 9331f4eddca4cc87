package bunadapter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// Migrate makes the tables of [Schema] in a database that has none of Prisma's or Drizzle's names.
// It does nothing when User and Account are there, for it never adds to what another tool made and
// never changes anything: [Adapter.Check] says what is missing then. Several processes may call it
// at once.
func Migrate(ctx context.Context, db *bun.DB) error {
	if Schema(db.Dialect().Name()) == "" {
		return fmt.Errorf("%w: the dialect %s is not supported; use PostgreSQL, MySQL or SQLite", ErrSchema, db.Dialect().Name())
	}
	err := retry(ctx, func() error {
		return db.RunInTx(ctx, nil, migrate)
	})
	if err != nil && !errors.Is(err, ErrSchema) {
		return fmt.Errorf("bunadapter: making the tables: %w%s", err, poolerHint(err))
	}
	return err
}

// migrate makes the tables within tx. MySQL commits at every one of them, so what it finds may be
// half of what an earlier call made.
func migrate(ctx context.Context, tx bun.Tx) error {
	d := tx.Dialect().Name()
	unlock, err := lock(ctx, d, tx)
	if err != nil {
		return err
	}
	defer unlock()
	found, err := readCatalog(ctx, tx, "", slices.Concat(PrismaTables().names(), DrizzleTables().names()))
	if err != nil || found.has(PrismaTables()) || found.has(DrizzleTables()) {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: of the tables that ginauth needs there are only %s; nothing is added to what another tool made, so remove them or add the others:\n%s",
			ErrSchema, strings.Join(slices.Sorted(maps.Keys(found)), ", "), Schema(d))
	}
	for _, statement := range statements(Schema(d)) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// lock keeps others from migrating until tx ends or unlock is called. On SQLite one of two writers
// is refused instead, and tries again.
func lock(ctx context.Context, d dialect.Name, tx bun.Tx) (unlock func(), err error) {
	switch d {
	case dialect.PG:
		_, err = tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('ginauth migrate'))")
	case dialect.MySQL:
		var got int
		if err = tx.QueryRowContext(ctx, "SELECT COALESCE(GET_LOCK('ginauth migrate', 30), 0)").Scan(&got); err == nil && got != 1 {
			err = errors.New("another process has been making them for 30 seconds")
		}
		return func() { _, _ = tx.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK('ginauth migrate')") }, err
	}
	return func() {}, err
}
