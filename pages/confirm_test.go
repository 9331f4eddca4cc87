package pages_test

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginauth/ginauth/pages"
)

// confirm is what the page shows for a link to sign ann in.
func confirm(change ...func(*pages.ConfirmLink)) pages.ConfirmLink {
	v := pages.ConfirmLink{
		Action: "/auth/callback/email", CSRFToken: csrfToken, Token: "t0ken", CallbackURL: "https://app.example/inbox?x=1&y=2",
		Address: "ann@app.example", Host: "app.example",
	}
	for _, f := range change {
		f(&v)
	}
	return v
}

func removes(v *pages.ConfirmLink) { v.Removes = true }

// markup is a page without its style sheet, in which no word has to be looked for.
func markup(p pages.Page) string {
	return html.UnescapeString(string(contentRE.ReplaceAll(p.Body, []byte("$1$2"))))
}

func TestConfirmLinkAsksWithOneButton(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for name, v := range map[string]pages.ConfirmLink{"plain": confirm(), "removes": confirm(removes)} {
		p := must(t)(r.ConfirmLink(v))
		body := markup(p)
		if p.Status != http.StatusOK {
			t.Errorf("%s: status %d", name, p.Status)
		}
		if n := strings.Count(body, "<button"); n != 1 || strings.Contains(body, "<a ") || strings.Contains(body, "<script") {
			t.Errorf("%s: %d buttons, a link or a script:\n%s", name, n, body)
		}
		for _, want := range []string{
			`<form action="/auth/callback/email" method="POST">`,
			`<input type="hidden" name="csrfToken" value="` + csrfToken + `">`,
			`<input type="hidden" name="token" value="t0ken">`,
			`<input type="hidden" name="email" value="ann@app.example">`,
			`<input type="hidden" name="callbackUrl" value="https://app.example/inbox?x=1&y=2">`,
			`<h1>Sign in to app.example as <bdi>ann@app.example</bdi>?</h1>`,
			`If you did not ask for this, close this page: nothing happens.`,
			`<meta name="robots" content="noindex">`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s in\n%s", name, want, body)
			}
		}
	}
}

func TestConfirmLinkSaysWhatItRemoves(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	const all = "Confirming it removes every passkey, linked account and session that was set up before, because anyone could have set them up."
	const some = "Confirming it removes every passkey and linked account that was set up before, because anyone could have set them up."
	for _, tt := range []struct {
		name              string
		view              pages.ConfirmLink
		want, not, button string
	}{
		{"nothing", confirm(), "", "removes", "Sign in"},
		{"everything", confirm(removes), all, some, "Confirm and sign in"},
		{"all but sessions", confirm(removes, func(v *pages.ConfirmLink) { v.KeepsSessions = true }), some, all, "Confirm and sign in"},
		{"sessions alone are not named", confirm(func(v *pages.ConfirmLink) { v.KeepsSessions = true }), "", "removes", "Sign in"},
	} {
		body := markup(must(t)(r.ConfirmLink(tt.view)))
		if !strings.Contains(body, tt.want) || strings.Contains(body, tt.not) || !strings.Contains(body, ">"+tt.button+"</button>") {
			t.Errorf("%s:\n%s", tt.name, body)
		}
		if tt.view.Removes != strings.Contains(body, "Use this only if you asked for this link.") {
			t.Errorf("%s: the warning is there or missing:\n%s", tt.name, body)
		}
	}
}

// Whatever stands in an address or a callback URL comes back from the form as it is, and changes
// nothing else.
func TestConfirmLinkEscapes(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, s := range append(hostile, `"@b.example" autofocus onfocus="alert(1)`, "\u202eelpmaxe@nna", strings.Repeat("ä", 254), "a&amp;b@c.example") {
		v := confirm(removes)
		v.Address, v.CallbackURL, v.Token = s, s, s
		p := must(t)(r.ConfirmLink(v))
		if got, want := shape(t, p.Body), shape(t, must(t)(r.ConfirmLink(confirm(removes))).Body); got != want {
			t.Errorf("%q changes the tags:\n got %s\nwant %s", s, got, want)
		}
		if !utf8.ValidString(s) {
			continue // what is not text comes back as U+FFFD
		}
		for _, name := range []string{"email", "token", "callbackUrl"} {
			_, rest, _ := bytes.Cut(p.Body, []byte(`name="`+name+`" value="`))
			value, _, _ := bytes.Cut(rest, []byte(`">`))
			if html.UnescapeString(string(value)) != s {
				t.Errorf("%s: %q came back as %q", name, s, value)
			}
		}
	}
}
