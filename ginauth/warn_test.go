package ginauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// Register warns of a relying party that no page of the site may use.
func TestRelyingPartyApartIsWarnedOf(t *testing.T) {
	for _, tt := range []struct {
		id      string
		origins []string
		warned  bool
	}{
		{"other.test", nil, true},
		{"other.test", []string{"https://a.example", "https://b.example"}, true},
		{"pp.example.com", nil, true},
		{"", nil, false},
		{"app.example.com", nil, false},
		{"example.com", nil, false},
		{"other.test", []string{"https://a.example", "https://www.other.test"}, false},
		{"bücher.example", []string{"https://xn--bcher-kva.example"}, false},
		{"other.test", []string{"https://a.example", "android:apk-key-hash:7d1fHZ0JfcqzHbUXlyMgYVzqfzqPTMxKp0aWWzBWDlw"}, false},
	} {
		p := passkeyProvider("passkey")
		p.RelyingParty.ID, p.RelyingParty.Origins = tt.id, tt.origins
		s := newSite(t, func(c *ginauth.Config) { c.Providers = []ginauth.Provider{p} })
		if got := strings.Contains(s.logs.String(), "RelyingParty.ID is not"); got != tt.warned {
			t.Errorf("%s, %v: warned is %v: %s", tt.id, tt.origins, got, s.logs)
		}
	}
}

// In development every request comes through the proxy of the frontend, so nothing is to be said of it.
func TestProxyIsWarnedOf(t *testing.T) {
	for origin, warned := range map[string]bool{
		"http://localhost:3000": false, "http://127.0.0.1:3000": false, "http://[::1]:3000": false, "http://app.localhost:3000": false,
		"https://app.example.com": true, "https://localhost.example.com": true, "http://10.0.0.7": true,
	} {
		s := newSite(t, func(c *ginauth.Config) { c.BaseURL, c.RateLimit.Disabled = origin, false })
		s.ask(http.MethodGet, "/auth/csrf", "10.1.2.3:4567")
		if got := strings.Contains(s.logs.String(), "through a proxy"); got != warned {
			t.Errorf("%s: warned is %v: %s", origin, got, s.logs)
		}
	}
}
