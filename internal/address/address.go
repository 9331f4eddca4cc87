// Package address decides what an e-mail address is, and brings addresses into the one form in which
// they are compared, counted, stored and sent.
package address

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/ginauth/ginauth/internal/accountid"
	"github.com/ginauth/ginauth/internal/hostname"
)

// Max is the longest e-mail address that can be delivered to, in bytes (RFC 5321, section 4.5.3.1.3,
// less the angle brackets).
const Max = 254

// ErrAddress repeats neither the text nor what exactly is wrong with it: it is the input of a stranger.
var ErrAddress = errors.New("ginauth: not a valid e-mail address")

// Normalize returns the normal form of an address: NFKC, the local part in lower case, the domain as
// IDNA has it (UTS 46), and no space around it. Normalizing comes before every check, so that no
// look-alike of @ turns into one afterwards. The result normalizes to itself.
//
// Domains are in Unicode, as people know them and as Auth.js stores them beside us. Their ASCII form
// is for mail servers, which get it from the code that sends.
//
// It refuses what a mail server could read as several addresses, as a name beside an address or as a
// header line, and what cannot be seen. The domain is a host name, such as localhost: a dot is not
// needed, but an IP address is not one, nor is what programs make of a domain that is not there.
func Normalize(address string) (string, error) {
	local, domain, err := split(address)
	if err != nil {
		return "", err
	}
	return join(local, domain)
}

// NormalizeFirst is Normalize of an address that ends at the first comma behind the @, as Auth.js reads
// a list.
func NormalizeFirst(list string) (string, error) {
	local, domain, err := split(list)
	if err != nil {
		return "", err
	}
	domain, _, _ = strings.Cut(domain, ",")
	return join(local, domain)
}

// split normalizes the characters, and cuts at the only @.
func split(address string) (local, domain string, err error) {
	// A shorter text may grow by normalizing, but what is this long has no business here.
	if !utf8.ValidString(address) || len(address) > 4*Max {
		return "", "", ErrAddress
	}
	local, domain, ok := strings.Cut(strings.TrimSpace(norm.NFKC.String(address)), "@")
	if !ok || strings.Contains(domain, "@") {
		return "", "", ErrAddress
	}
	return Lower(local), domain, nil
}

func join(local, domain string) (string, error) {
	if local == "" || strings.ContainsFunc(local, notInLocal) || strings.ContainsFunc(domain, invisible) {
		return "", ErrAddress
	}
	ascii, err := hostname.ASCII(domain)
	if err != nil || hostname.EndsInNumber(ascii) || accountid.IsNothing(ascii) {
		return "", ErrAddress
	}
	address := local + "@" + inUnicode(ascii)
	if len(address) > Max || len(local)+1+len(ascii) > Max || !norm.NFKC.IsNormalString(local) {
		return "", ErrAddress
	}
	return address, nil
}

// inUnicode is a domain as people read it. One that would read as something else than it is stays in
// ASCII.
func inUnicode(ascii string) string {
	domain := hostname.Unicode(ascii)
	if strings.ContainsFunc(domain, invisible) || !norm.NFKC.IsNormalString(domain) {
		return ascii
	}
	return domain
}

// notInLocal finds white space, what cannot be seen, U+FFFD, and the specials of RFC 5322, which
// need quotes.
func notInLocal(r rune) bool {
	return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) || invisible(r) || strings.ContainsRune(`"(),:;<>[\]`, r)
}

// invisible finds what changes a text without changing what people see: Unicode's default ignorable
// code points, variation selectors and zero-width characters among them.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Lower is JavaScript's toLowerCase, which unlike strings.ToLower keeps İ apart from i: two addresses
// that differ must not become one.
func Lower(s string) string { return cases.Lower(language.Und).String(s) }

// Spellings are the forms in which a table may hold an address that is written like this, in the order
// in which they are looked up: as it is written, in normal form, and with its domain in ASCII. What is
// not an address has one.
func Spellings(written string) []string {
	list := []string{written}
	normal, err := Normalize(written)
	if err != nil {
		return list
	}
	local, domain, _ := strings.Cut(normal, "@")
	ascii, err := hostname.ASCII(domain)
	if err != nil {
		ascii = domain
	}
	for _, s := range []string{normal, local + "@" + ascii} {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
