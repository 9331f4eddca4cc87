package providers

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

func TestAddressIsVerifiedByTheServicesWordAlone(t *testing.T) {
	all := presets()
	for id, p := range all {
		w, known := words[id]
		if p.Profile == nil {
			if known {
				t.Errorf("%s is listed and has the standard profile, which is tested in package ginauth", id)
			}
			continue
		}
		if !known {
			t.Errorf("%s: say in words how it tells a verified address, or that it does not", id)
			continue
		}
		if w == nil {
			continue
		}
		t.Run(id, func(t *testing.T) {
			for _, v := range values {
				want := slices.ContainsFunc(w.yes, func(yes any) bool { return fmt.Sprintf("%T%v", yes, yes) == fmt.Sprintf("%T%v", v, v) })
				user := profileOf(t, p, func(c map[string]any) {
					put(c, []string{"kakao_account", "is_email_valid"}, true)
					put(c, w.path, v)
				})
				if user.Email == "" || user.EmailVerified != want {
					t.Errorf("%v is %T %v: verified %t, want %t; address %q", w.path, v, v, user.EmailVerified, want, user.Email)
				}
			}
		})
	}
	for id := range words {
		if all[id] == nil {
			t.Errorf("%s is no preset", id)
		}
	}
}

// What looks like such a word where a service has none, or has it elsewhere, verifies nothing.
func TestOtherWordsVerifyNothing(t *testing.T) {
	tempting := []string{
		"email_verified", "emailVerified", "verified", "verified_email", "is_email_verified", "is_verified", "email_confirmed",
		"confirmed", "xms_edov", "confirmed_email", "is_confirmed", "isVerified", "verifiedEmail",
	}
	for id, p := range presets() {
		if p.Profile == nil {
			continue
		}
		user := profileOf(t, p, func(c map[string]any) {
			everywhere(c, func(object map[string]any) {
				for _, name := range tempting {
					if w := words[id]; w == nil || w.path[len(w.path)-1] != name {
						object[name] = true
					}
				}
			})
		})
		if user.EmailVerified {
			t.Errorf("%s: %+v", id, user)
		}
	}
}

// The word counts for the address beside it, so without one there is nothing it could count for.
func TestEntraWordNeedsTheAddress(t *testing.T) {
	user := profileOf(t, MicrosoftEntraID("", "id", "secret"), func(c map[string]any) {
		delete(c, "email")
		c["xms_edov"], c["preferred_username"] = true, "ada@example.com"
	})
	if user.Email != "" || user.EmailVerified {
		t.Errorf("got %+v", user)
	}
}

func TestKakaoNeedsAValidAddress(t *testing.T) {
	for _, valid := range []any{false, absent{}, "true"} {
		user := profileOf(t, Kakao("id", "secret"), func(c map[string]any) {
			put(c, []string{"kakao_account", "is_email_verified"}, true)
			put(c, []string{"kakao_account", "is_email_valid"}, valid)
		})
		if user.EmailVerified {
			t.Errorf("is_email_valid %v: verified", valid)
		}
	}
}

// By default such a server confirms every address unseen.
func TestSelfManagedGitLabVerifiesNothing(t *testing.T) {
	p := GitLabSelfManaged("https://git.example", "id", "secret")
	user, err := p.Profile(t.Context(), ginauth.OAuthProfile{Claims: map[string]any{
		"id": json.Number("1"), "email": "ada@example.com", "confirmed_at": "2026-01-02T15:04:05Z",
	}})
	if err != nil || user.Email == "" || user.EmailVerified {
		t.Errorf("got %+v, %v", user, err)
	}
}

func TestGitHubVerifiedAddress(t *testing.T) {
	for _, tc := range []struct {
		name, public, list, address string
		verified                    bool
	}{
		{"public and verified", `"ada@example.com"`, `[{"email":"ada@example.com","verified":true}]`, "ada@example.com", true},
		{"public and not verified", `"ada@example.com"`, `[{"email":"ada@example.com","verified":false}]`, "ada@example.com", false},
		{"another one is verified", `"ada@example.com"`, `[{"email":"b@example.com","primary":true,"verified":true}]`, "ada@example.com", false},
		{"not in the list", `"ada@example.com"`, `[]`, "ada@example.com", false},
		{"list not granted", `"ada@example.com"`, `{"$status":404}`, "ada@example.com", false},
		{"list broken", `"ada@example.com"`, `"x"`, "ada@example.com", false},
		{"verified as a text", `"ada@example.com"`, `[{"email":"ada@example.com","verified":"true"}]`, "ada@example.com", false},
		{"private and verified", `null`, `[7,{"email":"ada@example.com","primary":true,"verified":true}]`, "ada@example.com", true},
		{"private and not verified", `null`, `[{"email":"ada@example.com","primary":true,"verified":false}]`, "", false},
		{"private, list broken", `null`, `"x"`, "", false},
		{"private, no list", `null`, `{"message":"Moved"}`, "", false},
		{"the profile says so itself", `"ada@example.com","email_verified":true`, `[]`, "ada@example.com", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			user, _ := signIn(t, GitHub("id", "secret"), sample{Answers: map[string]json.RawMessage{
				"https://api.github.com/user":        json.RawMessage(`{"id":1,"email":` + tc.public + `}`),
				"https://api.github.com/user/emails": json.RawMessage(tc.list),
			}})
			if user.ID != "1" || user.Email != tc.address || user.EmailVerified != tc.verified {
				t.Errorf("got %+v", user)
			}
		})
	}
}

// profileOf maps the claims of a preset's first sample with an address, after a change.
func profileOf(t *testing.T, p *ginauth.OAuthProvider, change func(map[string]any)) ginauth.ProfileUser {
	t.Helper()
	p = p.Resolved()
	samples := loadSamples(t)[p.ID]
	if p.OIDC {
		samples = append(samples, sample{Claims: map[string]any{"sub": "s1", "email": "ada@example.com"}})
	}
	var user ginauth.ProfileUser
	for _, s := range samples {
		client := &http.Client{Transport: &service{sample: s}}
		tok := (&oauth2.Token{AccessToken: "the-token"}).WithExtra(s.Token)
		read := maps.Clone(s.Claims)
		if !p.OIDC {
			read = userInfo(t, p, client, tok)
		}
		change(read)
		var err error
		user, err = p.Profile(t.Context(), ginauth.OAuthProfile{Claims: read, Token: tok, Provider: p, Client: client})
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		if user.Email != "" {
			break
		}
	}
	return user
}

// put sets the value at path; #primary is the primary object of a list.
func put(c map[string]any, path []string, v any) {
	for _, name := range path[:len(path)-1] {
		if name == "#primary" {
			continue
		}
		if list, ok := c[name].([]any); ok {
			c = claims{name: list}.primaryObject(name)
			continue
		}
		next, ok := c[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			c[name] = next
		}
		c = next
	}
	last := path[len(path)-1]
	if c[last] = v; v == (any)(absent{}) {
		delete(c, last)
	}
}

func everywhere(v any, change func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			everywhere(inner, change)
		}
		change(v)
	case []any:
		for _, inner := range v {
			everywhere(inner, change)
		}
	}
}
