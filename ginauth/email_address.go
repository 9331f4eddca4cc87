package ginauth

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// maxAddress is the longest e-mail address that can be delivered to, in bytes (RFC 5321, section
// 4.5.3.1.3, less the angle brackets).
const maxAddress = 254

// errAddress tells neither the address nor what exactly is wrong: it is the input of a stranger.
var errAddress = errors.New("ginauth: no valid e-mail address")

// normalizeAddress is the default of EmailProvider.Normalize, and what Auth.js makes of an address:
// NFKC, lower case, no space around it, the domain up to a comma. Normalising comes before every
// check, so that no look-alike of @ turns into one afterwards.
//
// What could be read as several addresses, as a name beside an address or as a header line by some
// mail server is refused. The result normalises to itself.
func normalizeAddress(address string) (string, error) {
	// A shorter text may grow by normalising, but what is this long has no business here.
	if !utf8.ValidString(address) || len(address) > 4*maxAddress {
		return "", errAddress
	}
	s := strings.TrimSpace(lowerCase(norm.NFKC.String(address)))
	local, domain, ok := strings.Cut(s, "@")
	if !ok || strings.Contains(domain, "@") {
		return "", errAddress
	}
	domain, _, _ = strings.Cut(domain, ",")
	if local == "" || domain == "" || strings.ContainsFunc(local, notInAddress) || strings.ContainsFunc(domain, notInAddress) {
		return "", errAddress
	}
	s = local + "@" + domain
	if len(s) > maxAddress || !norm.NFKC.IsNormalString(s) {
		return "", errAddress
	}
	return s, nil
}

// notInAddress finds white space, what is invisible, U+FFFD, and the specials of RFC 5322, which
// need quotes.
func notInAddress(r rune) bool {
	return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) || strings.ContainsRune(`"(),:;<>[\]`, r)
}

// lowerCase is JavaScript's toLowerCase, which unlike strings.ToLower keeps İ apart from i: two
// addresses that differ must not become one.
func lowerCase(s string) string {
	return cases.Lower(language.Und).String(s)
}
