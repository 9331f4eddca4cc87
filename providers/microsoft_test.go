package providers

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func TestMicrosoftTokenIssuer(t *testing.T) {
	const (
		tenant = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
		host   = "https://login.microsoftonline.com/"
		shared = host + "{tenantid}/v2.0"
		own    = host + tenant + "/v2.0"
		b2c    = "https://ada.b2clogin.com/"
	)
	for _, tc := range []struct {
		name, issuer, discovered string
		tid                      any
		want                     string // empty: refused
	}{
		{"common", host + "common/v2.0", shared, tenant, own},
		{"organizations", host + "organizations/v2.0", shared, tenant, own},
		{"one tenant", own, own, tenant, own},
		{"one tenant by its domain", host + "ada.example/v2.0", own, nil, own},
		{"another tenant's token does not move the issuer", own, own, "00000000-0000-0000-0000-000000000000", own},
		{"no tid", host + "common/v2.0", shared, nil, ""},
		{"tid is no text", host + "common/v2.0", shared, json.Number("7"), ""},
		{"tid with a path in it", host + "common/v2.0", shared, "../" + tenant, ""},
		{"tid with a line after it", host + "common/v2.0", shared, tenant + "\n", ""},
		{"a user flow", b2c + "ada.onmicrosoft.com/b2c_1_in/v2.0", b2c + tenant + "/v2.0/", nil, b2c + tenant + "/v2.0/"},
		{"document of another host", host + "common/v2.0", "https://login.example/{tenantid}/v2.0", tenant, ""},
		{"document without TLS", host + "common/v2.0", "http://login.microsoftonline.com/{tenantid}/v2.0", tenant, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := microsoftTokenIssuer(tc.issuer, tc.discovered, map[string]any{"tid": tc.tid})
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

// A picture is a courtesy: whatever is wrong with it, people sign in without.
func TestMicrosoftPhoto(t *testing.T) {
	photo := func(size int) json.RawMessage {
		answer, err := json.Marshal(map[string]string{"$base64": base64.StdEncoding.EncodeToString(make([]byte, size))})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	for _, tc := range []struct {
		name   string
		answer json.RawMessage
		want   bool
	}{
		{"largest", photo(maxMicrosoftPhoto), true},
		{"too large", photo(maxMicrosoftPhoto + 1), false},
		{"none", json.RawMessage(`{"$status": 404}`), false},
		{"not granted", json.RawMessage(`{"$status": 403}`), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			user, sent := signIn(t, MicrosoftEntraID("", "id", "secret").Resolved(), sample{
				Claims:  map[string]any{"sub": "s1"},
				Answers: map[string]json.RawMessage{microsoftPhotoURL: tc.answer},
			})
			if user.ID != "s1" || len(sent) != 1 || (user.Image != "") != tc.want {
				t.Errorf("got %+v after %d requests, want a picture: %t", user, len(sent), tc.want)
			}
		})
	}
}

// Where a user flow has no subject claim, B2C writes one sentence into everybody's sub.
func TestB2CTellsPeopleApartByObjectID(t *testing.T) {
	const ann, bob = "6babcaad-604b-40ac-a9d7-9fd97c0b7791", "6babcaad-604b-40ac-a9d7-9fd97c0b7792"
	for _, sub := range []any{
		"Not supported currently. Use oid claim.", "NOT SUPPORTED CURRENTLY. USE OID CLAIM.", "not supported currently. use oid claim",
		"", " ", "\u00a0", "null", "-", "00000000-0000-0000-0000-000000000000", nil, json.Number("0"), []any{"x"},
	} {
		for _, oid := range []string{ann, bob} {
			user, err := AzureADB2C("", "id", "secret").Profile(t.Context(), ginauth.OAuthProfile{Claims: map[string]any{"sub": sub, "oid": oid}})
			if err != nil || user.ID != oid {
				t.Errorf("sub %q: id %q, %v; want the object ID", sub, user.ID, err)
			}
		}
		for _, oid := range []any{nil, "", " ", "Not supported currently. Use oid claim.", "null"} {
			user, err := AzureADB2C("", "id", "secret").Profile(t.Context(), ginauth.OAuthProfile{Claims: map[string]any{"sub": sub, "oid": oid}})
			if err == nil || !strings.Contains(err.Error(), "Subject (sub) claim") {
				t.Errorf("sub %q and oid %q: id %q, error %v; want one that names the setting", sub, oid, user.ID, err)
			}
		}
	}
}

func TestB2CKeepsAnOrdinarySubject(t *testing.T) {
	user, err := AzureADB2C("", "id", "secret").Profile(t.Context(), ginauth.OAuthProfile{Claims: map[string]any{"sub": "s1", "oid": "o1"}})
	if err != nil || user.ID != "s1" {
		t.Errorf("id %q, %v; want the subject", user.ID, err)
	}
}
