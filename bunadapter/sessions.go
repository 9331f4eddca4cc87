package bunadapter

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// CreateSession implements [ginauth.SessionAdapter].
func (a *Adapter) CreateSession(ctx context.Context, s ginauth.StoredSession) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	return a.insert(ctx, l.session,
		value{"sessionToken", s.Token}, value{"userId", s.UserID}, moment("expires", s.Expires))
}

// SessionAndUser implements [ginauth.SessionAdapter].
func (a *Adapter) SessionAndUser(ctx context.Context, token string) (ginauth.StoredSession, ginauth.User, error) {
	fail := func(err error) (ginauth.StoredSession, ginauth.User, error) {
		return ginauth.StoredSession{}, ginauth.User{}, err
	}
	l, err := a.usable(ctx, func(l *layout) *table { return l.user }, func(l *layout) *table { return l.session })
	if err != nil {
		return fail(err)
	}
	tokens := l.session.columns["sessionToken"]
	if !tokens.findable(token) {
		return fail(l.session.absent())
	}
	var s ginauth.StoredSession
	var expires dbTime
	var row userRow
	query := "SELECT s." + tokens.sql + ", " + l.session.columns["expires"].time("s") + ", " + l.userColumns +
		" FROM " + l.session.sql + " AS s JOIN " + l.user.sql + " AS u ON u." + l.user.columns["id"].sql + " = s." + l.session.columns["userId"].sql +
		" WHERE s." + tokens.sql + " = ?"
	err = a.find(ctx, l.session, query, []any{token}, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(append([]any{&s.Token, &expires}, row.dest()...)...)
		return s.Token == token, err
	})
	if err != nil {
		return fail(err)
	}
	u := row.user()
	s.UserID, s.Expires = u.ID, expires.Time
	return s, u, nil
}

// UpdateSession implements [ginauth.SessionAdapter].
func (a *Adapter) UpdateSession(ctx context.Context, s ginauth.StoredSession) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.session })
	if err != nil {
		return err
	}
	tokens := l.session.columns["sessionToken"]
	if !tokens.findable(s.Token) {
		return l.session.absent()
	}
	n, err := a.update(ctx, l.session, []value{moment("expires", s.Expires)}, tokens.equals(s.Token))
	if err != nil || n > 0 {
		return err
	}
	return a.exists(ctx, l, l.session, tokens.equals(s.Token))
}

// exists returns nil when a row matches, else ErrNotFound. MySQL does not count a row that an UPDATE
// found but left as it was, so it has to be asked; it reads what is committed, not what was when
// the transaction began.
func (a *Adapter) exists(ctx context.Context, l *layout, t *table, where condition) error {
	if l.dialect != dialect.MySQL {
		return t.absent()
	}
	return a.find(ctx, t, "SELECT 1 FROM "+t.sql+" WHERE "+where.sql+" FOR UPDATE", where.args, func(*sql.Rows) (bool, error) { return true, nil })
}

// DeleteSession implements [ginauth.SessionAdapter].
func (a *Adapter) DeleteSession(ctx context.Context, token string) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.session })
	if err != nil {
		return err
	}
	tokens := l.session.columns["sessionToken"]
	if !tokens.findable(token) {
		return l.session.absent()
	}
	n, err := a.delete(ctx, l.session, tokens.equals(token))
	if err == nil && n == 0 {
		return l.session.absent()
	}
	return err
}
