package ginauth_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// siteBehind is a site whose requests pass middleware first.
func siteBehind(tb testing.TB, middleware gin.HandlerFunc, change ...func(*ginauth.Config)) *site {
	tb.Helper()
	gin.SetMode(gin.TestMode)
	s := &site{Memory: adaptertest.NewMemory(), engine: gin.New(), logs: &logBuffer{}}
	s.engine.Use(middleware)
	cfg := ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: s.Memory, Providers: []ginauth.Provider{passkeyProvider("passkey")},
		RateLimit: ginauth.RateLimitConfig{Disabled: true}, Logger: slog.New(slog.NewJSONHandler(s.logs, nil)),
	}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if s.auth, err = ginauth.Register(s.engine, cfg); err != nil {
		tb.Fatal(err)
	}
	s.engine.GET("/me", s.auth.RequireSession(), func(*gin.Context) {})
	s.engine.GET("/page", s.auth.RequireSignIn(), func(*gin.Context) {})
	return withRemoval(s)
}

// Reports 28 and 29: what middleware has put into the answer stays, whatever the answer is.
func TestReport28_HeadersOfMiddleware(t *testing.T) {
	for name, sessions := range sessionKinds {
		t.Run(name, func(t *testing.T) {
			s := siteBehind(t, func(c *gin.Context) {
				c.SetCookie("lang", "de", 3600, "/", "", true, false)
				c.Writer.Header().Add("Vary", "Origin, Accept-Encoding")
				c.Writer.Header().Add("Set-Cookie", "second=1")
			}, sessions)
			c := s.browser(t)
			answers := map[string]testclient.Answer{
				"csrf": c.Get("/csrf"), "providers": c.Get("/providers"), "sign-in page": c.Get("/signin"), "error page": c.Get("/error"), "unknown": c.Get("/nope"),
				"options": c.Get("/webauthn-options/passkey?action=authenticate"), "refused options": c.Get("/webauthn-options/passkey?action=x"),
				"failed callback": c.Callback("authenticate", "{}", nil), "too large": c.Get("/error?" + strings.Repeat("a", 20_000)),
				"cross-site": c.Post("/signout", nil, "Sec-Fetch-Site", "cross-site"), "prefetch": c.Get("/callback/passkey", "Sec-Purpose", "prefetch"),
				"guard refuses": c.Do("GET", "/me", "", ""), "guard sends away": c.Do("GET", "/page", "", ""),
				"register": c.Register("ann@example.com"), "session": c.Get("/session"), "guard lets pass": c.Do("GET", "/me", "", ""),
				"update": c.Post("/session", map[string]string{"csrfToken": c.CSRF()}),
			}
			first := newest(c)
			c.OtherDevice()
			answers["add"] = c.AddPasskey()
			answers["removal"] = removal(c, first)
			answers["sign-out"] = c.Post("/signout", map[string]string{"csrfToken": c.CSRF()})
			for what, a := range answers {
				cookies := strings.Join(a.Header["Set-Cookie"], "\n")
				if n := strings.Count(cookies, "lang=de"); n != 1 || !strings.Contains(cookies, "second=1") {
					t.Errorf("%s: cookies %s", what, cookies)
				}
				vary := strings.Join(a.Header["Vary"], ", ")
				if !strings.Contains(vary, "Origin, Accept-Encoding") || what != "guard lets pass" && strings.Count(vary, "Cookie") != 1 {
					t.Errorf("%s: Vary is %q", what, vary)
				}
			}
			if a := answers["register"]; a.Cookie(sessionCookie) == nil {
				t.Errorf("register: cookies %q", a.Header["Set-Cookie"])
			}
		})
	}
}

// A line of the same cookie is replaced, and one of the same name for another domain or path is not.
func TestReport28_SameCookie(t *testing.T) {
	s := siteBehind(t, func(c *gin.Context) {
		if c.Request.URL.RawQuery == "first" {
			c.Writer.Header().Add("Set-Cookie", csrfCookie+"=old; Path=/; Secure")
		}
		for _, line := range []string{
			sessionCookie + "=; Domain=example.com; Path=/; Max-Age=0; Secure", callbackCookie + "=x; Path=/elsewhere; Secure", "x" + csrfCookie + "=1",
		} {
			c.Writer.Header().Add("Set-Cookie", line)
		}
	}, withJWT)
	c := s.browser(t)
	for what, a := range map[string]testclient.Answer{"csrf": c.Get("/csrf?first"), "register": c.Register("ann@example.com"), "session": c.Get("/session")} {
		for prefix, want := range map[string]int{
			csrfCookie + "=old": 0, sessionCookie + "=; Domain": 1, callbackCookie + "=x": 1, "x" + csrfCookie: 1,
		} {
			n := 0
			for _, line := range a.Header["Set-Cookie"] {
				if strings.HasPrefix(line, prefix) {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: %d lines of %s, want %d: %q", what, n, prefix, want, a.Header["Set-Cookie"])
			}
		}
	}
	if c.Email() != "ann@example.com" {
		t.Error("nobody is signed in")
	}
}

func TestReport29_Vary(t *testing.T) {
	for _, tt := range []struct{ before, want []string }{
		{nil, []string{"Cookie"}},
		{[]string{"Origin"}, []string{"Origin", "Cookie"}},
		{[]string{"Origin", "Accept-Encoding"}, []string{"Origin", "Accept-Encoding", "Cookie"}},
		{[]string{"Origin, cookie"}, []string{"Origin, cookie"}},
		{[]string{"*"}, []string{"*"}},
		{[]string{"X-Cookie"}, []string{"X-Cookie", "Cookie"}},
	} {
		s := siteBehind(t, func(c *gin.Context) {
			for _, v := range tt.before {
				c.Writer.Header().Add("Vary", v)
			}
		})
		for _, path := range []string{"/auth/session", "/me", "/page"} {
			if w := s.ask(http.MethodGet, path, hereAddr); !slices.Equal(w.Header()["Vary"], tt.want) {
				t.Errorf("%q, GET %s: %q, want %q", tt.before, path, w.Header()["Vary"], tt.want)
			}
		}
	}
}

// Report 45: middleware has read the body. Where net/http or Gin kept it, it is used.
func TestReport45_BodyReadBefore(t *testing.T) {
	readers := map[string]struct {
		read       gin.HandlerFunc
		form, json bool // whether it can be had afterwards
	}{
		"c.PostForm":         {func(c *gin.Context) { c.PostForm("x") }, true, true},
		"Request.ParseForm":  {func(c *gin.Context) { _ = c.Request.ParseForm() }, true, true},
		"ParseMultipartForm": {func(c *gin.Context) { _ = c.Request.ParseMultipartForm(1 << 20) }, true, true},
		"Request.FormValue":  {func(c *gin.Context) { _ = c.Request.FormValue("x") }, true, true},
		"c.ShouldBind":       {func(c *gin.Context) { _ = c.ShouldBind(&struct{ X string }{}) }, true, false},
		"ShouldBindBodyWith": {func(c *gin.Context) { _ = c.ShouldBindBodyWith(&map[string]any{}, binding.JSON) }, true, true},
		"c.GetRawData":       {func(c *gin.Context) { _, _ = c.GetRawData() }, false, false},
		"read and closed":    {func(c *gin.Context) { _, _ = c.GetRawData(); _ = c.Request.Body.Close() }, false, false},
		"no body any more":   {func(c *gin.Context) { c.Request.Body = nil }, false, false},
		"read and put back":  {func(c *gin.Context) { b, _ := c.GetRawData(); c.Request.Body = io.NopCloser(bytes.NewReader(b)) }, true, true},
		"nothing":            {func(*gin.Context) {}, true, true},
		"parsed and put back": {func(c *gin.Context) {
			b, _ := c.GetRawData()
			c.Request.Body = io.NopCloser(bytes.NewReader(b))
			c.PostForm("x")
			c.Request.Body = io.NopCloser(bytes.NewReader(b))
		}, true, true},
	}
	for name, tt := range readers {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %t", name, chunked), func(t *testing.T) {
				s := siteBehind(t, func(c *gin.Context) {
					if chunked {
						c.Request.ContentLength = -1
					}
					tt.read(c)
				}, withJWT)
				// A real server, whose bodies can be closed.
				server := httptest.NewServer(s.engine)
				defer server.Close()
				send := func(path, contentType, cookie, body string) (status int, answer string) {
					r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
					if err != nil {
						t.Fatal(err)
					}
					if chunked {
						r.ContentLength = -1
					}
					r.Header.Set("Content-Type", contentType)
					r.Header.Set("Cookie", cookie)
					r.Header.Set("X-Auth-Return-Redirect", "1")
					res, err := server.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					defer res.Body.Close()
					text, _ := io.ReadAll(res.Body)
					return res.StatusCode, string(text)
				}
				w := s.ask(http.MethodGet, "/auth/csrf", hereAddr)
				cookie, token := "", ""
				for _, k := range w.Result().Cookies() {
					if k.Name == csrfCookie {
						cookie, token = k.Name+"="+k.Value, k.Value[:64]
					}
				}
				_, form := send("/auth/signout", "application/x-www-form-urlencoded; charset=utf-8", cookie, "csrfToken=wrong&csrfToken="+token+"&callbackUrl=%2Fb%C3%BCcher%3Fx%3D1%262")
				if in := !strings.Contains(form, "MissingCSRF"); in != tt.form || in && !strings.Contains(form, "/b%C3%BCcher?x=1&2") {
					t.Errorf("form: %s", form)
				}
				_, signOut := send("/auth/signout", "application/json", cookie, `{"csrfToken":"`+token+`"}`)
				if in := !strings.Contains(signOut, "MissingCSRF"); in != tt.json {
					t.Errorf("JSON: %s", signOut)
				}
				if status, update := send("/auth/session", "application/json", cookie, `{"csrfToken":"`+token+`","data":{"a":1}}`); (status == http.StatusOK) != tt.json || update != "null" {
					t.Errorf("session update: %d %s", status, update)
				}
				if n := strings.Count(s.logs.String(), "let no middleware on these routes read the body"); (n == 1) != (!tt.form || !tt.json) || n > 1 {
					t.Errorf("%d hints in the log: %s", n, s.logs)
				}
				if strings.Contains(s.logs.String(), token) {
					t.Error("the token is in the log")
				}
			})
		}
	}
}

// The query's values are no fields of a form, and what is too large stays so.
func TestReport45_OnlyTheBodyCounts(t *testing.T) {
	s := siteBehind(t, func(c *gin.Context) { c.PostForm("x") })
	c := s.browser(t)
	token := c.CSRF()
	if a := c.Do(http.MethodPost, "/auth/signout?csrfToken="+token, "application/x-www-form-urlencoded", "a=b"); a.ErrorCode() != "MissingCSRF" {
		t.Errorf("the token in the query: %s", a.Body)
	}
	if a := c.Do(http.MethodPost, "/auth/signout", "application/x-www-form-urlencoded", "csrfToken="+token+"&a="+strings.Repeat("b", 70_000)); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large form: %d %s", a.Status, a.Body)
	}
	if a := c.Do(http.MethodPost, "/auth/signout", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"csrfToken\"\r\n\r\n"+token+"\r\n--x--\r\n"); a.ErrorCode() != "MissingCSRF" {
		t.Errorf("multipart: %s", a.Body)
	}
	s = siteBehind(t, func(c *gin.Context) { _ = c.ShouldBindBodyWith(&map[string]any{}, binding.JSON) })
	c = s.browser(t)
	if a := c.Do(http.MethodPost, "/auth/signout", "application/json", `{"csrfToken":"`+c.CSRF()+`","a":"`+strings.Repeat("b", 70_000)+`"}`); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large object: %d %s", a.Status, a.Body)
	}
	// An empty body is nobody's fault.
	s = siteBehind(t, func(*gin.Context) {})
	s.browser(t).Do(http.MethodPost, "/auth/signout", "application/x-www-form-urlencoded", "")
	if strings.Contains(s.logs.String(), "middleware") {
		t.Errorf("logged %s", s.logs)
	}
}

// Whole ceremonies, and answers that a service posts, go through.
func TestReport45_CeremoniesAndFormPost(t *testing.T) {
	svc := newService(t)
	s := siteBehind(t, func(c *gin.Context) { c.PostForm("x") }, with(svc.oidc("svc", func(p *ginauth.OAuthProvider) {
		p.AuthParams = url.Values{"response_mode": {"form_post"}}
	})))
	c := s.browser(t)
	c.SignUp("ann@example.com")
	c.SignOut()
	c.SignIn()
	c.SignOut()
	answer := svc.consent(start(c, "svc"), "bob")
	fields := map[string]string{"code": answer.Get("code"), "state": answer.Get("state")}
	a := c.Post("/callback/svc", fields, "Sec-Fetch-Site", "cross-site", "Origin", issuerURL, "X-Auth-Return-Redirect", "")
	if a.Status != http.StatusFound || a.Cookie(sessionCookie) == nil {
		t.Errorf("form_post: %d %s %s", a.Status, a.URL(), s.logs)
	}
}
