package testauthn

import (
	"encoding/binary"
	"fmt"
)

// Map is a CBOR map: pairs of a key and a value, so that their order, and a key that occurs twice, is
// the test's choice.
type Map [][2]any

// Raw is CBOR that is encoded already.
type Raw []byte

// Get returns the value of a key, or nil.
func (m Map) Get(key any) any {
	for _, p := range m {
		if p[0] == key {
			return p[1]
		}
	}
	return nil
}

// With returns a copy of m in which key has another value; a key that is new goes to the end.
func (m Map) With(key, value any) Map {
	replaced := make(Map, 0, len(m)+1)
	found := false
	for _, p := range m {
		if p[0] == key {
			p[1], found = value, true
		}
		replaced = append(replaced, p)
	}
	if !found {
		replaced = append(replaced, [2]any{key, value})
	}
	return replaced
}

// Encode writes v as CBOR (RFC 8949) with definite lengths: int, bool, string, []byte, []any, [Map]
// and [Raw].
func Encode(v any) []byte { return appendValue(nil, v) }

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case Raw:
		return append(b, v...)
	case int:
		if v < 0 {
			return appendHead(b, 1, uint64(-1-v))
		}
		return appendHead(b, 0, uint64(v))
	case []byte:
		return append(appendHead(b, 2, uint64(len(v))), v...)
	case string:
		return append(appendHead(b, 3, uint64(len(v))), v...)
	case []any:
		b = appendHead(b, 4, uint64(len(v)))
		for _, e := range v {
			b = appendValue(b, e)
		}
		return b
	case Map:
		b = appendHead(b, 5, uint64(len(v)))
		for _, p := range v {
			b = appendValue(appendValue(b, p[0]), p[1])
		}
		return b
	case bool:
		if v {
			return append(b, 0xf5)
		}
		return append(b, 0xf4)
	}
	panic(fmt.Sprintf("testauthn: no CBOR for %T", v))
}

// appendHead writes a major type and its argument in the shortest form.
func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}
