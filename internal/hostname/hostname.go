// Package hostname brings host names into the one form in which DNS and browsers know them.
package hostname

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// ErrName is the error for text that is not a host name.
var ErrName = errors.New("hostname: not a host name")

const (
	maxName  = 253 // RFC 1035, section 2.3.4, without the final dot
	maxLabel = 63
)

// profile is what browsers do (UTS 46, nontransitional). Hyphens and the other characters of ASCII
// are checked here: the profile would refuse labels with two hyphens in their middle, which exist.
var profile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(false), idna.StrictDomainName(false), idna.Transitional(false))

// ASCII returns the normal form of a host name: UTS 46 with A-labels, in lower case. The labels hold
// letters, digits, hyphens and underscores. Empty labels are refused, so a dot at the end is too.
func ASCII(name string) (string, error) {
	ascii := name
	if !plain(name) {
		if mixed(name) {
			return "", ErrName
		}
		var err error
		// A mapped name maps to itself, so that equal names compare as equal wherever they come from.
		if ascii, err = profile.ToASCII(name); err != nil {
			return "", ErrName
		}
		if again, err := profile.ToASCII(ascii); err != nil || again != ascii {
			return "", ErrName
		}
	}
	if len(ascii) > maxName {
		return "", ErrName
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, notInLabel) {
			return "", ErrName
		}
	}
	return ascii, nil
}

// plain reports whether mapping would change nothing, which is the case for almost every name.
func plain(name string) bool {
	for i := range len(name) {
		if c := name[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return !strings.HasPrefix(name, "xn--") && !strings.Contains(name, ".xn--")
}

// mixed finds labels that look like A-labels and are not ASCII. The profile decodes them; browsers
// refuse them.
func mixed(name string) bool {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			return -1
		case r == '。':
			return '.'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, norm.NFKC.String(name))
	for label := range strings.SplitSeq(mapped, ".") {
		if strings.HasPrefix(label, "xn--") && strings.ContainsFunc(label, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
	}
	return false
}

func notInLabel(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}

// Unicode returns a name that [ASCII] returned as people read it.
func Unicode(ascii string) string {
	if plain(ascii) {
		return ascii
	}
	if name, err := profile.ToUnicode(ascii); err == nil {
		return name
	}
	return ascii
}

// EndsInNumber reports whether browsers take a name that [ASCII] returned for an IPv4 address: its last
// label is a number (URL Standard, "ends in a number checker").
func EndsInNumber(ascii string) bool {
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if digits := strings.TrimPrefix(last, "0x"); digits != last {
		return !strings.ContainsFunc(digits, func(r rune) bool { return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f') })
	}
	return last != "" && !strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}
