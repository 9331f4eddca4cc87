package pages_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/pages"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	csrfToken = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	dot       = "data:image/png;base64,iVBORw0KGgo="
)

var (
	passkey = pages.Provider{
		ID: "passkey", Name: "Passkey", Kind: "webauthn", CallbackURL: "/auth/callback/passkey", ConditionalUI: true,
		Fields: []pages.Field{{Name: "email", Label: "Email", Required: true, Autocomplete: "username webauthn"}},
	}
	credentials = pages.Provider{
		ID: "credentials", Name: "Password", Kind: "credentials", CallbackURL: "/auth/callback/credentials",
		Fields: []pages.Field{{Name: "username", Placeholder: "alice", Value: "al"}, {Name: "password", Label: "Password", Type: "password"}},
	}
	email  = pages.Provider{ID: "email", Name: "Email", Kind: "email", SigninURL: "/auth/signin/email"}
	github = pages.Provider{ID: "github", Name: "GitHub", Kind: "oauth", SigninURL: "/auth/signin/github", BrandColor: "#24292f", Logo: dot}
	google = pages.Provider{ID: "google", Name: "Google", Kind: "oidc", SigninURL: "/auth/signin/google"}
)

func newRenderer(t testing.TB, theme pages.Theme) *pages.Renderer {
	t.Helper()
	r, err := pages.New(theme)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func signIn(providers ...pages.Provider) pages.SignIn {
	return pages.SignIn{CSRFToken: csrfToken, CallbackURL: "https://app.example/home", BasePath: "/auth", Providers: providers}
}

func must(t testing.TB) func(pages.Page, error) pages.Page {
	return func(p pages.Page, err error) pages.Page {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// everyPage renders one page of each kind, in two themes.
func everyPage(t testing.TB) map[string]pages.Page {
	t.Helper()
	plain := newRenderer(t, pages.Theme{})
	brand := newRenderer(t, pages.Theme{ColorScheme: "dark", Logo: "/logo.svg", BrandColor: "#fd0", Name: "Acme & Söhne"})
	must := must(t)
	all := signIn(passkey, credentials, email, github, google)
	all.Email, all.Error = "a@b.example", "Callback"
	at := pages.ErrorPage{SignInURL: "/auth/signin", HomeURL: "https://app.example", Host: "app.example"}
	failed := func(problem, code string) pages.Page {
		v := at
		v.Error, v.Code = problem, code
		return must(plain.Error(v))
	}
	return map[string]pages.Page{
		"signin":                 must(plain.SignIn(all)),
		"signin-passkey":         must(plain.SignIn(signIn(passkey))),
		"signin-oauth-brand":     must(brand.SignIn(signIn(github, google))),
		"signin-none":            must(plain.SignIn(signIn())),
		"signout":                must(plain.SignOut(pages.SignOut{CSRFToken: csrfToken, Action: "https://app.example/auth/signout"})),
		"signout-brand":          must(brand.SignOut(pages.SignOut{CSRFToken: csrfToken, Action: "/auth/signout"})),
		"error":                  failed("", ""),
		"error-configuration":    failed("Configuration", ""),
		"error-access-denied":    failed("AccessDenied", ""),
		"error-verification":     failed("Verification", ""),
		"error-unknown-passkey":  failed("WebAuthnVerificationError", "unknown_credential"),
		"confirm":                must(plain.ConfirmLink(confirm())),
		"confirm-removes":        must(plain.ConfirmLink(confirm(removes))),
		"confirm-keeps-sessions": must(plain.ConfirmLink(confirm(removes, func(v *pages.ConfirmLink) { v.KeepsSessions = true }))),
		"confirm-brand":          must(brand.ConfirmLink(confirm(func(v *pages.ConfirmLink) { v.CallbackURL = "" }))),
		"unavailable":            must(plain.Unavailable(at)),
		"verify-request":         must(plain.VerifyRequest(pages.VerifyRequest{HomeURL: "https://app.example", Host: "app.example"})),
	}
}

var (
	nonceOf   = regexp.MustCompile(`script-src 'nonce-([A-Z2-7]{26})'; style-src 'nonce-([A-Z2-7]{26})'`)
	tagRE     = regexp.MustCompile(`<(script|style)\b([^>]*)>`)
	contentRE = regexp.MustCompile(`(?s)(<(?:script|style)[^>]*>).*?(</(?:script|style)>)`)
)

func nonce(t testing.TB, p pages.Page) string {
	t.Helper()
	m := nonceOf.FindStringSubmatch(p.Header.Get("Content-Security-Policy"))
	if m == nil || m[1] != m[2] {
		t.Fatalf("no nonce in %q", p.Header.Get("Content-Security-Policy"))
	}
	return m[1]
}

func TestGolden(t *testing.T) {
	for name, p := range everyPage(t) {
		t.Run(name, func(t *testing.T) {
			got := bytes.ReplaceAll(p.Body, []byte(nonce(t, p)), []byte("NONCE"))
			// Style and script have files of their own; what is compared is the markup.
			got = contentRE.ReplaceAll(got, []byte("$1$2"))
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s (go test -update writes it):\n%s", file, got)
			}
		})
	}
}

func TestNonce(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		for name, p := range everyPage(t) {
			n := nonce(t, p)
			if seen[n] {
				t.Errorf("%s: nonce used twice", name)
			}
			seen[n] = true
			tags := tagRE.FindAllSubmatch(p.Body, -1)
			if len(tags) == 0 {
				t.Errorf("%s: no style", name)
			}
			for _, tag := range tags {
				if want := ` nonce="` + n + `"`; string(tag[2]) != want {
					t.Errorf("%s: <%s%s>, want%s", name, tag[1], tag[2], want)
				}
			}
		}
	}
}

func TestNothingThatThePolicyBlocks(t *testing.T) {
	attribute := regexp.MustCompile(`(?i)\s(style|on[a-z]+)\s*=`)
	host := regexp.MustCompile(`https?://[a-z0-9.-]+|["'(]//[a-z0-9.-]+`)
	for name, p := range everyPage(t) {
		if m := attribute.Find(contentRE.ReplaceAll(p.Body, []byte("$1$2"))); m != nil {
			t.Errorf("%s: attribute %s", name, m)
		}
		for _, m := range host.FindAll(p.Body, -1) {
			if string(m) != "https://app.example" {
				t.Errorf("%s: names the host %s", name, m)
			}
		}
		for _, word := range []string{"@import", " url(", "javascript:", "ZgotmplZ"} {
			if bytes.Contains(p.Body, []byte(word)) {
				t.Errorf("%s: contains %s", name, word)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	for name, p := range everyPage(t) {
		want := map[string]string{
			"Content-Type":  "text/html",
			"Cache-Control": "private, no-cache, no-store",
			"Content-Security-Policy": strings.ReplaceAll("default-src 'none'; script-src 'nonce-N'; style-src 'nonce-N'; img-src 'self' data:; "+
				"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'", "'nonce-N'", "'nonce-"+nonce(t, p)+"'"),
			"Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy":         "publickey-credentials-get=(self), publickey-credentials-create=(self)",
			"Referrer-Policy":            "same-origin",
			"X-Content-Type-Options":     "nosniff",
			"X-Frame-Options":            "DENY",
		}
		if strings.HasPrefix(name, "confirm") {
			want["Referrer-Policy"] = "no-referrer, strict-origin"
		}
		for header, value := range want {
			if got := p.Header.Get(header); got != value {
				t.Errorf("%s: %s: %q, want %q", name, header, got, value)
			}
		}
		if len(p.Header) != len(want) {
			t.Errorf("%s: %d headers, want %d", name, len(p.Header), len(want))
		}
	}
}

func TestStatus(t *testing.T) {
	want := map[string]int{"error": 200, "error-configuration": 500, "error-access-denied": 403, "error-verification": 403, "unavailable": 503}
	for name, p := range everyPage(t) {
		status := want[name]
		if status == 0 {
			status = http.StatusOK
		}
		if p.Status != status {
			t.Errorf("%s: status %d, want %d", name, p.Status, status)
		}
	}
}

func TestLogoOfAnotherHost(t *testing.T) {
	r := newRenderer(t, pages.Theme{Logo: "https://CDN.example:8443/a/logo.svg?v=1"})
	p := must(t)(r.SignIn(signIn(passkey)))
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "; img-src 'self' data: https://cdn.example:8443; ") {
		t.Error(csp)
	}
	if !bytes.Contains(p.Body, []byte(`<img class="logo" src="https://CDN.example:8443/a/logo.svg?v=1" alt="">`)) {
		t.Errorf("%s", p.Body)
	}
}

func TestWrite(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	p := must(t)(r.Error(pages.ErrorPage{Error: "AccessDenied"}))
	w := httptest.NewRecorder()
	w.Header().Set("Set-Cookie", "a=b")
	w.Header().Set("Content-Type", "application/json")
	if err := p.Write(w); err != nil {
		t.Fatal(err)
	}
	if w.Code != 403 || w.Header().Get("Content-Type") != "text/html" || w.Header().Get("Set-Cookie") != "a=b" || !bytes.Equal(w.Body.Bytes(), p.Body) {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func BenchmarkSignIn(b *testing.B) {
	r := newRenderer(b, pages.Theme{Name: "Acme", BrandColor: "#346df1"})
	v := signIn(passkey, email, github, google)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.SignIn(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkError(b *testing.B) {
	r := newRenderer(b, pages.Theme{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Error(pages.ErrorPage{Error: "Verification", SignInURL: "/auth/signin"}); err != nil {
			b.Fatal(err)
		}
	}
}
