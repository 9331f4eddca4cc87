package testclient

import (
	"encoding/json"
	"maps"
	"net/url"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// Change makes a ceremony go wrong.
type Change = func(*testauthn.Ceremony)

// CSRF fetches the token that forms repeat.
func (c *Client) CSRF() string {
	c.TB.Helper()
	var body struct {
		CSRFToken string `json:"csrfToken"`
	}
	if a := c.Get("/csrf"); json.Unmarshal([]byte(a.Body), &body) != nil || body.CSRFToken == "" {
		c.TB.Fatalf("GET /csrf: %d %s", a.Status, a.Body)
	}
	return body.CSRFToken
}

// Options asks for the options of a ceremony and fails the test when they are refused.
func (c *Client) Options(query string) (action string, options []byte) {
	c.TB.Helper()
	var body struct {
		Action  string          `json:"action"`
		Options json.RawMessage `json:"options"`
	}
	a := c.Get("/webauthn-options/" + c.Provider + query)
	if a.Status != 200 || json.Unmarshal([]byte(a.Body), &body) != nil || body.Action == "" {
		c.TB.Fatalf("GET /webauthn-options%s: %d %s", query, a.Status, a.Body)
	}
	return body.Action, body.Options
}

// Perform lets the authenticator answer options.
func (c *Client) Perform(action string, options []byte, change ...Change) string {
	c.TB.Helper()
	perform := c.Passkeys.Get
	if action == "register" {
		perform = c.Passkeys.Create
	}
	answer, err := perform(options, change...)
	if err != nil {
		c.TB.Fatal(err)
	}
	return string(answer)
}

// Callback posts the answer of a ceremony with a fresh CSRF token; fields are added, and an empty
// one is left out.
func (c *Client) Callback(action, data string, fields map[string]string) Answer {
	c.TB.Helper()
	form := map[string]string{"action": action, "data": data, "csrfToken": c.CSRF()}
	maps.Copy(form, fields)
	maps.DeleteFunc(form, func(_, v string) bool { return v == "" })
	return c.Post("/callback/"+c.Provider, form)
}

// Ceremony does the whole of one: options, authenticator, callback.
func (c *Client) Ceremony(query string, change ...Change) Answer {
	c.TB.Helper()
	action, options := c.Options(query)
	return c.Callback(action, c.Perform(action, options, change...), nil)
}

// Register makes an account with a new passkey and gives the server's answer.
func (c *Client) Register(email string, change ...Change) Answer {
	c.TB.Helper()
	return c.Ceremony("?action=register&email="+url.QueryEscape(email), change...)
}

// Authenticate signs in with a passkey and gives the server's answer.
func (c *Client) Authenticate(change ...Change) Answer {
	c.TB.Helper()
	return c.Ceremony("?action=authenticate", change...)
}

// OtherDevice puts an authenticator at hand that holds no passkey yet, and gives the one before.
func (c *Client) OtherDevice() *testauthn.Authenticator {
	before := c.Passkeys
	c.Passkeys = &testauthn.Authenticator{
		Origin: before.Origin, NewKey: before.NewKey, Synced: before.Synced, Counts: before.Counts, OldClient: before.OldClient,
	}
	return before
}

// AddPasskey adds a passkey of the authenticator at hand to the account that is signed in and gives
// the server's answer.
func (c *Client) AddPasskey(change ...Change) Answer {
	c.TB.Helper()
	return c.Ceremony("?action=register", change...)
}

// SignUp is Register for a test that needs it to work.
func (c *Client) SignUp(email string) Answer {
	c.TB.Helper()
	return c.succeed("sign up", c.Register(email))
}

// SignIn is Authenticate for a test that needs it to work.
func (c *Client) SignIn() Answer {
	c.TB.Helper()
	return c.succeed("sign in", c.Authenticate())
}

// SignOut ends the session and fails the test when the server does not say so.
func (c *Client) SignOut() Answer {
	c.TB.Helper()
	return c.succeed("sign out", c.Post("/signout", map[string]string{"csrfToken": c.CSRF()}))
}

func (c *Client) succeed(what string, a Answer) Answer {
	c.TB.Helper()
	if a.Status != 200 || a.URL() == "" || a.ErrorCode() != "" {
		c.TB.Fatalf("%s: %d %s", what, a.Status, a.Body)
	}
	return a
}

// User returns the session's user, or nil when nobody is signed in.
func (c *Client) User() map[string]any {
	c.TB.Helper()
	a := c.Get("/session")
	var body *struct {
		User map[string]any `json:"user"`
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Status != 200 {
		c.TB.Fatalf("GET /session: %d %s", a.Status, a.Body)
	}
	if body == nil {
		return nil
	}
	return body.User
}

// Email returns the address of who is signed in, or "".
func (c *Client) Email() string {
	c.TB.Helper()
	email, _ := c.User()["email"].(string)
	return email
}
