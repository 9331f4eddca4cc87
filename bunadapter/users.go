package bunadapter

import (
	"context"
	"database/sql"

	"github.com/ginauth/ginauth/ginauth"
)

// CreateUser implements [ginauth.Adapter]. An empty ID becomes a random UUID. A name or picture that
// its column cannot hold, or with which the database refuses the row, is left out, and the log has a
// warning.
func (a *Adapter) CreateUser(ctx context.Context, u ginauth.User) (ginauth.User, error) {
	l, err := a.layout(ctx)
	if err != nil {
		return ginauth.User{}, err
	}
	if u.ID == "" {
		u.ID = newUserID()
	}
	if err := a.refuseOtherCase(ctx, l, u.Email); err != nil {
		return ginauth.User{}, err
	}
	left, err := a.insertDecorated(ctx, l.user, append(userValues(u), value{"id", u.ID})...)
	if err != nil {
		return ginauth.User{}, err
	}
	for _, name := range left {
		switch name {
		case "name":
			u.Name = ""
		case "image":
			u.Image = ""
		}
	}
	return l.user.asStored(u), nil
}

// asStored is u as a query would return it.
func (t *table) asStored(u ginauth.User) ginauth.User {
	if c := t.columns["emailVerified"]; c != nil {
		u.EmailVerified = c.truncate(u.EmailVerified)
	}
	return u
}

func userValues(u ginauth.User) []value {
	return []value{text("name", u.Name), text("email", u.Email), moment("emailVerified", u.EmailVerified), text("image", u.Image)}
}

// userRow scans the columns of [layout.userColumns].
type userRow struct {
	ginauth.User
	verified dbTime
}

func (r *userRow) dest() []any {
	return []any{&r.ID, &r.Name, &r.Email, &r.verified, &r.Image}
}

func (r *userRow) user() ginauth.User {
	r.EmailVerified = r.verified.Time
	return r.User
}

// UserByID implements [ginauth.Adapter].
func (a *Adapter) UserByID(ctx context.Context, id string) (ginauth.User, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return ginauth.User{}, err
	}
	column := l.user.columns["id"]
	if !column.findable(id) {
		return ginauth.User{}, l.user.absent()
	}
	var row userRow
	query := "SELECT " + l.userColumns + " FROM " + l.user.sql + " AS u WHERE u." + column.sql + " = ?"
	err = a.find(ctx, l.user, query, []any{id}, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(row.dest()...)
		return row.ID == id, err
	})
	if err != nil {
		return ginauth.User{}, err
	}
	return row.user(), nil
}

// UserByAccount implements [ginauth.Adapter].
func (a *Adapter) UserByAccount(ctx context.Context, provider, providerAccountID string) (ginauth.User, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user }, func(l *layout) *table { return l.account })
	if err != nil {
		return ginauth.User{}, err
	}
	providers, ids := l.account.columns["provider"], l.account.columns["providerAccountId"]
	if !providers.findable(provider) || !ids.findable(providerAccountID) {
		return ginauth.User{}, l.account.absent()
	}
	var row userRow
	var foundProvider, foundID string
	query := "SELECT " + l.userColumns + ", a." + providers.sql + ", a." + ids.sql +
		" FROM " + l.account.sql + " AS a JOIN " + l.user.sql + " AS u ON u." + l.user.columns["id"].sql + " = a." + l.account.columns["userId"].sql +
		" WHERE a." + providers.sql + " = ? AND a." + ids.sql + " = ?"
	err = a.find(ctx, l.account, query, []any{provider, providerAccountID}, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(append(row.dest(), &foundProvider, &foundID)...)
		return foundProvider == provider && foundID == providerAccountID, err
	})
	if err != nil {
		return ginauth.User{}, err
	}
	return row.user(), nil
}

// UpdateUser implements [ginauth.Adapter]. A name or picture that does not fit is refused, unless it
// is the one that is stored.
func (a *Adapter) UpdateUser(ctx context.Context, u ginauth.User) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return err
	}
	id := l.user.columns["id"]
	if !id.findable(u.ID) {
		return l.user.absent()
	}
	values, err := a.leaveAlone(ctx, l, u)
	if err != nil {
		return err
	}
	n, err := a.update(ctx, l.user, values, id.equals(u.ID))
	if err != nil || n > 0 {
		return err
	}
	// MySQL does not count a row that was like this already.
	_, err = a.UserByID(ctx, u.ID)
	return err
}

// LinkAccount implements [ginauth.Adapter]. Of the columns scope, session_state, token_type and
// expires_at those are left out that cannot hold their value, or all if the database refuses the row
// with them, and the log has a warning.
func (a *Adapter) LinkAccount(ctx context.Context, account ginauth.Account) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	_, err = a.insertDecorated(ctx, l.account, []value{
		{"userId", account.UserID},
		{"type", string(account.Type)},
		{"provider", account.Provider},
		{"providerAccountId", account.ProviderAccountID},
		text("refresh_token", account.RefreshToken),
		text("access_token", account.AccessToken),
		number("expires_at", account.ExpiresAt),
		text("token_type", account.TokenType),
		text("scope", account.Scope),
		text("id_token", account.IDToken),
		text("session_state", account.SessionState),
	}...)
	return err
}

// usable returns the layout when the tables in question can be used.
func (a *Adapter) usable(ctx context.Context, of ...func(*layout) *table) (*layout, error) {
	l, err := a.layout(ctx)
	if err != nil {
		return nil, err
	}
	for _, table := range of {
		if err := table(l).usable(); err != nil {
			return nil, err
		}
	}
	return l, nil
}
