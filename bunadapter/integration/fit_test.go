package integration

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// logged makes an adapter on db that logs to a buffer.
func logged(db *bun.DB) (*bunadapter.Adapter, *bytes.Buffer) {
	var log bytes.Buffer
	return bunadapter.New(db, bunadapter.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))), &log
}

// eachMode calls fn with every schema; those of MySQL also without its strict mode, in which it cuts
// values off instead of refusing them.
func eachMode(t *testing.T, fn func(t *testing.T, s schema, db *bun.DB)) {
	eachSchema(t, func(t *testing.T, s schema) {
		modes := map[string]map[string]string{"": nil}
		if s.engine == "mysql" {
			modes["not strict"] = map[string]string{"sql_mode": "''"}
		}
		for name, settings := range modes {
			t.Run(name, func(t *testing.T) {
				db, _ := s.open(t, settings)
				fn(t, s, db)
			})
		}
	})
}

// TestDecorationIsLeftOut: what is only nice to have does not keep a user out. The rest of the row is stored, and
// the log names each column; where everything fits, everything is stored.
func TestDecorationIsLeftOut(t *testing.T) {
	eachMode(t, func(t *testing.T, s schema, db *bun.DB) {
		ctx := t.Context()
		a, log := logged(db)
		wanted := ginauth.User{Email: "ann@example.com", Name: strings.Repeat("🦊", 300), Image: "https://cdn.example/" + strings.Repeat("x", 280)}
		account := ginauth.Account{
			Type: ginauth.KindOIDC, Provider: "svc", ProviderAccountID: "ann", AccessToken: "token",
			TokenType: strings.Repeat("b", 300), Scope: strings.Repeat("openid ", 100), SessionState: strings.Repeat("s", 300), ExpiresAt: 1 << 33,
		}
		passkey := ginauth.Authenticator{
			CredentialID: []byte("0123456789abcdef"), ProviderAccountID: base64.StdEncoding.EncodeToString([]byte("0123456789abcdef")), PublicKey: []byte("k"),
			Transports: strings.Split(strings.Repeat("internal,", 40)+"usb", ","),
		}
		var created ginauth.User
		must(t, "InTx", a.InTx(ctx, func(tx ginauth.Adapter) (err error) {
			must(t, "Fits", tx.(ginauth.FitChecker).Fits(ctx, wanted))
			if created, err = tx.CreateUser(ctx, wanted); err != nil {
				return err
			}
			account.UserID, passkey.UserID = created.ID, created.ID
			return errors.Join(tx.LinkAccount(ctx, account), tx.(ginauth.PasskeyAdapter).CreateAuthenticator(ctx, passkey))
		}))
		got, err := a.UserByAccount(ctx, "svc", "ann")
		if err != nil || got != created {
			t.Errorf("CreateUser returned %+v, and stored is %+v, %v", created, got, err)
		}
		stored := s.raw(t, db, "Account", "access_token", "token_type", "scope", "session_state", "expires_at")
		switch {
		case !s.shortColumns:
			wanted.ID = created.ID
			if created != wanted {
				t.Errorf("stored is %+v, want %+v", created, wanted)
			}
			if want := strings.Join([]string{account.AccessToken, account.TokenType, account.Scope, account.SessionState}, "|"); !strings.HasPrefix(stored, want) {
				t.Errorf("Account has %s", stored)
			}
		case created.Name != "" || created.Image != "" || created.Email != wanted.Email:
			t.Errorf("stored is %+v", created)
		case stored != "token|NULL|NULL|NULL|NULL":
			t.Errorf("Account has %s", stored)
		}
		for column, left := range map[string]bool{
			"name": s.shortColumns, "image": s.shortColumns, "token_type": s.shortColumns, "scope": s.shortColumns,
			"session_state": s.shortColumns, "transports": s.shortColumns, "expires_at": s.engine != "sqlite",
		} {
			if warned := strings.Contains(log.String(), "column="+column+" "); warned != left {
				t.Errorf("%s: warned %t, want %t in %s", column, warned, left, log)
			}
		}
		for _, value := range []string{"🦊", "xxx", "internal,internal", "openid openid"} {
			if strings.Contains(log.String(), value) {
				t.Errorf("the log has a value: %s", log)
			}
		}
	})
}

// TestWhatMattersIsRefused: IDs, tokens, keys and addresses that do not fit are refused with an
// error that names the column, before anything is written, and that is not an outage.
func TestWhatMattersIsRefused(t *testing.T) {
	long := strings.Repeat("x", 3000)
	keys := []string{"email", "providerAccountId", "identifier", "sessionToken"}
	eachMode(t, func(t *testing.T, s schema, db *bun.DB) {
		ctx := t.Context()
		a, _ := logged(db)
		owner, err := a.CreateUser(ctx, ginauth.User{Email: "owner@example.com"})
		must(t, "CreateUser", err)
		accounts := 0
		account := func(change func(*ginauth.Account)) func(tx ginauth.Adapter, u ginauth.User) error {
			return func(tx ginauth.Adapter, u ginauth.User) error {
				accounts++
				row := ginauth.Account{UserID: u.ID, Type: ginauth.KindOIDC, Provider: "svc", ProviderAccountID: strconv.Itoa(accounts)}
				change(&row)
				return tx.LinkAccount(ctx, row)
			}
		}
		key := func(change func(*ginauth.Authenticator)) func(tx ginauth.Adapter, u ginauth.User) error {
			return func(tx ginauth.Adapter, u ginauth.User) error {
				row := ginauth.Authenticator{CredentialID: []byte("0123456789abcdef"), UserID: u.ID, ProviderAccountID: "id", PublicKey: []byte("k")}
				change(&row)
				return tx.(ginauth.PasskeyAdapter).CreateAuthenticator(ctx, row)
			}
		}
		for column, write := range map[string]func(tx ginauth.Adapter, u ginauth.User) error{
			"email": func(tx ginauth.Adapter, _ ginauth.User) error {
				_, err := tx.CreateUser(ctx, ginauth.User{Email: long})
				return err
			},
			"providerAccountId":   account(func(row *ginauth.Account) { row.ProviderAccountID = long }),
			"access_token":        account(func(row *ginauth.Account) { row.AccessToken = long }),
			"refresh_token":       account(func(row *ginauth.Account) { row.RefreshToken = long }),
			"id_token":            account(func(row *ginauth.Account) { row.IDToken = long }),
			"credentialID":        key(func(row *ginauth.Authenticator) { row.CredentialID = bytes.Repeat([]byte{1}, 1023) }),
			"credentialPublicKey": key(func(row *ginauth.Authenticator) { row.PublicKey = bytes.Repeat([]byte{1}, 800) }),
			"identifier": func(tx ginauth.Adapter, _ ginauth.User) error {
				return tx.(ginauth.TokenAdapter).CreateVerificationToken(ctx, ginauth.VerificationToken{Identifier: long, Token: "t", Expires: wanted})
			},
			"sessionToken": func(tx ginauth.Adapter, u ginauth.User) error {
				return tx.(ginauth.SessionAdapter).CreateSession(ctx, ginauth.StoredSession{Token: long, UserID: u.ID, Expires: wanted})
			},
		} {
			if !s.shortColumns && s.engine == "postgres" && slices.Contains(keys, column) {
				continue // no column refuses it, but the index does
			}
			err := a.InTx(ctx, func(tx ginauth.Adapter) error {
				u, err := tx.CreateUser(ctx, ginauth.User{Email: column + "@example.com"})
				if err != nil {
					return err
				}
				return write(tx, u)
			})
			if !s.shortColumns || s.wideTokens && strings.HasSuffix(column, "_token") {
				must(t, column, err)
				continue
			}
			if !errors.Is(err, ginauth.ErrValue) || !errors.Is(err, bunadapter.ErrValue) || errors.Is(err, ginauth.ErrStorage) || !strings.Contains(err.Error(), "."+column) {
				t.Errorf("%s: error is %v, want ErrValue that names the column", column, err)
			}
			if strings.Contains(fmt.Sprint(err), "xxx") {
				t.Errorf("%s: the error tells the value", column)
			}
			if _, err := a.UserByEmail(ctx, column+"@example.com"); !errors.Is(err, ginauth.ErrNotFound) {
				t.Errorf("%s: half of the sign-up is stored: %v", column, err)
			}
		}
		if got, err := a.UserByEmail(ctx, "owner@example.com"); err != nil || got != owner {
			t.Errorf("UserByEmail returned %+v, %v", got, err)
		}
	})
}

// TestFits asks before anything is made.
func TestFits(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		db, a := s.open(t, nil)
		must(t, "Fits", a.Fits(ctx, ginauth.User{Email: "ann@example.com"}))
		must(t, "Fits with an ID", a.Fits(ctx, ginauth.User{ID: "4f3c2f1e-0d0c-4b0a-8908-070605040302", Email: "ann@example.com"}))
		must(t, "Fits with decoration", a.Fits(ctx, ginauth.User{Email: "ann@example.com", Name: strings.Repeat("n", 3000), Image: strings.Repeat("i", 3000)}))
		for what, u := range map[string]ginauth.User{
			"email": {Email: strings.Repeat("x", 300) + "@example.com"},
			"id":    {ID: strings.Repeat("x", 300), Email: "ann@example.com"},
		} {
			err := a.Fits(ctx, u)
			if !s.shortColumns {
				must(t, what, err)
			} else if !errors.Is(err, ginauth.ErrValue) || !strings.Contains(err.Error(), "."+what) {
				t.Errorf("%s: error is %v, want ErrValue that names the column", what, err)
			}
		}
		if err := a.Fits(ctx, ginauth.User{Email: "a\x00@example.com"}); !errors.Is(err, ginauth.ErrValue) {
			t.Errorf("NUL: %v", err)
		}
		if got := raw(t, db, s.sql(`SELECT count(*) FROM "User"`)); got != "0" {
			t.Errorf("Fits stored %s users", got)
		}
	})
}

// TestUpdateLeavesDecorationAlone: what another application wrote does not keep a user from proving
// an address, and what it wrote stays. New values that do not fit are refused as ever.
func TestUpdateLeavesDecorationAlone(t *testing.T) {
	ctx := t.Context()
	db, a := migrated(t, engineNamed(t, "mysql"), nil)
	run(t, db.DB, "ALTER TABLE `User` MODIFY `name` VARCHAR(20) CHARACTER SET latin1, MODIFY `image` VARCHAR(20) CHARACTER SET latin1")
	run(t, db.DB, "INSERT INTO `User` (`id`, `name`, `email`, `image`) VALUES ('u1', 'Zoë', 'zoe@example.com', 'https://é.example/')")
	u, err := a.UserByEmail(ctx, "zoe@example.com")
	must(t, "UserByEmail", err)
	u.EmailVerified = wanted
	must(t, "UpdateUser", a.UpdateUser(ctx, u))
	if got, err := a.UserByEmail(ctx, "zoe@example.com"); err != nil || got != u || got.Name != "Zoë" {
		t.Errorf("UserByEmail returned %+v, %v, want %+v", got, err, u)
	}
	u.Name = "Zoé"
	wantErr(t, "UpdateUser with another name", a.UpdateUser(ctx, u), ginauth.ErrValue)
	u.Name = "Zoe"
	must(t, "UpdateUser with a name that fits", a.UpdateUser(ctx, u))
	if got, err := a.UserByEmail(ctx, "zoe@example.com"); err != nil || got != u {
		t.Errorf("UserByEmail returned %+v, %v, want %+v", got, err, u)
	}
	u.ID = "nobody"
	wantErr(t, "UpdateUser of nobody", a.UpdateUser(ctx, u), ginauth.ErrNotFound)
}
