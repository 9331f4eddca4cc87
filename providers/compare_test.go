package providers

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// leftOut are the providers of @auth/core without a preset. README.md gives the reasons.
var leftOut = []string{"azure-devops", "instagram", "medium", "osso", "passage"}

// deliberate are the differences from @auth/core that are meant, by provider and by what differs.
var deliberate = map[string]map[string]string{
	"box":      {"token auth": "Box answers invalid_client to HTTP Basic"},
	"bungie":   {"requests": "the address of the other endpoint needs the membership's id, and every call the API key"},
	"dribbble": {"scopes": "the option that its scope comes from is optional, and then nothing is to be sent"},
	"faceit":   {"scopes": "FACEIT is an OpenID provider: the fallback scopes are right there"},
	"github": {
		"profile of unverified e-mail": "only addresses that GitHub verified count",
		"requests":                     "the list of addresses is asked for always: it alone tells whether the public one is verified",
	},
	"authentik": {"standard profile": "older servers say email_verified of every address"},
	"linkedin":  {"standard profile": "its ID tokens have had email_verified as a text"},
	"nextcloud": {"requests": "the endpoint of the signed-in user needs no id from the token answer"},
	"twitch":    {"params": "email_verified is asked for too"},
	"todoist":   {"requests": "the Sync API moved to v1, and v9 answers 410 Gone"},
	"wechat": {
		"token URL":  "the secret goes into the body instead of the query, so that no log or error shows it",
		"token auth": "the same: there is nobody to read HTTP Basic",
	},
}

func TestPresetsEqualAuthCore(t *testing.T) {
	g := loadGolden(t)
	if g.Version != goldenVersion {
		t.Fatalf("the golden file is of %s, want %s", g.Version, goldenVersion)
	}
	all, samples := presets(), loadSamples(t)
	compared, profiles := 0, 0
	for _, want := range g.Providers {
		preset, ok := all[want.ID]
		if out := slices.Contains(leftOut, want.ID); out == ok {
			t.Errorf("%s: left out %t, has a preset %t", want.ID, out, ok)
		}
		delete(all, want.ID)
		if !ok {
			continue
		}
		compared++
		profiles += len(want.Samples)
		t.Run(want.ID, func(t *testing.T) {
			c := comparison{T: t, meant: deliberate[want.ID], used: map[string]bool{}}
			c.settings(preset.Resolved(), want)
			c.samples(preset.Resolved(), want, samples[want.ID])
			for what := range c.meant {
				if !c.used[what] {
					t.Errorf("%s is listed as a deliberate difference and does not differ", what)
				}
			}
		})
	}
	for id := range all {
		t.Errorf("%s: no such provider in @auth/core", id)
	}
	t.Logf("compared %d presets and %d profiles with @auth/core %s; %d left out", compared, profiles, g.Version, len(leftOut))
}

type comparison struct {
	*testing.T
	meant map[string]string
	used  map[string]bool
}

func (c comparison) equal(what string, got, want any) {
	c.Helper()
	switch differs := !reflect.DeepEqual(got, want); {
	case differs && c.meant[what] != "":
		c.used[what] = true
	case differs:
		c.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func (c comparison) settings(p *ginauth.OAuthProvider, want goldenProvider) {
	c.Helper()
	c.equal("name", p.Name, want.Name)
	c.equal("type", string(p.ProviderKind()), want.Type)
	if p.OIDC || want.Issuer != "" {
		c.equal("issuer", p.Issuer, want.Issuer)
	}
	c.equal("authorization URL", p.AuthorizationURL, want.Authorization)
	c.equal("token URL", p.TokenURL, want.Token)
	if p.OIDC {
		c.equal("user info URL", p.UserInfoURL, want.UserInfo)
	}
	scopes := strings.Fields(want.Scope)
	if !p.OIDC && !want.ScopeOfItsOwn {
		// @auth/core falls back to the scopes of OpenID Connect, which a service without it may
		// refuse; without any the service takes its own default (RFC 6749, section 3.3).
		scopes = nil
	}
	c.equal("scopes", strings.Fields(strings.Join(p.Scopes, " ")), append([]string{}, scopes...))
	c.equal("params", single(p.AuthParams), want.Params)
	c.equal("nonce", p.Nonce, slices.Contains(want.Checks, "nonce"))
	auth := p.TokenAuth
	if auth == "" {
		auth = ginauth.TokenAuthBasic
	}
	c.equal("token auth", string(auth), want.TokenAuth)
	c.equal("ID token algorithm", p.IDTokenAlg, want.IDTokenAlg)
	c.equal("user info always", p.UserInfoAlways, want.UserInfoAlways)
	c.equal("color", p.BrandColor, want.Color)
	// Where PKCE is left out, @auth/core must do so too.
	if p.PKCEUnsupported && slices.Contains(want.Checks, "pkce") {
		c.Errorf("PKCE is left out although the service bears it")
	}
	if p.OIDC {
		c.equal("standard profile", p.Profile == nil, want.StandardProfile)
	}
}

func (c comparison) samples(p *ginauth.OAuthProvider, want goldenProvider, samples []sample) {
	c.Helper()
	if len(samples) != len(want.Samples) {
		c.Fatalf("%d samples, the golden file has %d; make a new one by %s", len(samples), len(want.Samples), refresh)
	}
	if len(samples) == 0 && p.Profile != nil && !want.StandardProfile {
		c.Error("there is a Profile function and no sample for it")
	}
	for i, s := range samples {
		user, sent := signIn(c.T, p, s)
		w := want.Samples[i]
		if s.Name != w.Name {
			c.Fatalf("sample %q is %q in the golden file; make a new one by %s", s.Name, w.Name, refresh)
		}
		if user.ID == "" {
			c.Errorf("profile of %s: no id", s.Name)
		}
		if w.Fails {
			continue // @auth/core cannot read it: enough that we can
		}
		c.equal("profile of "+s.Name, goldenProfile{user.ID, user.Name, user.Email, user.Image}, w.Profile)
		c.equal("requests", inOrder(sent), inOrder(w.Requests))
	}
}

// inOrder puts the parameters of each address into one order.
func inOrder(requests []sentRequest) []sentRequest {
	ordered := []sentRequest{}
	for _, r := range requests {
		if u, err := url.Parse(r.URL); err == nil {
			u.RawQuery = u.Query().Encode()
			r.URL = u.String()
		}
		ordered = append(ordered, r)
	}
	return ordered
}

func single(values url.Values) map[string]string {
	m := map[string]string{}
	for name := range values {
		m[name] = values.Get(name)
	}
	return m
}
