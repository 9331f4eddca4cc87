package jwt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
	"unicode/utf8"
)

// Claims is the content of a token. Auth.js puts name, email, picture and sub
// (the user's id) into it, its jwt callback may add anything that JSON holds.
//
// Numbers of a decoded token are [json.Number], so that encoding them again
// changes no digit. A claim of JSON's null is a nil value.
type Claims map[string]any

// String gives the claim of that name, and "" when it is absent or no string.
func (c Claims) String(name string) string {
	s, _ := c[name].(string)
	return s
}

// Subject gives the sub claim, the id of the user.
func (c Claims) Subject() string { return c.String("sub") }

// Time gives a claim that is a time in seconds since 1970 (iat, exp, nbf), and
// whether there is one. Fractions of a second are kept.
func (c Claims) Time(name string) (time.Time, bool) {
	seconds, ok := number(c[name])
	if !ok || math.Abs(seconds) >= 1<<53 {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// number reads a claim as a finite number.
func number(v any) (float64, bool) {
	var f float64
	switch v := v.(type) {
	case json.Number:
		var err error
		if f, err = v.Float64(); err != nil {
			return 0, false
		}
	case float64:
		f = v
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	default:
		return 0, false
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// marshal gives the claims as JSON. HTML characters stay as they are: the text
// is encrypted, so escapes would only make the cookie longer.
func (c Claims) marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("jwt: claims do not encode as JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// parseClaims reads the plaintext of a token, which must be one JSON object.
func parseClaims(plaintext []byte) (Claims, error) {
	if !utf8.Valid(plaintext) {
		return nil, fmt.Errorf("%w: claims are not UTF-8", ErrInvalid)
	}
	d := json.NewDecoder(bytes.NewReader(plaintext))
	d.UseNumber()
	var claims Claims
	if err := d.Decode(&claims); err != nil || claims == nil {
		return nil, fmt.Errorf("%w: claims are no JSON object", ErrInvalid)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: data after the claims", ErrInvalid)
	}
	return claims, nil
}

// checkTimes refuses claims that are not good now. Like Auth.js, it asks for no
// claim to be there, but one that is there must be a number.
func (c Claims) checkTimes(now time.Time, leeway time.Duration) error {
	seconds, tolerance := float64(now.Unix()), leeway.Seconds()
	for _, name := range [...]string{"iat", "nbf", "exp"} {
		claim, ok := c[name]
		if !ok {
			continue
		}
		at, ok := number(claim)
		switch {
		case !ok:
			return fmt.Errorf("%w: claim %s is no number", ErrInvalid, name)
		case name == "nbf" && at > seconds+tolerance:
			return ErrNotYetValid
		case name == "exp" && at <= seconds-tolerance:
			return ErrExpired
		}
	}
	return nil
}
