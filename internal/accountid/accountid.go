// Package accountid tells identifiers of people from what services send in place of one.
package accountid

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Errors of [Check]. They never show the value.
var (
	errEmpty    = errors.New("it is empty")
	errNothing  = errors.New("it is a word for nothing, the same for everybody")
	errSentence = errors.New("it is the sentence of a user flow without a subject, the same for everybody")
	errBlank    = errors.New("it holds white space")
	errOdd      = errors.New("it holds control or invisible characters, or is not UTF-8")
)

// constantSubject is the sentence that Azure AD B2C puts into everybody's sub where the subject claim
// of the user flow is off, reduced to its letters.
const constantSubject = "notsupportedcurrentlyuseoidclaim"

// nothing are texts that programs make of a value that is not there.
var nothing = map[string]bool{
	"null": true, "nil": true, "none": true, "undefined": true, "unknown": true, "nan": true, "n/a": true,
	"true": true, "false": true,
}

// IsNothing reports whether a word stands for a value that is not there.
func IsNothing(word string) bool { return nothing[strings.ToLower(word)] }

// Check returns an error that says why id does not identify a person. Two people must never share an
// identifier, so what a service may send for everybody is refused, as is everything that a database
// may take for something else: white space and what cannot be seen.
//
// An identifier is never repaired: what is around it may be part of another one.
func Check(id string) error {
	switch {
	case !utf8.ValidString(id):
		return errOdd
	case strings.TrimFunc(id, isBlank) == "":
		return errEmpty
	case isNothing(id):
		return errNothing
	case lettersOf(id) == constantSubject:
		return errSentence
	case strings.ContainsFunc(id, unicode.IsSpace):
		return errBlank
	case strings.ContainsFunc(id, isOdd):
		return errOdd
	}
	return nil
}

// isNothing finds the words for nothing, also in the brackets or quotes that some languages put
// around them; identifiers without a letter or a digit; and those of zeros alone, such as the UUID of
// no object.
func isNothing(id string) bool {
	bare := strings.ToLower(strings.TrimFunc(id, func(r rune) bool { return isBlank(r) || strings.ContainsRune("()<>[]{}\"'", r) }))
	return nothing[bare] || !strings.ContainsFunc(id, func(r rune) bool {
		return r != '0' && (unicode.IsLetter(r) || unicode.IsNumber(r))
	})
}

// lettersOf returns the letters of s in lower case.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// isBlank finds what looks like nothing.
func isBlank(r rune) bool { return unicode.IsSpace(r) || isOdd(r) }

func isOdd(r rune) bool {
	return !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == utf8.RuneError ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}
