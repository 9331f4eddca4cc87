package ginauth_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// A failed ceremony is logged at WARN with the check that failed, in words of our own. What a client
// sends can be seen from the cause alone; no two checks share one.
func TestLogs_NameTheCause(t *testing.T) {
	const both = testauthn.FlagBackupEligible | testauthn.FlagBackedUp
	for _, tt := range []struct {
		name, cause string
		change      testclient.Change
		// only is the one ceremony that can fail this way.
		only string
	}{
		{"type", "type", func(c *testauthn.Ceremony) { c.Type = "payment.get" }, ""},
		{"challenge of another", "challenge", func(c *testauthn.Ceremony) { c.Challenge = strings.Repeat("A", 43) }, ""},
		{"challenge padded", "challenge", func(c *testauthn.Ceremony) { c.Challenge += "=" }, ""},
		{"origin", "origin", func(c *testauthn.Ceremony) { c.Origin = "https://www.example.com" }, ""},
		{"cross-origin", "cross-origin", func(c *testauthn.Ceremony) { c.CrossOrigin = true }, ""},
		{"top origin", "cross-origin", func(c *testauthn.Ceremony) { c.TopOrigin = siteOrigin }, ""},
		{"relying party", "relying party", func(c *testauthn.Ceremony) { c.RPID = "example.com" }, ""},
		{"user presence", "user presence", func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagUserPresent }, ""},
		{"user verification", "user verification", func(c *testauthn.Ceremony) { c.Flags &^= testauthn.FlagUserVerified }, ""},
		{"backed up alone", "backup flag", func(c *testauthn.Ceremony) { c.Flags |= testauthn.FlagBackedUp }, ""},
		{"eligible all at once", "backup flag", func(c *testauthn.Ceremony) { c.Flags |= both }, "authenticate"},
		{"signature", "signature", testauthn.SignWith(testauthn.NewES256()), "authenticate"},
		{"signature missing", "malformed answer", func(c *testauthn.Ceremony) { c.Edit = setIn("signature", nil) }, "authenticate"},
		{"user handle", "user handle", testauthn.Handle(make([]byte, 65)), "authenticate"},
		{"unknown", "unknown credential", func(c *testauthn.Ceremony) { c.CredentialID = bytes.Repeat([]byte{3}, 32) }, "authenticate"},
		{"algorithm", "algorithm", keyOf(testauthn.NewES384()), "register"},
		{"label of another type", "algorithm", keyOf(testauthn.NewES256().Labelled(testauthn.RS256)), "register"},
		{"key", "public key", keyOf(testauthn.FakeRS256(1024, 65537)), "register"},
		{"credential ID", "credential ID", credentialID(15), "register"},
		{"attested ID", "credential ID", func(c *testauthn.Ceremony) { c.AuthData = func(b []byte) []byte { b[60] ^= 1; return b } }, "register"},
		{"attestation", "attestation", func(c *testauthn.Ceremony) { c.Format = "bogus" }, "register"},
		{"certificate", "attestation", testauthn.PackedHugeCertificate(8192), "register"},
		{"attestation object", "malformed answer", func(c *testauthn.Ceremony) { c.Edit = setIn("attestationObject", "AAAA") }, "register"},
		{"rawId", "malformed answer", func(c *testauthn.Ceremony) { c.Edit = set("rawId", nil) }, ""},
		{"no id", "malformed answer", func(c *testauthn.Ceremony) { c.Edit = set("id", nil) }, ""},
		{"twice", "malformed answer", clientMember(`"origin":"` + siteOrigin + `"`), ""},
		{"no JSON", "malformed answer", func(c *testauthn.Ceremony) { c.ClientData = func([]byte) []byte { return []byte("{") } }, ""},
	} {
		for _, hidden := range []bool{false, true} {
			for _, ceremony := range []string{"register", "authenticate"} {
				if tt.only != "" && tt.only != ceremony {
					continue
				}
				change := func(*ginauth.Config) {}
				if hidden {
					change = withHiddenAccounts
				}
				s := newSite(t, change)
				c := s.browser(t)
				if ceremony == "register" {
					c.Register("ada@example.com", tt.change)
				} else {
					c.SignUp("ada@example.com")
					c.SignOut()
					c.Authenticate(tt.change)
				}
				line := lastLog(t, s)
				if line["cause"] != tt.cause || line["level"] != "WARN" || line["msg"] != "ginauth: request failed" || line["provider"] != "passkey" {
					t.Errorf("%s, %s: log %v", tt.name, ceremony, line)
				}
			}
		}
	}
}

// The counter and the state of a flow have causes too.
func TestLogs_NameTheCauseOfFlows(t *testing.T) {
	two := func(c *ginauth.Config) { c.Providers = append(c.Providers, passkeyProvider("passkey2")) }
	for cause, fail := range map[string]func(s *site, c *testclient.Client){
		"counter": func(_ *site, c *testclient.Client) {
			c.Authenticate(func(x *testauthn.Ceremony) { x.Counter = 7 })
			c.SignOut()
			c.Authenticate(func(x *testauthn.Ceremony) { x.Counter = 6 })
		},
		"no challenge cookie": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			c.DropCookie(challengeCookie)
			b.finish(c)
		},
		"unreadable challenge cookie": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			c.SetCookie(challengeCookie, "x")
			b.finish(c)
		},
		"used challenge": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			cookie := c.Cookie(challengeCookie)
			b.finish(c)
			c.SignOut()
			c.SetCookie(challengeCookie, cookie)
			b.finish(c)
		},
		"expired": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			time.Sleep(6 * time.Minute)
			b.finish(c)
		},
		"other provider": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			c.Provider = "passkey2"
			b.finish(c)
		},
		"other ceremony": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			c.Callback("register", c.Perform(b.action, b.options), nil)
		},
		"other session": func(_ *site, c *testclient.Client) {
			b := begin(c, "?action=authenticate")
			cookie := c.Cookie(challengeCookie)
			c.SignIn()
			c.SetCookie(challengeCookie, cookie)
			b.finish(c)
		},
		"other user": func(s *site, c *testclient.Client) {
			eve := s.browser(c.TB)
			eve.SignUp("eve@example.com")
			b := begin(c, "?action=authenticate&email=ada@example.com")
			c.Callback("authenticate", string(eve.Passkeys.Assert(eve.Passkeys.Passkeys[0], requestFor(c.TB.(*testing.T), b.options))), nil)
		},
		"malformed answer": func(_ *site, c *testclient.Client) {
			begin(c, "?action=authenticate")
			c.Callback("delete", "{}", nil)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, two, withJWT)
			c := s.browser(t)
			c.SignUp("ada@example.com")
			c.SignOut()
			fail(s, c)
			if line := lastLog(t, s); line["cause"] != cause || line["level"] != "WARN" {
				t.Errorf("%s: log %v", cause, line)
			}
		})
	}
}

// A site that runs under another name than the configured one is the usual mistake: the log has both
// names and the setting. What a client claims is bounded and stays on its line.
func TestLogs_WrongOrigin(t *testing.T) {
	for _, tt := range []struct{ claimed, shown string }{
		{"https://www.example.com", "https://www.example.com"},
		{"https://app.example.com:8443", "https://app.example.com:8443"},
		{"https://app.example.com/", "https://app.example.com…"},
		{"https://user:canary-password@app.example.com/canary?canary=1#canary", "https://app.example.com…"},
		{androidApp, androidApp},
		{"android:apk-key-hash:abc?canary", "android:apk-key-hash:abc…"},
		{"null", "null"},
		{"", ""},
		{"https://" + strings.Repeat("x", 9000) + ".example", "https://" + strings.Repeat("x", 92) + "…"},
		{strings.Repeat("ä", 9000), strings.Repeat("ä", 100) + "…"},
		{"evil\r\nlevel=ERROR msg=forged", "evil…"},
		{"evil\u2028x", "evil…"}, {"evil\u202ex", "evil…"}, {"evil\x1b[31m", "evil…"},
	} {
		s := newSite(t, func(c *ginauth.Config) {
			p := passkeyProvider("passkey")
			p.RelyingParty.Origins = []string{siteOrigin, iosApp}
			c.Providers = []ginauth.Provider{p}
		})
		c := s.browser(t)
		c.Register("ada@example.com", func(c *testauthn.Ceremony) { c.Origin = tt.claimed })
		line := lastLog(t, s)
		if line["cause"] != "origin" || line["origin"] != tt.shown || line["expected"] != siteOrigin+" "+iosApp || line["setting"] != "RelyingParty.Origins or BaseURL" {
			t.Errorf("%.60q: log %v", tt.claimed, line)
		}
	}
}

// A relying party ID that does not fit is a mistake of the same kind.
func TestLogs_WrongRelyingParty(t *testing.T) {
	s := newSite(t)
	s.browser(t).Register("ada@example.com", func(c *testauthn.Ceremony) { c.RPID = "example.com" })
	if line := lastLog(t, s); line["cause"] != "relying party" || line["expected"] != "app.example.com" || line["setting"] != "RelyingParty.ID" {
		t.Errorf("log %v", line)
	}
}

// The log names the provider that was asked for and is not there, as far as it looks like one.
func TestLogs_UnknownProvider(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	for path, asked := range map[string]string{
		"/callback/goggle":                       "goggle",
		"/signin/git-hub.2":                      "git-hub.2",
		"/webauthn-options/passkeys":             "passkeys",
		"/callback/" + strings.Repeat("x", 5000): strings.Repeat("x", 100) + "…",
		"/callback/pass%0D%0Akey":                "pass…",
		"/callback/canary-address@example.com":   "canary-address…",
		"/webauthn-options/%3Cscript%3E":         "…",
		"/callback/p%C3%A4sskey":                 "p…",
	} {
		for _, a := range []testclient.Answer{c.Get(path), c.Post(path, map[string]string{"csrfToken": c.CSRF()})} {
			line := lastLog(t, s)
			if a.ErrorCode() != "Configuration" || line["asked"] != asked || line["cause"] != "unknown provider" || line["level"] != "WARN" {
				t.Errorf("%.40s: %s, log %v", path, a.Body, line)
			}
		}
	}
}

// The log of a refused cross-site request names the page's origin and the setting that would let it.
func TestLogs_CrossSite(t *testing.T) {
	s := newSite(t)
	c := s.browser(t)
	token := c.CSRF()
	for _, tt := range []struct{ site, origin, shown string }{
		{"cross-site", "https://admin.example.net", "https://admin.example.net"},
		{"same-site", "https://www.example.com", "https://www.example.com"},
		{"", "https://evil.example", "https://evil.example"},
		{"", "null", "null"},
		{"cross-site", "https://evil.example/canary?canary", "https://evil.example…"},
		{"cross-site", "https://" + strings.Repeat("x", 5000), "https://" + strings.Repeat("x", 92) + "…"},
	} {
		a := c.Post("/signout", map[string]string{"csrfToken": token}, "Sec-Fetch-Site", tt.site, "Origin", tt.origin)
		if a.Status != http.StatusForbidden {
			t.Errorf("%+v: %d %s", tt, a.Status, a.Body)
		}
		line := lastLog(t, s)
		if line["cause"] != "cross-site request" || line["level"] != "WARN" || line["origin"] != tt.shown || line["setting"] != "TrustedOrigins" || line["expected"] != siteOrigin {
			t.Errorf("%+v: log %v", tt, line)
		}
	}
}
