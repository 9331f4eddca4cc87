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
		other  = "00000000-1111-2222-3333-444444444444"
		ext    = "https://ada.ciamlogin.com/"
		extID  = "https://" + tenant + ".ciamlogin.com/" + tenant + "/v2.0"
	)
	for _, tc := range []struct {
		name, issuer, discovered string
		tid                      any
		want                     string // empty: refused
	}{
		{"common", host + "common/v2.0", shared, tenant, own},
		{"organizations", host + "organizations/v2.0", shared, tenant, own},
		{"common, personal account", host + "common/v2.0", shared, microsoftConsumers, host + microsoftConsumers + "/v2.0"},
		{"organizations, personal account", host + "organizations/v2.0", shared, microsoftConsumers, ""},
		{"Organizations, personal account", host + "Organizations/v2.0/", shared, microsoftConsumers, ""},
		{"one tenant", own, own, tenant, own},
		{"one tenant by its domain", host + "ada.example/v2.0", own, nil, own},
		{"another tenant's token does not move the issuer", own, own, "00000000-0000-0000-0000-000000000000", own},
		{"no tid", host + "common/v2.0", shared, nil, ""},
		{"tid is no text", host + "common/v2.0", shared, json.Number("7"), ""},
		{"tid with a path in it", host + "common/v2.0", shared, "../" + tenant, ""},
		{"tid with a line after it", host + "common/v2.0", shared, tenant + "\n", ""},
		{"a user flow", b2c + "ada.onmicrosoft.com/b2c_1_in/v2.0", b2c + tenant + "/v2.0/", nil, b2c + tenant + "/v2.0/"},
		{"external tenant by its id", ext + tenant + "/v2.0", extID, tenant, extID},
		{"external tenant by its id and a slash", ext + tenant + "/v2.0/", extID, tenant, extID},
		{"external tenant by its domain", ext + "ada.onmicrosoft.com/v2.0", extID, tenant, extID},
		{"external tenant, capitals", "https://Ada.CIAMlogin.com/" + strings.ToUpper(tenant) + "/v2.0", extID, tenant, extID},
		{"external tenant by its own host", extID, extID, tenant, extID},
		{"external tenant, token of another", ext + tenant + "/v2.0", extID, other, ""},
		{"external tenant, token of none", ext + tenant + "/v2.0", extID, nil, ""},
		{"another external tenant", ext + other + "/v2.0", extID, tenant, ""},
		{"external tenant, host and path differ", ext + tenant + "/v2.0", "https://" + tenant + ".ciamlogin.com/" + other + "/v2.0", tenant, ""},
		{"external tenant without TLS", "http://ada.ciamlogin.com/" + tenant + "/v2.0", extID, tenant, ""},
		{"external tenant, host that only ends so", "https://evil-ciamlogin.com/" + tenant + "/v2.0", extID, tenant, ""},
		{"external tenant, host below another", "https://ada.ciamlogin.com.evil.example/" + tenant + "/v2.0", extID, tenant, ""},
		{"external tenant, document elsewhere", ext + tenant + "/v2.0", "https://" + tenant + ".evil.example/" + tenant + "/v2.0", tenant, ""},
		{"external tenant of a work tenant", host + tenant + "/v2.0", extID, tenant, ""},
		{"version 1", host + tenant, "https://sts.windows.net/" + tenant + "/", tenant, ""},
		{"document of another host", host + "common/v2.0", "https://login.example/{tenantid}/v2.0", tenant, ""},
		{"document without TLS", host + "common/v2.0", "http://login.microsoftonline.com/{tenantid}/v2.0", tenant, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := microsoftTokenIssuer(tc.issuer, tc.discovered, map[string]any{"tid": tc.tid})
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, tc.want)
			}
			if err != nil && !strings.Contains(err.Error(), "set Issuer to ") && !strings.Contains(err.Error(), "tid") {
				t.Errorf("%v: it does not name the setting", err)
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
		{"largest", photo(4 << 10), true},
		{"too large", photo(4<<10 + 1), false},
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

func TestMicrosoftIssuerErrorsGiveTheRemedy(t *testing.T) {
	const tenant = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
	for _, tc := range []struct{ issuer, discovered, remedy string }{
		{"https://login.microsoftonline.com/" + tenant + "/", "https://sts.windows.net/" + tenant + "/", "set Issuer to https://login.microsoftonline.com/" + tenant + "/v2.0"},
		{"https://a.ciamlogin.com/x/v2.0", "https://" + tenant + ".ciamlogin.com/" + tenant + "/v2.0", "set Issuer to https://" + tenant + ".ciamlogin.com/" + tenant + "/v2.0 "},
	} {
		if _, err := microsoftTokenIssuer(tc.issuer, tc.discovered, nil); err == nil || !strings.Contains(err.Error(), tc.remedy) {
			t.Errorf("%v; want %q", err, tc.remedy)
		}
	}
}

// An address that people sign in with need not be a mailbox of theirs.
func TestEntraUserNameIsNoAddress(t *testing.T) {
	user, err := MicrosoftEntraID("", "id", "secret").Profile(t.Context(), ginauth.OAuthProfile{Claims: map[string]any{
		"sub": "s1", "name": "Ada", "preferred_username": "ada@contoso.onmicrosoft.com", "upn": "ada@contoso.onmicrosoft.com", "xms_edov": true,
	}})
	if err != nil || user.ID != "s1" || user.Email != "" || user.EmailVerified {
		t.Errorf("got %+v, %v", user, err)
	}
}
