package ginauth

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// together is something that everybody asks for. The callers of each of three groups are counted
// together, apart from those of the others: clients without a cookie of ours, those with a CSRF
// cookie, and those with a session token. What one group asks for too much is not the others' loss.
//
// A client of the second or third group is counted alone too, so that no single cookie uses
// up the share of all. A stored session cannot be told from a made-up one without a look into the
// database, so its owner is known by the CSRF cookie, which browsers get with the first page.
type together struct {
	name string
	// all is for each of the groups, each for every caller in the second and third.
	all, each func(*RateLimits) Limit
}

var (
	optionsTogether = together{
		"options of everybody",
		func(l *RateLimits) Limit { return l.OptionsTogether },
		func(l *RateLimits) Limit { return l.Options },
	}
	linksTogether = together{
		"sign-in links of everybody",
		func(l *RateLimits) Limit { return l.SignInLinksTogether },
		func(l *RateLimits) Limit { return l.Callback },
	}
	registrationsTogether = together{
		"registrations of everybody",
		func(l *RateLimits) Limit { return l.RegisterTogether },
		func(l *RateLimits) Limit { return l.Register },
	}
)

// takeTogether counts a request against what its group asks for at this instance.
func (x *exchange) takeTogether(what together) error {
	return x.askTogether(what, x.limiting.local.take)
}

// peekTogether fails when takeTogether would.
func (x *exchange) peekTogether(what together) error {
	return x.askTogether(what, x.limiting.local.peek)
}

func (x *exchange) askTogether(what together, ask func(key string, limit Limit) time.Duration) error {
	limits := &x.limiting.Limits
	all := what.all(limits)
	if all.Requests < 0 {
		return nil
	}
	group, caller := x.caller()
	if each := what.each(limits); caller != "" && each.Requests >= 0 {
		if wait := ask(what.name+"\x00"+caller, each); wait > 0 {
			return &rateLimitError{what.name, wait}
		}
	}
	if wait := ask(what.name+"\x00"+group, all); wait > 0 {
		return &rateLimitError{what.name, wait}
	}
	return nil
}

// caller returns the group that a request belongs to, and who it is of the group.
func (x *exchange) caller() (group, caller string) {
	if id := x.tokenHolder(); id != "" {
		return "session", "session:" + id
	}
	if token := x.heldCSRF(); token != "" {
		return "cookie", "cookie:" + token
	}
	return "none", ""
}

// heldCSRF returns the CSRF token that the request's cookie holds, or "". It reads cookies as openCSRF
// does, so a client that it takes for one without is the one that is given a new cookie.
func (x *exchange) heldCSRF() string {
	token, _ := x.onlyCSRF(x.jar.Values(x.cookies.csrf.name))
	return token
}

// tokenHolder returns whose session token the request brought, or "". It asks no storage, so the
// session may have ended.
func (x *exchange) tokenHolder() string {
	cookie := x.sessionCookie(x.jar, x.cookies)
	if cookie.value == "" {
		return ""
	}
	return x.sessions.holder(cookie)
}

// limitNewCookie counts the CSRF cookie that a client without one is about to get, because its
// holders are a group of their own. Beyond the limit, what is nothing without such a cookie is
// refused, and other answers come without.
func (x *exchange) limitNewCookie() error {
	isCSRF := func(line string) bool { return strings.HasPrefix(line, x.cookies.csrf.name+"=") }
	if x.limiting == nil || x.c.Request.Method != http.MethodGet || !slices.ContainsFunc(x.setCookies, isCSRF) {
		return nil
	}
	limit := x.limiting.Limits.CSRFTogether
	if limit.Requests < 0 || x.heldCSRF() != "" {
		return nil
	}
	const name = "CSRF cookies of everybody"
	wait := x.limiting.local.take(name, limit)
	if wait == 0 {
		return nil
	}
	switch x.action {
	case "csrf", "signin", "signout":
		return &rateLimitError{name, wait}
	}
	x.setCookies = slices.DeleteFunc(x.setCookies, isCSRF)
	return nil
}
