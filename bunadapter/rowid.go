package bunadapter

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"
)

// newUserID returns a random UUID (version 4): a user's ID must not tell when the user came.
func newUserID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return formatUUID(b, 4)
}

// newRowID returns a UUID that sorts by time (version 7), for rows whose order is worth knowing.
// The bits after the milliseconds are a fraction of the millisecond, as RFC 9562 section 6.2 allows.
func newRowID(now time.Time) string {
	var b [16]byte
	rand.Read(b[:])
	fraction := uint64(now.Nanosecond()%1e6) << 12 / 1e6 //nolint:gosec // G115: nanoseconds within a second are not negative
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16|fraction)
	return formatUUID(b, 7)
}

func formatUUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// isUUID reports whether s is a UUID in the form that databases print.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
