package authcookie

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrEscape is returned by [DecodeURIComponent] for text that is not the
// percent-encoding of anything.
var ErrEscape = errors.New("authcookie: malformed percent-encoding")

const upperHex = "0123456789ABCDEF"

// EncodeURIComponent percent-encodes s as the JavaScript function of that name
// does: every byte of its UTF-8 form except A-Z a-z 0-9 and - _ . ! ~ * ' ( ).
//
// Bytes that are not valid UTF-8 have no counterpart in a JavaScript string;
// they become U+FFFD, so that the result always decodes.
func EncodeURIComponent(s string) string {
	first := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !unreserved(byte(r)) })
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*(len(s)-first))
	b.WriteString(s[:first])
	for _, r := range s[first:] { // yields U+FFFD for a byte that is not UTF-8
		if r < utf8.RuneSelf && unreserved(byte(r)) {
			b.WriteByte(byte(r))
			continue
		}
		var buf [utf8.UTFMax]byte
		for _, c := range buf[:utf8.EncodeRune(buf[:], r)] {
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

// DecodeURIComponent reverses [EncodeURIComponent] as the JavaScript function
// of that name does. A percent sign without two hexadecimal digits, or escapes
// that are not valid UTF-8 (overlong forms and surrogates included), give
// [ErrEscape]. Bytes that are not escaped pass unchanged, whatever they are.
func DecodeURIComponent(s string) (string, error) {
	next := strings.IndexByte(s, '%')
	if next < 0 {
		return s, nil
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		b.WriteString(s[:next])
		s = s[next:]
		var buf [utf8.UTFMax]byte
		c, ok := escapedByte(s)
		if !ok {
			return "", ErrEscape
		}
		buf[0] = c
		size := sequenceLength(c)
		if size == 0 || len(s) < 3*size {
			return "", ErrEscape
		}
		for i := 1; i < size; i++ {
			if buf[i], ok = escapedByte(s[3*i:]); !ok {
				return "", ErrEscape
			}
		}
		if !utf8.Valid(buf[:size]) {
			return "", ErrEscape
		}
		b.Write(buf[:size])
		s = s[3*size:]
		if next = strings.IndexByte(s, '%'); next < 0 {
			b.WriteString(s)
			return b.String(), nil
		}
	}
}

func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-_.!~*'()", c) >= 0
}

// escapedByte reads the "%XX" that s begins with.
func escapedByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	hi, ok1 := unhex(s[1])
	lo, ok2 := unhex(s[2])
	return hi<<4 | lo, ok1 && ok2
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// sequenceLength gives the number of bytes in the UTF-8 sequence that c
// begins, and 0 when c begins none.
func sequenceLength(c byte) int {
	switch {
	case c < 0x80:
		return 1
	case c&0xE0 == 0xC0:
		return 2
	case c&0xF0 == 0xE0:
		return 3
	case c&0xF8 == 0xF0:
		return 4
	}
	return 0
}
