package adaptertest

import (
	"crypto/rand"
	"regexp"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func testUsers(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()

	t.Run("a stored user is what was given", func(t *testing.T) {
		for name, u := range map[string]ginauth.User{
			"all fields":    {Name: "Ada Lovelace", Email: "ada@example.com", EmailVerified: soon(-time.Hour), Image: "https://example.com/a.png"},
			"no name":       {Email: "noname@example.com"},
			"unicode":       {Name: "Zoë 渡辺 🦊👩‍🚀", Email: "zoe@bücher.example", Image: "https://example.com/ü?x=1&y=%20"},
			"no address":    {Name: "Nobody"},
			"no address, 2": {Name: "Nobody else"},
		} {
			t.Run(name, func(t *testing.T) {
				created, err := a.CreateUser(ctx, u)
				must(t, "CreateUser", err)
				if created.ID == "" {
					t.Fatal("CreateUser filled no ID")
				}
				want := u
				want.ID, want.EmailVerified = created.ID, u.EmailVerified.UTC()
				if created != want {
					t.Errorf("CreateUser returned %+v, want %+v", created, want)
				}
				stillThere(t, ctx, a, want)
				if u.Email != "" {
					got, err := a.UserByEmail(ctx, u.Email)
					must(t, "UserByEmail", err)
					if got != want {
						t.Errorf("UserByEmail returned %+v, want %+v", got, want)
					}
				}
			})
		}
	})

	t.Run("IDs", func(t *testing.T) {
		if u := newUser(t, a); !regexp.MustCompile(`^[\x21-\x7e]{16,36}$`).MatchString(u.ID) {
			t.Errorf("ID %q is not 16 to 36 printable characters", u.ID)
		}
		u, err := a.CreateUser(ctx, ginauth.User{ID: "cjld2cjxh0000qzrmn831i7rn", Email: "given@example.com"})
		must(t, "CreateUser", err)
		if u.ID != "cjld2cjxh0000qzrmn831i7rn" {
			t.Errorf("CreateUser changed the ID to %q", u.ID)
		}
		stillThere(t, ctx, a, u)
	})

	t.Run("milliseconds are kept, less is cut off", func(t *testing.T) {
		at := soon(0).Add(999 * time.Microsecond)
		u, err := a.CreateUser(ctx, ginauth.User{Email: "ms@example.com", EmailVerified: at})
		must(t, "CreateUser", err)
		got, err := a.UserByID(ctx, u.ID)
		must(t, "UserByID", err)
		if want := at.UTC().Truncate(time.Millisecond); got.EmailVerified != want || u.EmailVerified != want {
			t.Errorf("stored %v, returned %v, want %v", got.EmailVerified, u.EmailVerified, want)
		}
	})

	t.Run("absence", func(t *testing.T) {
		_, err := a.UserByID(ctx, "nobody")
		wantErr(t, "UserByID", err, ginauth.ErrNotFound)
		_, err = a.UserByID(ctx, "")
		wantErr(t, "UserByID of nothing", err, ginauth.ErrNotFound)
		_, err = a.UserByEmail(ctx, "nobody@example.com")
		wantErr(t, "UserByEmail", err, ginauth.ErrNotFound)
		_, err = a.UserByEmail(ctx, "") // users without an address must not be found by having none
		wantErr(t, "UserByEmail of nothing", err, ginauth.ErrNotFound)
		wantErr(t, "UpdateUser", a.UpdateUser(ctx, ginauth.User{ID: "nobody", Email: "n@example.com"}), ginauth.ErrNotFound)
	})

	t.Run("an address belongs to one user", func(t *testing.T) {
		u, other := newUser(t, a), newUser(t, a)
		_, err := a.CreateUser(ctx, ginauth.User{Name: "second", Email: u.Email})
		wantErr(t, "CreateUser", err, ginauth.ErrConflict)
		moved := other
		moved.Email = u.Email
		wantErr(t, "UpdateUser", a.UpdateUser(ctx, moved), ginauth.ErrConflict)
		stillThere(t, ctx, a, u)
		stillThere(t, ctx, a, other)
	})

	t.Run("of 20 who register one address at once, one succeeds", func(t *testing.T) {
		email := rand.Text() + "@example.com"
		wantOne(t, "CreateUser", together(20, func(int) error {
			_, err := a.CreateUser(ctx, ginauth.User{Email: email})
			return err
		}), ginauth.ErrConflict)
	})

	t.Run("UpdateUser writes every field", func(t *testing.T) {
		u, other := newUser(t, a), newUser(t, a)
		freed := u.Email
		for _, change := range []ginauth.User{
			{Name: "New", Email: "new-" + freed, EmailVerified: soon(0).UTC(), Image: "https://example.com/new.png"},
			{Name: "New", Email: "new-" + freed, EmailVerified: soon(0).UTC(), Image: "https://example.com/new.png"}, // changes nothing
			{Email: "newer-" + freed},
			{},
		} {
			change.ID = u.ID
			must(t, "UpdateUser", a.UpdateUser(ctx, change))
			stillThere(t, ctx, a, change)
		}
		stillThere(t, ctx, a, other)
		_, err := a.UserByEmail(ctx, freed)
		wantErr(t, "UserByEmail of the old address", err, ginauth.ErrNotFound)
		_, err = a.CreateUser(ctx, ginauth.User{Email: freed})
		must(t, "CreateUser with an address that is free again", err)
	})
}

func testAccounts(t *testing.T, a ginauth.Adapter) {
	ctx := t.Context()
	account := func(u ginauth.User, provider, id string) ginauth.Account {
		return ginauth.Account{UserID: u.ID, Type: ginauth.KindOAuth, Provider: provider, ProviderAccountID: id}
	}

	t.Run("a user has several accounts", func(t *testing.T) {
		u, other := newUser(t, a), newUser(t, a)
		full := account(u, "github", "1")
		full.RefreshToken, full.AccessToken, full.ExpiresAt = "refresh", "access", 1_800_000_000
		full.TokenType, full.Scope, full.IDToken, full.SessionState = "bearer", "openid email", "e30.e30.", "state"
		must(t, "LinkAccount", a.LinkAccount(ctx, full))
		must(t, "LinkAccount", a.LinkAccount(ctx, account(u, "github", "2")))
		must(t, "LinkAccount", a.LinkAccount(ctx, account(u, "google", "1")))
		must(t, "LinkAccount", a.LinkAccount(ctx, account(other, "google", "2")))
		for key, want := range map[[2]string]ginauth.User{
			{"github", "1"}: u, {"github", "2"}: u, {"google", "1"}: u, {"google", "2"}: other,
		} {
			got, err := a.UserByAccount(ctx, key[0], key[1])
			must(t, "UserByAccount", err)
			if got != want {
				t.Errorf("account %v is %+v's, want %+v", key, got, want)
			}
		}
		wantErr(t, "LinkAccount again", a.LinkAccount(ctx, full), ginauth.ErrConflict)
		wantErr(t, "LinkAccount for another user", a.LinkAccount(ctx, account(other, "github", "1")), ginauth.ErrConflict)
		got, err := a.UserByAccount(ctx, "github", "1")
		must(t, "UserByAccount", err)
		if got != u {
			t.Errorf("the account went over to %+v", got)
		}
	})

	t.Run("both parts of the key count", func(t *testing.T) {
		must(t, "LinkAccount", a.LinkAccount(ctx, account(newUser(t, a), "gitlab", "Abc")))
		for _, key := range [][2]string{
			{"gitlab", ""}, {"", "Abc"}, {"gitlab", "abc"}, {"Gitlab", "Abc"}, {"gitlab", "Abc "}, {"gitlab ", "Abc"},
			{"gitlab", "Ab"}, {"gitlab", "Abc%"}, {"%", "Abc"}, {"gitlab", "_bc"}, {"gítlab", "Abc"}, {"gitla", "bAbc"},
		} {
			_, err := a.UserByAccount(ctx, key[0], key[1])
			wantErr(t, key[0]+"/"+key[1], err, ginauth.ErrNotFound)
		}
		must(t, "LinkAccount that differs in case", a.LinkAccount(ctx, account(newUser(t, a), "gitlab", "aBC")))
	})

	t.Run("of 20 who link one account at once, one succeeds", func(t *testing.T) {
		users := make([]ginauth.User, 20)
		for i := range users {
			users[i] = newUser(t, a)
		}
		id := rand.Text()
		wantOne(t, "LinkAccount", together(20, func(i int) error {
			return a.LinkAccount(ctx, account(users[i], "github", id))
		}), ginauth.ErrConflict)
	})
}
