package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// person is somebody who does an operation.
type person struct {
	*browser.Browser
	email   string
	attempt *browser.Attempt
}

// operation is what a person does while a statement fails.
type operation struct {
	name string
	site site.Options
	// passkeys is how many the person has when the operation begins.
	passkeys int
	act      func(ctx context.Context, p *person) (browser.Answer, error)
	// again is what the person does after a failure. committed says that it was stored nevertheless.
	again func(ctx context.Context, p *person, committed bool) (browser.Answer, error)
}

func operations() []operation {
	refresh := site.Options{UpdateAge: -1}
	token, revocable := site.Options{Strategy: ginauth.StrategyJWT}, site.Options{Strategy: ginauth.StrategyJWT, Revocable: true}
	return []operation{
		{"registration", site.Options{}, 0, signUp, signUpAgain},
		{"registration, JWT", token, 0, signUp, signUpAgain},
		{"sign-in", site.Options{}, 1, signIn, signInAgain},
		{"sign-in, JWT", token, 1, signIn, signInAgain},
		{"sign-in, revocable", revocable, 1, signIn, signInAgain},
		{"adding a passkey", site.Options{}, 1, addPasskey, addPasskeyAgain},
		{"adding a passkey, fresh", site.Options{AddWithin: 10 * time.Minute}, 1, addPasskey, addPasskeyAgain},
		{"adding a passkey, revocable", revocable, 1, addPasskey, addPasskeyAgain},
		{"removing a passkey", site.Options{}, 2, removePasskey, removePasskeyAgain},
		{"removing a passkey, revocable", revocable, 2, removePasskey, removePasskeyAgain},
		{"sign-out", site.Options{}, 1, signOut, signOutAgain},
		{"sign-out, revocable", revocable, 1, signOut, signOutAgain},
		{"session refresh", refresh, 1,
			func(ctx context.Context, p *person) (browser.Answer, error) { return p.Session(ctx) },
			func(ctx context.Context, p *person, _ bool) (browser.Answer, error) { return p.Session(ctx) }},
	}
}

func signUp(ctx context.Context, p *person) (a browser.Answer, err error) {
	if p.attempt, a, err = p.BeginRegister(ctx, p.email, nil); err != nil {
		return a, err
	}
	return p.Finish(ctx, p.attempt)
}

func signUpAgain(ctx context.Context, p *person, committed bool) (browser.Answer, error) {
	if committed {
		return p.SignIn(ctx, p.Passkeys[0])
	}
	return p.Register(ctx, p.email)
}

func signIn(ctx context.Context, p *person) (a browser.Answer, err error) {
	if p.attempt, a, err = p.BeginSignIn(ctx, p.Passkeys[0], ""); err != nil {
		return a, err
	}
	return p.Finish(ctx, p.attempt)
}

func signInAgain(ctx context.Context, p *person, _ bool) (browser.Answer, error) {
	return p.SignIn(ctx, p.Passkeys[0])
}

func addPasskey(ctx context.Context, p *person) (a browser.Answer, err error) {
	if p.attempt, a, err = p.BeginRegister(ctx, "", nil); err != nil {
		return a, err
	}
	return p.Finish(ctx, p.attempt)
}

// addPasskeyAgain adds another one; whose session was replaced by one that got lost signs in first.
func addPasskeyAgain(ctx context.Context, p *person, committed bool) (browser.Answer, error) {
	if committed {
		// The new one was stored, so it must work.
		if a, err := p.SignIn(ctx, p.Passkeys[len(p.Passkeys)-1]); err != nil {
			return a, err
		}
	}
	return p.Register(ctx, "")
}

func signOut(ctx context.Context, p *person) (browser.Answer, error) { return p.SignOut(ctx) }

func signOutAgain(ctx context.Context, p *person, _ bool) (browser.Answer, error) {
	return p.SignOut(ctx)
}

var errNotRemoved = errors.New("the passkey is not removed")

func removePasskey(ctx context.Context, p *person) (browser.Answer, error) {
	a := p.RemovePasskey(ctx, p.Passkeys[0])
	if a.Status != http.StatusNoContent {
		return a, errNotRemoved
	}
	return a, nil
}

// removePasskeyAgain signs in with the other passkey first: the session may have been replaced by
// one that got lost.
func removePasskeyAgain(ctx context.Context, p *person, committed bool) (browser.Answer, error) {
	if a, err := p.SignIn(ctx, p.Passkeys[1]); err != nil || committed {
		return a, err
	}
	return removePasskey(ctx, p)
}
