package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	os.Exit(m.Run())
}

// long are the scenarios that do nothing in a few seconds.
var long = []string{"silence", "slow", "soak", "timing", "RSA-4096", "race: step-up too late"}

// TestScenarios does a little of everything; scripts/torture.sh does all of it.
func TestScenarios(t *testing.T) {
	l := newLab(size{
		repeat: 1, every: 23, commits: 6, conflicts: 32, load: time.Second, disk: 2, redis: 1,
		stores: 1, readOnly: 3, locks: 2, cutOff: 2, powerCuts: 6, kills: 2, rounds: 1, crowd: 16,
		ceremonies: 30, rotation: 2, example: buildExample(t),
	})
	t.Cleanup(func() {
		if err := l.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, s := range scenarios() {
		if slices.Contains(long, s.name) {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			for _, engine := range s.engines {
				t.Run(engine, func(t *testing.T) {
					r := l.run(t.Context(), s, engine)
					if r.skipped != "" && !r.refused && os.Getenv("GINAUTH_REQUIRE_ALL") == "1" {
						t.Fatalf("%s, and GINAUTH_REQUIRE_ALL is 1", r.skipped)
					}
					if r.skipped != "" {
						t.Skip(r.skipped)
					}
					for _, text := range r.notes {
						t.Log(text)
					}
					for _, text := range r.first {
						t.Error(text)
					}
				})
			}
		})
	}
}

// buildExample builds the example server.
func buildExample(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "example")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./server")
	build.Dir = "../example"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// TestFaults_NoticeDamage makes sure that the scenarios see what they are for: rows that must not
// be, and a site that loses a person.
func TestFaults_NoticeDamage(t *testing.T) {
	db, err := database.New(t.Context(), database.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct{ name, damage string }{
		{"user without passkey", `INSERT INTO "User" ("id", "email") VALUES ('u', 'u@example.com')`},
		{"account without passkey", `DELETE FROM "Authenticator"`},
		{"passkey without account", `DELETE FROM "Account"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := &trial{Database: db}
			s, stop, err := tr.oneServer(site.Options{}, database.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			if err := db.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
			if a, err := browser.New(s).Register(t.Context(), newEmail()); err != nil {
				t.Fatal(a)
			}
			if tr.checkInvariants(t.Context(), "before"); tr.failed > 0 {
				t.Fatal(tr.first)
			}
			if tr.orphans(t.Context(), s) != 0 || tr.orphans(t.Context(), &browser.Site{}) != 1 {
				t.Error("sessions that nobody has are not counted")
			}
			if err := db.Exec(t.Context(), c.damage); err != nil {
				t.Fatal(err)
			}
			if tr.checkInvariants(t.Context(), "after"); tr.failed == 0 {
				t.Error("the damage was not noticed")
			}
		})
	}
}

// TestController_NumbersStatements pins what the faults rely on: the number of a statement, and
// that a fault before it keeps it from the database and one after does not.
func TestController_NumbersStatements(t *testing.T) {
	db, err := database.New(t.Context(), database.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	controller := &faultsql.Controller{}
	pool, err := db.Open(database.Options{Faults: controller, Pool: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = pool.Close()
		if err := db.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct {
		point faultsql.Point
		rows  int64
	}{{faultsql.Before, 0}, {faultsql.After, 1}} {
		if err := db.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		controller.Arm(only(2, db.Dropped(c.point)))
		_, first := pool.ExecContext(t.Context(), "SELECT 1")
		_, second := pool.ExecContext(t.Context(), `INSERT INTO "User" ("id") VALUES ('u')`)
		_, third := pool.ExecContext(t.Context(), "SELECT 1")
		trace, fired := controller.Disarm()
		if first != nil || second == nil || third != nil || fired != 1 || len(trace) != 3 || trace[1].Verb != "INSERT" {
			t.Errorf("%s: errors %v, %v, %v, trace %v, fired %d", c.point, first, second, third, trace, fired)
		}
		if n, err := db.Count(t.Context(), `SELECT COUNT(*) FROM "User"`); err != nil || n != c.rows {
			t.Errorf("%s: %d rows, expected %d: %v", c.point, n, c.rows, err)
		}
	}
}
