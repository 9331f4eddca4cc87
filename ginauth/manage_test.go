package ginauth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// withRemoval mounts POST /remove/:id, as an application would.
func withRemoval(s *site) *site {
	s.engine.POST("/remove/:id", s.auth.RequireSession(), func(c *gin.Context) {
		id, err := base64.RawURLEncoding.DecodeString(c.Param("id"))
		if err == nil {
			err = s.auth.RemovePasskey(c, id)
		}
		for _, known := range []struct {
			err    error
			status int
		}{
			{ginauth.ErrSignInNeeded, http.StatusForbidden}, {ginauth.ErrLastPasskey, http.StatusConflict}, {ginauth.ErrNotFound, http.StatusNotFound},
			{ginauth.ErrMissingCSRF, http.StatusTeapot}, {ginauth.ErrStorage, http.StatusServiceUnavailable}, {nil, http.StatusNoContent},
		} {
			if errors.Is(err, known.err) {
				c.String(known.status, "%v", err)
				return
			}
		}
		c.String(http.StatusInternalServerError, "%v", err)
	})
	return s
}

func removal(c *testclient.Client, p *testauthn.Passkey, header ...string) testclient.Answer {
	return c.Do(http.MethodPost, "/remove/"+base64.RawURLEncoding.EncodeToString(p.ID), "", "", header...)
}

// twoPasskeys signs somebody up and gives them a second passkey, which is at hand afterwards.
func twoPasskeys(c *testclient.Client) (first, second *testauthn.Passkey) {
	c.TB.Helper()
	c.SignUp("ada@example.com")
	first = newest(c)
	c.OtherDevice()
	if a := c.AddPasskey(); a.ErrorCode() != "" {
		c.TB.Fatal(a.Body)
	}
	return first, newest(c)
}

// A removed passkey signs nobody in, and what it may have signed in ends; the browser that asked goes
// on with another session.
func TestRemovePasskey(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			var told []ginauth.Authenticator
			s := withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
				c.Events.RemovePasskey = func(_ context.Context, u ginauth.User, a ginauth.Authenticator) {
					if u.ID == a.UserID {
						told = append(told, a)
					}
				}
			}))
			c := s.browser(t)
			c.SignUp("ada@example.com")
			first := newest(c)
			thief := s.browser(t)
			thief.Passkeys = c.OtherDevice()
			thief.SignIn()
			c.AddPasskey()
			copied := c.Clone()

			if a := removal(c, first); a.Status != http.StatusNoContent {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			if len(told) != 1 || !bytes.Equal(told[0].CredentialID, first.ID) {
				t.Errorf("told of %+v", told)
			}
			if c.Email() != "ada@example.com" {
				t.Error("signed out")
			}
			for who, gone := range map[string]*testclient.Client{"the thief": thief, "the session before": copied} {
				if signedIn := gone.User() != nil; signedIn != (name == "jwt") {
					t.Errorf("%s: signed in is %v", who, signedIn)
				}
			}
			thief.DropCookie(sessionCookie)
			if a := thief.Authenticate(); a.ErrorCode() == "" {
				t.Error("the removed passkey signs in")
			}
			c.SignOut()
			c.SignIn()
			user := authenticatorOf(t, s, c).UserID
			if list, err := s.auth.Passkeys(t.Context(), user); err != nil || len(list) != 1 || !bytes.Equal(list[0].CredentialID, newest(c).ID) {
				t.Errorf("Passkeys: %+v, %v", list, err)
			}
			consistent(t, s)
		})
	}
}

// What must not be removed stays, and so does the session.
func TestRemovePasskey_Refused(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			s := withRemoval(newSite(t, sessions))
			ada, bob := s.browser(t), s.browser(t)
			first, _ := twoPasskeys(ada)
			bob.SignUp("bob@example.com")
			refused := func(what string, want int, ask func() testclient.Answer) {
				t.Helper()
				before, cookie := written(s), ada.Cookie(sessionCookie)
				if a := ask(); a.Status != want || a.Cookie(sessionCookie) != nil {
					t.Errorf("%s: %d %s, want %d", what, a.Status, a.Body, want)
				}
				if ada.Cookie(sessionCookie) != cookie {
					t.Errorf("%s: the session changed", what)
				}
				wroteNothing(t, before, written(s))
			}
			refused("somebody else's", http.StatusNotFound, func() testclient.Answer { return removal(ada, newest(bob)) })
			refused("unknown", http.StatusNotFound, func() testclient.Answer { return removal(ada, &testauthn.Passkey{ID: []byte("0123456789abcdef")}) })
			refused("another site", http.StatusTeapot, func() testclient.Answer { return removal(ada, first, "Sec-Fetch-Site", "same-site") })
			refused("nobody", http.StatusUnauthorized, func() testclient.Answer { return removal(s.browser(t), first) })
			if a := removal(ada, first); a.Status != http.StatusNoContent {
				t.Fatal(a.Body)
			}
			refused("twice", http.StatusNotFound, func() testclient.Answer { return removal(ada, first) })
			refused("the last", http.StatusConflict, func() testclient.Answer { return removal(ada, newest(ada)) })
			consistent(t, s)
		})
	}
	for name, sessions := range sessionKinds {
		t.Run("with another way in, "+name, func(t *testing.T) {
			var office post
			s := withRemoval(newSite(t, sessions, with(office.provider())))
			c := s.browser(t)
			c.SignUp("ada@example.com")
			if a := removal(c, newest(c)); a.Status != http.StatusConflict {
				t.Errorf("an address that was never proven is a way in: %d %s", a.Status, a.Body)
			}
			askLink(c, "ada@example.com")
			follow(c, office.last(t).URL)
			if a := removal(c, newest(c)); a.Status != http.StatusNoContent {
				t.Errorf("with sign-in links: %d %s", a.Status, a.Body)
			}
			s = withRemoval(newSite(t, sessions))
			c = s.browser(t)
			c.SignUp("ada@example.com")
			user := authenticatorOf(t, s, c).UserID
			for _, account := range []ginauth.Account{
				{UserID: user, Type: ginauth.KindOAuth, Provider: "gone", ProviderAccountID: "1"},
				{UserID: user, Type: ginauth.KindWebAuthn, Provider: "passkey", ProviderAccountID: "without a passkey"},
			} {
				if err := s.LinkAccount(t.Context(), account); err != nil {
					t.Fatal(err)
				}
			}
			if a := removal(c, newest(c)); a.Status != http.StatusConflict {
				t.Errorf("with accounts that sign nobody in: %d %s", a.Status, a.Body)
			}
		})
	}
}

// R9: removing a passkey needs a recent sign-in where adding one does, and is none itself.
func TestR9_RemovingNeedsAFreshSignIn(t *testing.T) {
	for name, sessions := range sessionKinds {
		synctest.Test(t, func(t *testing.T) {
			s := withRemoval(newSite(t, sessions, func(c *ginauth.Config) {
				p := passkeyProvider("passkey")
				p.AddWithin = 10 * time.Minute
				c.Providers = []ginauth.Provider{p}
			}))
			c := s.browser(t)
			first, second := twoPasskeys(c)
			time.Sleep(11 * time.Minute)
			c.User()
			if a := removal(c, first); a.Status != http.StatusForbidden || c.User() == nil {
				t.Errorf("%s, after 11 minutes: %d %s", name, a.Status, a.Body)
			}
			c.SignIn()
			time.Sleep(6 * time.Minute)
			if a := removal(c, first); a.Status != http.StatusNoContent {
				t.Errorf("%s, after signing in: %d %s", name, a.Status, a.Body)
			}
			if action, _ := c.Options("?action=register"); action != "register" {
				t.Errorf("%s: the sign-in is forgotten", name)
			}
			time.Sleep(6 * time.Minute)
			if action, _ := c.Options("?action=register"); action != "authenticate" {
				t.Errorf("%s: removing counts as a sign-in", name)
			}
			if a := removal(c, second); a.Status != http.StatusForbidden {
				t.Errorf("%s, after 12 minutes: %d %s", name, a.Status, a.Body)
			}
		})
	}
}

// R7 and R17: whatever fails while a passkey is removed, it is either still there, or gone as it
// should be, and the person is not locked out.
func TestRemovePasskey_StorageFails(t *testing.T) {
	for name, sessions := range sessionKinds {
		for at := 1; ; at++ {
			calls := 0
			for _, after := range []bool{false, true} {
				f := &faults{}
				s := withRemoval(newSite(t, withFaults(f), sessions))
				c := s.browser(t)
				first, _ := twoPasskeys(c)
				before, cookie := written(s), c.Cookie(sessionCookie)
				f.arm(at, after)
				a := removal(c, first)
				calls = len(f.calls)
				f.disarm()
				consistent(t, s)
				if calls < at {
					break
				}
				if a.Status != http.StatusServiceUnavailable || c.Cookie(sessionCookie) != cookie {
					t.Errorf("%s, call %d, after %v: %d %s", name, at, after, a.Status, a.Body)
				}
				if !after || f.calls[at-1] != "InTx" {
					wroteNothing(t, before, written(s))
				}
				c.DropCookie(sessionCookie)
				c.SignIn()
				if a := removal(c, first); a.Status != http.StatusNoContent && a.Status != http.StatusNotFound {
					t.Errorf("%s, call %d, after %v, again: %d %s", name, at, after, a.Status, a.Body)
				}
			}
			if calls < at {
				break
			}
		}
	}
}
