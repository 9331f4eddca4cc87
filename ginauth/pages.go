package ginauth

import (
	"strings"

	"github.com/ginauth/ginauth/pages"
)

// signInPage is GET /signin.
func (x *exchange) signInPage() error {
	if x.provider != nil {
		return errUnknownAction
	}
	problem, _ := firstValue(x.c.Request.URL.RawQuery, "error")
	if own := x.cfg.Pages.SignIn; own != "" {
		target := own + querySeparator(own) + encodeForm("callbackUrl", x.callbackURL)
		if problem != "" {
			target += "&" + encodeForm("error", problem)
		}
		return x.redirect(target)
	}
	v := pages.SignIn{
		CSRFToken:   x.csrfToken,
		CallbackURL: x.shownCallbackURL(),
		Email:       x.query["email"],
		Error:       problem,
		Code:        x.errorCode(),
		BasePath:    x.base,
	}
	for _, p := range x.cfg.Providers {
		if shown, ok := x.providerView(p); ok {
			v.Providers = append(v.Providers, shown)
		}
	}
	return x.page(x.pages.SignIn(v))
}

// shownCallbackURL is what the forms carry. A path that passed the check stays a path, as the query
// had it; the form's value is checked again when it comes back.
func (x *exchange) shownCallbackURL() string {
	asked, ok := x.query["callbackUrl"]
	if ok && (asked == "" || x.callbackURL == x.origin+asked) {
		return asked
	}
	return x.callbackURL
}

// providerView reports false for a provider that has nothing to show.
func (x *exchange) providerView(p Provider) (pages.Provider, bool) {
	v := pages.Provider{
		ID: p.ProviderID(), Name: p.ProviderName(), Kind: string(p.ProviderKind()),
		SigninURL: x.signInURL(p.ProviderID()), CallbackURL: x.callbackTo(p.ProviderID()),
	}
	var fields []FormField
	switch p := p.(type) {
	case *WebAuthnProvider:
		fields, v.ConditionalUI = p.FormFields, p.ConditionalUI
	case *CredentialsProvider:
		if fields = p.Fields; len(fields) == 0 {
			return v, false
		}
	case *OAuthProvider:
		v.BrandColor, v.Logo = p.BrandColor, p.Logo
	}
	for _, f := range fields {
		v.Fields = append(v.Fields, pages.Field{
			Name: f.Name, Label: f.Label, Type: f.Type, Placeholder: f.Placeholder, Autocomplete: f.Autocomplete, Required: f.Required,
		})
	}
	return v, true
}

// signOutPage is GET /signout.
func (x *exchange) signOutPage() error {
	if own := x.cfg.Pages.SignOut; own != "" {
		return x.redirect(own)
	}
	u := x.c.Request.URL
	action := x.origin + u.EscapedPath()
	if u.RawQuery != "" {
		action += "?" + u.RawQuery
	}
	return x.page(x.pages.SignOut(pages.SignOut{CSRFToken: x.csrfToken, Action: action}))
}

// errorPage is GET /error.
func (x *exchange) errorPage() error {
	problem, ok := firstValue(x.c.Request.URL.RawQuery, "error")
	if own := x.cfg.Pages.Error; own != "" {
		if !ok {
			problem = "undefined"
		}
		return x.redirect(own + querySeparator(own) + "error=" + escapeHeader(problem))
	}
	v := x.homeView()
	v.Error, v.Code = problem, x.errorCode()
	return x.page(x.pages.Error(v))
}

// errorCode is the query's code beside its error. It chooses among the words of a page and is never shown.
func (x *exchange) errorCode() string {
	code, _ := firstValue(x.c.Request.URL.RawQuery, "code")
	return code
}

// verifyRequestPage is GET /verify-request.
func (x *exchange) verifyRequestPage() error {
	if own := x.cfg.Pages.VerifyRequest; own != "" {
		if q := x.c.Request.URL.RawQuery; q != "" {
			own += querySeparator(own) + escapeHeader(q)
		}
		return x.redirect(own)
	}
	home := x.homeView()
	return x.page(x.pages.VerifyRequest(pages.VerifyRequest{HomeURL: home.HomeURL, Host: home.Host}))
}

// confirmLinkPage asks before a sign-in link is used: with one button, whose form posts the link's
// token and address to the provider's callback. removes announces that the sign-in removes what was
// set up for the address before it was proven. No setting of [PagesConfig] replaces this page: it is
// what keeps programs that follow links from using them up.
func (x *exchange) confirmLinkPage(p *EmailProvider, token, address string, removes bool) error {
	return x.page(x.pages.ConfirmLink(pages.ConfirmLink{
		Action:        x.base + "/callback/" + p.ID,
		CSRFToken:     x.csrfToken,
		Token:         token,
		Address:       address,
		CallbackURL:   x.callbackURL,
		Host:          hostOfOrigin(x.origin),
		Removes:       removes,
		KeepsSessions: !x.sessions.endable(),
	}))
}

func (x *exchange) homeView() pages.ErrorPage {
	signIn := x.cfg.Pages.SignIn
	if signIn == "" {
		signIn = x.base + "/signin"
	}
	return pages.ErrorPage{SignInURL: x.absolute(signIn), HomeURL: x.origin, Host: hostOfOrigin(x.origin)}
}

// escapeHeader keeps a query's text as it is, but for what would end the header line or the value.
func escapeHeader(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f && c != '#' && c != '\\' {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
