package ginauth

import (
	"strings"
)

// decodeForm reads a query or a form body as URLSearchParams does: nothing is an error, and of
// several values of a name the last one counts.
func decodeForm(s string) map[string]string {
	values := map[string]string{}
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		values[unescapeForm(name)] = unescapeForm(value)
	}
	return values
}

// firstValue returns the first value of a name in a query, as URLSearchParams.get does.
func firstValue(query, name string) (string, bool) {
	for pair := range strings.SplitSeq(query, "&") {
		n, value, _ := strings.Cut(pair, "=")
		if pair != "" && unescapeForm(n) == name {
			return unescapeForm(value), true
		}
	}
	return "", false
}

// unescapeForm decodes plus signs and percent escapes; an escape that is none stays as it is, and
// bytes that are no UTF-8 become U+FFFD.
func unescapeForm(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// encodeForm writes name and value pairs as URLSearchParams does.
func encodeForm(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		escapeForm(&b, pairs[i])
		b.WriteByte('=')
		escapeForm(&b, pairs[i+1])
	}
	return b.String()
}

func escapeForm(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '*', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
