package bunadapter

import (
	"errors"
	"strings"
	"testing"
)

// TestPoolerHint: the errors that prepared statements meet at a pooler name the setting, wherever
// they come up, and no other error does.
func TestPoolerHint(t *testing.T) {
	const setting = "default_query_exec_mode=exec"
	table := &table{name: "User"}
	for _, tt := range []struct {
		name string
		err  error
		hint bool
	}{
		{"already exists", &pgxError{"42P05"}, true},
		{"does not exist", &pgxError{"26000"}, true},
		{"is another one", &pgxError{"08P01"}, true},
		{"within ginauth's error", stored(&pgxError{"26000"}), true},
		{"pgbouncer has too few connections", &fatalError{"FATAL: query_wait_timeout (SQLSTATE 08P01)"}, false},
		{"syntax", &pgxError{"42601"}, false},
		{"no database", errors.New("connection refused"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, err := range []error{table.explain(reading, tt.err), lookError(tt.err), beginError(tt.err), &commitError{tt.err}} {
				if got := strings.Contains(err.Error(), setting); got != tt.hint || !errors.Is(err, tt.err) {
					t.Errorf("%q, hint %t, want %t", err, got, tt.hint)
				}
			}
		})
	}
}

type fatalError struct{ text string }

func (e *fatalError) Error() string    { return e.text }
func (e *fatalError) SQLState() string { return "08P01" }
