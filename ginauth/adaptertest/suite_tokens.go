package adaptertest

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func testTokens(t *testing.T, tokens ginauth.TokenAdapter) {
	ctx := t.Context()

	t.Run("is used once", func(t *testing.T) {
		for _, expires := range []time.Time{soon(time.Hour), soon(-time.Hour)} { // expired ones come back too
			v := ginauth.VerificationToken{Identifier: "ada+ü🦊@example.com", Token: "hash", Expires: expires}
			must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, v))
			wantErr(t, "CreateVerificationToken again", tokens.CreateVerificationToken(ctx, v), ginauth.ErrConflict)
			got, err := tokens.UseVerificationToken(ctx, v.Identifier, v.Token)
			must(t, "UseVerificationToken", err)
			v.Expires = v.Expires.UTC()
			if got != v {
				t.Errorf("UseVerificationToken returned %+v, want %+v", got, v)
			}
			_, err = tokens.UseVerificationToken(ctx, v.Identifier, v.Token)
			wantErr(t, "UseVerificationToken again", err, ginauth.ErrNotFound)
		}
	})

	t.Run("both parts of the key count", func(t *testing.T) {
		v := ginauth.VerificationToken{Identifier: "Bob@example.com", Token: "Hash-1", Expires: soon(time.Hour)}
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, v))
		second := v
		second.Token = "Hash-2"
		must(t, "CreateVerificationToken for the same address", tokens.CreateVerificationToken(ctx, second))
		for _, key := range [][2]string{
			{"", v.Token}, {v.Identifier, ""}, {"bob@example.com", v.Token}, {v.Identifier, "hash-1"}, {v.Identifier + " ", v.Token},
			{v.Identifier, v.Token + " "}, {"Bób@example.com", v.Token}, {v.Identifier, "Hash-"}, {v.Identifier, "Hash-_"}, {"%", "%"},
			{v.Identifier, "' OR '1'='1"}, {v.Identifier, "Hash-1\x00"}, {v.Token, v.Identifier},
		} {
			if _, err := tokens.UseVerificationToken(ctx, key[0], key[1]); err == nil {
				t.Errorf("UseVerificationToken took %q", key)
			}
		}
		for _, v := range []ginauth.VerificationToken{v, second} {
			_, err := tokens.UseVerificationToken(ctx, v.Identifier, v.Token)
			must(t, "UseVerificationToken", err)
		}
	})

	t.Run("of 50 who use one token at once, one succeeds", func(t *testing.T) {
		v := ginauth.VerificationToken{Identifier: "race@example.com", Token: rand.Text(), Expires: soon(time.Hour)}
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, v))
		wantOne(t, "UseVerificationToken", together(50, func(int) error {
			_, err := tokens.UseVerificationToken(ctx, v.Identifier, v.Token)
			return err
		}), ginauth.ErrNotFound)
	})

	t.Run("of 50 who create one token at once, one succeeds", func(t *testing.T) {
		v := ginauth.VerificationToken{Identifier: "challenge", Token: rand.Text(), Expires: soon(time.Hour)}
		wantOne(t, "CreateVerificationToken", together(50, func(int) error {
			return tokens.CreateVerificationToken(ctx, v)
		}), ginauth.ErrConflict)
	})
}

func testExpiredTokens(t *testing.T, tokens ginauth.TokenAdapter) {
	ctx, now := t.Context(), soon(0)
	create := func(i int, expires time.Time) {
		t.Helper()
		must(t, "CreateVerificationToken", tokens.CreateVerificationToken(ctx, ginauth.VerificationToken{
			Identifier: "sweep", Token: strconv.Itoa(i), Expires: expires,
		}))
	}
	left := func() (expired, live int) {
		for i := range 10 {
			if _, err := tokens.UseVerificationToken(ctx, "sweep", strconv.Itoa(i)); err != nil {
				continue
			} else if i < 7 {
				expired++
			} else {
				live++
			}
		}
		return expired, live
	}
	for _, tt := range []struct{ limit, expired int }{{limit: 0, expired: 7}, {limit: 3, expired: 4}, {limit: 7, expired: 0}, {limit: 1000, expired: 0}} {
		for i := range 7 {
			create(i, now.Add(-time.Duration(i)*time.Hour-2*time.Second))
		}
		for i, after := range []time.Duration{2 * time.Second, time.Hour, 20 * time.Hour} {
			create(7+i, now.Add(after))
		}
		must(t, "DeleteExpiredVerificationTokens", tokens.DeleteExpiredVerificationTokens(ctx, now, tt.limit))
		if expired, live := left(); expired != tt.expired || live != 3 {
			t.Errorf("limit %d left %d expired and %d live rows, want %d and 3", tt.limit, expired, live, tt.expired)
		}
	}
	must(t, "DeleteExpiredVerificationTokens of nothing", tokens.DeleteExpiredVerificationTokens(ctx, now, 10))
}
