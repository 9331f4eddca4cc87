package main

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// testPooler is the address of a pooler before PostgreSQL.
func testPooler(t *testing.T) string {
	t.Helper()
	address := os.Getenv("GINAUTH_TEST_PGBOUNCER")
	switch {
	case address != "":
	case os.Getenv("GINAUTH_REQUIRE_ALL") != "":
		t.Fatal("GINAUTH_TEST_PGBOUNCER is not set")
	default:
		t.Skip("GINAUTH_TEST_PGBOUNCER is not set: PgBouncer was not tested")
	}
	return address
}

// withMode is a PostgreSQL URL that names how statements are sent.
func withMode(t *testing.T, address, mode string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("the address is not a URL")
	}
	query := u.Query()
	query.Set(execMode, mode)
	u.RawQuery = query.Encode()
	return u.String()
}

// TestPooler runs whole ceremonies of 20 people at once, at two servers, over the four connections
// of a pooler in transaction mode, with an address that names no mode.
func TestPooler(t *testing.T) {
	address := testPooler(t)
	for _, strategy := range []ginauth.Strategy{ginauth.StrategyJWT, ginauth.StrategyDatabase} {
		t.Run(string(strategy), func(t *testing.T) {
			var servers [2]string
			for i := range servers {
				server, _ := startServer(t, address, func(s *settings) { s.strategy, s.limited, s.pool = strategy, false, 20 })
				servers[i] = server.URL
			}
			var wg sync.WaitGroup
			for n := range 20 {
				wg.Go(func() {
					b := newBrowser(t, servers[n%2], "/auth")
					b.signUp(newAddress())
					b.addPasskey()
					if got := len(b.passkeys()); got != 2 {
						t.Errorf("%d passkeys", got)
					}
					for range 3 {
						b.signOut()
						b.signIn()
						if status, body := b.get("/api/me"); status != http.StatusOK {
							t.Errorf("signed in: %d %s", status, body)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

// TestPoolerNeedsTheMode starts two servers whose URL names pgx's own default. The second one ends
// with an error that names the setting to change.
func TestPoolerNeedsTheMode(t *testing.T) {
	address := withMode(t, testPooler(t), "cache_statement")
	var err error
	for range 2 {
		db, openErr := openDatabase(t.Context(), address, 1)
		if openErr != nil {
			t.Fatal(openErr)
		}
		t.Cleanup(func() { _ = db.Close() })
		if _, err = newAdapter(t.Context(), db); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "default_query_exec_mode=exec") {
		t.Errorf("got: %v", err)
	}
}

// TestPostgresMode: no statement stays prepared on a connection, unless the URL asks for that.
func TestPostgresMode(t *testing.T) {
	address := testDatabases(t)["PostgreSQL"]
	if address == "" {
		t.Skip("GINAUTH_TEST_POSTGRES is not set: PostgreSQL was not tested")
	}
	for _, tc := range []struct {
		address string
		want    bool
	}{{address, false}, {withMode(t, address, "cache_statement"), true}, {withMode(t, address, "simple_protocol"), false}} {
		db, err := openDatabase(t.Context(), tc.address, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		var prepared bool
		for range 2 {
			if err := db.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM pg_prepared_statements)").Scan(&prepared); err != nil {
				t.Fatal(err)
			}
		}
		if prepared != tc.want {
			t.Errorf("statements are prepared: %t, want %t", prepared, tc.want)
		}
	}
}
