package integration

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
)

// statements is a query hook that keeps what was sent.
type statements struct {
	mu   sync.Mutex
	sent []string
}

func (s *statements) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (s *statements) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, e.Query)
}

// fillTokens stores many rows that have not expired, and some that have.
func fillTokens(t *testing.T, db *bun.DB, now time.Time, live, expired int) {
	t.Helper()
	d := db.Dialect().Name().String()
	at := func(at time.Time) string {
		if d == "sqlite" {
			return at.UTC().Format("'2006-01-02T15:04:05.000+00:00'")
		}
		return at.UTC().Format("'2006-01-02 15:04:05.000'")
	}
	insert := func(what string, n int, expires string) {
		t.Helper()
		table := quote(db, "VerificationToken")
		for done := 0; done < n; done += 1000 {
			rows := make([]string, min(1000, n-done))
			for i := range rows {
				rows[i] = fmt.Sprintf("('%[1]s-%[2]d@example.com', '%[1]s-%[2]d', %[3]s)", what, done+i, expires)
			}
			run(t, db.DB, "INSERT INTO "+table+" VALUES "+strings.Join(rows, ", "))
		}
	}
	insert("live", live, at(now.Add(time.Hour)))
	insert("expired", expired, at(now.Add(-time.Hour)))
	run(t, db.DB, map[string]string{"pg": `ANALYZE "VerificationToken"`, "mysql": "ANALYZE TABLE `VerificationToken`", "sqlite": "ANALYZE"}[d])
}

// TestSweepUsesIndexes: sweeping a big table reads what has expired, not the table.
func TestSweepUsesIndexes(t *testing.T) {
	for _, e := range engines()[:3] {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, _ := migrated(t, e, nil)
			now := time.Now()
			fillTokens(t, db, now, 30000, 1500)
			hook := &statements{}
			a := bunadapter.New(db.WithQueryHook(hook))
			must(t, "Check", a.Check(ctx))
			hook.sent = nil
			must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, now, 100))
			if left := raw(t, db, "SELECT COUNT(*) FROM "+quote(db, "VerificationToken")); left != "31400" {
				t.Errorf("%s rows are left, want 31400", left)
			}
			if len(hook.sent) != 1 {
				t.Fatalf("sent %q", hook.sent)
			}
			explain := map[string]string{"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN ", "mysql": "EXPLAIN "}[e.name]
			plan := all(t, db, explain+hook.sent[0])
			whole := map[string]string{"sqlite": "SCAN", "postgres": "Seq Scan", "mysql": "type=ALL"}[e.name]
			if !strings.Contains(plan, "VerificationToken_expires_idx") || strings.Contains(plan, whole) || strings.Contains(plan, "(identifier=?)") {
				t.Errorf("the statement reads the whole table:\n%s", plan)
			}
		})
	}
}

// all returns every row of a query as text, a line each.
func all(t *testing.T, db *bun.DB, query string) string {
	t.Helper()
	rows, err := db.DB.QueryContext(t.Context(), query)
	must(t, query, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, query, err)
	var lines strings.Builder
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		must(t, query, rows.Scan(dest...))
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			fmt.Fprintf(&lines, "%s=%v ", columns[i], v)
		}
		lines.WriteString("\n")
	}
	must(t, query, rows.Err())
	return lines.String()
}
