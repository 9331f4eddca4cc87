package ginauth_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// A lifetime that cannot be read is one that is not known.
func TestTokenLifetimes(t *testing.T) {
	for value, want := range map[string]int64{
		`3600`: 3600, `3600.0`: 3600, `3600.5`: 3600, `3.6e3`: 3600, `"3600"`: 3600, `"3600.5"`: 3600, `" 3600 "`: 3600, `1e9`: 1e9,
		`99999999999999999999`: 1<<31 - 1,
		`0`:                    0, `null`: 0, `""`: 0, `"never"`: 0, `"Infinity"`: 0, `true`: 0, `{}`: 0, `[3600]`: 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			svc := newService(t)
			svc.token = func(a map[string]any) { a["expires_in"] = json.RawMessage(value) }
			s := newSite(t, with(svc.oidc("svc")))
			c := s.browser(t)
			if a := svc.signInWith(c, "svc", "ann"); c.User() == nil {
				t.Errorf("expires_in %s: %s", value, a.URL())
				return
			}
			if want != 0 {
				want += time.Now().Unix()
			}
			if got := s.Dump().Accounts[0].ExpiresAt; got != want {
				t.Errorf("expires_in %s: expires at %d, want %d", value, got, want)
			}
		})
	}
}

// What is not needed may be of any type, what is needed may not.
func TestTokenMembersOfOtherTypes(t *testing.T) {
	for _, tt := range []struct {
		member, value string
		refused       bool
	}{
		{"token_type", `["Bearer"]`, false}, {"token_type", `7`, false}, {"token_type", `null`, false},
		{"refresh_token", `7`, false}, {"refresh_token", `{}`, false},
		{"scope", `["openid"]`, false}, {"session_state", `7`, false},
		{"error", `false`, false}, {"error", `0`, false}, {"error", `null`, false}, {"error", `""`, false},
		{"error", `[]`, false}, {"error", `{ }`, false},
		{"error_description", `{}`, false}, {"error_uri", `[]`, false},
		{"error", `true`, true}, {"error", `"invalid_grant"`, true}, {"error", `{"code":190}`, true}, {"error", `["invalid_grant"]`, true}, {"error", `1`, true},
		{"access_token", `7`, true}, {"access_token", `["at-ann"]`, true}, {"access_token", `""`, true}, {"access_token", `null`, true},
		{"id_token", `7`, true}, {"id_token", `null`, true}, {"id_token", `["x"]`, true},
	} {
		for _, kind := range []ginauth.Kind{ginauth.KindOIDC, ginauth.KindOAuth} {
			if kind == ginauth.KindOAuth && tt.member == "id_token" {
				continue
			}
			svc := newService(t)
			svc.token = func(a map[string]any) { a[tt.member] = json.RawMessage(tt.value) }
			p := svc.oidc("svc")
			if kind == ginauth.KindOAuth {
				p = svc.oauth("svc")
			}
			s := newSite(t, with(p))
			c := s.browser(t)
			a := svc.signInWith(c, "svc", "ann")
			if (c.User() == nil) != tt.refused {
				t.Errorf("%s, %s %s: %q, signed in as %v", kind, tt.member, tt.value, a.ErrorCode(), c.User())
			}
			if tt.refused {
				continue
			}
			if row := s.Dump().Accounts[0]; row.AccessToken != "at-ann" || tt.member == "refresh_token" && row.RefreshToken != "" || tt.member == "token_type" && row.TokenType != "" {
				t.Errorf("%s, %s %s: kept as %+v", kind, tt.member, tt.value, row)
			}
		}
	}
}
