package ginauth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

// claims is an adapter that tells whom it was asked to clear.
type claims struct {
	*adaptertest.Memory
	asked *[]string
}

func (c claims) DeleteUnproven(_ context.Context, userID string) error {
	*c.asked = append(*c.asked, userID)
	return nil
}

func (c claims) InTx(ctx context.Context, fn func(ginauth.Adapter) error) error {
	return c.Memory.InTx(ctx, func(tx ginauth.Adapter) error {
		return fn(struct {
			ginauth.Adapter
			ginauth.SessionAdapter
			ginauth.TokenAdapter
			ginauth.ClaimAdapter
		}{tx, tx.(ginauth.SessionAdapter), tx.(ginauth.TokenAdapter), c})
	})
}

// Whoever proves an address gets the user rid of those who did not.
func TestEmailClaimsUser(t *testing.T) {
	var office post
	var asked []string
	s := newSite(t, with(office.provider()), func(c *ginauth.Config) {
		c.Adapter = claims{c.Adapter.(*adaptertest.Memory), &asked}
	})
	user, err := s.CreateUser(t.Context(), ginauth.User{Email: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	open := func() {
		t.Helper()
		askLink(s.browser(t), "ann@example.com")
		c := s.browser(t)
		if follow(c, office.last(t).URL); c.Email() != "ann@example.com" {
			t.Fatalf("signed in as %q: %s", c.Email(), s.logs)
		}
	}
	if open(); !slices.Equal(asked, []string{user.ID}) {
		t.Errorf("cleared %q, want %q", asked, user.ID)
	}
	if open(); len(asked) != 1 {
		t.Errorf("cleared again: the address was proven before")
	}

	// In their own session people prove their own address.
	own, err := s.CreateUser(t.Context(), ginauth.User{Email: "bob@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	c := s.browser(t)
	askLink(c, "bob@example.com")
	session := ginauth.StoredSession{Token: "11111111-2222-4333-8444-555555555555", UserID: own.ID, Expires: time.Now().Add(time.Hour)}
	if err := s.CreateSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	c.SetCookie(sessionCookie, session.Token)
	if follow(c, office.last(t).URL); len(asked) != 1 || c.Email() != "bob@example.com" {
		t.Errorf("cleared %q, signed in as %q", asked, c.Email())
	}
}
