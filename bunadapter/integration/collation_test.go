package integration

import (
	"errors"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/ginauth"
)

// TestAccentsKeepNobodyOut: where a unique key takes two addresses for one, the error of the second says
// how to change that, and afterwards both sign up.
func TestAccentsKeepNobodyOut(t *testing.T) {
	for _, table := range emailTables() {
		t.Run(table.name, func(t *testing.T) {
			ctx := t.Context()
			db := table.open(t)
			a := bunadapter.New(db)
			squatter, err := a.CreateUser(ctx, ginauth.User{Email: "änn@example.com"})
			must(t, "CreateUser", err)
			owner, err := a.CreateUser(ctx, ginauth.User{Email: "ann@example.com"})
			folds := table.name == "MySQL, Prisma" || table.name == "MySQL, Drizzle"
			if folds != errors.Is(err, ginauth.ErrConflict) {
				t.Fatalf("CreateUser: %v", err)
			}
			if folds {
				_, statement, ok := strings.Cut(err.Error(), "change it with: ")
				if !ok {
					t.Fatalf("no remedy in %v", err)
				}
				run(t, db.DB, statement)
				a = bunadapter.New(db)
				owner, err = a.CreateUser(ctx, ginauth.User{Email: "ann@example.com"})
			}
			must(t, "CreateUser", err)
			for email, want := range map[string]string{"änn@example.com": squatter.ID, "ann@example.com": owner.ID, "Ann@Example.com": owner.ID} {
				if u, err := a.UserByEmail(ctx, email); err != nil || u.ID != want {
					t.Errorf("UserByEmail(%q) = %v, %v", email, u, err)
				}
			}
		})
	}
}

// TestAccountsDifferInCase: the same for the ids of accounts.
func TestAccountsDifferInCase(t *testing.T) {
	eachSchema(t, func(t *testing.T, s schema) {
		ctx := t.Context()
		db, a := s.open(t, nil)
		link := func(id string) error {
			u, err := a.CreateUser(ctx, ginauth.User{Email: strings.ToLower(strings.ReplaceAll(id, "Q", "x")) + "@example.com"})
			must(t, "CreateUser", err)
			return a.LinkAccount(ctx, ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: "svc", ProviderAccountID: id})
		}
		must(t, "LinkAccount", link("aq"))
		err := link("aQ")
		if errors.Is(err, ginauth.ErrConflict) {
			_, statement, ok := strings.Cut(err.Error(), "change it with: ")
			if !ok {
				t.Fatalf("no remedy in %v", err)
			}
			run(t, db.DB, statement)
			a = bunadapter.New(db)
			err = link("bQ")
			must(t, "LinkAccount", err)
			err = link("bq")
		}
		must(t, "LinkAccount", err)
		for _, id := range []string{"aq", "AQ"} {
			if _, err := a.UserByAccount(ctx, "svc", id); (err == nil) != (id == "aq") {
				t.Errorf("UserByAccount(%q): %v", id, err)
			}
		}
	})
}
