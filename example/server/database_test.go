package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenDatabaseRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ address, want string }{
		"no URL":                 {"postgres://u:s3cr3t%zz@h/db", "percent-encode"},
		"unknown scheme":         {"mongodb://u:s3cr3t@h/db", "mongodb:"},
		"a bare path":            {"file.db", "sqlite:///path"},
		"a relative SQLite path": {"sqlite://file.db", "three slashes"},
		"a SQLite folder":        {"sqlite:///", "cannot be used"},
		"MySQL without database": {"mysql://u:s3cr3t@h:3306", "no database name"},
		"MySQL parameter":        {"mysql://u:s3cr3t@h:3306/db?tls=nonsense", "MySQL driver"},
		"PostgreSQL parameter":   {"postgres://u:s3cr3t@h/db?sslmode=nonsense", "PostgreSQL driver"},
		"PostgreSQL not there":   {"postgres://u:s3cr3t@127.0.0.1:1/db", "does not answer"},
		"MySQL not there":        {"mysql://u:s3cr3t@127.0.0.1:1/db", "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := openDatabase(t.Context(), tc.address, 1)
			if err == nil {
				t.Fatal("no error", db.Close())
			}
			if !strings.HasPrefix(err.Error(), "DATABASE_URL") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got: %v", err)
			}
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the password is in: %v", err)
			}
		})
	}
}

func TestOpenSQLite(t *testing.T) {
	// What is special in a URL is not special in a file's name.
	path := filepath.Join(t.TempDir(), "a b?c#d%20.db")
	db, _, err := openSQLite(path, url.Values{"_pragma": {"synchronous(NORMAL)"}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var mode string
	if err := db.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil {
		t.Fatal(err)
	}
	var keys, timeout int
	if err := db.QueryRowContext(t.Context(), "PRAGMA foreign_keys").Scan(&keys); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), "PRAGMA busy_timeout").Scan(&timeout); err != nil {
		t.Fatal(err)
	}
	var synchronous int // NORMAL is 1, and 2 is what it is otherwise
	if err := db.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&synchronous); err != nil {
		t.Fatal(err)
	}
	if mode != "wal" || keys != 1 || timeout != 5000 || synchronous != 1 {
		t.Errorf("journal_mode %s, foreign_keys %d, busy_timeout %d, synchronous %d", mode, keys, timeout, synchronous)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %o", info.Mode().Perm())
	}
}

// testDatabases are the databases that tests run against: SQLite always, the others where the
// environment has their address. With GINAUTH_REQUIRE_ALL they must be there.
func testDatabases(t *testing.T) map[string]string {
	t.Helper()
	databases := map[string]string{"SQLite": ""}
	for name, variable := range map[string]string{"PostgreSQL": "GINAUTH_TEST_POSTGRES", "MySQL": "GINAUTH_TEST_MYSQL_URL"} {
		switch address := os.Getenv(variable); {
		case address != "":
			databases[name] = address
		case os.Getenv("GINAUTH_REQUIRE_ALL") != "":
			t.Errorf("%s is not set", variable)
		}
	}
	return databases
}

func TestPing(t *testing.T) {
	for name, address := range testDatabases(t) {
		t.Run(name, func(t *testing.T) {
			if address == "" {
				address = "sqlite://" + filepath.Join(t.TempDir(), "test.db")
			}
			db, err := openDatabase(t.Context(), address, 2)
			if err != nil {
				t.Fatal(err)
			}
			if err := ping(t.Context(), db); err != nil {
				t.Errorf("open: %v", err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := ping(context.Background(), db); err == nil {
				t.Error("a closed database answers")
			}
		})
	}
}
