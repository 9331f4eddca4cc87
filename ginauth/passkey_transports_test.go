package ginauth_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// Row 7: browsers look for a passkey in the places that its transports name and nowhere else. One that
// lives on several devices is offered everywhere, and so is one whose stored transports make no
// sense; the others keep their hints. For signing in and for excluding what a person has.
func TestTransports_OfferedPasskeys(t *testing.T) {
	type browser interface{ Options(string) (string, []byte) }
	sites := map[string]*site{}
	owners, strangers := map[string]browser{}, map[string]browser{}
	for kind, strategy := range sessionKinds {
		s := newSite(t, strategy)
		c := s.browser(t)
		c.SignUp("ada@example.com")
		sites[kind], owners[kind], strangers[kind] = s, c, s.browser(t)
	}
	for _, tt := range []struct {
		stored []string
		// want is what goes out for a passkey of one device.
		want []string
	}{
		{nil, nil}, {[]string{}, nil}, {[]string{""}, nil},
		{[]string{"internal"}, []string{"internal"}},
		{[]string{"usb", "nfc"}, []string{"usb", "nfc"}},
		{[]string{"usb,nfc"}, []string{"usb", "nfc"}},
		{[]string{"usb, nfc"}, []string{"usb", "nfc"}},
		{[]string{"usb", "usb"}, []string{"usb"}},
		{[]string{"hybrid", "internal"}, []string{"hybrid", "internal"}},
		{[]string{"cable"}, []string{"hybrid"}},
		{[]string{"cable", "hybrid", "internal"}, []string{"hybrid", "internal"}},
		{[]string{"ble", "smart-card"}, []string{"ble", "smart-card"}},
		{[]string{"usb", "carrier-pigeon"}, nil},
		{[]string{`["usb"`, `"nfc"]`}, nil},
		{[]string{"USB"}, nil}, {[]string{"null"}, nil}, {[]string{"{usb}"}, nil},
	} {
		for _, shared := range []bool{false, true} {
			want := tt.want
			if shared && !(slices.Contains(want, "internal") && slices.Contains(want, "hybrid")) {
				want = nil
			}
			for kind, s := range sites {
				row := s.Dump().Authenticators[0]
				_ = s.DeleteAuthenticator(t.Context(), ginauth.Authenticator{CredentialID: sixteen, UserID: row.UserID})
				row.CredentialID, row.ProviderAccountID, row.Transports, row.MultiDevice = sixteen, "x", tt.stored, shared
				if err := s.CreateAuthenticator(t.Context(), row); err != nil {
					t.Fatal(err)
				}
				for query, b := range map[string]browser{
					"?action=authenticate&email=ada@example.com": strangers[kind], "?action=authenticate": owners[kind], "?action=register": owners[kind],
				} {
					_, options := b.Options(query)
					if got := offered(t, options); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("%s, %s, stored %q, shared %t: offered for %q, want %q", query, kind, tt.stored, shared, got, want)
					}
				}
			}
		}
	}
}

// sixteen is the ID of a passkey.
var sixteen = []byte("0123456789abcdef")

// offered are the transports beside that passkey in options.
func offered(t *testing.T, options []byte) []string {
	t.Helper()
	var o struct {
		AllowCredentials, ExcludeCredentials []struct {
			ID         string
			Transports []string
		}
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	for _, d := range append(o.AllowCredentials, o.ExcludeCredentials...) {
		if d.ID == base64.RawURLEncoding.EncodeToString(sixteen) {
			return d.Transports
		}
	}
	t.Fatalf("%s does not list %s", options, sixteen)
	return nil
}
