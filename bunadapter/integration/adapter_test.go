package integration

import (
	"testing"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

// TestAdapter runs the suite of ginauth's contracts on the tables that Migrate makes.
func TestAdapter(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			adaptertest.Run(t, func(t *testing.T) ginauth.Adapter {
				db := e.open(t, nil)
				if err := bunadapter.Migrate(t.Context(), db); err != nil {
					t.Fatalf("Migrate: %v", err)
				}
				a := bunadapter.New(db)
				if err := a.Check(t.Context()); err != nil {
					t.Fatalf("Check: %v", err)
				}
				return a
			})
		})
	}
}
