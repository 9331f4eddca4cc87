package pages

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Validate reports what the sign-in page would leave out of p, joined in one
// error. Each message names the setting and the remedy.
func (p Provider) Validate() error {
	var errs []error
	if !p.redirects() && p.Kind != "email" && p.Kind != "credentials" && p.Kind != "webauthn" {
		errs = append(errs, fmt.Errorf("Provider %q: Kind is %q: use oauth, oidc, email, credentials or webauthn", p.ID, p.Kind))
	}
	if _, ok := parseColor(p.BrandColor); p.BrandColor != "" && !ok {
		errs = append(errs, fmt.Errorf("Provider %q: BrandColor is %q: write it as #rgb or #rrggbb, or leave it empty", p.ID, p.BrandColor))
	}
	if _, ok := p.icon(); p.Logo != "" && !ok {
		errs = append(errs, fmt.Errorf("Provider %q: Logo is %.80q: use a data:image URI or an absolute path such as /logo.svg; other hosts are not loaded from", p.ID, p.Logo))
	}
	return errors.Join(errs...)
}

// redirects tells providers that are one button from those with a form.
func (p Provider) redirects() bool { return p.Kind == "oauth" || p.Kind == "oidc" }

func (p Provider) icon() (template.URL, bool) {
	if dataImage.MatchString(p.Logo) {
		return template.URL(p.Logo), true //nolint:gosec // G203: an image, as dataImage has just checked
	}
	l, ok := parseLocalPath(p.Logo)
	return l.url, ok
}

// monogram is the first letter or digit of the name, in upper case. A name
// without any has none, and its tile stays empty.
func (p Provider) monogram() string {
	i := strings.IndexFunc(p.Name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRuneInString(p.Name[i:])
	return string(unicode.ToUpper(r))
}

// signInView is SignIn made ready for its template.
type signInView struct {
	CSRFToken, CallbackURL, Email, Problem, BasePath string
	Providers                                        []providerView
	Several                                          bool
}

type providerView struct {
	Provider
	Divided   bool // preceded by "or"
	Redirects bool
	Autofill  bool
	Class     string
	Icon      template.URL
	Monogram  string // stands in for the icon of a button that has none
	Noun      string
}

// view returns the data of the sign-in template, the style rules of brand
// colors, and whether the page needs the passkey script.
func (v SignIn) view() (view signInView, brands template.CSS, passkeys bool) {
	view = signInView{
		CSRFToken:   v.CSRFToken,
		CallbackURL: v.CallbackURL,
		Email:       v.Email,
		Problem:     signInProblem(v.Error, v.Code),
		BasePath:    v.basePath(),
		Providers:   make([]providerView, 0, len(v.Providers)),
	}
	// RFC 5321 allows 254 characters. What is longer, or has control
	// characters in it, was not typed by a person.
	if len(v.Email) > 254 || !utf8.ValidString(v.Email) || strings.ContainsFunc(v.Email, unicode.IsControl) {
		view.Email = ""
	}
	var css strings.Builder
	var autofill bool
	for _, p := range v.Providers {
		pv := providerView{Provider: p, Redirects: p.redirects()}
		switch p.Kind {
		case "oauth", "oidc":
			pv.Class = "plain"
			if brand, ok := parseColor(p.BrandColor); ok {
				pv.Class = "brand-" + strconv.Itoa(len(view.Providers))
				css.WriteString("." + pv.Class + " { --button: " + brand.String() + "; --button-text: " + textOn(brand).String() + "; }\n")
			}
			var ok bool
			if pv.Icon, ok = p.icon(); !ok {
				pv.Monogram = p.monogram()
			}
		case "email":
		case "credentials":
			pv.Fields = completed(p.Fields)
		case "webauthn":
			passkeys = true
			pv.Fields = completed(p.Fields)
			pv.Autofill = p.ConditionalUI && !autofill
			autofill = autofill || p.ConditionalUI
			pv.Noun = p.Name
			if p.Name == "" || strings.EqualFold(p.Name, "passkey") {
				pv.Noun = "a passkey"
			}
		default:
			continue
		}
		if n := len(view.Providers); n > 0 {
			pv.Divided = !pv.Redirects || !view.Providers[n-1].Redirects
		}
		view.Providers = append(view.Providers, pv)
	}
	view.Several = len(view.Providers) > 1
	return view, template.CSS(css.String()), passkeys //nolint:gosec // G203: of parsed colors and numbers only
}

func (v SignIn) basePath() string {
	path := v.BasePath
	if path == "" {
		if u, err := url.Parse(v.BaseURL); err == nil {
			path = u.EscapedPath()
		}
	}
	return strings.TrimRight(path, "/")
}

func completed(fields []Field) []Field {
	fields = slices.Clone(fields)
	for i := range fields {
		f := &fields[i]
		if f.Label == "" {
			f.Label = f.Name
		}
		if f.Type == "" {
			f.Type = "text"
		}
	}
	return fields
}
