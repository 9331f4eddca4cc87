package providers

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

// claims is what a service told about a person, as JSON decodes it. Its methods never fail: what is
// absent, null or of another type reads as the zero value.
type claims map[string]any

// at returns the value at the end of path, nil when there is none.
func (c claims) at(path ...string) any {
	var v any = map[string]any(c)
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
}

// str returns the string or number at path as text. A json.Number keeps all its digits, so that an
// id beyond 2^53 stays the same id.
func (c claims) str(path ...string) string {
	return text(c.at(path...))
}

// object returns the object at path.
func (c claims) object(path ...string) claims {
	object, _ := c.at(path...).(map[string]any)
	return object
}

// flag returns the boolean at path.
func (c claims) flag(path ...string) bool {
	b, _ := c.at(path...).(bool)
	return b
}

// flagOrText returns the boolean at path, for services that also send it as the text "true".
func (c claims) flagOrText(path ...string) bool {
	v := c.at(path...)
	return v == true || v == "true"
}

// list returns the array at path.
func (c claims) list(path ...string) []any {
	list, _ := c.at(path...).([]any)
	return list
}

// firstStr returns the first element of the array at path as text.
func (c claims) firstStr(path ...string) string {
	if list := c.list(path...); len(list) > 0 {
		return text(list[0])
	}
	return ""
}

// objects returns the objects in the array at path and skips everything else in it.
func (c claims) objects(path ...string) []claims {
	var objects []claims
	for _, v := range c.list(path...) {
		if object, ok := v.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// primary returns the member called name of the object in the array at path whose "primary" is
// true.
func (c claims) primary(name string, path ...string) string {
	return c.primaryObject(path...).str(name)
}

// primaryObject returns the object in the array at path whose "primary" is true.
func (c claims) primaryObject(path ...string) claims {
	for _, object := range c.objects(path...) {
		if object.flag("primary") {
			return object
		}
	}
	return nil
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case float64: // an answer that was decoded without json.Number
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// joined puts the parts of a name together and leaves out the empty ones.
func joined(parts ...string) string {
	var known []string
	for _, part := range parts {
		if part != "" {
			known = append(known, part)
		}
	}
	return strings.Join(known, " ")
}

// doesNotSay is the EmailVerified of a service that sends an address without saying that it verified
// it, or says so without proof. README.md lists what each service says.
const doesNotSay = false

type profileFunc = func(ctx context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error)

// profile makes a Profile function of one that needs nothing but the claims.
func profile(f func(c claims) ginauth.ProfileUser) profileFunc {
	return func(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
		return f(p.Claims), nil
	}
}
