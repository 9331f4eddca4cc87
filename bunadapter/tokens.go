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

// UseVerificationToken implements [ginauth.TokenAdapter]. Whose DELETE removes the row has won it,
// on every database; not all of them can return the row with it.
func (a *Adapter) UseVerificationToken(ctx context.Context, identifier, token string) (ginauth.VerificationToken, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.token })
	if err != nil {
		return ginauth.VerificationToken{}, err
	}
	identifiers, tokens := l.token.columns["identifier"], l.token.columns["token"]
	if !identifiers.findable(identifier) || !tokens.findable(token) {
		return ginauth.VerificationToken{}, l.token.absent()
	}
	where := identifiers.equals(identifier).and(tokens.equals(token))
	var expires dbTime
	query := "SELECT " + l.token.columns["expires"].time("v") + " FROM " + l.token.sql + " AS v WHERE " + where.sql
	err = a.find(ctx, l.token, query, where.args, func(rows *sql.Rows) (bool, error) { return true, rows.Scan(&expires) })
	if err != nil {
		return ginauth.VerificationToken{}, err
	}
	n, err := a.delete(ctx, l.token, where)
	if err != nil {
		return ginauth.VerificationToken{}, err
	}
	if n == 0 {
		return ginauth.VerificationToken{}, l.token.absent()
	}
	return ginauth.VerificationToken{Identifier: identifier, Token: token, Expires: expires.Time}, nil
}

// DeleteExpiredVerificationTokens implements [ginauth.TokenAdapter]. On PostgreSQL it leaves out
// rows that somebody else is using.
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
		some.sql = "(" + key + ") IN (SELECT " + key + " FROM " + l.token.sql + " WHERE " + some.sql + ")"
	}
	_, err = a.delete(ctx, l.token, some)
	return err
}

func (c condition) and(other condition) condition {
	return condition{c.sql + " AND " + other.sql, append(c.args, other.args...)}
}
