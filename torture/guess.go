package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// guess is something that a stranger may try at a site that hides its accounts. Whether what it is
// about exists must not show.
type guess struct {
	name string
	// known is about Ada, unknown about nobody. What it returns asks that, once.
	known, unknown func(ctx context.Context, g *guessing) (func() browser.Answer, error)
}

// guessing is a stranger at a site where Ada and Bob have passkeys.
type guessing struct {
	site     *browser.Site
	ada, bob *person
	// email and id are nobody's. They are always the same, as Ada's are: some drivers are faster with a
	// statement that they have had before, values included.
	email string
	id    []byte
}

// newGuessing lets Ada and Bob sign up.
func newGuessing(ctx context.Context, s *browser.Site) (*guessing, error) {
	g := &guessing{site: s, email: newEmail(), id: browser.NewID()}
	for _, p := range []**person{&g.ada, &g.bob} {
		*p = &person{Browser: browser.New(s), email: newEmail()}
		if a, err := (*p).Register(ctx, (*p).email); err != nil {
			return nil, fmt.Errorf("registration: %w: %s", err, a)
		}
	}
	return g, nil
}

// guesses are the addresses, and the credentials with the user handles that may come with them.
func guesses() []guess {
	list := []guess{{
		"options for an address",
		func(ctx context.Context, g *guessing) (func() browser.Answer, error) {
			return g.options(ctx, g.ada.email)
		},
		func(ctx context.Context, g *guessing) (func() browser.Answer, error) {
			return g.options(ctx, g.email)
		},
	}}
	for _, h := range []struct {
		name string
		of   func(g *guessing) []byte
	}{
		{"no user handle", func(*guessing) []byte { return nil }},
		{"the owner's user handle", func(g *guessing) []byte { return g.ada.Passkeys[0].Handle() }},
		{"another user's handle", func(g *guessing) []byte { return g.bob.Passkeys[0].Handle() }},
		{"nobody's user handle", func(*guessing) []byte { return []byte(rand.Text()) }},
	} {
		list = append(list, guess{
			"credential with " + h.name,
			func(ctx context.Context, g *guessing) (func() browser.Answer, error) {
				return g.signIn(ctx, g.ada.Passkeys[0].ID, h.of(g))
			},
			func(ctx context.Context, g *guessing) (func() browser.Answer, error) {
				return g.signIn(ctx, g.id, h.of(g))
			},
		})
	}
	return list
}

func (g *guessing) options(ctx context.Context, email string) (func() browser.Answer, error) {
	b := browser.New(g.site)
	return func() browser.Answer { return b.Options(ctx, email) }, nil
}

// signIn signs with a key that is not that of the credential.
func (g *guessing) signIn(ctx context.Context, id, handle []byte) (func() browser.Answer, error) {
	forged, err := g.ada.Passkeys[0].Forge(id, handle)
	if err != nil {
		return nil, err
	}
	t, a, err := browser.New(g.site).BeginSignIn(ctx, forged, "")
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, a)
	}
	return func() browser.Answer { return t.Send(ctx) }, nil
}
