package integration

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/ginauth/ginauth/ginauth"
)

// storageError wraps an adapter's error as ginauth does within a transaction.
func storageError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: update user: %w", ginauth.ErrStorage, err)
}

// TestDeadlockWithinStorageError: a deadlock is recognized and the transaction runs again although
// the function wraps the statement's error, as every function of ginauth does.
func TestDeadlockWithinStorageError(t *testing.T) {
	for _, e := range engines()[1:] {
		t.Run(e.name, func(t *testing.T) {
			testDeadlock(t, e, func(ctx context.Context, tx ginauth.Adapter, u ginauth.User) error {
				return storageError(tx.UpdateUser(ctx, u))
			})
		})
		t.Run(e.name+", nested", func(t *testing.T) {
			testDeadlock(t, e, func(ctx context.Context, tx ginauth.Adapter, u ginauth.User) error {
				return storageError(tx.(ginauth.TxAdapter).InTx(ctx, func(tx ginauth.Adapter) error { return storageError(tx.UpdateUser(ctx, u)) }))
			})
		})
	}
}

// TestChangedRowIsReadAgain: a transaction is run again when another one has written its row since it
// read it. PostgreSQL says 40001, MariaDB 1020, and SQLite SQLITE_BUSY_SNAPSHOT.
func TestChangedRowIsReadAgain(t *testing.T) {
	for _, e := range snapshotEngines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			u, err := a.CreateUser(ctx, ginauth.User{Name: "before"})
			must(t, "CreateUser", err)
			calls := 0
			must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) error {
				calls++
				mine, err := tx.UserByID(ctx, u.ID)
				if err != nil {
					return storageError(err)
				}
				if calls == 1 {
					other := mine
					other.Image = "https://example.com/other.png"
					must(t, "UpdateUser by another", a.UpdateUser(ctx, other))
				}
				mine.Name = "after"
				return storageError(tx.UpdateUser(ctx, mine))
			}))
			if calls != 2 {
				t.Errorf("the function was called %d times, want 2", calls)
			}
			want := ginauth.User{ID: u.ID, Name: "after", Image: "https://example.com/other.png"}
			if got, err := a.UserByID(ctx, u.ID); err != nil || got != want {
				t.Errorf("user is %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

// TestRetriesAreBounded: a transaction that is given up each time ends with the database's error.
func TestRetriesAreBounded(t *testing.T) {
	for _, e := range snapshotEngines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			_, a := migrated(t, e, nil)
			u, err := a.CreateUser(ctx, ginauth.User{Name: "before"})
			must(t, "CreateUser", err)
			calls := 0
			ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
			defer cancel()
			err = a.InTx(ctx, func(tx ginauth.Adapter) error {
				calls++
				mine, err := tx.UserByID(ctx, u.ID)
				if err != nil {
					return storageError(err)
				}
				other := mine
				other.Name = fmt.Sprint("other ", calls)
				must(t, "UpdateUser by another", a.UpdateUser(ctx, other))
				mine.Name = "after"
				return storageError(tx.UpdateUser(ctx, mine))
			})
			wantErr(t, "InTx", err, ginauth.ErrStorage)
			if calls != 4 {
				t.Errorf("the function was called %d times, want 4", calls)
			}
			if got, err := a.UserByID(t.Context(), u.ID); err != nil || got.Name != "other 4" {
				t.Errorf("user is %+v, %v", got, err)
			}
		})
	}
}

// snapshotEngines are databases that refuse to write a row which has changed since the transaction
// read it.
func snapshotEngines() []engine {
	return []engine{
		{"sqlite", openSQLiteDeferred},
		{"postgres", func(t *testing.T, _ map[string]string) *bun.DB {
			t.Helper()
			return openPostgres(t, map[string]string{"default_transaction_isolation": "serializable"})
		}},
		{"mysql", func(t *testing.T, _ map[string]string) *bun.DB {
			t.Helper()
			if version := raw(t, openMySQL(t, nil), "SELECT VERSION()"); !strings.Contains(version, "MariaDB") {
				t.Skipf("%s has no innodb_snapshot_isolation", version)
			}
			return openMySQL(t, map[string]string{"innodb_snapshot_isolation": "ON"})
		}},
	}
}

// openSQLiteDeferred makes a database whose transactions take the lock when they first write.
func openSQLiteDeferred(t *testing.T, _ map[string]string) *bun.DB {
	t.Helper()
	file := url.PathEscape(filepath.Join(t.TempDir(), "auth.db"))
	return bun.NewDB(open(t, "sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"), sqlitedialect.New())
}
