package ginauth

import (
	"net/http"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/internal/csrf"
)

// openCSRF reads the CSRF cookie and checks the form's token against it. When several values arrive,
// the only valid one counts. With two valid ones none does: another host of the site may have planted
// the cookie of its own browser, whose token must not become good here.
func (x *exchange) openCSRF() {
	spec := x.cookies.csrf
	token, value := x.onlyCSRF(x.jar.Values(spec.name))
	if value != "" {
		sent, isText := x.body["csrfToken"].(string)
		x.csrfVerified = isText && x.c.Request.Method == http.MethodPost && csrf.Equal(sent, token)
	} else {
		token, value = x.csrf.Make()
	}
	x.csrfToken = token
	if sent, ok := x.jar.Get(spec.name); !ok || sent != value || x.arrivesElsewhere(spec) {
		x.setCookie(spec, value, authcookie.Lifetime{})
	}
}

// onlyCSRF returns the token that valid cookies agree on, and one of the cookies.
func (x *exchange) onlyCSRF(values []string) (token, value string) {
	if len(values) > authcookie.MaxValues {
		return "", ""
	}
	for _, v := range values {
		t, ok := x.csrf.Open(v)
		switch {
		case !ok:
		case value != "" && t != token:
			return "", ""
		default:
			token, value = t, v
		}
	}
	return token, value
}
