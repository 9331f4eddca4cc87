package integration

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// shortColumns are those of the MySQL schemas that Check warns of, by schema and table.
var shortColumns = map[string][]string{
	"prisma-seed-mysql": {
		"User.email", "User.image", "Account.providerAccountId", "Account.refresh_token", "Account.access_token", "Account.scope", "Account.id_token",
		"VerificationToken.identifier", "Authenticator.credentialID", "Authenticator.providerAccountId", "Authenticator.credentialPublicKey",
	},
	"prisma-mysql": {
		"User.email", "User.image", "Account.providerAccountId", "Account.scope",
		"VerificationToken.identifier", "Authenticator.credentialID", "Authenticator.providerAccountId", "Authenticator.credentialPublicKey",
	},
	"drizzle-mysql": {"user.image", "account.refresh_token", "account.access_token", "account.id_token", "authenticator.credentialPublicKey"},
}

// TestCheckWarnsOfShortColumns names every column that is too short, and the SQL that it proposes
// makes room, keeps the column's collation and nullability, and loses no row.
func TestCheckWarnsOfShortColumns(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		db, _ := s.open(t, nil)
		a, log := logged(db)
		must(t, "Check", a.Check(ctx))
		if got := warnedColumns(log); !slices.Equal(got, shortColumns[s.file]) {
			t.Errorf("warned of %v, want %v", got, shortColumns[s.file])
		}
		if !s.shortColumns {
			return
		}
		_, p := signUp(t, a)
		describe := s.sql(`SELECT group_concat(concat(column_name, ' ', is_nullable, ' ', ifnull(collation_name, '-')) ORDER BY table_name, column_name)
			FROM information_schema.columns WHERE table_schema = DATABASE()`)
		before := raw(t, db, describe)
		for _, statement := range remedy.FindAllString(log.String(), -1) {
			run(t, db.DB, statement)
		}
		if after := raw(t, db, describe); after != before {
			t.Errorf("the columns changed from %s to %s", before, after)
		}
		log.Reset()
		must(t, "Check after the remedies", a.Check(ctx))
		if log.Len() > 0 {
			t.Errorf("after the remedies Check logs %s", log)
		}
		if _, err := a.AuthenticatorByCredentialID(ctx, p.CredentialID); err != nil {
			t.Errorf("AuthenticatorByCredentialID: %v", err)
		}
		u, err := a.CreateUser(ctx, ginauth.User{Email: strings.Repeat("x", 242) + "@example.com", Image: strings.Repeat("i", 2048)})
		must(t, "CreateUser", err)
		must(t, "LinkAccount", a.LinkAccount(ctx, ginauth.Account{
			UserID: u.ID, Type: ginauth.KindOIDC, Provider: "svc", ProviderAccountID: strings.Repeat("s", 255),
			AccessToken: strings.Repeat("a", 4096), RefreshToken: strings.Repeat("r", 4096), IDToken: strings.Repeat("i", 4096),
		}))
		p.CredentialID, p.ProviderAccountID, p.UserID, p.PublicKey = bytes.Repeat([]byte{7}, 189), strings.Repeat("i", 255), u.ID, bytes.Repeat([]byte{1}, 384)
		must(t, "CreateAuthenticator", a.CreateAuthenticator(ctx, p))
		if log.Len() > 0 {
			t.Errorf("after the remedies the log has %s", log)
		}
	})
}

// warnedColumns are the columns in the warnings, in their order.
func warnedColumns(log *bytes.Buffer) (columns []string) {
	for line := range strings.Lines(log.String()) {
		_, list, ok := strings.Cut(line, `columns="`)
		if !ok {
			continue
		}
		list, _, _ = strings.Cut(list, `"`)
		for item := range strings.SplitSeq(list, "; ") {
			name, _, _ := strings.Cut(item, " ")
			columns = append(columns, name)
		}
	}
	return columns
}

// TestCheckTablesWarnsOfWhatIsUsed: a site without OAuth and e-mail hears nothing of their columns,
// and the logger of the configuration hears the rest.
func TestCheckTablesWarnsOfWhatIsUsed(t *testing.T) {
	for name, tt := range map[string]struct {
		use  ginauth.TableUse
		want []string
	}{
		"passkeys": {ginauth.TableUse{Sessions: true, Tokens: true, Passkeys: true}, []string{
			"User.email", "Account.providerAccountId", "Authenticator.credentialID", "Authenticator.providerAccountId", "Authenticator.credentialPublicKey",
		}},
		"email": {ginauth.TableUse{Tokens: true, Email: true}, []string{"User.email", "Account.providerAccountId", "VerificationToken.identifier"}},
		"OAuth": {ginauth.TableUse{OAuth: true}, []string{
			"User.email", "User.image", "Account.providerAccountId", "Account.refresh_token", "Account.access_token", "Account.scope", "Account.id_token",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			db, a := schemas()[3].open(t, nil)
			var log bytes.Buffer
			tt.use.Logger = slog.New(slog.NewTextHandler(&log, nil))
			must(t, "CheckTables", a.CheckTables(t.Context(), tt.use))
			if got := warnedColumns(&log); !slices.Equal(got, tt.want) {
				t.Errorf("warned of %v, want %v", got, tt.want)
			}
			// The same logger hears of what is left out later.
			log.Reset()
			_, err := a.CreateUser(t.Context(), ginauth.User{Email: "ann@example.com", Name: strings.Repeat("n", 300)})
			must(t, "CreateUser", err)
			if !strings.Contains(log.String(), "column=name") {
				t.Errorf("the log has %s", &log)
			}
			// One that the adapter was given goes before.
			var own bytes.Buffer
			chosen := bunadapter.New(db, bunadapter.WithLogger(slog.New(slog.NewTextHandler(&own, nil))))
			log.Reset()
			must(t, "CheckTables", chosen.CheckTables(t.Context(), tt.use))
			if log.Len() > 0 || own.Len() == 0 {
				t.Errorf("the configuration's log has %s, the adapter's own %s", &log, &own)
			}
		})
	}
}

// TestCheckTablesNeedsTables refuses to do without a table that the configuration writes to.
func TestCheckTablesNeedsTables(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			ctx := t.Context()
			db, a := migrated(t, e, nil)
			run(t, db.DB, "DROP TABLE "+quote(db, "Session"))
			must(t, "CheckTables without sessions", a.CheckTables(ctx, ginauth.TableUse{Tokens: true, Passkeys: true}))
			err := a.CheckTables(ctx, ginauth.TableUse{Sessions: true, Tokens: true, Passkeys: true})
			wantErr(t, "CheckTables with sessions", err, bunadapter.ErrSchema)
		})
	}
}
