package integration

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// zones are connections in other time zones, and drivers that parse times or leave them as text.
// The text of a MySQL TIMESTAMP in the session's zone is what Drizzle reads as UTC, so the tables
// must look the same through each of these connections.
func zones(engine string) map[string]map[string]string {
	switch engine {
	case "postgres":
		return map[string]map[string]string{
			"as the server": nil,
			"Asia/Tokyo":    {"timezone": "Asia/Tokyo"},
			"New York":      {"timezone": "America/New_York", "datestyle": "German"},
			"simple":        {"timezone": "Asia/Kolkata", "default_query_exec_mode": "simple_protocol"},
		}
	case "mysql":
		return map[string]map[string]string{
			"parsed":          {"parseTime": "true"},
			"not parsed":      {"parseTime": "false"},
			"loc Tokyo":       {"parseTime": "true", "loc": "Asia/Tokyo"},
			"session zone":    {"parseTime": "true", "time_zone": "'+09:00'"},
			"both zones":      {"parseTime": "true", "loc": "America/New_York", "time_zone": "'-05:00'"},
			"not parsed, UTC": {"parseTime": "false", "loc": "UTC", "time_zone": "'+00:00'"},
		}
	}
	return map[string]map[string]string{"": nil}
}

// eachZone calls fn with every schema through every kind of connection.
func eachZone(t *testing.T, fn func(t *testing.T, s schema, db *bun.DB, a *bunadapter.Adapter)) {
	eachSchema(t, func(t *testing.T, s schema) {
		for name, settings := range zones(s.engine) {
			t.Run(name, func(t *testing.T) {
				db, a := s.open(t, settings)
				fn(t, s, db, a)
			})
		}
	})
}

// raw returns what a column has, as the database prints it to anyone.
func (s schema) raw(t *testing.T, db *bun.DB, table string, columns ...string) string {
	t.Helper()
	for i, c := range columns {
		cast := map[string]string{"postgres": `to_jsonb(%s) #>> '{}'`, "mysql": `CAST(%s AS CHAR)`, "sqlite": `CAST(%s AS TEXT)`}[s.engine]
		columns[i] = fmt.Sprintf(cast, quoted(c))
	}
	return raw(t, db, s.sql(`SELECT `+strings.Join(columns, ", ")+` FROM `+quoted(table)))
}

// text is how a moment stands in the schema's columns.
func (s schema) text(t time.Time) string {
	switch {
	case s.engine == "postgres":
		return t.Format("2006-01-02T15:04:05.999")
	case s.engine == "mysql" && s.wholeSeconds:
		return t.Format("2006-01-02 15:04:05")
	case s.engine == "mysql":
		return t.Format("2006-01-02 15:04:05.000")
	case s.drizzle:
		return strconv.FormatInt(t.UnixMilli(), 10)
	}
	return t.Format("2006-01-02T15:04:05.000+00:00")
}

// TestWritten compares the rows with what Prisma and Drizzle write.
func TestWritten(t *testing.T) {
	eachZone(t, func(t *testing.T, s schema, db *bun.DB, a *bunadapter.Adapter) {
		u, p := signUp(t, a)
		yes := map[string]string{"postgres": "true", "mysql": "1", "sqlite": "1"}[s.engine]
		no := map[string]string{"postgres": "false", "mysql": "0", "sqlite": "0"}[s.engine]
		verified := s
		verified.wholeSeconds = false // Drizzle's emailVerified keeps milliseconds
		for _, tt := range []struct {
			table   string
			columns []string
			want    string
		}{
			{"User", []string{"id", "name", "email", "emailVerified", "image"}, u.ID + "|Zoë 渡辺 🦊|Zoe@example.com|" + verified.text(wanted) + "|https://example.com/z.png"},
			{"Account", []string{"userId", "type", "provider", "providerAccountId", "refresh_token", "expires_at"}, u.ID + "|webauthn|passkey|+/8AQfv/AEH7/wBB+/8AQfv/AEH7/wBB+/8AQfv/AEE=|NULL|NULL"},
			{"Session", []string{"sessionToken", "userId", "expires"}, "Token|" + u.ID + "|" + s.text(wanted.Add(time.Hour))},
			{"VerificationToken", []string{"identifier", "token", "expires"}, "zoe@example.com|Hash|" + s.text(wanted)},
			{"Authenticator", []string{"credentialID", "userId", "providerAccountId", "counter", "credentialDeviceType", "credentialBackedUp", "transports"},
				"+/8AQfv/AEH7/wBB+/8AQfv/AEH7/wBB+/8AQfv/AEE=|" + u.ID + "|+/8AQfv/AEH7/wBB+/8AQfv/AEH7/wBB+/8AQfv/AEE=|7|multiDevice|" + no + "|internal,hybrid"},
			{"Authenticator", []string{"credentialPublicKey"}, strings.Repeat("pT6lPqU+", 12) + "pT6lPg=="},
		} {
			if got := s.raw(t, db, tt.table, tt.columns...); got != tt.want {
				t.Errorf("%s has %s, want %s", tt.table, got, tt.want)
			}
		}
		p.Counter, p.BackedUp = 8, true
		must(t, "UpdateAuthenticator", a.UpdateAuthenticator(t.Context(), p))
		if got := s.raw(t, db, "Authenticator", "counter", "credentialBackedUp"); got != "8|"+yes {
			t.Errorf("Authenticator has %s, want 8|%s", got, yes)
		}
		if s.engine == "sqlite" && !s.drizzle {
			if got := raw(t, db, `SELECT typeof("expires"), typeof("credentialBackedUp") FROM "Session", "Authenticator"`); got != "text|integer" {
				t.Errorf("SQLite's types are %s", got)
			}
		}
		for _, table := range s.rowIDs {
			if got := s.raw(t, db, table, "id"); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(got) {
				t.Errorf("%s.id is %s", table, got)
			}
		}
		for _, table := range s.stamped {
			created, updated, _ := strings.Cut(s.raw(t, db, table, "createdAt", "updatedAt"), "|")
			s.wantNow(t, table, created)
			s.wantNow(t, table, updated)
		}
		if slices.Contains(s.stamped, "User") {
			run(t, db.DB, s.sql(`UPDATE "User" SET "updatedAt" = '2020-01-01 00:00:00', "createdAt" = '2020-01-01 00:00:00'`))
			must(t, "UpdateUser", a.UpdateUser(t.Context(), u))
			created, updated, _ := strings.Cut(s.raw(t, db, "User", "createdAt", "updatedAt"), "|")
			s.wantNow(t, "User", updated)
			if !strings.HasPrefix(created, "2020-") {
				t.Errorf("UpdateUser changed createdAt to %s", created)
			}
		}
	})
}

// wantNow checks that a column has the time of this minute in UTC.
func (s schema) wantNow(t *testing.T, table, got string) {
	t.Helper()
	for _, layout := range []string{"2006-01-02T15:04:05.999", "2006-01-02 15:04:05.999", "2006-01-02T15:04:05.000+00:00"} {
		if at, err := time.Parse(layout, got); err == nil && time.Since(at).Abs() < time.Minute && s.text(at)[:19] == got[:19] {
			return
		}
	}
	t.Errorf("%s was written at %s, it is %s", table, got, time.Now().UTC())
}

// TestRead reads rows that the tools wrote.
func TestRead(t *testing.T) {
	eachZone(t, func(t *testing.T, s schema, db *bun.DB, a *bunadapter.Adapter) {
		ctx := t.Context()
		at := s.text(wanted)
		if !(s.engine == "sqlite" && s.drizzle) {
			at = "'" + at + "'"
		}
		stamps := func(table string) (columns, values string) {
			if slices.Contains(s.stamped, table) {
				return `, "updatedAt"`, ", " + at
			}
			return "", ""
		}
		insert := func(table, columns, values string) {
			t.Helper()
			stampColumns, stampValues := stamps(table)
			if slices.Contains(s.rowIDs, table) {
				columns, values = `"id", `+columns, "'cjld2cjxh0000qzrmn831i7rn', "+values
			}
			run(t, db.DB, s.sql(`INSERT INTO `+quoted(table)+` (`+columns+stampColumns+`) VALUES (`+values+stampValues+`)`))
		}
		yes := map[string]string{"postgres": "true", "mysql": "1", "sqlite": "1"}[s.engine]
		insert("User", `"id", "name", "email", "emailVerified", "image"`, `'cjld2cyuq0000t3rmniod1foy', NULL, 'ada@example.com', `+at+`, NULL`)
		insert("Account", `"userId", "type", "provider", "providerAccountId"`, `'cjld2cyuq0000t3rmniod1foy', 'webauthn', 'passkey', 'AAECAwQFBgcICQoLDA0ODw=='`)
		insert("Session", `"sessionToken", "userId", "expires"`, `'b3e7c0a4-3d5c-4a8e-9a0b-7f1f2e3d4c5b', 'cjld2cyuq0000t3rmniod1foy', `+at)
		insert("VerificationToken", `"identifier", "token", "expires"`, `'ada@example.com', 'hash', `+at)
		insert("Authenticator", `"credentialID", "userId", "providerAccountId", "credentialPublicKey", "counter", "credentialDeviceType", "credentialBackedUp", "transports"`,
			`'AAECAwQFBgcICQoLDA0ODw==', 'cjld2cyuq0000t3rmniod1foy', 'AAECAwQFBgcICQoLDA0ODw==', 'pQECAyYgASFYIA==', 3, 'multiDevice', `+yes+`, 'internal,hybrid'`)

		user := ginauth.User{ID: "cjld2cyuq0000t3rmniod1foy", Email: "ada@example.com", EmailVerified: s.expiry(wanted)}
		session, owner, err := a.SessionAndUser(ctx, "b3e7c0a4-3d5c-4a8e-9a0b-7f1f2e3d4c5b")
		must(t, "SessionAndUser", err)
		if owner != user || session != (ginauth.StoredSession{Token: "b3e7c0a4-3d5c-4a8e-9a0b-7f1f2e3d4c5b", UserID: user.ID, Expires: s.expiry(wanted)}) {
			t.Errorf("SessionAndUser returned %+v of %+v", session, owner)
		}
		if got, err := a.UserByAccount(ctx, "passkey", "AAECAwQFBgcICQoLDA0ODw=="); err != nil || got != user {
			t.Errorf("UserByAccount returned %+v, %v", got, err)
		}
		p, err := a.AuthenticatorByCredentialID(ctx, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
		if err != nil || p.Counter != 3 || !p.MultiDevice || !p.BackedUp || !slices.Equal(p.Transports, []string{"internal", "hybrid"}) || len(p.PublicKey) != 10 || p.UserID != user.ID {
			t.Errorf("AuthenticatorByCredentialID returned %+v, %v", p, err)
		}

		// The row is still there at the moment it expires, and gone a second later.
		must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, s.expiry(wanted), 10))
		if v, err := a.UseVerificationToken(ctx, "ada@example.com", "hash"); err != nil || v.Expires != s.expiry(wanted) {
			t.Errorf("UseVerificationToken returned %+v, %v", v, err)
		}
		insert("VerificationToken", `"identifier", "token", "expires"`, `'ada@example.com', 'hash', `+at)
		must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, wanted.Add(time.Second), 10))
		_, err = a.UseVerificationToken(ctx, "ada@example.com", "hash")
		wantErr(t, "UseVerificationToken", err, ginauth.ErrNotFound)
	})
}

// TestSQLiteTimes reads every form in which Prisma reads times, and sweeps none of them too early.
func TestSQLiteTimes(t *testing.T) {
	s := schemas()[6]
	ctx := t.Context()
	db, a := s.open(t, nil)
	for i, tt := range []struct {
		written string
		want    time.Time
	}{
		{"'2026-12-22T12:34:56.789+00:00'", wanted},
		{"'2026-12-22T21:34:56.789+09:00'", wanted},
		{"'2026-12-22T12:34:56.789Z'", wanted},
		{"'2026-12-22 12:34:56'", wanted.Truncate(time.Second)},
		{"'2026-12-22 12:34:56.789'", wanted},
		{strconv.FormatInt(wanted.UnixMilli(), 10), wanted},
	} {
		run(t, db.DB, fmt.Sprintf(`INSERT INTO "VerificationToken" VALUES ('time', 'token %d', %s)`, i, tt.written))
		must(t, "DeleteExpiredVerificationTokens", a.DeleteExpiredVerificationTokens(ctx, tt.want, 10))
		if v, err := a.UseVerificationToken(ctx, "time", fmt.Sprint("token ", i)); err != nil || v.Expires != tt.want {
			t.Errorf("%s reads as %v, %v, want %v", tt.written, v.Expires, err, tt.want)
		}
	}
	run(t, db.DB, `INSERT INTO "VerificationToken" VALUES ('time', 'bad', 'Tue Dec 22 12:34:56 UTC 2026')`)
	if _, err := a.UseVerificationToken(ctx, "time", "bad"); err == nil {
		t.Error("text that is no time reads as one")
	}
}
