package ginauth

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ginauth/ginauth/internal/address"
)

// maxAddress is the longest e-mail address, in bytes.
const maxAddress = address.Max

// errAddress says that something is not an e-mail address, and nothing else.
var errAddress = address.ErrAddress

// normalizeAddress is the default of EmailProvider.Normalize: the normal form of an address, which
// ends at a comma in its domain, as Auth.js has it.
func normalizeAddress(s string) (string, error) { return address.NormalizeFirst(s) }

// addressOf returns the normal form of an e-mail address. It is what decides whether something is
// one, whichever way it came in.
func addressOf(s string) (string, error) { return address.Normalize(s) }

// identifierOf is addressOf for what EmailProvider.Normalize returned. A provider whose Send delivers
// elsewhere than by e-mail may have identifiers of another kind: those without an @ stay as they are. Ours
// are none, for links stand in one table with the records of what was used and ended.
func identifierOf(s string) (string, error) {
	normal, err := addressOf(s)
	folded := norm.NFKC.String(s)
	if err == nil || strings.Contains(folded, "@") || strings.HasPrefix(lowerCase(folded), ownRecords) || !plausibleAddress(s) {
		return normal, err
	}
	return s, nil
}

// addressOfLink repairs the address in the query of a link. Mail gateways decode %2B to a plus, which
// a form reads as a blank, or to a blank; and no address holds one.
func addressOfLink(query string) string {
	return strings.ReplaceAll(strings.TrimRight(query, " "), " ", "+")
}

// lowerCase is the lower case of addresses.
func lowerCase(s string) string { return address.Lower(s) }
