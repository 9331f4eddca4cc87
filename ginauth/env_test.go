package ginauth_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func TestConfigFromEnv(t *testing.T) {
	names := []string{"AUTH_URL", "AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3", "AUTH_TRUST_HOST", "AUTH_REDIRECT_PROXY_URL"}
	for _, tt := range []struct {
		name string
		env  map[string]string
		want ginauth.Config
		err  string
	}{
		{name: "nothing"},
		{name: "origin", env: map[string]string{"AUTH_URL": "https://App.example.com:443"}, want: ginauth.Config{BaseURL: "https://app.example.com"}},
		{name: "origin with slash", env: map[string]string{"AUTH_URL": "http://localhost:3000/"}, want: ginauth.Config{BaseURL: "http://localhost:3000"}},
		{name: "origin and path", env: map[string]string{"AUTH_URL": "https://app.example.com/api/auth/"}, want: ginauth.Config{BaseURL: "https://app.example.com", BasePath: "/api/auth"}},
		{name: "no URL", env: map[string]string{"AUTH_URL": "app.example.com"}, err: "AUTH_URL"},
		{name: "URL with password", env: map[string]string{"AUTH_URL": "https://me:hunter2@app.example.com"}, err: "AUTH_URL"},
		{name: "secret", env: map[string]string{"AUTH_SECRET": "a"}, want: ginauth.Config{Secret: "a"}},
		{
			name: "rotation", env: map[string]string{"AUTH_SECRET": "a", "AUTH_SECRET_1": "b", "AUTH_SECRET_2": "c", "AUTH_SECRET_3": "d"},
			want: ginauth.Config{Secret: "d", OldSecrets: []string{"c", "b", "a"}},
		},
		{name: "rotation with a gap", env: map[string]string{"AUTH_SECRET": "a", "AUTH_SECRET_2": "c"}, want: ginauth.Config{Secret: "c", OldSecrets: []string{"a"}}},
		{name: "trust host", env: map[string]string{"AUTH_TRUST_HOST": "1"}, want: ginauth.Config{TrustHost: true}},
		{name: "do not trust host", env: map[string]string{"AUTH_TRUST_HOST": "false"}},
		{name: "trust host and URL", env: map[string]string{"AUTH_TRUST_HOST": "true", "AUTH_URL": "https://a.example"}, want: ginauth.Config{BaseURL: "https://a.example"}},
		{name: "trust perhaps", env: map[string]string{"AUTH_TRUST_HOST": "perhaps"}, err: "AUTH_TRUST_HOST"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range names {
				t.Setenv(name, tt.env[name])
			}
			got, err := ginauth.ConfigFromEnv()
			if (err != nil) != (tt.err != "") || err != nil && (!errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "hunter2")) {
				t.Fatalf("error %v", err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestConfigFromEnvFillsProviders(t *testing.T) {
	for name, value := range map[string]string{
		"AUTH_MICROSOFT_ENTRA_ID_ID": "id", "AUTH_MICROSOFT_ENTRA_ID_SECRET": "secret", "AUTH_MICROSOFT_ENTRA_ID_ISSUER": "https://issuer.example",
		"AUTH_OWN_ID": "ignored", "AUTH_OWN_SECRET": "ignored", "AUTH_OWN_ISSUER": "ignored",
		"AUTH_REDIRECT_PROXY_URL": "https://fixed.example/auth",
	} {
		t.Setenv(name, value)
	}
	empty := &ginauth.OAuthProvider{ID: "microsoft-entra-id"}
	full := &ginauth.OAuthProvider{ID: "own", ClientID: "mine", ClientSecret: "mine", Issuer: "https://mine.example", RedirectProxyURL: "https://mine.example/auth"}
	passkey := passkeyProvider("passkey")
	cfg, err := ginauth.ConfigFromEnv(passkey, empty, full)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Providers[0] != ginauth.Provider(passkey) {
		t.Error("the passkey provider is another one")
	}
	filled, kept := cfg.Providers[1].(*ginauth.OAuthProvider), cfg.Providers[2].(*ginauth.OAuthProvider)
	if filled.ClientID != "id" || filled.ClientSecret != "secret" || filled.Issuer != "https://issuer.example" || filled.RedirectProxyURL != "https://fixed.example/auth" {
		t.Errorf("filled %+v", filled)
	}
	if kept.ClientID != "mine" || kept.ClientSecret != "mine" || kept.Issuer != "https://mine.example" || kept.RedirectProxyURL != "https://mine.example/auth" {
		t.Errorf("kept %+v", kept)
	}
	if empty.ClientID != "" || empty.ClientSecret != "" || empty.Issuer != "" || empty.RedirectProxyURL != "" {
		t.Errorf("the caller's provider was written to: %+v", empty)
	}
}
