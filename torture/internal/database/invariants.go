package database

import (
	"context"
	"fmt"
	"strings"
)

// invariants are queries that must return no row, whatever happened.
var invariants = [...]struct{ name, query string }{
	{"I1: a user made by a passkey has none", `SELECT u."id" FROM "User" u WHERE NOT EXISTS (SELECT 1 FROM "Authenticator" a WHERE a."userId" = u."id")`},
	{"I2: a passkey has no account or no user", `SELECT a."credentialID" FROM "Authenticator" a WHERE NOT EXISTS (SELECT 1 FROM "Account" c JOIN "User" u ON u."id" = c."userId"
		WHERE c."provider" = 'passkey' AND c."providerAccountId" = a."providerAccountId" AND c."userId" = a."userId")`},
	{"I2: an account has no passkey", `SELECT c."providerAccountId" FROM "Account" c WHERE NOT EXISTS (SELECT 1 FROM "Authenticator" a WHERE a."providerAccountId" = c."providerAccountId" AND a."userId" = c."userId")`},
	{"I3: a session has no user", `SELECT s."sessionToken" FROM "Session" s WHERE NOT EXISTS (SELECT 1 FROM "User" u WHERE u."id" = s."userId")`},
	{"I4: two users have one address", `SELECT "email" FROM "User" GROUP BY "email" HAVING COUNT(*) > 1`},
	{"I4: a credential ID exists twice", `SELECT "credentialID" FROM "Authenticator" GROUP BY "credentialID" HAVING COUNT(*) > 1`},
	{"I6: a challenge was used twice", `SELECT "token" FROM "VerificationToken" GROUP BY "identifier", "token" HAVING COUNT(*) > 1`},
}

// Invariants returns what does not hold of I1 to I4 and I6, the first violation of each.
func (d *Database) Invariants(ctx context.Context) ([]string, error) {
	var broken []string
	for _, i := range invariants {
		found, err := d.Texts(ctx, i.query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", i.name, err)
		}
		if len(found) > 0 {
			broken = append(broken, fmt.Sprintf("%s (%d rows)", i.name, len(found)))
		}
	}
	return broken, nil
}

// quoted writes names as the engine quotes them.
func (d *Database) quoted(query string) string {
	if d.Engine == MariaDB {
		return strings.ReplaceAll(query, `"`, "`")
	}
	return query
}

// Exec runs a statement whose names are in double quotes. Values stand for question marks.
func (d *Database) Exec(ctx context.Context, query string, args ...any) error {
	_, err := d.Bun.ExecContext(ctx, d.quoted(query), args...)
	return err
}

// Texts returns the first column of a query, NULL as "".
func (d *Database) Texts(ctx context.Context, query string, args ...any) (list []string, err error) {
	rows, err := d.Bun.QueryContext(ctx, d.quoted(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text *string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if text == nil {
			text = new(string)
		}
		list = append(list, *text)
	}
	return list, rows.Err()
}

// Count returns the number that a query gives.
func (d *Database) Count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = d.Bun.QueryRowContext(ctx, d.quoted(query), args...).Scan(&n)
	return n, err
}

// Clear removes every row.
func (d *Database) Clear(ctx context.Context) error {
	for _, table := range []string{"VerificationToken", "Session", "Authenticator", "Account", "User"} {
		if err := d.Exec(ctx, `DELETE FROM "`+table+`"`); err != nil {
			return err
		}
	}
	return nil
}

// MakeDue moves the end of every session so that the next look at it pushes it forward again.
func (d *Database) MakeDue(ctx context.Context) error {
	return d.Exec(ctx, `UPDATE "Session" SET "expires" = `+d.soon())
}

// MakeDueOf is MakeDue for the sessions of one person.
func (d *Database) MakeDueOf(ctx context.Context, email string) error {
	return d.Exec(ctx, `UPDATE "Session" SET "expires" = `+d.soon()+` WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = ?)`, email)
}

// soon is a time in five days.
func (d *Database) soon() string {
	switch d.Engine {
	case Postgres:
		return `(now() AT TIME ZONE 'UTC') + interval '5 days'`
	case MariaDB:
		return `UTC_TIMESTAMP(3) + INTERVAL 5 DAY`
	}
	return `strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '+5 days')`
}
