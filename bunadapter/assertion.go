package bunadapter

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// UpdateAuthenticator implements [ginauth.PasskeyAdapter].
func (a *Adapter) UpdateAuthenticator(ctx context.Context, p ginauth.Authenticator) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.authenticator })
	if err != nil {
		return err
	}
	t := l.authenticator
	where := t.columns["credentialID"].equals(base64.StdEncoding.EncodeToString(p.CredentialID))
	counter := t.columns["counter"].sql
	accepted := condition{counter + " < ?", []any{int64(p.Counter)}}
	if p.Counter == 0 {
		accepted = condition{counter + " = 0", nil}
	}
	values := []value{{"counter", int64(p.Counter)}, {"credentialBackedUp", p.BackedUp}}
	if p.MultiDevice {
		shared := t.columns["credentialDeviceType"].equals(multiDevice)
		accepted = condition{"(" + accepted.sql + " OR " + shared.sql + ")", append(accepted.args, shared.args...)}
		values = append(values, value{"credentialDeviceType", multiDevice})
	}
	n, err := a.updateToHigher(ctx, t, counter, values, where.and(accepted))
	if err != nil || n > 0 {
		return err
	}
	return a.unchanged(ctx, l, p, where)
}

// updateToHigher is update, but leaves the column named alone where it is higher already.
func (a *Adapter) updateToHigher(ctx context.Context, t *table, name string, values []value, where condition) (int64, error) {
	columns, encoded, err := t.encode(append(values, t.stamps(time.Now(), updatedAt)...))
	if err != nil {
		return 0, err
	}
	sets, args := make([]string, len(columns)), make([]any, 0, len(columns)+1+len(where.args))
	for i, c := range columns {
		sets[i], args = c.sql+" = ?", append(args, encoded[i])
		if c.sql == name {
			sets[i], args = name+" = CASE WHEN "+name+" < ? THEN ? ELSE "+name+" END", append(args, encoded[i])
		}
	}
	n, err := a.exec(ctx, "UPDATE "+t.sql+" SET "+strings.Join(sets, ", ")+" WHERE "+where.sql, append(args, where.args...))
	return n, t.explain("update", err)
}

// unchanged finds out why an update changed no row: there is none, its counter refused it, or (on
// MySQL, which does not count such a row) it was as it should be.
func (a *Adapter) unchanged(ctx context.Context, l *layout, p ginauth.Authenticator, where condition) error {
	t := l.authenticator
	query := "SELECT " + t.text("a", "credentialID") + ", a." + t.columns["counter"].sql + ", CASE WHEN a." + t.columns["credentialBackedUp"].sql + " THEN 1 ELSE 0 END, a." +
		t.columns["credentialDeviceType"].sql + " FROM " + t.sql + " AS a WHERE " + where.sql
	if l.dialect == dialect.MySQL {
		query += " FOR UPDATE" // else a transaction would see the row as it was when it began
	}
	id := base64.StdEncoding.EncodeToString(p.CredentialID)
	var found, deviceType string
	var counter int64
	var backedUp bool
	err := a.find(ctx, t, query, where.args, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(&found, &counter, &backedUp, &deviceType)
		return found == id, err
	})
	if err != nil {
		return err
	}
	if l.dialect == dialect.MySQL && backedUp == p.BackedUp {
		shared := p.MultiDevice && deviceType == multiDevice
		if shared && counter >= int64(p.Counter) || p.MultiDevice == shared && p.Counter == 0 && counter == 0 {
			return nil
		}
	}
	return fmt.Errorf("bunadapter: update %s: %w: the signature counter did not go up", t.name, ginauth.ErrConflict)
}
