package ginauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

const (
	androidApp = "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck"
	iosApp     = "ios:bundle-id:com.example.app"
)

// Row 8: the origins of apps can be configured, and are compared as they are.
func TestOrigins_Apps(t *testing.T) {
	extension := "chrome-extension://" + strings.Repeat("abcdefghijklmnop", 2)
	for _, tt := range []struct {
		configured []string
		origin     string
		in         bool
	}{
		{[]string{siteOrigin, androidApp, iosApp}, siteOrigin, true},
		{[]string{siteOrigin, androidApp, iosApp}, androidApp, true},
		{[]string{siteOrigin, androidApp, iosApp}, iosApp, true},
		{[]string{androidApp}, androidApp, true},
		{[]string{extension}, extension, true},
		{[]string{"android:apk-key-hash-sha256:abc_-"}, "android:apk-key-hash-sha256:abc_-", true},
		{[]string{androidApp}, siteOrigin, false}, // the list is all there is
		{[]string{siteOrigin}, androidApp, false},
		{[]string{siteOrigin, iosApp}, androidApp, false},
		{[]string{androidApp}, androidApp + "A", false},
		{[]string{androidApp}, androidApp[:len(androidApp)-1], false},
		{[]string{androidApp}, androidApp + "=", false},
		{[]string{androidApp}, androidApp + "/", false},
		{[]string{androidApp}, " " + androidApp, false},
		{[]string{androidApp}, strings.ToLower(androidApp), false},
		{[]string{androidApp}, "A" + androidApp[1:], false},
		{[]string{androidApp}, "android:apk-key-hash:", false},
		{[]string{iosApp}, "ios:bundle-id:com.example.App", false},
		{[]string{iosApp}, "ios:bundle-id:com.example.app.evil", false},
		{[]string{iosApp}, "IOS:bundle-id:com.example.app", false},
		{[]string{iosApp}, "android:apk-key-hash:com.example.app", false},
		{[]string{extension}, "chrome-extension://" + strings.Repeat("ponmlkjihgfedcba", 2), false},
		{[]string{extension}, extension + "/page.html", false},
		{[]string{"https://APP.example.com:443"}, siteOrigin, true},
	} {
		for name, place := range map[string]func(*ginauth.WebAuthnProvider){
			"RelyingParty": func(p *ginauth.WebAuthnProvider) { p.RelyingParty.Origins = tt.configured },
			"RelyingPartyFor": func(p *ginauth.WebAuthnProvider) {
				p.RelyingPartyFor = func(*http.Request) ginauth.RelyingParty { return ginauth.RelyingParty{Origins: tt.configured} }
			},
		} {
			s := newSite(t, func(c *ginauth.Config) {
				p := passkeyProvider("passkey")
				place(p)
				c.Providers = []ginauth.Provider{p}
			})
			app := s.browser(t)
			app.Passkeys.Origin = tt.origin
			a := app.Register("new@example.com")
			if in := app.User() != nil; in != tt.in {
				t.Errorf("%s %q: sign-up from %q: signed in %t: %s", name, tt.configured, tt.origin, in, a.Body)
			}
			at := s.browser(t)
			at.Passkeys.Origin = tt.configured[0]
			if strings.HasPrefix(tt.configured[0], "https:") {
				at.Passkeys.Origin = siteOrigin
			}
			at.SignUp("ada@example.com")
			at.SignOut()
			at.Passkeys.Origin = tt.origin
			a = at.Authenticate()
			if in := at.User() != nil; in != tt.in {
				t.Errorf("%s %q: sign-in from %q: signed in %t: %s", name, tt.configured, tt.origin, in, a.Body)
			}
		}
	}
}

// What no client can send is refused at start, with what to write instead.
func TestOrigins_AppsAreValidated(t *testing.T) {
	for _, tt := range []struct{ origin, remedy string }{
		{"android:apk-key-hash:", "base64url"}, {"android:apk-key-hash:AB:CD:EF", "base64url"}, {"android:apk-key-hash:ab+/", "base64url"},
		{"android:apk-key-hash:abc=", "base64url"}, {"android:apk-key-hash: abc", "base64url"}, {"android:apk-key-hash:*", "base64url"}, {"android:apk-key-hash:abc\n", "base64url"},
		{"android:apk-key-hash:" + strings.Repeat("a", 200), "base64url"}, {"android:apk-key-hash-sha256:a b", "base64url"},
		{"ios:bundle-id:", "bundle ID"}, {"ios:bundle-id:com.example.*", "bundle ID"}, {"ios:bundle-id:com.example/app", "bundle ID"}, {"ios:bundle-id:bücher", "bundle ID"},
		{"chrome-extension://", "extension"}, {"chrome-extension://abc", "extension"}, {"chrome-extension://" + strings.Repeat("abcdefghijklmnop", 2) + "/", "extension"},
		{"Android:apk-key-hash:abc", "scheme and host"}, {"android:package:com.example", "scheme and host"}, {"ios:team:ABC", "scheme and host"}, {"null", "scheme and host"},
		{"*", "scheme and host"}, {"file://", "scheme and host"}, {"app://localhost", "scheme and host"}, {"javascript:alert(1)", "scheme and host"}, {"", "scheme and host"},
	} {
		p := passkeyProvider("passkey")
		p.RelyingParty.Origins = []string{siteOrigin, tt.origin}
		_, err := ginauth.Register(gin.New(), ginauth.Config{
			BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Providers: []ginauth.Provider{p}, Logger: quiet(),
		})
		if err == nil || !strings.Contains(err.Error(), "RelyingParty.Origins[1]") || !strings.Contains(err.Error(), tt.remedy) {
			t.Errorf("%q: %v", tt.origin, err)
		}
	}
}
