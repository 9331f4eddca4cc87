package ginauth

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// OpenID Connect has a boolean there; whatever else stands there verifies nothing.
func TestStandardClaimVerifiesByTheBooleanAlone(t *testing.T) {
	for _, tt := range []struct {
		claim string
		want  bool
	}{
		{`true`, true},
		{`false`, false}, {`null`, false}, {`"true"`, false}, {`"1"`, false}, {`1`, false}, {`""`, false}, {`[true]`, false}, {`{"value":true}`, false},
	} {
		var claims map[string]any
		if err := json.Unmarshal([]byte(`{"sub":"1","email":"ann@example.net","email_verified":`+tt.claim+`}`), &claims); err != nil {
			t.Fatal(err)
		}
		got, err := standardProfile(t.Context(), OAuthProfile{Claims: claims})
		if err != nil || got.EmailVerified != tt.want {
			t.Errorf("%s: verified %t, %v", tt.claim, got.EmailVerified, err)
		}
	}
	if got, _ := standardProfile(t.Context(), OAuthProfile{Claims: map[string]any{"sub": "1", "email": "ann@example.net"}}); got.EmailVerified {
		t.Error("verified, although the service does not say")
	}
}

type answer func(*http.Request) string

func (f answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(f(r))),
	}, nil
}

// What a Profile says of the address reaches the identity, and only together with an address.
func TestIdentityKnowsWhetherTheAddressIsVerified(t *testing.T) {
	for _, tt := range []struct {
		name    string
		profile ProfileUser
		want    bool
	}{
		{"verified", ProfileUser{ID: "1", Email: "ann@example.net", EmailVerified: true}, true},
		{"not verified", ProfileUser{ID: "1", Email: "ann@example.net"}, false},
		{"no address", ProfileUser{ID: "1", EmailVerified: true}, false},
		{"not an address", ProfileUser{ID: "1", Email: "unknown", EmailVerified: true}, false},
		{"a list of addresses", ProfileUser{ID: "1", Email: "ann@example.net,bob@example.net", EmailVerified: true}, false},
		{"capitals and space", ProfileUser{ID: "1", Email: " Ann@Example.NET\n", EmailVerified: true}, true},
		{"domain in ASCII", ProfileUser{ID: "1", Email: "ann@xn--bcher-kva.example", EmailVerified: true}, true},
		{"domain in Unicode", ProfileUser{ID: "1", Email: "ann@B\u00fccher.example", EmailVerified: true}, true},
		{"a wide sign in place of @", ProfileUser{ID: "1", Email: "ann\uff20example.net", EmailVerified: true}, false},
		{"wide letters, another mailbox", ProfileUser{ID: "1", Email: "\uff41nn@example.net", EmailVerified: true}, false},
		{"a Kelvin sign, another mailbox", ProfileUser{ID: "1", Email: "\u212aen@example.net", EmailVerified: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := newOAuthClient(&OAuthProvider{
				ID: "svc", ClientID: "id", ClientSecret: "secret", TokenURL: "https://login.example.net/token",
				UserInfo: func(context.Context, *http.Client, *oauth2.Token) (map[string]any, error) {
					return map[string]any{}, nil
				},
				Profile: func(context.Context, OAuthProfile) (ProfileUser, error) { return tt.profile, nil },
				HTTPClient: &http.Client{Transport: answer(func(*http.Request) string {
					return `{"access_token":"at","token_type":"bearer"}`
				})},
			})
			id, _, err := client.identify(t.Context(), oauthFlow{}, map[string]string{"code": "c"})
			if err != nil || id.emailVerified != tt.want {
				t.Errorf("verified %t, %v", id.emailVerified, err)
			}
		})
	}
}

func TestAddressOfProfile(t *testing.T) {
	for _, tt := range []struct {
		told, address string
		ok            bool
	}{
		{"", "", true}, {" ", "", true}, {"\u00a0\n\t", "", true},
		{"Ann@Example.NET", "ann@example.net", true}, {" ann@example.net ", "ann@example.net", true}, {"\u3000ann@example.net\r\n", "ann@example.net", true},
		{"änn@bücher.example", "änn@bücher.example", true}, {"a+b@x", "a+b@x", true},
		{"unknown", "", false}, {"null", "", false}, {"-", "", false}, {"n/a", "", false}, {"0", "", false}, {"@", "", false}, {"a@", "", false}, {"@b", "", false},
		{"a@b@c", "", false}, {" @ ", "", false}, {"ann @example.net", "", false}, {"ann@exam ple.net", "", false}, {"ann\u00a0@example.net", "", false},
		{"ann@example.net\nBcc: bob@example.net", "", false}, {"ann@exa\x00mple.net", "", false}, {"Ann <ann@example.net>", "", false}, {"<ann@example.net>", "", false},
		{"mailto:ann@example.net", "", false}, {"ann@example.net,bob@example.net", "", false}, {"ann@example.net,x", "", false}, {"ann@example.net; bob@example.net", "", false},
		{"\"ann\"@example.net", "", false}, {strings.Repeat("a", 250) + "@example.net", "", false}, {"ann@example.net\xff", "", false}, {"a\u200bnn@example.net", "", false},
	} {
		address, _, ok := addressOfProfile(tt.told)
		if address != tt.address || ok != tt.ok {
			t.Errorf("%q: %q, %t; want %q, %t", tt.told, address, ok, tt.address, tt.ok)
		}
	}
}
