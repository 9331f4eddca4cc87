package bunadapter

import (
	"context"
	"database/sql"
	"encoding/base64"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// DeleteUnproven implements [ginauth.ClaimAdapter]. Tables that the database does not have hold
// nothing to remove.
func (a *Adapter) DeleteUnproven(ctx context.Context, userID string) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	// Sessions last: a sign-in that one of the first two waits for has made its session by then.
	for _, t := range []*table{l.authenticator, l.account, l.session} {
		if err := a.deleteOf(ctx, t, userID); err != nil {
			return err
		}
	}
	return nil
}

// deleteOf removes the rows of a user for which the further conditions hold, from a table that may
// not exist.
func (a *Adapter) deleteOf(ctx context.Context, t *table, userID string, further ...condition) error {
	if !t.exists || !t.columns["userId"].findable(userID) {
		return nil
	}
	where := t.columns["userId"].equals(userID)
	for _, c := range further {
		where = where.and(c)
	}
	_, err := a.delete(ctx, t, where)
	return err
}

// LockUser implements [ginauth.ManagementAdapter]. It writes the row as it is: with repeatable reads
// PostgreSQL lets a lock that others had pass unnoticed, but not a write.
func (a *Adapter) LockUser(ctx context.Context, userID string) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return err
	}
	id := l.user.columns["id"]
	if !id.findable(userID) {
		return l.user.absent()
	}
	same := id.equals(userID)
	if l.dialect == dialect.MySQL {
		return a.exists(ctx, l, l.user, same)
	}
	n, err := a.exec(ctx, "UPDATE "+l.user.sql+" SET "+id.sql+" = "+id.sql+" WHERE "+same.sql, same.args)
	if err == nil && n == 0 {
		return l.user.absent()
	}
	return l.user.explain("lock", err)
}

// AccountsByUser implements [ginauth.ManagementAdapter]. Of each account it returns what identifies
// it, not the tokens.
func (a *Adapter) AccountsByUser(ctx context.Context, userID string) ([]ginauth.Account, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.account })
	if err != nil {
		return nil, err
	}
	t := l.account
	if !t.columns["userId"].findable(userID) {
		return nil, nil
	}
	var list []ginauth.Account
	where := t.columns["userId"].equals(userID)
	query := "SELECT " + t.columns["userId"].text("a") + ", " + t.columns["type"].sql + ", " + t.columns["provider"].sql + ", " + t.columns["providerAccountId"].sql + " FROM " + t.sql + " AS a WHERE " + where.sql
	err = a.query(ctx, query, where.args, func(rows *sql.Rows) error {
		var account ginauth.Account
		err := rows.Scan(&account.UserID, &account.Type, &account.Provider, &account.ProviderAccountID)
		if account.UserID == userID { // as in find
			list = append(list, account)
		}
		return err
	})
	if err != nil {
		return nil, t.explain(reading, err)
	}
	return list, nil
}

// DeleteAuthenticator implements [ginauth.ManagementAdapter].
func (a *Adapter) DeleteAuthenticator(ctx context.Context, p ginauth.Authenticator) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.authenticator }, func(l *layout) *table { return l.account })
	if err != nil {
		return err
	}
	users := l.authenticator.columns["userId"]
	if !users.findable(p.UserID) {
		return l.authenticator.absent()
	}
	id := base64.StdEncoding.EncodeToString(p.CredentialID)
	n, err := a.delete(ctx, l.authenticator, l.authenticator.columns["credentialID"].equals(id).and(users.equals(p.UserID)))
	if err != nil {
		return err
	}
	if n == 0 {
		return l.authenticator.absent()
	}
	return a.deleteOf(ctx, l.account, p.UserID,
		l.account.columns["type"].equals(string(ginauth.KindWebAuthn)), l.account.columns["providerAccountId"].equals(id))
}

// DeleteSessionsByUser implements [ginauth.ManagementAdapter].
func (a *Adapter) DeleteSessionsByUser(ctx context.Context, userID string) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	return a.deleteOf(ctx, l.session, userID)
}
