package main

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func oidc(name, issuer, id, secret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID: "oidc", Name: name, OIDC: true, Nonce: true,
		Issuer: issuer, ClientID: id, ClientSecret: secret, Scopes: []string{"openid", "profile", "email"},
	}
}

func TestLoadSettings(t *testing.T) {
	defaults := settings{
		host: "127.0.0.1", port: "8080", authURL: "http://localhost:3000", basePath: "/auth",
		strategy: ginauth.StrategyJWT, pool: 20, limited: true,
	}
	for name, tc := range map[string]struct {
		env  map[string]string
		want func(s *settings)
	}{
		"nothing set": {nil, func(*settings) {}},
		"all set": {
			map[string]string{
				"HOST": "0.0.0.0", "PORT": "9000", "AUTH_URL": "https://app.example.com/", "AUTH_BASE_PATH": "/api/auth",
				"AUTH_SECRET": "first", "SESSION_STRATEGY": "database", "DATABASE_URL": "postgres://db/x", "POOL": "5",
				"RATE_LIMIT": "off", "TRUSTED_PROXIES": "10.0.0.7, 192.0.2.0/24,::1,",
			},
			func(s *settings) {
				*s = settings{
					host: "0.0.0.0", port: "9000", authURL: "https://app.example.com", basePath: "/api/auth",
					secret: "first", oldSecrets: []string{}, strategy: ginauth.StrategyDatabase, databaseURL: "postgres://db/x", pool: 5,
					proxies: []netip.Prefix{
						netip.MustParsePrefix("10.0.0.7/32"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("::1/128"),
					},
				}
			},
		},
		"rotated secrets": {
			map[string]string{"AUTH_SECRET": "old", "AUTH_SECRET_1": "newer", "AUTH_SECRET_2": "newest"},
			func(s *settings) { s.secret, s.oldSecrets = "newest", []string{"newer", "old"} },
		},
		"a service to sign in at": {
			map[string]string{"AUTH_OIDC_ISSUER": "https://id.example.com", "AUTH_OIDC_ID": "app", "AUTH_OIDC_SECRET": "hush"},
			func(s *settings) { s.oidc = oidc("OpenID Connect", "https://id.example.com", "app", "hush") },
		},
		"a service with a name": {
			map[string]string{"AUTH_OIDC_ISSUER": "https://id.example.com", "AUTH_OIDC_NAME": "Example ID"},
			func(s *settings) { s.oidc = oidc("Example ID", "https://id.example.com", "", "") },
		},
		"a free port": {map[string]string{"PORT": "0"}, func(s *settings) { s.port = "0" }},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := loadSettings(env(tc.env))
			if err != nil {
				t.Fatal(err)
			}
			want := defaults
			tc.want(&want)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestLoadSettingsNamesEveryMistake(t *testing.T) {
	_, err := loadSettings(env(map[string]string{
		"PORT": "65536", "POOL": "0", "SESSION_STRATEGY": "cookie", "RATE_LIMIT": "maybe", "TRUSTED_PROXIES": "10.0.0.7,proxy.example",
		"AUTH_OIDC_SECRET": "hush",
	}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"PORT", "POOL", "SESSION_STRATEGY", "RATE_LIMIT", "AUTH_OIDC_ISSUER"} {
		if !strings.Contains(err.Error(), name+" is ") {
			t.Errorf("%s is not in: %v", name, err)
		}
	}
	if !strings.Contains(err.Error(), `TRUSTED_PROXIES has "proxy.example"`) {
		t.Errorf("TRUSTED_PROXIES is not in: %v", err)
	}
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("a secret is in: %v", err)
	}
}

func TestLocal(t *testing.T) {
	for authURL, want := range map[string]bool{
		"http://localhost:3000":            true,
		"https://localhost":                true,
		"http://127.0.0.1:8080":            true,
		"http://[::1]:8080":                true,
		"https://app.example.com":          false,
		"http://localhost.example.com":     false,
		"http://localhost:80@example.com/": false,
		"http://10.0.0.1":                  false,
		"":                                 false,
	} {
		if got := (settings{authURL: authURL}).local(); got != want {
			t.Errorf("%s: local is %v", authURL, got)
		}
	}
}
