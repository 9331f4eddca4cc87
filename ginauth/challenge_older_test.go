package ginauth_test

import (
	"bytes"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// begun is a ceremony that waits for its answer.
type begun struct {
	action  string
	options []byte
}

func (b begun) finish(c *testclient.Client, change ...testclient.Change) testclient.Answer {
	c.TB.Helper()
	return c.Callback(b.action, c.Perform(b.action, b.options, change...), nil)
}

func begin(c *testclient.Client, query string) begun {
	c.TB.Helper()
	action, options := c.Options(query)
	return begun{action, options}
}

// Row 12: of two ceremonies that one browser began, the older one's answer fails and leaves the newer
// one as it is, whatever keeps the flows. The newer challenge is good for one attempt as ever (R1).
func TestChallenge_AnswerToAnOlderOne(t *testing.T) {
	const signIn, signUp, add = "?action=authenticate", "?action=register&email=new@example.com", "?action=register"
	for store, keep := range flowStores(t) {
		for kind, strategy := range sessionKinds {
			for _, tt := range []struct {
				name, older, newer string
				signedIn           bool
			}{
				{"two sign-ins", signIn, signIn, false}, {"two sign-ups", signUp, signUp, false},
				{"sign-up, then sign-in", signUp, signIn, false}, {"sign-in, then sign-up", signIn, signUp, false},
				{"two further passkeys", add, add, true}, {"step-up, then a further passkey", signIn, add, true},
			} {
				t.Run(store+"/"+kind+"/"+tt.name, func(t *testing.T) {
					s := newSite(t, keep, strategy)
					c := s.browser(t)
					c.SignUp("ada@example.com")
					if !tt.signedIn {
						c.SignOut()
					}
					session := c.Cookie(sessionCookie)
					older := begin(c, tt.older)
					newer := begin(c, tt.newer)
					mine, cookie, before := c.Passkeys, c.Cookie(challengeCookie), s.Dump()
					for range 2 {
						if older.action == "register" {
							c.OtherDevice()
						}
						a := older.finish(c)
						c.Passkeys = mine
						if a.Status != 200 || a.ErrorCode() != "WebAuthnVerificationError" {
							t.Fatalf("the older answer: %d %s", a.Status, a.Body)
						}
						if a.Cookie(challengeCookie) != nil || c.Cookie(challengeCookie) != cookie || c.Cookie(sessionCookie) != session {
							t.Fatal("a cookie was set")
						}
					}
					// Not even the record of a used challenge.
					wroteNothing(t, before, s.Dump())
					if newer.action == "register" {
						c.OtherDevice()
					}
					if a := newer.finish(c); a.ErrorCode() != "" || c.User() == nil {
						t.Fatalf("the newer answer: %s\n%s", a.Body, s.logs)
					}
					c.SetCookie(challengeCookie, cookie)
					if newer.action == "register" {
						c.OtherDevice()
					}
					if a := newer.finish(c); a.ErrorCode() != "Configuration" {
						t.Errorf("the newer answer once more: %s", a.Body)
					}
				})
			}
		}
	}
}

// Whatever else is wrong with an answer, what it names is burned, and nothing else.
func TestChallenge_MalformedAnswerBurnsWhatItNames(t *testing.T) {
	other := `"challenge":"` + string(bytes.Repeat([]byte{'B'}, 43)) + `"`
	for _, tt := range []struct {
		name   string
		change testclient.Change
		burns  bool
	}{
		{"ours, bad signature", func(c *testauthn.Ceremony) { c.Signature = func(b []byte) []byte { b[len(b)-1] ^= 1; return b } }, true},
		{"ours, other origin", func(c *testauthn.Ceremony) { c.Origin = "https://evil.example" }, true},
		{"ours, no rawId", func(c *testauthn.Ceremony) { c.Edit = set("rawId", nil) }, true},
		{"ours, other type", func(c *testauthn.Ceremony) { c.Edit = set("type", "password") }, true},
		{"ours, no authenticator data", func(c *testauthn.Ceremony) { c.Edit = setIn("authenticatorData", nil) }, true},
		{"ours, and another", clientMember(other), true},
		{"another, and ours", func(c *testauthn.Ceremony) {
			c.ClientData = func(b []byte) []byte { return append([]byte("{"+other+","), b[1:]...) }
		}, true},
		{"ours, padded", func(c *testauthn.Ceremony) { c.Challenge += "=" }, true},
		{"ours, with something behind", func(c *testauthn.Ceremony) { c.ClientData = func(b []byte) []byte { return append(b, "{}"...) } }, true},
		{"ours, cut short behind it", func(c *testauthn.Ceremony) { c.ClientData = func(b []byte) []byte { return b[:len(b)-5] } }, true},
		{"none: empty", func(c *testauthn.Ceremony) { c.Challenge = "" }, true},
		{"none: a number", clientInstead("challenge", "7"), true},
		{"none: in other letters", func(c *testauthn.Ceremony) {
			c.ClientData = func(b []byte) []byte { return bytes.Replace(b, []byte(`"challenge"`), []byte(`"Challenge"`), 1) }
		}, true},
		{"none: no JSON", func(c *testauthn.Ceremony) { c.ClientData = func([]byte) []byte { return []byte("x") } }, true},
		{"none: no client data", func(c *testauthn.Ceremony) { c.Edit = setIn("clientDataJSON", nil) }, true},
		{"none: no response", func(c *testauthn.Ceremony) { c.Edit = set("response", nil) }, true},
		{"none: no id", func(c *testauthn.Ceremony) { c.Edit = set("id", nil) }, true},
		{"another", clientInstead("challenge", other[len(`"challenge":`):]), false},
		{"another, shorter", func(c *testauthn.Ceremony) { c.Challenge = c.Challenge[:20] }, false},
		{"another, not base64url", func(c *testauthn.Ceremony) { c.Challenge = "older challenge" }, false},
		{"another, no rawId", func(c *testauthn.Ceremony) {
			c.Challenge = c.Challenge[:20]
			c.Edit = set("rawId", nil)
		}, false},
		{"two others", func(c *testauthn.Ceremony) {
			c.Challenge = c.Challenge[:20]
			clientMember(other)(c)
		}, false},
	} {
		for store, keep := range flowStores(t) {
			t.Run(store+"/"+tt.name, func(t *testing.T) {
				s := newSite(t, keep)
				c := s.browser(t)
				c.SignUp("ada@example.com")
				c.SignOut()
				b := begin(c, "?action=authenticate")
				cookie := c.Cookie(challengeCookie)
				if a := b.finish(c, tt.change); a.ErrorCode() == "" {
					t.Fatalf("accepted: %s", a.Body)
				}
				c.SetCookie(challengeCookie, cookie)
				a := b.finish(c)
				if burned := a.ErrorCode() == "Configuration" && c.User() == nil; burned != tt.burns {
					t.Errorf("burned: %t, want %t: %s", burned, tt.burns, a.Body)
				}
			})
		}
	}
}

// An older answer says nothing about accounts where these are hidden.
func TestChallenge_OlderAnswerHidesAccounts(t *testing.T) {
	s := newSite(t, withHiddenAccounts)
	c := s.browser(t)
	c.SignUp("ada@example.com")
	c.SignOut()
	older, newer := begin(c, "?action=authenticate"), begin(c, "?action=authenticate")
	if a := older.finish(c); a.URL() != siteOrigin+"/auth/error?error=WebAuthnVerificationError" {
		t.Errorf("the older answer: %s", a.Body)
	}
	if a := newer.finish(c); a.ErrorCode() != "" {
		t.Errorf("the newer answer: %s", a.Body)
	}
}

// Answers to other challenges are not failures of the passkey that they name: nothing was verified.
func TestChallenge_OlderAnswersLockNobodyOut(t *testing.T) {
	s := newSite(t, func(c *ginauth.Config) {
		c.RateLimit = ginauth.RateLimitConfig{}
		c.RateLimit.Limits.Callback = ginauth.Limit{Requests: -1}
	})
	ada, eve := s.browser(t), s.browser(t)
	ada.SignUp("ada@example.com")
	ada.SignOut()
	eve.Passkeys = ada.Passkeys
	older := begin(eve, "?action=authenticate")
	begin(eve, "?action=authenticate")
	for range 12 {
		if a := older.finish(eve); a.ErrorCode() != "WebAuthnVerificationError" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if a := ada.Authenticate(); a.Status != 200 || a.ErrorCode() != "" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}
