package bunadapter

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

const (
	singleDevice = "singleDevice"
	multiDevice  = "multiDevice"
)

// CreateAuthenticator implements [ginauth.PasskeyAdapter]. Transports that their column cannot hold, or
// with which the database refuses the row, are left out, and the log has a warning.
func (a *Adapter) CreateAuthenticator(ctx context.Context, p ginauth.Authenticator) error {
	l, err := a.layout(ctx)
	if err != nil {
		return err
	}
	deviceType := singleDevice
	if p.MultiDevice {
		deviceType = multiDevice
	}
	var transports any
	if p.Transports != nil {
		transports = strings.Join(p.Transports, ",")
	}
	_, err = a.insertDecorated(ctx, l.authenticator, []value{
		{"credentialID", base64.StdEncoding.EncodeToString(p.CredentialID)},
		{"userId", p.UserID},
		{"providerAccountId", p.ProviderAccountID},
		{"credentialPublicKey", base64.StdEncoding.EncodeToString(p.PublicKey)},
		{"counter", int64(p.Counter)},
		{"credentialDeviceType", deviceType},
		{"credentialBackedUp", p.BackedUp},
		{"transports", transports},
	}...)
	return err
}

// AuthenticatorByCredentialID implements [ginauth.PasskeyAdapter].
func (a *Adapter) AuthenticatorByCredentialID(ctx context.Context, credentialID []byte) (ginauth.Authenticator, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.authenticator })
	if err != nil {
		return ginauth.Authenticator{}, err
	}
	id := base64.StdEncoding.EncodeToString(credentialID)
	var row authenticatorRow
	query := "SELECT " + l.authenticatorColumns + " FROM " + l.authenticator.sql + " AS a WHERE a." + l.authenticator.columns["credentialID"].sql + " = ?"
	err = a.find(ctx, l.authenticator, query, []any{id}, func(rows *sql.Rows) (bool, error) {
		err := rows.Scan(row.dest()...)
		return row.credentialID == id, err
	})
	if err != nil {
		return ginauth.Authenticator{}, err
	}
	return row.authenticator()
}

// AuthenticatorsByUser implements [ginauth.PasskeyAdapter]. The order is that of creation on SQLite,
// in tables with a column createdAt, and among rows whose id ginauth made.
func (a *Adapter) AuthenticatorsByUser(ctx context.Context, userID string) ([]ginauth.Authenticator, error) {
	l, err := a.usable(ctx, func(l *layout) *table { return l.authenticator })
	if err != nil {
		return nil, err
	}
	users := l.authenticator.columns["userId"]
	if !users.findable(userID) {
		return nil, nil
	}
	var list []ginauth.Authenticator
	query := "SELECT " + l.authenticatorColumns + " FROM " + l.authenticator.sql + " AS a WHERE a." + users.sql + " = ?" + l.authenticatorOrder
	err = a.query(ctx, query, []any{userID}, func(rows *sql.Rows) error {
		var row authenticatorRow
		if err := rows.Scan(row.dest()...); err != nil || row.userID != userID {
			return err
		}
		p, err := row.authenticator()
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, l.authenticator.explain(reading, err)
	}
	return list, nil
}

// authenticatorRow scans the columns of [layout.authenticatorColumns].
type authenticatorRow struct {
	credentialID, userID, providerAccountID, publicKey, deviceType string
	counter                                                        int64
	backedUp                                                       bool
	transports                                                     sql.NullString
}

func (r *authenticatorRow) dest() []any {
	return []any{&r.credentialID, &r.userID, &r.providerAccountID, &r.publicKey, &r.counter, &r.deviceType, &r.backedUp, &r.transports}
}

func (r *authenticatorRow) authenticator() (ginauth.Authenticator, error) {
	p := ginauth.Authenticator{
		UserID:            r.userID,
		ProviderAccountID: r.providerAccountID,
		MultiDevice:       r.deviceType == multiDevice,
		BackedUp:          r.backedUp,
	}
	if r.counter < 0 || r.counter > math.MaxUint32 {
		return p, fmt.Errorf("bunadapter: an authenticator's counter is %d, which no signature can carry", r.counter)
	}
	p.Counter = uint32(r.counter)
	var err error
	if p.CredentialID, err = base64.StdEncoding.DecodeString(r.credentialID); err != nil {
		return p, fmt.Errorf("bunadapter: an authenticator's credentialID is not standard base64: %w", err)
	}
	if p.PublicKey, err = base64.StdEncoding.DecodeString(r.publicKey); err != nil {
		return p, fmt.Errorf("bunadapter: an authenticator's credentialPublicKey is not standard base64: %w", err)
	}
	if r.transports.Valid {
		p.Transports = []string{}
		if r.transports.String != "" {
			p.Transports = strings.Split(r.transports.String, ",")
		}
	}
	return p, nil
}
