package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:3000": true, "app.localhost:3000": true, "127.0.0.1": true, "127.0.0.1:8080": true, "127.8.9.1": true,
		"::1": true, "[::1]:8080": true, "[::1]": true, "::ffff:127.0.0.1": true,
		"": false, ":8080": false, "0.0.0.0": false, "::": false, "10.0.0.7": false, "[fe80::1]:80": false, "128.0.0.1": false,
		"evil.example": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "notlocalhost": false, "0": false, "localhost:1@evil.example": false,
	} {
		if got := isLoopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

// mailPage asks for the page of caught e-mails, of a server that has just caught one.
func mailPage(t *testing.T, change func(*settings), ask func(*http.Request)) (status int, body string) {
	t.Helper()
	server, _ := startServer(t, "", change)
	b := newBrowser(t, server.URL, "/auth")
	form := strings.NewReader("csrfToken=" + b.csrfToken() + "&email=ann%40example.com")
	b.do(http.MethodPost, b.base+"/signin/email", "application/x-www-form-urlencoded", form)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/dev/mail", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ask != nil {
		ask(req)
	}
	w := httptest.NewRecorder()
	server.Config.Handler.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

// S23: what has been caught lets its reader sign in, so no other machine and no page of another site
// sees it.
func TestMailPageAnswersThisMachineOnly(t *testing.T) {
	arrivedAt := func(address string) func(*http.Request) {
		return func(r *http.Request) {
			*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(address), Port: 8080}))
		}
	}
	for name, tt := range map[string]struct {
		change func(*settings)
		ask    func(*http.Request)
		status int
	}{
		"at localhost":              {nil, nil, http.StatusOK},
		"at an address":             {nil, func(r *http.Request) { r.Host = "[::1]:8080" }, http.StatusOK},
		"by the Next.js app":        {nil, func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "localhost:3000") }, http.StatusOK},
		"HOST is localhost":         {func(s *settings) { s.host = "localhost" }, nil, http.StatusOK},
		"HOST is ::1":               {func(s *settings) { s.host = "::1" }, nil, http.StatusOK},
		"arrived at 127.0.0.1":      {nil, arrivedAt("127.0.0.1"), http.StatusOK},
		"arrived at another":        {nil, arrivedAt("10.0.0.7"), http.StatusForbidden},
		"by another name":           {nil, func(r *http.Request) { r.Host = "evil.example" }, http.StatusForbidden},
		"by another name and port":  {nil, func(r *http.Request) { r.Host = "rebound.evil.example:8080" }, http.StatusForbidden},
		"by a name that begins so":  {nil, func(r *http.Request) { r.Host = "localhost.evil.example" }, http.StatusForbidden},
		"by another name and proxy": {nil, func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "evil.example:3000") }, http.StatusForbidden},
		"by two proxies":            {nil, func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "localhost, evil.example") }, http.StatusForbidden},
		"HOST is every address":     {func(s *settings) { s.host = "0.0.0.0" }, nil, http.StatusNotFound},
		"HOST is every address, 6":  {func(s *settings) { s.host = "::" }, nil, http.StatusNotFound},
		"HOST is a name":            {func(s *settings) { s.host = "dev.example.com" }, nil, http.StatusNotFound},
		"AUTH_URL is elsewhere":     {func(s *settings) { s.authURL = "https://app.example.com" }, nil, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := mailPage(t, tt.change, tt.ask)
			if status != tt.status || strings.Contains(body, "token=") != (tt.status == http.StatusOK) {
				t.Errorf("got %d, want %d:\n%s", status, tt.status, body)
			}
		})
	}
}
