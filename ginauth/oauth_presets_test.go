package ginauth_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

type oauthTransport func(*http.Request) (*http.Response, error)

func (f oauthTransport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// microsoft is the service as Entra: the document of any path names an issuer of its own, and Graph
// has a photo of a size.
func microsoft(svc *service, discovered string, photo int) *http.Client {
	svc.discovery = func(d map[string]any) { d["issuer"] = discovered }
	rest := svc.client().Transport
	return &http.Client{Transport: oauthTransport(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "graph.microsoft.com" {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(make([]byte, photo))), Request: r}, nil
		}
		r = r.Clone(r.Context())
		if strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
			r.URL.Path = "/.well-known/openid-configuration"
		}
		return rest.RoundTrip(r)
	})}
}

// The document of an external tenant names the host with the tenant's id, whatever name it is under.
func TestEntraExternalTenant(t *testing.T) {
	const (
		tid   = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
		other = "00000000-1111-2222-3333-444444444444"
		byID  = "https://" + tid + ".ciamlogin.com/" + tid + "/v2.0"
	)
	for _, tt := range []struct {
		issuer, tid, iss string
		in               bool
	}{
		{"https://contoso.ciamlogin.com/" + tid + "/v2.0", tid, byID, true},
		{"https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0", tid, byID, true},
		{byID, tid, byID, true},
		{"https://contoso.ciamlogin.com/" + other + "/v2.0", tid, byID, false},
		{"https://contoso.ciamlogin.com/" + tid + "/v2.0", other, byID, false},
		{"https://contoso.ciamlogin.com/" + tid + "/v2.0", tid, "https://contoso.ciamlogin.com/" + tid + "/v2.0", false},
		{"https://contoso.example/" + tid + "/v2.0", tid, byID, false},
	} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { c["iss"], c["tid"] = tt.iss, tt.tid }
		p := providers.MicrosoftEntraID(tt.issuer, serviceID, serviceSecret)
		p.HTTPClient = microsoft(svc, byID, 0)
		s := newSite(t, with(p))
		c := s.browser(t)
		a := svc.signInWith(c, p.ID, "ann")
		if (c.User() != nil) != tt.in {
			t.Errorf("%+v: signed in as %v (%s): %s", tt, c.User(), a.URL(), s.logs)
		}
		if !tt.in && tt.iss == byID && !strings.Contains(s.logs.String(), "set Issuer to "+byID) {
			t.Errorf("%+v: the log does not give the remedy: %s", tt, s.logs)
		}
	}
}

// A picture of up to 4 KiB is stored, and a session that is a token carries it as long as it leaves room
// in the header for the cookies of sign-ins under way.
func TestEntraPictureFitsIntoTheCookie(t *testing.T) {
	const most = 8<<10 - 2300 // a line of nginx's header buffers, without the cookies of flows
	for _, size := range []int{2560, 4 << 10, 4<<10 + 1, 8 << 10, 16 << 10} {
		svc := newService(t)
		p := providers.MicrosoftEntraID(issuerURL, serviceID, serviceSecret)
		p.HTTPClient = microsoft(svc, issuerURL, size)
		s := newSite(t, withJWT, with(p))
		c := s.browser(t)
		a := svc.signInWith(c, p.ID, "ann")
		if c.User() == nil {
			t.Fatalf("photo of %d bytes: %s", size, a.URL())
		}
		if _, has := c.User()["image"].(string); has != (size <= 2560) {
			t.Errorf("photo of %d bytes: in the token %t", size, has)
		}
		if has := s.Dump().Users[0].Image != ""; has != (size <= 4<<10) {
			t.Errorf("photo of %d bytes: stored %t", size, has)
		}
		header := 0
		for _, k := range c.Cookies() {
			header += len(k.Name) + len(k.Value) + len("=; ")
		}
		if header > most {
			t.Errorf("photo of %d bytes: cookies of %d bytes, want at most %d", size, header, most)
		}
	}
}

func TestEntraWithoutAnAddress(t *testing.T) {
	svc := newService(t)
	svc.claims = func(c map[string]any) {
		delete(c, "email")
		c["preferred_username"] = "ann@contoso.onmicrosoft.com"
	}
	p := providers.MicrosoftEntraID(issuerURL, serviceID, serviceSecret)
	p.HTTPClient = microsoft(svc, issuerURL, 0)
	s := newSite(t, with(p))
	c := s.browser(t)
	if a := svc.signInWith(c, p.ID, "ann"); c.User() == nil || c.Email() != "" {
		t.Errorf("%s, signed in as %v", a.URL(), c.User())
	}
}

// Apple tells the name at the first sign-in only, in an unsigned form field, and may tell no address.
func TestAppleWithoutAddressOrName(t *testing.T) {
	for _, user := range []string{
		"", "{", "null", "[]", `["Ann"]`, "7", `"Ann"`, `{}`, `{"name":null}`, `{"name":7}`, `{"name":{"firstName":7,"lastName":[]}}`,
		`{"name":{"firstName":"Ann"},"email":"victim@example.com"}`,
	} {
		svc := newService(t)
		svc.claims = func(c map[string]any) { delete(c, "email"); delete(c, "name") }
		p := providers.Apple(serviceID, serviceSecret)
		p.Issuer, p.HTTPClient = issuerURL, svc.client()
		s := newSite(t, with(p))
		c := s.browser(t)
		answer := svc.consent(start(c, "apple"), "ann")
		fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state"), "user": user}
		a := c.Post("/callback/apple", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL)
		if a.ErrorCode() != "" || c.User() == nil || c.Email() != "" {
			t.Errorf("user %s: %s, signed in as %v", user, a.URL(), c.User())
		}
	}
}

// Whoever signs in can change what the browser was told to ask a service for. Where the service serves
// several tenants, whose identity providers choose ids by themselves, its answer has to be that of the
// tenant that was configured.
func TestOAuthTenantThatTheBrowserChose(t *testing.T) {
	boxy := func(clientID string, params ...string) *ginauth.OAuthProvider {
		p := providers.BoxyHQSAML(issuerURL, clientID, serviceSecret)
		for i := 0; i < len(params); i += 2 {
			p.AuthParams.Set(params[i], params[i+1])
		}
		return p
	}
	workos := func(connection string, params ...string) *ginauth.OAuthProvider {
		p := providers.WorkOS(connection, serviceID, serviceSecret)
		for i := 0; i < len(params); i += 2 {
			p.AuthParams.Set(params[i], params[i+1])
		}
		return p
	}
	for name, tt := range map[string]struct {
		provider *ginauth.OAuthProvider
		// chosen are the parameters that the person changes.
		chosen map[string]string
		in     bool
	}{
		"a client id":                       {boxy("acme"), nil, true},
		"another client id":                 {boxy("acme"), map[string]string{"client_id": "evil"}, false},
		"a tenant":                          {boxy("dummy", "tenant", "acme", "product", "shop"), nil, true},
		"another tenant":                    {boxy("dummy", "tenant", "acme", "product", "shop"), map[string]string{"tenant": "evil"}, false},
		"another product":                   {boxy("dummy", "tenant", "acme", "product", "shop"), map[string]string{"product": "evil"}, false},
		"a client id in place of the dummy": {boxy("dummy", "tenant", "acme", "product", "shop"), map[string]string{"client_id": "evil"}, false},
		"any tenant":                        {boxy("dummy"), map[string]string{"tenant": "evil", "product": "shop"}, false},
		"a connection":                      {workos("conn_1"), nil, true},
		"another connection":                {workos("conn_1"), map[string]string{"connection": "conn_2"}, false},
		"another way to choose":             {workos("conn_1"), map[string]string{"connection": "", "organization": "org_2"}, false},
		"an organization":                   {workos("", "organization", "org_1"), nil, true},
		"another organization":              {workos("", "organization", "org_1"), map[string]string{"organization": "org_2"}, false},
		"any connection":                    {workos(""), map[string]string{"connection": "conn_2"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			svc := newService(t)
			p := tt.provider
			p.AuthorizationURL, p.TokenURL, p.UserInfoURL = issuerURL+"/authorize", issuerURL+"/token", issuerURL+"/userinfo"
			p.HTTPClient = svc.client()
			s := newSite(t, with(p))
			c := s.browser(t)
			u, err := url.Parse(start(c, p.ID))
			if err != nil {
				t.Fatal(err)
			}
			asked := u.Query()
			for name, value := range tt.chosen {
				asked.Set(name, value)
			}
			u.RawQuery = asked.Encode()
			// The services say in the profile what they were asked for.
			svc.token = func(answer map[string]any) { delete(answer, "id_token") }
			svc.userInfo = func(answer map[string]any) {
				answer["id"] = "ann-1"
				answer["requested"] = map[string]any{"client_id": asked.Get("client_id"), "tenant": asked.Get("tenant"), "product": asked.Get("product")}
				answer["connection_id"], answer["organization_id"] = asked.Get("connection"), asked.Get("organization")
			}
			a := finish(c, p.ID, svc.consent(u.String(), "ann"))
			if (c.User() != nil) != tt.in || len(s.Dump().Accounts) > 0 != tt.in {
				t.Errorf("signed in as %v (%s): %s", c.User(), a.URL(), s.logs)
			}
		})
	}
}
