package ginauth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/authcookie"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// sessionCookie is a session's token as a request brought it.
type sessionCookie struct {
	value string
	// contradictory means that the cookies contradict each other. The values that they may mean are
	// in candidates; complete is false when there are more.
	contradictory bool
	candidates    []string
	complete      bool
	// salt is the name under which the token was sealed.
	salt string
	// v4 means that next-auth 4 made the token.
	v4 bool
	// present are all session cookies of the request, to be replaced or expired.
	present []string
}

// readSession joins the session cookies of one name.
func readSession(jar authcookie.Jar, name string) sessionCookie {
	c := sessionCookie{salt: name, complete: true}
	c.value, _, c.present = authcookie.Join(jar, name)
	if c.value == "" && authcookie.Contradictory(jar, name) {
		c.contradictory = true
		c.candidates, c.complete = authcookie.Candidates(jar, name)
	}
	return c
}

// readSessionV4 is readSession for the name of next-auth 4.
func readSessionV4(jar authcookie.Jar, set *cookieSet) sessionCookie {
	c := readSession(jar, sessionNameV4(set))
	c.salt, c.v4 = "", true
	return c
}

func sessionNameV4(set *cookieSet) string {
	if set.session.options.Secure {
		return jwt.SecureCookieNameV4
	}
	return jwt.CookieNameV4
}

// sessionCookie joins the session cookie of a request, or finds one of next-auth 4 where those
// are still accepted.
func (a *Auth) sessionCookie(jar authcookie.Jar, set *cookieSet) sessionCookie {
	c := readSession(jar, set.session.name)
	if !a.cfg.Cookies.AcceptV4 {
		return c
	}
	old := readSessionV4(jar, set)
	if len(c.present) == 0 && len(old.present) > 0 {
		return old
	}
	c.present = append(c.present, old.present...)
	return c
}

// openOneOf opens the session of a request whose cookies contradict each other. If exactly one of
// them opens, it is the session. If several do, the request has none: nothing tells the user's own
// session from one that another host of the site planted.
func (a *Auth) openOneOf(ctx context.Context, cookie sessionCookie, trigger Trigger, data any) (*resolution, error) {
	if !cookie.complete || len(cookie.candidates) > a.sessions.tries() {
		return &resolution{}, nil
	}
	var live []*resolution
	var winner sessionCookie
	for _, one := range cookie.each() {
		res, err := a.openSession(ctx, one, TriggerNone, nil)
		if err != nil {
			return nil, err
		}
		if res.session != nil {
			live, winner = append(live, res), one
		}
	}
	switch {
	case len(live) == 0:
		return &resolution{}, nil
	case len(live) > 1:
		return &resolution{rivals: live}, nil
	case trigger == TriggerNone:
		return live[0], nil
	}
	return a.openSession(ctx, winner, trigger, data)
}

// each lists the sessions that the cookies may mean, one by one.
func (c sessionCookie) each() (list []sessionCookie) {
	values := c.candidates
	if !c.contradictory && c.value != "" {
		values = []string{c.value}
	}
	for _, value := range values {
		list = append(list, sessionCookie{value: value, salt: c.salt, v4: c.v4, complete: true})
	}
	return list
}

// clearSession expires every session cookie that the request brought.
func (x *exchange) clearSession(present []string) {
	x.writeSession(authcookie.Refresh(x.cookies.session.name, "", present), authcookie.Lifetime{}, present, false)
}

// setSession writes the session cookie, in chunks when it is long, and expires chunks of an
// earlier one. Tokens made by tokenSessions are short enough.
func (x *exchange) setSession(value string, expires time.Time, present []string) {
	x.writeSession(authcookie.Refresh(x.cookies.session.name, value, present), authcookie.Until(expires), present, false)
}

// setStoredSession writes the cookie of a stored session. It expires those of next-auth 4, and any
// that contradict it.
func (x *exchange) setStoredSession(token string, expires time.Time, present []string) {
	name := x.cookies.session.name
	cookies := []authcookie.Cookie{{Name: name, Value: token}}
	if x.cfg.Cookies.AcceptV4 || authcookie.Contradictory(x.jar, name) {
		cookies = authcookie.Refresh(name, token, present)
	}
	x.writeSession(cookies, authcookie.Until(expires), present, false)
}

// writeSession sets and expires session cookies. If those of the request contradict each other, or if
// everywhere is set, it also expires the ones that the browser may hold in other scopes.
func (x *exchange) writeSession(cookies []authcookie.Cookie, life authcookie.Lifetime, present []string, everywhere bool) {
	spec := x.cookies.session
	former := x.formerSessions()
	several := len(former) > 0 || authcookie.Contradictory(x.jar, spec.name) ||
		x.cfg.Cookies.AcceptV4 && authcookie.Contradictory(x.jar, sessionNameV4(x.cookies))
	if several || everywhere {
		x.elsewhere = append(x.elsewhere, manyScopes{now: spec.options, names: present, former: former, suspected: !several})
	}
	x.setCookies = append(x.setCookies, authcookie.SerializeAll(cookies, spec.options, life)...)
}

// formerSessions are the session cookies of the request whose name has another prefix.
func (x *exchange) formerSessions() (names []string) {
	for _, name := range x.cookies.session.formerNames {
		names = append(names, authcookie.Present(x.jar, name)...)
	}
	return names
}

// bearer returns the token of an Authorization header.
func bearer(r *http.Request) (string, bool) {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != "Bearer" || value == "" {
		return "", false
	}
	token, err := authcookie.DecodeURIComponent(value)
	return token, err == nil && len(token) <= authcookie.MaxSession
}
