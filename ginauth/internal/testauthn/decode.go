package testauthn

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// ErrCBOR is everything that [Decode] does not read.
var ErrCBOR = errors.New("testauthn: not the CBOR of an authenticator")

// Other is what [Decode] passes over: the encoding of a float, of a number beyond 62 bits, of an
// unusual simple value, and a map key of bytes.
type Other string

// maxDepth bounds how deep [Decode] goes, far beyond what an attestation object needs.
const maxDepth = 32

// Decode reads one CBOR item and returns what follows it. It is written apart from the library that
// the server uses, so that tests can hold the two against each other: integers become int, byte
// strings []byte, text string, arrays []any, maps [Map] and what no test asks about [Other]. Tags and
// indefinite lengths are [ErrCBOR].
func Decode(b []byte) (v any, rest []byte, err error) { return decode(b, maxDepth) }

func decode(b []byte, depth int) (any, []byte, error) {
	if len(b) == 0 || depth == 0 {
		return nil, nil, ErrCBOR
	}
	major := b[0] >> 5
	if major == 7 {
		return simple(b)
	}
	item := b
	n, b, ok := argument(b)
	switch {
	case !ok:
		return nil, nil, ErrCBOR
	case n > maxInt && major < 2:
		return Other(item[:len(item)-len(b)]), b, nil
	}
	switch major {
	case 0:
		return int(n), b, nil //nolint:gosec // at most maxInt, as is the next
	case 1:
		return -1 - int(n), b, nil //nolint:gosec // see above
	case 2, 3:
		if n > uint64(len(b)) {
			return nil, nil, ErrCBOR
		}
		if major == 2 {
			return b[:n:n], b[n:], nil
		}
		if !utf8.Valid(b[:n]) {
			return nil, nil, ErrCBOR
		}
		return string(b[:n]), b[n:], nil
	case 4:
		return decodeArray(n, b, depth)
	case 5:
		return decodeMap(n, b, depth)
	}
	return nil, nil, ErrCBOR
}

func decodeArray(n uint64, b []byte, depth int) (any, []byte, error) {
	list := []any{}
	for range n { // ends at the first element that is not there, whatever n claims
		v, rest, err := decode(b, depth-1)
		if err != nil {
			return nil, nil, err
		}
		list, b = append(list, v), rest
	}
	return list, b, nil
}

func decodeMap(n uint64, b []byte, depth int) (any, []byte, error) {
	m := Map{}
	for range n {
		key, rest, err := decode(b, depth-1)
		if err != nil {
			return nil, nil, err
		}
		switch k := key.(type) {
		case []any, Map:
			return nil, nil, ErrCBOR
		case []byte:
			key = Other(k)
		}
		value, rest, err := decode(rest, depth-1)
		if err != nil {
			return nil, nil, err
		}
		m, b = append(m, [2]any{key, value}), rest
	}
	return m, b, nil
}

// simple reads booleans, null, and over whatever else major type 7 holds.
func simple(b []byte) (any, []byte, error) {
	size := map[byte]int{24: 2, 25: 3, 26: 5, 27: 9}[b[0]&0x1f]
	switch info := b[0] & 0x1f; {
	case info == 20 || info == 21:
		return info == 21, b[1:], nil
	case info == 22 || info == 23:
		return nil, b[1:], nil
	case info < 20:
		size = 1
	}
	if size == 0 || len(b) < size {
		return nil, nil, ErrCBOR
	}
	return Other(b[:size]), b[size:], nil
}

// maxInt is the largest argument that fits into an int with either sign.
const maxInt = 1 << 62

// argument reads the number that goes with a major type, in whatever width it has.
func argument(b []byte) (n uint64, rest []byte, ok bool) {
	info := b[0] & 0x1f
	b = b[1:]
	switch {
	case info < 24:
		return uint64(info), b, true
	case info == 24 && len(b) >= 1:
		return uint64(b[0]), b[1:], true
	case info == 25 && len(b) >= 2:
		return uint64(binary.BigEndian.Uint16(b)), b[2:], true
	case info == 26 && len(b) >= 4:
		return uint64(binary.BigEndian.Uint32(b)), b[4:], true
	case info == 27 && len(b) >= 8:
		return binary.BigEndian.Uint64(b), b[8:], true
	}
	return 0, nil, false
}
