package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/ginauth/ginauth/ginauth"
)

// TestPasskeys adds a passkey on another device, removes the first one, and signs in with the second.
func TestPasskeys(t *testing.T) {
	for _, strategy := range []ginauth.Strategy{ginauth.StrategyJWT, ginauth.StrategyDatabase} {
		t.Run(string(strategy), func(t *testing.T) {
			server, _ := startServer(t, "", func(s *settings) { s.strategy, s.limited = strategy, false })
			b := newBrowser(t, server.URL, "/auth")
			if status, _ := b.get("/api/passkeys"); status != http.StatusUnauthorized {
				t.Errorf("signed out: %d", status)
			}
			b.signUp(newAddress())
			first := b.credential
			b.addPasskey()
			if ids := b.passkeys(); len(ids) != 2 || ids[0] != base64.RawURLEncoding.EncodeToString(first.ID) {
				t.Fatalf("passkeys %v", ids)
			}
			other := newBrowser(t, server.URL, "/auth")
			other.signUp(newAddress())
			for what, want := range map[string]int{b.passkeys()[0]: http.StatusNotFound, "AAAAAAAAAAAAAAAAAAAAAA": http.StatusNotFound, "no base64!": http.StatusNotFound} {
				if status, body := other.do(http.MethodDelete, server.URL+"/api/passkeys/"+url.PathEscape(what), "", nil); status != want {
					t.Errorf("somebody else, %s: %d %s", what, status, body)
				}
			}
			if status, body := b.do(http.MethodDelete, server.URL+"/api/passkeys/"+b.passkeys()[0], "", nil); status != http.StatusNoContent {
				t.Fatalf("removing: %d %s", status, body)
			}
			if ids := b.passkeys(); len(ids) != 1 || ids[0] != base64.RawURLEncoding.EncodeToString(b.credential.ID) {
				t.Errorf("passkeys left: %v", ids)
			}
			b.signOut()
			b.signIn()
		})
	}
}

func (b *browser) passkeys() (ids []string) {
	b.t.Helper()
	status, body := b.get("/api/passkeys")
	var list []shownPasskey
	if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK {
		b.t.Fatalf("/api/passkeys: %d %s", status, body)
	}
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// addPasskey adds one of another device, which is at hand afterwards.
func (b *browser) addPasskey() {
	b.t.Helper()
	offer, err := virtualwebauthn.ParseAttestationOptions(b.options(url.Values{"action": {"register"}}, "register"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.credential = newCredential()
	b.post("/callback/passkey", url.Values{"action": {"register"}, "data": {virtualwebauthn.CreateAttestationResponse(b.party, b.device, b.credential, *offer)}})
}
