package ginauth

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// confirmPage is the answer to a link that is opened at target, on a site that change configures.
func confirmPage(t *testing.T, target string, removes bool, change func(*Config)) (*httptest.ResponseRecorder, *Auth) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	p := &EmailProvider{ID: "magic", Name: "Magic", Send: func(context.Context, SignInLink) error { return nil }}
	other := &CredentialsProvider{ID: "c", Name: "C", Authorize: func(context.Context, map[string]string, *http.Request) (*User, error) { return nil, nil }}
	cfg := Config{BaseURL: "https://app.example.com", Secret: "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL", Providers: []Provider{other}, BasePath: "/api/auth"}
	if change != nil {
		change(&cfg)
	}
	a, err := Register(gin.New(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	hardenHeaders(c.Writer.Header())
	x, _, err := a.newExchange(c)
	if err != nil {
		t.Fatal(err)
	}
	x.begin()
	if err := x.confirmLinkPage(p, x.query["token"], x.query["email"], removes); err != nil {
		t.Fatal(err)
	}
	return w, a
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)

// The form has what the callback needs, and the browser gets the cookies that go with it.
func TestConfirmLinkPageCarriesTheLink(t *testing.T) {
	w, a := confirmPage(t, "/api/auth/callback/magic?callbackUrl=%2Finbox%3Fa%3D1%26b%3D2&token=t0ken&email=ann%2Bx%40example.com", false, nil)
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
	body := w.Body.String()
	if !strings.Contains(body, `<form action="/api/auth/callback/magic" method="POST">`) || !strings.Contains(html.UnescapeString(body), "Sign in to app.example.com as <bdi>ann+x@example.com</bdi>?") {
		t.Errorf("page\n%s", body)
	}
	form := map[string]string{}
	for _, m := range hiddenInput.FindAllStringSubmatch(body, -1) {
		form[m[1]] = html.UnescapeString(m[2])
	}
	if form["token"] != "t0ken" || form["email"] != "ann+x@example.com" || form["callbackUrl"] != "https://app.example.com/inbox?a=1&b=2" || len(form) != 4 {
		t.Errorf("form %v", form)
	}
	cookie := ""
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "csrf-token") {
			cookie = strings.ReplaceAll(c.Value, "%7C", "|")
		}
	}
	if token, ok := a.csrf.Open(cookie); !ok || token != form["csrfToken"] {
		t.Errorf("the cookie %q does not go with the form's token %q", cookie, form["csrfToken"])
	}
}

// What is in the address stays between this browser and the server.
func TestConfirmLinkPageIsPrivate(t *testing.T) {
	w, _ := confirmPage(t, "/api/auth/callback/magic?token=t0ken&email=ann%40example.com", true, nil)
	h := w.Result().Header
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "strict-origin", "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'",
	} {
		if !strings.Contains(h.Get(name), want) {
			t.Errorf("%s: %s", name, h.Get(name))
		}
	}
	if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || !strings.Contains(w.Body.String(), `<meta name="robots" content="noindex">`) {
		t.Errorf("policy %s", h.Get("Content-Security-Policy"))
	}
}

// A callback URL of another site is not in the form, nor is a setting able to replace the page.
func TestConfirmLinkPageIsOurs(t *testing.T) {
	w, _ := confirmPage(t, "/api/auth/callback/magic?callbackUrl=https%3A%2F%2Fevil.example%2F&token=t&email=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", false, func(c *Config) {
		c.Pages = PagesConfig{SignIn: "/in", SignOut: "/out", Error: "/oops", VerifyRequest: "/mail", NewUser: "/new"}
	})
	if body := w.Body.String(); w.Code != http.StatusOK || strings.Contains(body, "evil.example") || strings.Contains(body, "<script>") || !strings.Contains(body, `action="/api/auth/callback/magic"`) {
		t.Errorf("%d\n%s", w.Code, body)
	}
}

// Plain JWT sessions cannot be ended, so the page does not say that they are.
func TestConfirmLinkPagePromisesWhatHolds(t *testing.T) {
	const link = "/api/auth/callback/magic?token=t&email=ann%40example.com"
	if w, _ := confirmPage(t, link, false, nil); strings.Contains(w.Body.String(), "removes") {
		t.Error("it announces a removal where nothing is removed")
	}
	w, a := confirmPage(t, link, true, nil)
	if body := w.Body.String(); a.sessions.endable() || !strings.Contains(body, "removes every passkey and linked account that") {
		t.Errorf("page\n%s", body)
	}
}
