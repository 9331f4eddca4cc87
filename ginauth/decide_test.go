package ginauth

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Every situation, each as five columns: kind, how, who is signed in, who owns the account, who has the
// address; then who gets signed in or what fails. "+" is a new account link, "!" a newly proven
// address, "x" that everything from before goes, "=" that it rests on the session, and keeps its
// sign-in. Eve's address is proven, "eve?" is Eve before that.
var decisions = []struct{ kind, how, signedIn, owner, byEmail, want string }{
	{"passkey", "add", "-", "-", "-", "new +"},
	{"passkey", "add", "-", "-", "eve", "AccountNotLinked"},
	{"passkey", "add", "-", "ada", "-", "AccountNotLinked"},
	{"passkey", "add", "-", "ada", "eve", "AccountNotLinked"},
	{"passkey", "add", "-", "eve", "-", "AccountNotLinked"},
	{"passkey", "add", "-", "eve", "eve", "AccountNotLinked"},
	{"passkey", "add", "ada", "-", "-", "ada + ="},
	{"passkey", "add", "ada", "-", "eve", "ada + ="},
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
	{"email", "use", "-", "-", "eve", "eve"},
	{"email", "use", "-", "-", "eve?", "eve ! x"},
	{"email", "use", "ada", "-", "-", "new !"},
	{"email", "use", "ada", "-", "eve", "eve"},
	{"email", "use", "ada", "-", "eve?", "eve ! x"},
	{"email", "use", "eve?", "-", "eve?", "eve ! x"},
	{"email", "own link", "eve?", "-", "eve?", "eve ! ="},
	{"email", "own link", "eve", "-", "eve", "eve"},
	{"email", "own link", "ada", "-", "eve?", "eve ! x"},
	{"email", "own link", "-", "-", "eve?", "eve ! x"},

	{"oauth", "use", "-", "-", "-", "new +"},
	{"oauth", "use", "-", "-", "eve", "OAuthAccountNotLinked"},
	{"oauth", "use", "-", "ada", "-", "ada"},
	{"oauth", "use", "-", "ada", "eve", "ada"},
	{"oauth", "use", "ada", "-", "-", "ada + ="},
	{"oauth", "use", "ada", "-", "eve", "ada + ="},
	{"oauth", "use", "ada", "ada", "-", "ada"},
	{"oauth", "use", "ada", "eve", "-", "OAuthAccountNotLinked"},
	{"oauth", "use", "ada", "eve", "eve", "OAuthAccountNotLinked"},
	{"oauth", "verified", "-", "-", "-", "new + !"},
	{"oauth", "verified", "-", "-", "eve", "OAuthAccountNotLinked"},
	{"oauth", "verified", "-", "ada", "eve", "ada"},
	{"oauth", "link", "-", "-", "-", "new +"},
	{"oauth", "link", "-", "-", "eve", "OAuthAccountNotLinked"},
	{"oauth", "link", "-", "-", "eve?", "OAuthAccountNotLinked"},
	{"oauth", "link verified", "-", "-", "-", "new + !"},
	{"oauth", "link verified", "-", "-", "eve", "eve +"},
	{"oauth", "link verified", "-", "-", "eve?", "eve + ! x"},
	{"oauth", "link verified", "-", "ada", "eve", "ada"},
	{"oauth", "link verified", "ada", "-", "eve", "ada + ="},
	{"oauth", "link verified", "ada", "eve", "eve", "OAuthAccountNotLinked"},

	{"passkey", "stale add", "ada", "-", "-", "AccountNotLinked stale"},
	{"passkey", "stale use", "ada", "ada", "-", "ada"},
	{"oauth", "stale use", "ada", "-", "-", "OAuthAccountNotLinked stale"},
	{"oauth", "stale link verified", "ada", "-", "eve?", "OAuthAccountNotLinked stale"},
	{"oauth", "stale use", "ada", "ada", "-", "ada"},
	{"email", "stale use", "ada", "-", "eve", "eve"},

	{"credentials", "use", "-", "-", "-", "not stored"},
	{"credentials", "use", "eve", "ada", "-", "ada"},
	{"bogus", "use", "-", "-", "-", "unknown provider"},
	{"bogus", "use", "ada", "ada", "ada", "unknown provider"},
}

func TestDecide(t *testing.T) {
	people := map[string]*User{"-": nil, "ada": {ID: "ada"}, "eve": {ID: "eve", EmailVerified: time.Now()}, "eve?": {ID: "eve"}}
	kinds := map[string][]Kind{
		"passkey": {KindWebAuthn}, "email": {KindEmail}, "oauth": {KindOAuth, KindOIDC}, "credentials": {KindCredentials}, "bogus": {"bogus", ""},
	}
	for _, d := range decisions {
		for _, kind := range kinds[d.kind] {
			got := describe(decide(situation{
				kind: kind, adding: strings.Contains(d.how, "add"), linkByEmail: d.how != "own link" && strings.Contains(d.how, "link"),
				verified: strings.Contains(d.how, "verified"), fresh: !strings.Contains(d.how, "stale"), ownLink: d.how == "own link",
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
	case errors.Is(p.err, ErrAccountNotLinked) && errors.Is(p.err, errStale):
		return "AccountNotLinked stale"
	case errors.Is(p.err, ErrOAuthAccountNotLinked) && errors.Is(p.err, errStale):
		return "OAuthAccountNotLinked stale"
	case errors.Is(p.err, ErrAccountNotLinked):
		return "AccountNotLinked"
	case errors.Is(p.err, ErrOAuthAccountNotLinked):
		return "OAuthAccountNotLinked"
	case errors.Is(p.err, errUnknownCredential):
		return "unknown"
	case errors.Is(p.err, errUnknownProvider):
		return "unknown provider"
	case errors.Is(p.err, errNoStoredUser):
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
	if p.claim {
		who += " x"
	}
	if p.rests {
		who += " ="
	}
	if p.handOn != (p.rests && p.link) {
		return "a sign-in is handed on without adding or linking, or not with it"
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
