package ginauth_test

import (
	"net/url"
	"strings"
	"testing"
)

// A callback URL that is too long for a cookie is followed by the request that brings it. In the next
// one no earlier callback URL takes its place.
func TestCallbackURL_TooLongForItsCookie(t *testing.T) {
	for name, tt := range map[string]struct {
		target string
		kept   bool
	}{
		"plain":     {"/x?y=" + strings.Repeat("a", 1900), true},
		"encoded":   {"/x?y=" + strings.Repeat("%26", 600), true},
		"ampersand": {"/x?y=" + strings.Repeat("&", 1900), false},
		"quotes":    {"/x?y=" + strings.Repeat("%22", 640), false},
	} {
		for kind, sessions := range sessionKinds {
			c := newSite(t, sessions).browser(t)
			c.Get("/signin?callbackUrl=/before")
			a := c.Get("/signin?callbackUrl=" + url.QueryEscape(tt.target))
			size := 0
			for _, line := range a.Header["Set-Cookie"] {
				size += len("Set-Cookie: \r\n") + len(line)
			}
			want := siteOrigin
			if tt.kept {
				want += tt.target
			}
			if got, _ := url.PathUnescape(c.Cookie(callbackCookie)); got != want || size > 3584 {
				t.Errorf("%s, %s: the cookie holds %.60q of %d bytes, want %.60q; %d bytes of cookies", kind, name, got, len(got), want, size)
			}
			action, options := c.Options("?action=register&email=ann@example.com")
			if a := c.Callback(action, c.Perform(action, options), map[string]string{"callbackUrl": tt.target}); a.URL() != siteOrigin+tt.target || c.Email() == "" {
				t.Errorf("%s, %s: the sign-up leads to %.60s", kind, name, a.URL())
			}
		}
	}
}
