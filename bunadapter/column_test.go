package bunadapter

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun/dialect"
)

func TestColumnEncode(t *testing.T) {
	at := time.Date(2026, 12, 22, 21, 34, 56, 789999999, time.FixedZone("", 9*3600))
	for _, tt := range []struct {
		name   string
		column column
		value  any
		want   any // nil is ErrValue
	}{
		{"text", column{}, "a'b\\", "a'b\\"},
		{"NUL", column{}, "a\x00", nil},
		{"broken UTF-8", column{}, "a\xff", nil},
		{"as many characters as fit", column{maxChars: 3, maxBytes: 12}, "🦊🦊🦊", "🦊🦊🦊"},
		{"a character more", column{maxChars: 3}, "abcd", nil},
		{"a byte more", column{maxBytes: 3}, "aé€", nil},
		{"utf8mb3", column{maxRune: 0xffff}, "渡€é", "渡€é"},
		{"utf8mb3, emoji", column{maxRune: 0xffff}, "🦊", nil},
		{"UUID", column{kind: uuidKind}, "4f3c2f1e-0d0c-4b0a-8908-070605040302", "4f3c2f1e-0d0c-4b0a-8908-070605040302"},
		{"no UUID", column{kind: uuidKind}, "cjld2cyuq0000t3rmniod1foy", nil},
		{"NULL", column{}, nil, nil},
		{"integer", column{maxInt: math.MaxInt32}, int64(math.MaxInt32), int64(math.MaxInt32)},
		{"big integer", column{maxInt: math.MaxInt32}, int64(math.MaxInt32 + 1), nil},
		{"bigint", column{}, int64(math.MaxUint32), int64(math.MaxUint32)},
		{"Prisma on SQLite", column{dialect: dialect.SQLite, kind: timeKind, digits: 3}, at, "2026-12-22T12:34:56.789+00:00"},
		{"Drizzle on SQLite", column{dialect: dialect.SQLite, kind: millisKind, digits: 3}, at, at.UnixMilli()},
		{"seconds on SQLite", column{dialect: dialect.SQLite, kind: millisKind, unit: time.Second}, at, at.Unix()},
		{"microseconds on SQLite", column{dialect: dialect.SQLite, kind: millisKind, digits: 3, unit: time.Microsecond}, at, at.Truncate(time.Millisecond).UnixMicro()},
		{"timestamp", column{dialect: dialect.PG, kind: timeKind, digits: 3}, at, "2026-12-22 12:34:56.789"},
		{"timestamptz", column{dialect: dialect.PG, kind: timeKind, digits: 3, zoned: true}, at, "2026-12-22 12:34:56.789+00"},
		{"whole seconds", column{dialect: dialect.MySQL, kind: timeKind, dataType: "timestamp"}, at, "2026-12-22 12:34:56.000"},
		{"after 2038", column{dialect: dialect.MySQL, kind: timeKind, dataType: "timestamp"}, at.AddDate(20, 0, 0), nil},
		{"after 2038 in a DATETIME", column{dialect: dialect.MySQL, kind: timeKind, dataType: "datetime"}, at.AddDate(20, 0, 0), "2046-12-22 12:34:56.000"},
		{"after 9999", column{dialect: dialect.PG, kind: timeKind}, at.AddDate(9000, 0, 0), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.column.table, tt.column.name = "Table", "column"
			got, err := tt.column.encode(tt.value)
			if tt.want == nil {
				if !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), "Table.column") {
					t.Errorf("error is %v, want one that names the column", err)
				}
				if s, ok := tt.value.(string); ok && err != nil && strings.Contains(err.Error(), s) {
					t.Errorf("error %q tells the value", err)
				}
			} else if err != nil || got != tt.want {
				t.Errorf("encoded as %#v, error %v, want %#v", got, err, tt.want)
			}
		})
	}
}

func TestScanTime(t *testing.T) {
	want := time.Date(2026, 12, 22, 12, 34, 56, 789e6, time.UTC)
	for _, src := range []any{
		want.UnixMilli(), "2026-12-22T12:34:56.789+00:00", []byte("2026-12-22 12:34:56.789000"), "2026-12-22T12:34:56.789Z",
		"2026-12-22T21:34:56.789999+09:00", "2026-12-22 07:34:56.789-05:00", "2026-12-22 12:34:56.789",
	} {
		var got dbTime
		if err := got.Scan(src); err != nil || got.Time != want {
			t.Errorf("%v reads as %v, error %v, want %v", src, got.Time, err, want)
		}
	}
	for _, src := range []any{"", "0000-00-00 00:00:00", "yesterday", 1.5, true, want.UnixMicro(), strconv.FormatInt(want.UnixMicro(), 10), want.UnixNano()} {
		var got dbTime
		if err := got.Scan(src); err == nil {
			t.Errorf("%v reads as %v", src, got.Time)
		}
	}
	got := dbTime{want}
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("NULL reads as %v, error %v", got.Time, err)
	}
}

func TestRowIDs(t *testing.T) {
	at := time.UnixMilli(1798029296789)
	previous := newRowID(at)
	for i := range 100 {
		id := newRowID(at.Add(time.Duration(i+1) * time.Microsecond))
		if !isUUID(id) || id[14] != '7' || id <= previous {
			t.Fatalf("%s after %s", id, previous)
		}
		previous = id
	}
	if a, b := newUserID(), newUserID(); !isUUID(a) || a[14] != '4' || a == b {
		t.Errorf("user IDs %s, %s", a, b)
	}
	for _, s := range []string{"", "4f3c2f1e-0d0c-4b0a-8908-07060504030", "4f3c2f1e00d0c-4b0a-8908-070605040302", "4F3C2F1E-0D0C-4B0A-8908-070605040302"} {
		if isUUID(s) {
			t.Errorf("%q is taken for a UUID", s)
		}
	}
}

func TestCreateTable(t *testing.T) {
	for _, d := range []dialect.Name{dialect.PG, dialect.MySQL, dialect.SQLite} {
		for _, m := range models {
			got := createTable(d, m, DrizzleTables())
			if !strings.HasPrefix(got, "CREATE TABLE "+quote(d, DrizzleTables().of(m))) || strings.Contains(got, quote(d, m.name)) {
				t.Errorf("%s of %v is %s", m.name, d, got)
			}
			// Drizzle's adapter fills no such column.
			if m.name == "Authenticator" && (strings.Contains(got, "\n    "+quote(d, "id")) || !strings.Contains(got, "PRIMARY KEY ("+quote(d, "credentialID")+")")) {
				t.Errorf("%s of %v has an id: %s", m.name, d, got)
			}
			if strings.Contains(got, "DATETIME") && d == dialect.SQLite && m.name != "User" {
				t.Errorf("%s of %v keeps times as text: %s", m.name, d, got)
			}
			for _, f := range m.fields {
				if !strings.Contains(got, quote(d, f.name)+" ") {
					t.Errorf("%s of %v has no column %s", m.name, d, f.name)
				}
			}
		}
		if got := len(statements(Schema(d))); got < len(models) {
			t.Errorf("the schema of %v has %d statements", d, got)
		}
	}
	if got := Schema(dialect.MSSQL); got != "" {
		t.Errorf("there is a schema for SQL Server: %s", got)
	}
}
