package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// hidden compares the statements of each guess: known and unknown must ask the database the same.
func hidden(ctx context.Context, t *trial) error {
	controller := &faultsql.Controller{}
	s, stop, err := t.oneServer(site.Options{HideAccounts: true}, database.Options{Faults: controller})
	if err != nil {
		return err
	}
	defer stop()
	g, err := newGuessing(ctx, s)
	if err != nil {
		return err
	}
	for _, guess := range guesses() {
		var asked [2][]string
		var answers [2]browser.Answer
		for i, prepare := range []func(context.Context, *guessing) (func() browser.Answer, error){guess.known, guess.unknown} {
			send, err := prepare(ctx, g)
			if err != nil {
				return fmt.Errorf("%s: %w", guess.name, err)
			}
			controller.Arm(nil)
			answers[i] = send()
			trace, _ := controller.Disarm()
			asked[i] = kinds(trace)
			t.tried.Add(1)
		}
		if answers[0].Status != answers[1].Status || answers[0].URL != answers[1].URL || len(asked[0]) == 0 {
			t.failf("%s: %s for somebody, %s for nobody", guess.name, answers[0], answers[1])
		}
		if !slices.Equal(asked[0], asked[1]) {
			t.failf("%s: other statements for somebody, %q, than for nobody, %q", guess.name, asked[0], asked[1])
		}
	}
	return nil
}

var literal = regexp.MustCompile(`'(?:[^']|'')*'`)

// kinds are statements without their values, which Bun writes into the SQL.
func kinds(trace []faultsql.Statement) []string {
	list := make([]string, len(trace))
	for i, s := range trace {
		list[i] = literal.ReplaceAllString(s.SQL, "?")
	}
	return list
}
