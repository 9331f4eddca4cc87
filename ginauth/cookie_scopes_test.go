package ginauth_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// everyCookie changes the settings of all seven cookies.
func everyCookie(change func(*ginauth.Cookie)) func(*ginauth.Config) {
	return func(c *ginauth.Config) {
		k := &c.Cookies
		for _, cookie := range []*ginauth.Cookie{&k.SessionToken, &k.CallbackURL, &k.CSRFToken, &k.Challenge, &k.PKCECodeVerifier, &k.State, &k.Nonce} {
			change(cookie)
		}
	}
}

// inDomain lets all cookies reach a domain; a __Host- name does not allow that.
func inDomain(domain string) func(*ginauth.Config) {
	return func(c *ginauth.Config) {
		everyCookie(func(k *ginauth.Cookie) { k.Domain = domain })(c)
		c.Cookies.CSRFToken.Name = "__Secure-authjs.csrf-token"
	}
}

func atPath(path string) func(*ginauth.Config) {
	return func(c *ginauth.Config) {
		everyCookie(func(k *ginauth.Cookie) { k.Path = path })(c)
		c.Cookies.CSRFToken.Name = "__Secure-authjs.csrf-token"
	}
}

func withPrefixes(on bool) func(*ginauth.Config) {
	return func(c *ginauth.Config) { c.Cookies.Secure = &on }
}

func partitioned(c *ginauth.Config) { everyCookie(func(k *ginauth.Cookie) { k.Partitioned = true })(c) }

// scopeChanges are the settings of two deployments of one site, one after the other.
var scopeChanges = map[string][2]func(*ginauth.Config){
	"Domain set":            {inDomain(""), inDomain("example.com")},
	"Domain dropped":        {inDomain("example.com"), inDomain("")},
	"Domain of the host":    {inDomain(""), inDomain("app.example.com")},
	"Domain moved up":       {inDomain("app.example.com"), inDomain(".example.com")},
	"Path set":              {atPath(""), atPath("/auth")},
	"Path dropped":          {atPath("/auth"), atPath("")},
	"Path of a slash more":  {atPath("/auth/"), atPath("")},
	"prefixes set":          {withPrefixes(false), withPrefixes(true)},
	"prefixes dropped":      {withPrefixes(true), withPrefixes(false)},
	"Partitioned set":       {func(*ginauth.Config) {}, partitioned},
	"Partitioned dropped":   {partitioned, func(*ginauth.Config) {}},
	"Domain and Path":       {inDomain("example.com"), atPath("/auth")},
	"all at once":           {func(c *ginauth.Config) { inDomain("example.com")(c); partitioned(c) }, atPath("/auth")},
	"nothing, for contrast": {inDomain(""), inDomain("")},
}

// redeployed is a site whose cookies change while browsers hold those from before.
type redeployed struct {
	before, now *site
	jar         *testclient.Jar
	*testclient.Client
}

func redeploy(t *testing.T, change [2]func(*ginauth.Config), settings ...func(*ginauth.Config)) *redeployed {
	t.Helper()
	r := &redeployed{before: newSite(t, append(settings, change[0])...)}
	r.now = newSite(t, append(settings, change[1], func(c *ginauth.Config) { c.Adapter = r.before.Memory })...)
	r.jar = &testclient.Jar{Next: testclient.Handler(r.before.engine)}
	r.Client = testclient.NewRemote(t, r.jar, siteOrigin)
	return r
}

func (r *redeployed) deploy() { r.jar.Next = testclient.Handler(r.now.engine) }

// isIn reports whether several reads in a row, each of which changes cookies, find the user signed in.
func (r *redeployed) isIn(email string) bool {
	for range 3 {
		if r.Email() != email {
			return false
		}
	}
	return true
}

// Browsers remember cookies that the site does not set any more. The user is in at the latest at the
// second attempt, and signed out after a sign-out, whatever the application reads in between.
func TestR14_ScopeOfCookiesChanges(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for name, change := range scopeChanges {
			for habit, visit := range map[string]func(*redeployed){
				"reads":       func(r *redeployed) { r.Email() },
				"reads twice": func(r *redeployed) { r.Email(); r.Email() },
				"guards":      func(r *redeployed) { r.Do(http.MethodGet, "/me", "", "") },
			} {
				t.Run(kind+"/"+name+"/"+habit, func(t *testing.T) {
					r := redeploy(t, change, sessions)
					r.SignUp("ann@example.com")
					r.deploy()
					visit(r)
					first := r.Authenticate()
					visit(r)
					if !r.isIn("ann@example.com") {
						if second := r.Authenticate(); !r.isIn("ann@example.com") {
							t.Fatalf("not in after two attempts: %s, then %s\n%v", first.Body, second.Body, r.jar.Find("session"))
						}
					}
					visit(r)
					r.SignOut()
					r.signedOut(t)
				})
			}
		}
	}
}

// signedOut fails the test when a cookie that is left still signs the user in.
func (r *redeployed) signedOut(t *testing.T) {
	t.Helper()
	if a := r.Do(http.MethodGet, "/me", "", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("after the sign-out a guard lets %q pass", a.Body)
	}
	for range 2 {
		if got := r.Email(); got != "" {
			t.Errorf("after the sign-out %q is signed in; cookies %v", got, r.jar.Find("session"))
		}
	}
}

// A browser that signs out before anything else brings one cookie, which does not tell its scope.
func TestR14_SignOutAfterScopeChanged(t *testing.T) {
	for kind, sessions := range sessionKinds {
		for name, change := range scopeChanges {
			if name == "all at once" {
				continue // more scopes than a sign-out expires without a sign of them
			}
			t.Run(kind+"/"+name, func(t *testing.T) {
				r := redeploy(t, change, sessions)
				r.SignUp("ann@example.com")
				r.deploy()
				r.SignOut()
				r.signedOut(t)
				if rows := r.now.Dump().Sessions; len(rows) != 0 {
					t.Errorf("%d sessions live on", len(rows))
				}
				r.jar.Next = testclient.Handler(r.before.engine) // rolled back
				r.signedOut(t)
			})
		}
	}
}

// The cookies of a ceremony or an OAuth flow that was not finished get in the way of the next one
// once at most.
func TestR14_ScopeOfFlowCookiesChanges(t *testing.T) {
	for name, change := range scopeChanges {
		if name == "all at once" {
			continue // three cookies at once in every scope are more than one header holds
		}
		t.Run(name, func(t *testing.T) {
			svc := newService(t)
			r := redeploy(t, change, withJWT, func(c *ginauth.Config) { c.Providers = append(c.Providers, svc.oidc("mock")) })
			r.SignUp("ann@example.com")
			r.SignOut()
			r.Options("?action=authenticate")
			start(r.Client, "mock")
			r.deploy()
			in := false
			for range 2 {
				r.Authenticate()
				in = in || r.Email() == "ann@example.com"
			}
			if !in {
				t.Errorf("passkey: not in at the second attempt; %v", r.jar.Find("challenge"))
			}
			r.SignOut()
			r.SignOut()
			for in = false; ; in = true {
				svc.signInWith(r.Client, "mock", "bob")
				if r.Email() == "bob@example.net" {
					break
				}
				if in {
					t.Fatalf("OAuth: not in at the second attempt; %v", r.jar.Find("authjs"))
				}
			}
		})
	}
}

// Cookies of the same names that another host of the site sets, for any path, get in the way once at
// most and are expired by the next answer.
func TestR14_PlantedCookies(t *testing.T) {
	const sibling = "https://other.example.com"
	names := map[string]string{
		"session": sessionCookie, "challenge": challengeCookie, "callback": callbackCookie,
		"state": "__Secure-authjs.state", "pkce": "__Secure-authjs.pkce.code_verifier", "nonce": "__Secure-authjs.nonce",
		"csrf": "__Secure-authjs.csrf-token",
	}
	for kind, sessions := range sessionKinds {
		for _, path := range []string{"/", "/auth", "/auth/", "/auth/callback", "/auth/callback/passkey"} {
			for _, name := range slices.Sorted(maps.Keys(names)) {
				t.Run(kind+path+" "+name, func(t *testing.T) {
					r := redeploy(t, [2]func(*ginauth.Config){inDomain(""), inDomain("")}, sessions)
					r.SignUp("ann@example.com")
					r.Options("?action=authenticate")
					planted := http.Cookie{Name: names[name], Value: "planted", Domain: "example.com", Path: path, Secure: true}
					r.jar.Set(sibling, planted)
					in := false
					for range 2 {
						r.Authenticate()
						in = in || r.isIn("ann@example.com")
					}
					if !in {
						t.Error("not in at the second attempt")
					}
					for _, c := range r.jar.Find(names[name]) {
						if strings.Contains(c, "Domain") && (name != "state" && name != "pkce" && name != "nonce") {
							t.Errorf("still there: %s", c)
						}
					}
					if a := r.Post("/signout", map[string]string{"csrfToken": r.CSRF()}); a.ErrorCode() != "" {
						t.Errorf("sign-out: %s", a.Body)
					}
					r.signedOut(t)
				})
			}
		}
	}
}
