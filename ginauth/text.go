package ginauth

import (
	"strings"
	"unicode"
)

// hasControl finds control and format characters and invalid UTF-8, which no name, address or
// identifier holds.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
	})
}
