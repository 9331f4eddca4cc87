package bunadapter

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// CreateVerificationToken implements [ginauth.TokenAdapter].
func (a *Adapter) CreateVerificationToken(ctx context.Context, v ginauth.VerificationToken) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	return a.insert(ctx, l.token,
		value{"identifier", v.Identifier}, value{"token", v.Token}, moment("expires", v.Expires))
}

// VerificationToken implements [ginauth.TokenLookupAdapter].
func (a *Adapter) VerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	v, _, err := a.verificationToken(ctx, identifier, token)
	return v, err
}

// VerificationTokens implements [ginauth.TokenLookupAdapter].
func (a *Adapter) VerificationTokens(ctx context.Context, identifier string) ([]ginauth.VerificationToken, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.token })
	if err != nil {
		return nil, err
	}
	t := l.token
	key := t.columns["identifier"]
	if !key.findable(identifier) {
		return nil, nil
	}
	var list []ginauth.VerificationToken
	where := key.equals(identifier)
	query := "SELECT " + key.sql + ", " + t.columns["token"].sql + ", " + t.columns["expires"].time("v") + " FROM " + t.sql + " AS v WHERE " + where.sql
	err = a.query(ctx, query, where.args, func(rows *sql.Rows) error {
		var v ginauth.VerificationToken
		var expires dbTime
		if err := rows.Scan(&v.Identifier, &v.Token, &expires); err != nil {
			return err
		}
		if v.Identifier == identifier { // a collation may let more through
			v.Expires = expires.Time
			list = append(list, v)
		}
		return nil
	})
	if err != nil {
		return nil, t.explain(reading, err)
	}
	return list, nil
}

// DeleteVerificationTokens implements [ginauth.TokenLookupAdapter].
func (a *Adapter) DeleteVerificationTokens(ctx context.Context, identifier string) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.token })
	if err != nil {
		return err
	}
	if !l.token.columns["identifier"].findable(identifier) {
		return nil
	}
	_, err = a.delete(ctx, l.token, l.token.columns["identifier"].equals(identifier))
	return err
}

// UseVerificationToken implements [ginauth.TokenAdapter]. Whose DELETE removes the row has won it,
// on every database; not all of them can return the row with it.
func (a *Adapter) UseVerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	v, t, err := a.verificationToken(ctx, identifier, token)
	if err != nil {
		return ginauth.VerificationToken{}, err
	}
	n, err := a.delete(ctx, t, t.sameToken(identifier, token))
	if err != nil {
		return ginauth.VerificationToken{}, err
	}
	if n == 0 {
		return ginauth.VerificationToken{}, t.absent()
	}
	return v, nil
}

// verificationToken reads a row, and returns its table as well.
func (a *Adapter) verificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, *table, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.token })
	if err != nil {
		return ginauth.VerificationToken{}, nil, err
	}
	t := l.token
	if !t.columns["identifier"].findable(identifier) || !t.columns["token"].findable(token) {
		return ginauth.VerificationToken{}, nil, t.absent()
	}
	var v ginauth.VerificationToken
	var expires dbTime
	where := t.sameToken(identifier, token)
	query := "SELECT " + t.text("v", "identifier") + ", " + t.text("v", "token") + ", " + t.columns["expires"].time("v") +
		" FROM " + t.sql + " AS v WHERE " + where.sql
	err = a.find(ctx, t, query, where.args, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(&v.Identifier, &v.Token, &expires)
		return v.Identifier == identifier && v.Token == token, err
	})
	if err != nil {
		return ginauth.VerificationToken{}, nil, err
	}
	v.Expires = expires.Time
	return v, t, nil
}

func (t *table) sameToken(identifier, token string) condition {
	return t.columns["identifier"].equals(identifier).and(t.columns["token"].equals(token))
}

// DeleteExpiredVerificationTokens implements [ginauth.TokenAdapter]. On PostgreSQL it leaves out
// rows that another transaction is using. With an index on expires, as [Migrate] makes it, it reads
// only rows that have expired.
func (a *Adapter) DeleteExpiredVerificationTokens(ctx context.Context, now time.Time, limit int) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.token })
	if err != nil || limit <= 0 {
		return err
	}
	expired, err := l.token.columns["expires"].before(now)
	if err != nil {
		return err
	}
	key := l.token.columns["identifier"].sql + ", " + l.token.columns["token"].sql
	some := condition{expired.sql + " LIMIT ?", append(expired.args, limit)}
	switch l.dialect {
	case dialect.PG:
		some.sql = "(" + key + ") IN (SELECT " + key + " FROM " + l.token.sql + " WHERE " + some.sql + " FOR UPDATE SKIP LOCKED)"
	case dialect.SQLite:
		// By the key SQLite would look through all rows with the same identifier, which are most.
		if l.token.order == "rowid" {
			key = "rowid"
		}
		some.sql = "(" + key + ") IN (SELECT " + key + " FROM " + l.token.sql + " WHERE " + some.sql + ")"
	}
	_, err = a.delete(ctx, l.token, some)
	return err
}

func (c condition) and(other condition) condition {
	return condition{c.sql + " AND " + other.sql, append(c.args, other.args...)}
}
