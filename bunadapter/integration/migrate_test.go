package integration

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/bunadapter"
)

func TestMigrate(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			t.Run("twice", func(t *testing.T) {
				db := e.open(t, nil)
				must(t, "Migrate", bunadapter.Migrate(ctx, db))
				a := bunadapter.New(db)
				u, _ := signUp(t, a)
				must(t, "Migrate again", bunadapter.Migrate(ctx, db))
				if got, err := a.UserByID(ctx, u.ID); err != nil || got != u {
					t.Errorf("after Migrate the user is %+v, %v", got, err)
				}
			})
			t.Run("by several at once", func(t *testing.T) {
				db := e.open(t, nil)
				var wg sync.WaitGroup
				errs := make([]error, 5)
				for i := range errs {
					wg.Go(func() { errs[i] = bunadapter.Migrate(ctx, db) })
				}
				wg.Wait()
				must(t, "Migrate", errors.Join(errs...))
				must(t, "Check", bunadapter.New(db).Check(ctx))
			})
			t.Run("not beside others", func(t *testing.T) {
				db := e.open(t, nil)
				run(t, db.DB, "CREATE TABLE "+quote(db, "Session")+" (x INTEGER)")
				err := bunadapter.Migrate(ctx, db)
				if !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), "only Session;") {
					t.Errorf("Migrate beside a table Session: %v", err)
				}
				if db.Dialect().Name() == dialect.SQLite {
					if got := raw(t, db, `SELECT count(*) FROM sqlite_master`); got != "1" {
						t.Errorf("Migrate made tables: %s", got)
					}
				}
			})
			t.Run("foreign keys", func(t *testing.T) {
				db := e.open(t, nil)
				must(t, "Migrate", bunadapter.Migrate(ctx, db))
				signUp(t, bunadapter.New(db))
				run(t, db.DB, "DELETE FROM "+quote(db, "User"))
				for _, table := range []string{"Account", "Session", "Authenticator"} {
					if got := raw(t, db, "SELECT count(*) FROM "+quote(db, table)); got != "0" {
						t.Errorf("%s kept %s rows of a user who is gone", table, got)
					}
				}
			})
		})
	}
}

// TestMigrateLeavesSchemasAlone calls Migrate where Prisma or Drizzle made the tables.
func TestMigrateLeavesSchemasAlone(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		db, _ := s.open(t, nil)
		count := map[string]string{
			"postgres": `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace), (SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema())`,
			"mysql":    `SELECT (SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE()), (SELECT count(*) FROM information_schema.statistics WHERE table_schema = DATABASE())`,
			"sqlite":   `SELECT count(*), group_concat(sql) FROM sqlite_master`,
		}[s.engine]
		before := raw(t, db, count)
		must(t, "Migrate", bunadapter.Migrate(t.Context(), db))
		if after := raw(t, db, count); after != before {
			t.Errorf("Migrate changed the database from %s to %s", before, after)
		}
	})
}
