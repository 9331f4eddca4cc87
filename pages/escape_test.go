package pages_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginauth/ginauth/pages"
)

var hostile = []string{
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`</style><script>alert(1)</script>`,
	`</title><svg onload=alert(1)>`,
	`<!--`,
	"javascript:alert(1)",
	"\x00\xff<b>",
	"{{.}}",
}

// shape is the sequence of tags of a page, with the names of their
// attributes. Text and values cannot change it unless something was not
// escaped.
func shape(t *testing.T, body []byte) string {
	t.Helper()
	var b strings.Builder
	// HTML has fewer forbidden characters than the XML parser.
	markup := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return '?'
		}
		return r
	}, string(contentRE.ReplaceAll(body, []byte("$1$2"))))
	d := xml.NewDecoder(strings.NewReader(markup))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		switch token := token.(type) {
		case xml.StartElement:
			b.WriteString("<" + token.Name.Local)
			for _, a := range token.Attr {
				b.WriteString(" " + a.Name.Local)
			}
			b.WriteString(">")
		case xml.EndElement:
			b.WriteString("</" + token.Name.Local + ">")
		}
	}
}

func TestEscaping(t *testing.T) {
	must := must(t)
	// Each of them fills every string that a page takes with s.
	render := map[string]func(s string) pages.Page{
		"signin": func(s string) pages.Page {
			fields := []pages.Field{{Name: s, Label: s, Type: s, Placeholder: s, Autocomplete: s, Value: s}}
			v := pages.SignIn{CSRFToken: s, CallbackURL: s, Email: s, Error: s, Code: s, BasePath: s, BaseURL: s}
			for _, kind := range []string{"oauth", "oidc", "email", "credentials", "webauthn"} {
				v.Providers = append(v.Providers, pages.Provider{ID: s, Name: s, Kind: kind, SigninURL: s, CallbackURL: s, Fields: fields, BrandColor: s, Logo: s})
			}
			return must(newRenderer(t, pages.Theme{Name: s}).SignIn(v))
		},
		"signout": func(s string) pages.Page {
			return must(newRenderer(t, pages.Theme{Name: s}).SignOut(pages.SignOut{CSRFToken: s, Action: s}))
		},
		"error": func(s string) pages.Page {
			return must(newRenderer(t, pages.Theme{Name: s}).Error(pages.ErrorPage{Error: s, Code: s, SignInURL: s, HomeURL: s, Host: s}))
		},
		"verify-request": func(s string) pages.Page {
			return must(newRenderer(t, pages.Theme{Name: s}).VerifyRequest(pages.VerifyRequest{HomeURL: s, Host: s}))
		},
		"confirm": func(s string) pages.Page {
			return must(newRenderer(t, pages.Theme{}).ConfirmLink(pages.ConfirmLink{Action: s, CSRFToken: s, Token: s, CallbackURL: s, Address: s, Host: s}))
		},
		"confirm-removes": func(s string) pages.Page {
			v := pages.ConfirmLink{Action: s, CSRFToken: s, Token: s, CallbackURL: s, Address: s, Host: s, Removes: true}
			return must(newRenderer(t, pages.Theme{Name: s}).ConfirmLink(v))
		},
	}
	for name, page := range render {
		want := shape(t, page("x").Body)
		for _, s := range hostile {
			p := page(s)
			// An e-mail with control characters is not filled in.
			const filled, bare = "<input id type name value placeholder", "<input id type name placeholder"
			if got := shape(t, p.Body); strings.ReplaceAll(got, filled, bare) != strings.ReplaceAll(want, filled, bare) {
				t.Errorf("%s with %q has other tags:\n got %s\nwant %s", name, s, got, want)
			}
			for _, bad := range []string{`action="javascript:`, `href="javascript:`, `src="javascript:`, "<script>", "<img", "<svg onload", "\x00"} {
				if bytes.Contains(p.Body, []byte(bad)) {
					t.Errorf("%s with %q contains %q", name, s, bad)
				}
			}
		}
	}
}

func TestErrorCodeIsNeverShown(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, code := range append(hostile, "bogus-code", "toString", "__proto__", "constructor") {
		for _, known := range []string{"", "WebAuthnVerificationError", "AccountNotLinked"} {
			in := must(t)(r.SignIn(pages.SignIn{Error: known, Code: code}))
			failed := must(t)(r.Error(pages.ErrorPage{Error: known, Code: code}))
			if bytes.Contains(in.Body, []byte(code)) || bytes.Contains(failed.Body, []byte(code)) {
				t.Errorf("%q is shown beside %q", code, known)
			}
		}
		in := must(t)(r.SignIn(pages.SignIn{Error: code}))
		if bytes.Contains(in.Body, []byte(code)) || !bytes.Contains(in.Body, []byte("Signing in did not work.")) {
			t.Errorf("sign-in page with %q:\n%s", code, in.Body)
		}
		failed := must(t)(r.Error(pages.ErrorPage{Error: code}))
		if bytes.Contains(failed.Body, []byte(code)) || failed.Status != 200 {
			t.Errorf("error page with %q: %d\n%s", code, failed.Status, failed.Body)
		}
	}
}

func TestSignInProblems(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for code, want := range map[string]string{
		"Signin":                    "use another account",
		"OAuthSignin":               "use another account",
		"OAuthCallbackError":        "use another account",
		"OAuthCreateAccount":        "use another account",
		"EmailCreateAccount":        "use another account",
		"Callback":                  "use another account",
		"OAuthAccountNotLinked":     "already belongs",
		"AccountNotLinked":          "already belongs",
		"EmailSignin":               "could not send",
		"CredentialsSignin":         "did not match",
		"SessionRequired":           "to see that page",
		"MissingCSRF":               "open too long",
		"WebAuthnVerificationError": "could not be verified",
		"Default":                   "did not work",
	} {
		p := must(t)(r.SignIn(pages.SignIn{Error: code}))
		if !bytes.Contains(p.Body, []byte(`role="alert"`)) || !bytes.Contains(p.Body, []byte(want)) {
			t.Errorf("%s: no %q in\n%s", code, want, p.Body)
		}
	}
	p := must(t)(r.SignIn(pages.SignIn{Code: "unknown_credential"}))
	if markup := contentRE.ReplaceAll(p.Body, nil); bytes.Contains(markup, []byte(`role="alert"`)) {
		t.Error("an alert for a code without an error")
	}
	p = must(t)(r.SignIn(signIn(passkey, email)))
	if markup := contentRE.ReplaceAll(p.Body, nil); bytes.Contains(markup, []byte(`role="alert"`)) || bytes.Contains(markup, []byte(`class="error"`)) {
		t.Error("an alert without an error")
	}
}

// The code beside an error says more than the error alone, on the sign-in page and on the error page.
func TestCodeRefinesTheError(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, tt := range []struct{ problem, code, want string }{
		{"WebAuthnVerificationError", "unknown_credential", "Remove it from your password manager, sign in another way, then add a new one."},
		{"OAuthAccountNotLinked", "reauth_required", "Sign in again first, then connect the account."},
		{"AccountNotLinked", "reauth_required", "Sign in again first, then add the passkey."},
	} {
		in := must(t)(r.SignIn(pages.SignIn{Error: tt.problem, Code: tt.code}))
		failed := must(t)(r.Error(pages.ErrorPage{Error: tt.problem, Code: tt.code, SignInURL: "/auth/signin"}))
		for page, p := range map[string]pages.Page{"sign-in": in, "error": failed} {
			if !bytes.Contains(p.Body, []byte(tt.want)) || p.Status != 200 {
				t.Errorf("%s page with %s, %s: %d, no %q in\n%s", page, tt.problem, tt.code, p.Status, tt.want, p.Body)
			}
		}
		if !bytes.Contains(failed.Body, []byte(`href="/auth/signin"`)) {
			t.Errorf("%s, %s: no way back to sign in", tt.problem, tt.code)
		}
		// A code of one error says nothing about another, and an unknown one nothing at all.
		for _, other := range [][2]string{{"CredentialsSignin", tt.code}, {tt.problem, "bogus"}, {tt.problem, ""}, {"", tt.code}} {
			p := must(t)(r.SignIn(pages.SignIn{Error: other[0], Code: other[1]}))
			if bytes.Contains(p.Body, []byte(tt.want)) {
				t.Errorf("%v: words of %s, %s", other, tt.problem, tt.code)
			}
		}
	}
}

func FuzzErrorParam(f *testing.F) {
	for _, s := range append(hostile, "", "Configuration", "AccessDenied", "Verification", "Callback", "toString") {
		f.Add(s)
	}
	r := newRenderer(f, pages.Theme{})
	known := map[string]bool{}
	for _, code := range []string{"", "Configuration", "AccessDenied", "Verification", "SessionRequired", "WebAuthnVerificationError", "bogus"} {
		p := must(f)(r.Error(pages.ErrorPage{Error: code, SignInURL: "/auth/signin"}))
		known[strings.ReplaceAll(string(p.Body), nonce(f, p), "")] = true
	}
	empty := must(f)(r.SignIn(signIn(email)))
	f.Fuzz(func(t *testing.T, s string) {
		failed := must(t)(r.Error(pages.ErrorPage{Error: s, Code: s, SignInURL: "/auth/signin"}))
		if !known[strings.ReplaceAll(string(failed.Body), nonce(t, failed), "")] {
			t.Errorf("error page depends on %q:\n%s", s, failed.Body)
		}
		v := signIn(email)
		v.Email, v.Error, v.Code = s, s, s
		in := must(t)(r.SignIn(v))
		if !bytes.Contains(in.Body, []byte(`<style nonce="`+nonce(t, in)+`">`)) {
			t.Error("nonce is missing")
		}
		got := shape(t, in.Body)
		got = strings.Replace(got, "<div class role></div>", "", 1)
		got = strings.Replace(got, "<input id type name value ", "<input id type name ", 1)
		if want := shape(t, empty.Body); got != want {
			t.Errorf("%q changes the tags:\n got %s\nwant %s", s, got, want)
		}
	})
}
