package ginauth

import (
	"errors"
	"testing"
)

// Every situation, each as five columns: kind, adding or using, who is signed in, who owns the
// account, who has the address; then who gets signed in ("+" for a new account link) or what fails.
var decisions = []struct{ kind, how, signedIn, owner, byEmail, want string }{
	{"passkey", "add", "-", "-", "-", "new +"},
	{"passkey", "add", "-", "-", "eve", "AccountNotLinked"},
	{"passkey", "add", "-", "ada", "-", "AccountNotLinked"},
	{"passkey", "add", "-", "ada", "eve", "AccountNotLinked"},
	{"passkey", "add", "-", "eve", "-", "AccountNotLinked"},
	{"passkey", "add", "-", "eve", "eve", "AccountNotLinked"},
	{"passkey", "add", "ada", "-", "-", "ada +"},
	{"passkey", "add", "ada", "-", "eve", "ada +"},
	{"passkey", "add", "ada", "ada", "-", "AccountNotLinked"},
	{"passkey", "add", "ada", "ada", "eve", "AccountNotLinked"},
	{"passkey", "add", "ada", "eve", "-", "AccountNotLinked"},
	{"passkey", "add", "ada", "eve", "eve", "AccountNotLinked"},
	{"passkey", "use", "-", "-", "-", "unknown"},
	{"passkey", "use", "-", "-", "eve", "unknown"},
	{"passkey", "use", "-", "ada", "-", "ada"},
	{"passkey", "use", "-", "ada", "eve", "ada"},
	{"passkey", "use", "-", "eve", "-", "eve"},
	{"passkey", "use", "-", "eve", "eve", "eve"},
	{"passkey", "use", "ada", "-", "-", "unknown"},
	{"passkey", "use", "ada", "-", "eve", "unknown"},
	{"passkey", "use", "ada", "ada", "-", "ada"},
	{"passkey", "use", "ada", "ada", "eve", "ada"},
	{"passkey", "use", "ada", "eve", "-", "AccountNotLinked"},
	{"passkey", "use", "ada", "eve", "eve", "AccountNotLinked"},

	{"email", "use", "-", "-", "-", "new !"},
	{"email", "use", "-", "-", "eve", "eve !"},
	{"email", "use", "ada", "-", "-", "new !"},
	{"email", "use", "ada", "-", "eve", "eve !"},

	{"oauth", "use", "-", "-", "-", "new +"},
	{"oauth", "use", "-", "-", "eve", "OAuthAccountNotLinked"},
	{"oauth", "use", "-", "ada", "-", "ada"},
	{"oauth", "use", "-", "ada", "eve", "ada"},
	{"oauth", "use", "ada", "-", "-", "ada +"},
	{"oauth", "use", "ada", "-", "eve", "ada +"},
	{"oauth", "use", "ada", "ada", "-", "ada"},
	{"oauth", "use", "ada", "eve", "-", "OAuthAccountNotLinked"},
	{"oauth", "use", "ada", "eve", "eve", "OAuthAccountNotLinked"},
	{"oauth", "link", "-", "-", "-", "new +"},
	{"oauth", "link", "-", "-", "eve", "eve +"},
	{"oauth", "link", "-", "ada", "eve", "ada"},
	{"oauth", "link", "ada", "-", "eve", "ada +"},
	{"oauth", "link", "ada", "eve", "eve", "OAuthAccountNotLinked"},

	{"credentials", "use", "-", "-", "-", "not stored"},
	{"credentials", "use", "ada", "ada", "ada", "not stored"},
}

func TestDecide(t *testing.T) {
	people := map[string]*User{"-": nil, "ada": {ID: "ada"}, "eve": {ID: "eve"}}
	kinds := map[string][]Kind{
		"passkey": {KindWebAuthn}, "email": {KindEmail}, "oauth": {KindOAuth, KindOIDC}, "credentials": {KindCredentials, "bogus", ""},
	}
	for _, d := range decisions {
		for _, kind := range kinds[d.kind] {
			got := describe(decide(situation{
				kind: kind, adding: d.how == "add", linkByEmail: d.how == "link",
				signedIn: people[d.signedIn], owner: people[d.owner], byEmail: people[d.byEmail],
			}))
			if got != d.want {
				t.Errorf("%+v: %s", d, got)
			}
		}
	}
}

func describe(p plan) string {
	switch {
	case errors.Is(p.err, ErrAccountNotLinked):
		return "AccountNotLinked"
	case errors.Is(p.err, ErrOAuthAccountNotLinked):
		return "OAuthAccountNotLinked"
	case errors.Is(p.err, errUnknownCredential):
		return "unknown"
	case errors.Is(p.err, errUnknownProvider):
		return "not stored"
	case p.err != nil:
		return p.err.Error()
	}
	who := "new"
	if p.user != nil {
		who = p.user.ID
	}
	if p.create != (p.user == nil) {
		return "neither or both of a new and a known user"
	}
	if p.link {
		who += " +"
	}
	if p.verified {
		who += " !"
	}
	return who
}

// The table of protocol.md 5, with the cells that its four columns leave open: a request can name
// a stored user while somebody is signed in only as that very user.
func TestDecideOptions(t *testing.T) {
	const register, authenticate, refuse = ceremonyRegister, ceremonyAuthenticate, ""
	for _, d := range []struct {
		action                        string
		hasAction                     bool
		signedIn, byEmail, free, none string
	}{
		{"authenticate", true, authenticate, authenticate, authenticate, authenticate},
		{"register", true, register, refuse, register, refuse},
		{"", false, refuse, authenticate, register, authenticate},
	} {
		for _, c := range []struct {
			name                     string
			signedIn, named, existed bool
			want                     string
		}{
			{"signed in", true, true, true, d.signedIn},
			{"user found by e-mail", false, true, true, d.byEmail},
			{"no such user", false, true, false, d.free},
			{"nothing given", false, false, false, d.none},
		} {
			if got := decideOptions(d.action, d.hasAction, c.signedIn, c.named, c.existed); got != c.want {
				t.Errorf("action %q, %s: %q, want %q", d.action, c.name, got, c.want)
			}
		}
	}
}
