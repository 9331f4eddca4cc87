package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
)

// startServer serves the example on a free port of this machine, with the given database or, when
// address is empty, a new SQLite file.
func startServer(t *testing.T, address string, change func(*settings)) (*httptest.Server, *bun.DB) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	if address == "" {
		address = "sqlite://" + filepath.Join(t.TempDir(), "test.db")
	}
	cfg, err := loadSettings(env(map[string]string{"AUTH_SECRET": "kB0r7Xq2vNf4Lw9sTz6yHc3mJd8gPa5e"}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	// A passkey needs a host name, an IP address will not do.
	cfg.authURL = "http://" + strings.Replace(server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	if change != nil {
		change(&cfg)
	}
	db, err := openDatabase(t.Context(), address, cfg.pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	adapter, err := newAdapter(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler, err = newHandler(cfg, db, adapter, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(server.Close)
	server.URL = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return server, db
}

func TestHealth(t *testing.T) {
	server, db := startServer(t, "", nil)
	b := newBrowser(t, server.URL, "/auth")
	if status, body := b.get("/healthz"); status != http.StatusOK || body != `{"ok":true}` {
		t.Errorf("got %d %s", status, body)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if status, body := b.get("/healthz"); status != http.StatusServiceUnavailable || body != `{"ok":false}` {
		t.Errorf("without a database: got %d %s", status, body)
	}
}

// TestHealthAsksForATable: a server that answers SELECT 1 and nothing else is not ready, as a node
// of a cluster without quorum.
func TestHealthAsksForATable(t *testing.T) {
	server, db := startServer(t, "", nil)
	b := newBrowser(t, server.URL, "/auth")
	if status, body := b.get("/healthz"); status != http.StatusOK {
		t.Errorf("got %d %s", status, body)
	}
	if _, err := db.ExecContext(t.Context(), `ALTER TABLE "User" RENAME TO "Gone"`); err != nil {
		t.Fatal(err)
	}
	if err := ping(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if status, body := b.get("/healthz"); status != http.StatusServiceUnavailable || body != `{"ok":false}` {
		t.Errorf("without its tables: got %d %s", status, body)
	}
}

func TestMailPageIsLocal(t *testing.T) {
	local, _ := startServer(t, "", nil)
	if status, _ := newBrowser(t, local.URL, "/auth").get("/dev/mail"); status != http.StatusOK {
		t.Errorf("on localhost: got %d", status)
	}
	public, _ := startServer(t, "", func(s *settings) { s.authURL = "https://app.example.com" })
	b := newBrowser(t, public.URL, "/auth")
	if status, _ := b.get("/dev/mail"); status != http.StatusNotFound {
		t.Errorf("elsewhere: got %d", status)
	}
	if _, body := b.get("/auth/providers"); strings.Contains(body, `"email"`) {
		t.Errorf("elsewhere there is e-mail sign-in: %s", body)
	}
}

// TestOIDCIsOptional asks which ways in there are; e2e/ signs in through them.
func TestOIDCIsOptional(t *testing.T) {
	without, _ := startServer(t, "", nil)
	if _, body := newBrowser(t, without.URL, "/auth").get("/auth/providers"); strings.Contains(body, `"oidc"`) {
		t.Errorf("not configured, but there: %s", body)
	}
	with, _ := startServer(t, "", func(s *settings) { s.oidc = oidc("Example ID", "https://id.example.com", "app", "hush") })
	_, body := newBrowser(t, with.URL, "/auth").get("/auth/providers")
	if !strings.Contains(body, `"oidc":{"id":"oidc","name":"Example ID"`) || strings.Contains(body, "hush") {
		t.Errorf("configured: %s", body)
	}
}

// TestLifeOfAnAccount signs up, changes the name, signs out and in again.
func TestLifeOfAnAccount(t *testing.T) {
	for name, address := range testDatabases(t) {
		for _, strategy := range []ginauth.Strategy{ginauth.StrategyJWT, ginauth.StrategyDatabase} {
			t.Run(name+" "+string(strategy), func(t *testing.T) {
				server, _ := startServer(t, address, func(s *settings) { s.strategy, s.basePath = strategy, "/api/auth" })
				lifeOfAnAccount(t, newBrowser(t, server.URL, "/api/auth"))
			})
		}
	}
}

func lifeOfAnAccount(t *testing.T, b *browser) {
	t.Helper()
	if status, _ := b.get("/api/me"); status != http.StatusUnauthorized {
		t.Errorf("signed out: /api/me is %d", status)
	}
	email := newAddress()
	b.signUp(email)
	status, body := b.get("/api/me")
	if status != http.StatusOK || !strings.Contains(body, `"email":"`+email+`"`) {
		t.Fatalf("signed up: /api/me is %d %s", status, body)
	}
	if body := b.update(map[string]any{"name": "A\x00da"}); strings.Contains(body, "da\"") {
		t.Errorf("a bad name was taken: %s", body)
	}
	if body := b.update(map[string]any{"name": " Ada "}); !strings.Contains(body, `"name":"Ada"`) {
		t.Errorf("the answer to the update has no new name: %s", body)
	}
	if _, body := b.get("/api/me"); !strings.Contains(body, `"name":"Ada"`) {
		t.Errorf("updated: %s", body)
	}
	b.signOut()
	if status, _ := b.get("/api/me"); status != http.StatusUnauthorized {
		t.Errorf("signed out again: /api/me is %d", status)
	}
	b.signIn()
	if status, body := b.get("/api/me"); status != http.StatusOK || !strings.Contains(body, `"name":"Ada"`) {
		t.Errorf("signed in again: /api/me is %d %s", status, body)
	}
}
