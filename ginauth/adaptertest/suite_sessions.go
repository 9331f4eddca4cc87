package adaptertest

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func testSessions(t *testing.T, a ginauth.Adapter, sessions ginauth.SessionAdapter) {
	ctx := t.Context()
	newSession := func(t *testing.T, expires time.Time) (ginauth.StoredSession, ginauth.User) {
		t.Helper()
		u := newUser(t, a)
		s := ginauth.StoredSession{Token: "Token-" + rand.Text(), UserID: u.ID, Expires: expires}
		must(t, "CreateSession", sessions.CreateSession(ctx, s))
		s.Expires = s.Expires.UTC()
		return s, u
	}
	want := func(t *testing.T, s ginauth.StoredSession, u ginauth.User) {
		t.Helper()
		gotSession, gotUser, err := sessions.SessionAndUser(ctx, s.Token)
		must(t, "SessionAndUser", err)
		if gotSession != s || gotUser != u {
			t.Errorf("SessionAndUser returned %+v of %+v, want %+v of %+v", gotSession, gotUser, s, u)
		}
	}

	t.Run("comes back with its user, expired or not", func(t *testing.T) {
		s, u := newSession(t, soon(time.Hour))
		want(t, s, u)
		u.Name, u.EmailVerified, u.Image = "Später 🦊", soon(0).UTC(), "https://example.com/x"
		must(t, "UpdateUser", a.UpdateUser(ctx, u))
		want(t, s, u)
		s, u = newSession(t, soon(-time.Hour))
		want(t, s, u)
		s, u = newSession(t, time.Date(2036, 2, 29, 23, 59, 59, 999e6, time.FixedZone("", -11*3600)))
		want(t, s, u)
	})

	t.Run("tokens are unique and compared byte by byte", func(t *testing.T) {
		s, u := newSession(t, soon(time.Hour))
		other := newUser(t, a)
		wantErr(t, "CreateSession", sessions.CreateSession(ctx, ginauth.StoredSession{Token: s.Token, UserID: other.ID, Expires: soon(0)}), ginauth.ErrConflict)
		for _, token := range []string{
			"", "t" + s.Token[1:], s.Token + " ", " " + s.Token, s.Token[:len(s.Token)-1], s.Token + "x", "Tóken-" + s.Token[6:], "%", s.Token + "\x00",
		} {
			_, _, err := sessions.SessionAndUser(ctx, token)
			if err == nil {
				t.Errorf("SessionAndUser took %q for %q", token, s.Token)
			}
			if sessions.UpdateSession(ctx, ginauth.StoredSession{Token: token, UserID: u.ID, Expires: soon(9 * time.Hour)}) == nil {
				t.Errorf("UpdateSession took %q for %q", token, s.Token)
			}
			if sessions.DeleteSession(ctx, token) == nil {
				t.Errorf("DeleteSession took %q for %q", token, s.Token)
			}
		}
		want(t, s, u)
	})

	t.Run("UpdateSession moves the expiry", func(t *testing.T) {
		s, u := newSession(t, soon(time.Hour))
		other, otherUser := newSession(t, soon(time.Hour))
		for range 2 { // the second changes nothing
			s.Expires = soon(2 * time.Hour).UTC()
			must(t, "UpdateSession", sessions.UpdateSession(ctx, s))
			want(t, s, u)
		}
		want(t, other, otherUser)
	})

	t.Run("a deleted session stays away", func(t *testing.T) {
		s, u := newSession(t, soon(time.Hour))
		other := ginauth.StoredSession{Token: rand.Text(), UserID: u.ID, Expires: soon(time.Hour).UTC()}
		must(t, "CreateSession", sessions.CreateSession(ctx, other))
		must(t, "DeleteSession", sessions.DeleteSession(ctx, s.Token))
		_, _, err := sessions.SessionAndUser(ctx, s.Token)
		wantErr(t, "SessionAndUser", err, ginauth.ErrNotFound)
		wantErr(t, "UpdateSession", sessions.UpdateSession(ctx, s), ginauth.ErrNotFound)
		wantErr(t, "DeleteSession again", sessions.DeleteSession(ctx, s.Token), ginauth.ErrNotFound)
		_, _, err = sessions.SessionAndUser(ctx, s.Token)
		wantErr(t, "SessionAndUser after UpdateSession", err, ginauth.ErrNotFound)
		want(t, other, u)
	})

	t.Run("of 20 who delete one session at once, one succeeds", func(t *testing.T) {
		s, _ := newSession(t, soon(time.Hour))
		wantOne(t, "DeleteSession", together(20, func(int) error { return sessions.DeleteSession(ctx, s.Token) }), ginauth.ErrNotFound)
	})

	t.Run("a session that is deleted while it is refreshed stays away", func(t *testing.T) {
		for range 20 {
			s, _ := newSession(t, soon(time.Hour))
			errs := together(2, func(i int) error {
				if i == 0 {
					return sessions.DeleteSession(ctx, s.Token)
				}
				s := s
				s.Expires = soon(2 * time.Hour)
				return sessions.UpdateSession(ctx, s)
			})
			must(t, "DeleteSession", errs[0])
			if errs[1] != nil {
				wantErr(t, "UpdateSession", errs[1], ginauth.ErrNotFound)
			}
			_, _, err := sessions.SessionAndUser(ctx, s.Token)
			wantErr(t, "SessionAndUser", err, ginauth.ErrNotFound)
		}
	})
}
