package ginauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// prefetches are the headers of a request that nobody may want.
var prefetches = [][2]string{
	{"Sec-Purpose", "prefetch"}, {"Sec-Purpose", "prefetch;prerender"}, {"Sec-Purpose", "prefetch; prerender"}, {"Sec-Purpose", "prefetch;anonymous-client-ip"}, {"Sec-Purpose", "Prefetch"},
	{"Purpose", "prefetch"}, {"X-Moz", "prefetch"}, {"X-Purpose", "preview"}, {"Purpose", "preview"},
}

// Report 34: a link is used up by nothing but the request that follows it.
func TestReport34_NothingElseUsesALinkUp(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			mail := &post{}
			s := newSite(t, sessions, with(mail.provider()))
			c := s.browser(t)
			askLink(c, "ann@example.com")
			u, err := url.Parse(mail.last(t).URL)
			if err != nil {
				t.Fatal(err)
			}
			before := s.Dump()
			for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodConnect, http.MethodTrace} {
				if a := c.Do(method, u.RequestURI(), "", ""); a.Status != http.StatusBadRequest || len(a.Header["Set-Cookie"]) > 0 {
					t.Errorf("%s: %d %v", method, a.Status, a.Header)
				}
			}
			for _, header := range prefetches {
				for _, client := range []string{"1", ""} {
					a := c.Do(http.MethodGet, u.RequestURI(), "", "", header[0], header[1], "X-Auth-Return-Redirect", client)
					if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") || len(a.Header["Set-Cookie"]) > 0 {
						t.Errorf("%s: %d %v", header, a.Status, a.Header)
					}
				}
			}
			wroteNothing(t, before, s.Dump())
			if a := c.Do(http.MethodGet, u.RequestURI(), "", "", "Sec-Purpose", "", "Purpose", "navigate"); a.ErrorCode() != "" || c.Email() != "ann@example.com" {
				t.Errorf("the link afterwards: %d %s", a.Status, a.Body)
			}
			if strings.Contains(s.logs.String(), "prefetch") {
				t.Errorf("logged %s", s.logs)
			}
		})
	}
}

// Every provider's callback, and the options of a ceremony, are left alone. What reads stays readable.
func TestReport34_PrefetchOfOtherRoutes(t *testing.T) {
	svc := newService(t)
	s := newSite(t, with(svc.oidc("svc"), &ginauth.CredentialsProvider{ID: "password", Name: "Password",
		Authorize: func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) { return nil, nil }}))
	c := s.browser(t)
	c.SignUp("ann@example.com")
	other := s.browser(t)
	answer := svc.consent(start(other, "svc"), "bob")
	for _, header := range prefetches {
		prerender := strings.Contains(header[1], "prerender")
		for path, want := range map[string]int{
			"/callback/svc?" + answer.Encode(): 503, "/callback/passkey": 503, "/callback/password": 503, "/callback/nobody": 503, "/callback": 503,
			"/webauthn-options/passkey?action=authenticate": map[bool]int{true: 200, false: 503}[prerender],
			"/session": 200, "/csrf": 200, "/providers": 200, "/signin": 200, "/signout": 200, "/error": 200, "/verify-request": 200,
		} {
			a := other.Clone().Get(path, header[0], header[1])
			if a.Status != want || want == 503 && len(a.Header["Set-Cookie"]) > 0 {
				t.Errorf("%s, GET %s: %d %v", header, path, a.Status, a.Header["Set-Cookie"])
			}
		}
		// A form that is posted is wanted.
		if a := c.Post("/signin/passkey", map[string]string{"csrfToken": c.CSRF()}, header[0], header[1]); a.Status != http.StatusOK {
			t.Errorf("%s, POST: %d", header, a.Status)
		}
	}
	if a := finish(other, "svc", answer); a.ErrorCode() != "" || other.User() == nil {
		t.Errorf("the callback afterwards: %d %s", a.Status, a.Body)
	}
	// The passkey ceremony of a page that was open goes on.
	tab := c.Clone()
	action, options := tab.Options("?action=authenticate")
	tab.Get("/webauthn-options/passkey?action=authenticate", "Sec-Purpose", "prefetch")
	if a := tab.Callback(action, tab.Perform(action, options), nil); a.ErrorCode() != "" {
		t.Errorf("the ceremony: %s", a.Body)
	}
}
