package integration

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// drizzleSQLite is the schema that keeps times as integers.
func drizzleSQLite() schema { return schemas()[8] }

// count writes a moment as an integer in a unit.
func count(t time.Time, unit time.Duration) string {
	return strconv.FormatInt(t.UnixMicro()/unit.Microseconds(), 10)
}

// integersSQLite makes a database with a user and a session whose times are in this unit.
func integersSQLite(t *testing.T, unit time.Duration, expires time.Time) (*bun.DB, *bunadapter.Adapter) {
	t.Helper()
	db, a := drizzleSQLite().open(t, nil)
	run(t, db.DB, "INSERT INTO user (id, email, emailVerified) VALUES ('u1', 'ann@example.com', "+count(wanted, unit)+")")
	run(t, db.DB, "INSERT INTO session (sessionToken, userId, expires) VALUES ('old', 'u1', "+count(expires, unit)+")")
	return db, a
}

// TestIntegerTimesOfEveryUnit reads integers by their size, and writes in the unit that is there, in
// tables without rows too.
func TestIntegerTimesOfEveryUnit(t *testing.T) {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		t.Run(unit.String(), func(t *testing.T) {
			ctx := t.Context()
			cut := max(unit, time.Millisecond)
			soon := time.Now().Add(20 * 24 * time.Hour).UTC().Truncate(cut)
			db, a := integersSQLite(t, unit, soon)
			must(t, "Check", errors.Join(a.Check(ctx), a.CheckSessions(ctx), a.CheckTokens(ctx)))
			s, u, err := a.SessionAndUser(ctx, "old")
			if err != nil || !s.Expires.Equal(soon) || !u.EmailVerified.Equal(wanted.Truncate(cut)) {
				t.Errorf("the session ends at %v and the address was proven at %v, %v; want %v and %v", s.Expires, u.EmailVerified, err, soon, wanted)
			}
			later := soon.Add(time.Hour)
			must(t, "UpdateSession", a.UpdateSession(ctx, ginauth.StoredSession{Token: "old", UserID: "u1", Expires: later}))
			must(t, "CreateSession", a.CreateSession(ctx, ginauth.StoredSession{Token: "new", UserID: "u1", Expires: soon}))
			must(t, "CreateVerificationToken", a.CreateVerificationToken(ctx, ginauth.VerificationToken{Identifier: "ann@example.com", Token: "hash", Expires: soon}))
			created, err := a.CreateUser(ctx, ginauth.User{Email: "eve@example.com", EmailVerified: soon})
			must(t, "CreateUser", err)
			if got, err := a.UserByID(ctx, created.ID); err != nil || got != created {
				t.Errorf("CreateUser returned %+v, and stored is %+v, %v", created, got, err)
			}
			for query, want := range map[string]time.Time{
				"SELECT expires FROM session WHERE sessionToken = 'old'":       later,
				"SELECT expires FROM session WHERE sessionToken = 'new'":       soon,
				"SELECT expires FROM verificationToken":                        soon,
				"SELECT emailVerified FROM user WHERE email LIKE 'eve%'":       soon,
				"SELECT emailVerified FROM user WHERE email LIKE 'ann%'":       wanted,
				"SELECT MAX(expires) FROM session WHERE sessionToken = 'none'": {},
			} {
				if got := raw(t, db, query); want.IsZero() && got != "NULL" || !want.IsZero() && got != count(want, unit) {
					t.Errorf("%s: %s, want %s", query, got, count(want, unit))
				}
			}
			// Another look finds one unit.
			must(t, "Check", a.Check(ctx))
		})
	}
}

// TestIntegerTimesAreNotSweptEarly: a row goes when it has expired in its own unit, and not before,
// whatever unit its table had when the adapter looked.
func TestIntegerTimesAreNotSweptEarly(t *testing.T) {
	now := time.Now()
	for _, s := range schemas()[6:9] { // Prisma on SQLite reads integers as well
		for _, looked := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
			for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
				t.Run(fmt.Sprintf("%s, %s in a table of %s", s.file, unit, looked), func(t *testing.T) {
					ctx := t.Context()
					db, _ := s.open(t, nil)
					a := bunadapter.New(db, bunadapter.WithTimeUnit(looked))
					must(t, "Check", a.Check(ctx))
					table := strings.Trim(s.sql(`"VerificationToken"`), `"`)
					run(t, db.DB, "INSERT INTO "+table+" (identifier, token, expires) VALUES ('i', 'live', "+count(now.Add(time.Hour), unit)+")")
					run(t, db.DB, "INSERT INTO "+table+" (identifier, token, expires) VALUES ('i', 'expired', "+count(now.Add(-time.Hour), unit)+")")
					must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, now, 10))
					v, err := a.VerificationToken(ctx, "i", "live")
					if err != nil || v.Expires.Sub(now).Round(time.Minute) != time.Hour {
						t.Errorf("the row that lives ends at %v, %v", v.Expires, err)
					}
					if left := raw(t, db, "SELECT COUNT(*) FROM "+table); looked == unit && left != "1" {
						t.Errorf("%s rows are left, want 1", left)
					}
				})
			}
		}
	}
}

// update finds the statements that convert times.
var update = regexp.MustCompile(`UPDATE .*?;`)

// TestMixedUnitsAreRefused: a table with times of several units is of no use to any application
// that expects one. Each way that the error proposes repairs it.
func TestMixedUnitsAreRefused(t *testing.T) {
	for i, want := range []time.Duration{time.Second, time.Millisecond} {
		t.Run(want.String(), func(t *testing.T) {
			ctx := t.Context()
			soon := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
			db, a := integersSQLite(t, time.Second, soon)
			run(t, db.DB, "INSERT INTO session (sessionToken, userId, expires) VALUES ('other', 'u1', "+count(soon, time.Millisecond)+")")
			run(t, db.DB, "UPDATE user SET emailVerified = NULL")
			err := a.Check(ctx)
			if !errors.Is(err, bunadapter.ErrSchema) || !strings.Contains(err.Error(), "session.expires") || !strings.Contains(err.Error(), "1 in seconds, 1 in milliseconds") {
				t.Fatalf("Check: %v", err)
			}
			statements := update.FindAllString(err.Error(), -1)
			if len(statements) != 2 {
				t.Fatalf("no two ways to repair in: %v", err)
			}
			run(t, db.DB, strings.TrimSuffix(statements[i], ";"))
			must(t, "Check after the remedy", a.Check(ctx))
			for _, token := range []string{"old", "other"} {
				if s, _, err := a.SessionAndUser(ctx, token); err != nil || !s.Expires.Equal(soon) {
					t.Errorf("session %s ends at %v, %v, want %v", token, s.Expires, err, soon)
				}
			}
			if got := raw(t, db, "SELECT DISTINCT expires FROM session"); got != count(soon, want) {
				t.Errorf("sessions end at %s, want %s", got, count(soon, want))
			}
		})
	}
}

// TestIntegersThatAreNoTime: a number of nanoseconds is a failure, not a session that has ended.
func TestIntegersThatAreNoTime(t *testing.T) {
	ctx := t.Context()
	db, a := integersSQLite(t, time.Second, time.Now())
	run(t, db.DB, "UPDATE session SET expires = "+strconv.FormatInt(time.Now().UnixNano(), 10))
	if s, _, err := a.SessionAndUser(ctx, "old"); err == nil || errors.Is(err, ginauth.ErrNotFound) {
		t.Errorf("SessionAndUser returned %+v, %v", s, err)
	}
}

// TestTimeUnitOption decides where no row does, and is refused where the rows say otherwise.
func TestTimeUnitOption(t *testing.T) {
	ctx := t.Context()
	for unit, want := range map[time.Duration]time.Duration{0: time.Millisecond, time.Second: time.Second, time.Millisecond: time.Millisecond} {
		db, _ := drizzleSQLite().open(t, nil)
		signUp(t, bunadapter.New(db, bunadapter.WithTimeUnit(unit)))
		if got := raw(t, db, "SELECT expires FROM session"); got != count(wanted.Add(time.Hour), want) {
			t.Errorf("WithTimeUnit(%s) wrote %s", unit, got)
		}
	}
	db, _ := integersSQLite(t, time.Second, wanted)
	must(t, "Check", bunadapter.New(db, bunadapter.WithTimeUnit(time.Second)).Check(ctx))
	wantErr(t, "Check with another unit", bunadapter.New(db, bunadapter.WithTimeUnit(time.Millisecond)).Check(ctx), bunadapter.ErrSchema)
	wantErr(t, "Check with a unit that is none", bunadapter.New(db, bunadapter.WithTimeUnit(time.Minute)).Check(ctx), bunadapter.ErrSchema)
}

// TestEarlyIntegersTellNoUnit: rows that were expired by hand do not make a table mixed.
func TestEarlyIntegersTellNoUnit(t *testing.T) {
	ctx := t.Context()
	soon := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	db, a := integersSQLite(t, time.Millisecond, soon)
	for _, early := range []string{"0", "1", "86400000", "-1"} {
		run(t, db.DB, "INSERT INTO session (sessionToken, userId, expires) VALUES ('early "+early+"', 'u1', "+early+")")
		must(t, "Check", a.Check(ctx))
		if s, _, err := a.SessionAndUser(ctx, "early "+early); err != nil || s.Expires.Year() > 1973 {
			t.Errorf("a session that ended at %s ends at %v, %v", early, s.Expires, err)
		}
	}
}
