// Package pages renders the built-in pages of an auth server that speaks the
// protocol of Auth.js: sign-in, sign-out, error and verify-request. The page
// that asks before a sign-in link is used has no counterpart there.
//
// The forms are those that Auth.js serves (action, method, input names), so
// that whatever reads or posts them keeps working; markup, style and script
// are this package's own. A page is one self-contained document: it loads
// nothing but, if configured, a logo, and its Content-Security-Policy lets
// only the style and script in that carry the response's nonce.
package pages

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
)

// Page is a rendered response, ready to be sent.
type Page struct {
	Status int
	// Header has the content type and the security headers. It belongs to
	// the caller, who may add to it.
	Header http.Header
	Body   []byte
}

// Write sends the page. Headers that w has already are kept, apart from those
// that the page sets itself.
func (p Page) Write(w http.ResponseWriter) error {
	for name, values := range p.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(p.Status)
	if _, err := w.Write(p.Body); err != nil {
		return fmt.Errorf("pages: write: %w", err)
	}
	return nil
}

// Renderer renders pages in one theme. It is safe for concurrent use.
type Renderer struct {
	theme                                     Theme
	style                                     template.CSS
	logo                                      logo
	signIn, signOut, failure, verify, confirm *template.Template
}

// New parses the templates. The error is that of [Theme.Validate].
func New(theme Theme) (*Renderer, error) {
	if err := theme.Validate(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	r := &Renderer{theme: theme, style: theme.style()}
	if theme.Logo != "" {
		var err error
		if r.logo, err = parseLogo(theme.Logo); err != nil {
			return nil, fmt.Errorf("pages: Theme.Logo %w", err)
		}
	}
	for name, t := range map[string]**template.Template{
		"signin": &r.signIn, "signout": &r.signOut, "error": &r.failure, "verify": &r.verify, "confirm": &r.confirm,
	} {
		parsed, err := template.New("").ParseFS(templateFiles,
			"templates/layout.html", "templates/home.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("pages: template %s: %w", name, err)
		}
		*t = parsed.Lookup("layout")
	}
	return r, nil
}

// SignIn renders the sign-in page, with status 200 whether or not it shows
// an error.
func (r *Renderer) SignIn(v SignIn) (Page, error) {
	view, brands, passkeys := v.view()
	f := frame{Title: "Sign in", BrandStyle: brands, View: view}
	if passkeys {
		f.Script = passkeyScript
	}
	return r.render(r.signIn, http.StatusOK, f)
}

// SignOut renders the page that asks before signing out.
func (r *Renderer) SignOut(v SignOut) (Page, error) {
	return r.render(r.signOut, http.StatusOK, frame{Title: "Sign out", View: v})
}

// Error renders the error page. Its status is 500 for the error Configuration,
// 403 for AccessDenied and Verification, and 200 for every other one.
func (r *Renderer) Error(v ErrorPage) (Page, error) {
	return r.notice(noticeFor(v.Error, v.Code), v)
}

// Unavailable renders the page for a storage that fails, with status 503. It
// cannot be asked for by an error code.
func (r *Renderer) Unavailable(v ErrorPage) (Page, error) {
	return r.notice(unavailableNotice, v)
}

// VerifyRequest renders the page that tells to look for an e-mail.
func (r *Renderer) VerifyRequest(v VerifyRequest) (Page, error) {
	return r.render(r.verify, http.StatusOK, frame{Title: "Check your email", View: v})
}

// ConfirmLink renders the page that asks before a sign-in link is used. It
// works without JavaScript, and no other page learns its address, which has
// the link's token in it.
func (r *Renderer) ConfirmLink(v ConfirmLink) (Page, error) {
	return r.render(r.confirm, http.StatusOK, frame{Title: "Sign in", HidesAddress: true, View: v})
}

func (r *Renderer) notice(n notice, v ErrorPage) (Page, error) {
	if !n.signIn {
		v.SignInURL = ""
	}
	return r.render(r.failure, n.status, frame{Title: n.heading, View: struct {
		ErrorPage
		Heading, Text string
	}{v, n.heading, n.text}})
}

// frame is the data of the layout; View is that of the page inside.
type frame struct {
	Title, Name, ColorScheme, Nonce string
	Style, BrandStyle               template.CSS
	Script                          template.JS
	Logo                            template.URL
	HidesAddress                    bool
	View                            any
}

func (r *Renderer) render(t *template.Template, status int, f frame) (Page, error) {
	f.Name, f.ColorScheme, f.Style, f.Logo = r.theme.Name, r.theme.metaScheme(), r.style, r.logo.url
	f.Nonce = rand.Text() // 130 bits
	var body bytes.Buffer
	body.Grow(len(f.Style) + len(f.Script) + 4096)
	if err := t.Execute(&body, f); err != nil {
		return Page{}, fmt.Errorf("pages: render: %w", err)
	}
	referrer := sameOriginReferrer
	if f.HidesAddress {
		referrer = addressHidden
	}
	return Page{Status: status, Header: headers(f.Nonce, r.logo.origin, referrer), Body: body.Bytes()}, nil
}
