package ginauth

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ginauth/ginauth/internal/hostname"
)

// asciiHost is a relying party ID as browsers know it. What is not a host name stays as it is.
func asciiHost(id string) string {
	if ascii, err := hostname.ASCII(id); err == nil {
		return ascii
	}
	return id
}

// remedyForHost returns what to write instead of a relying party ID that no browser accepts, or "".
func remedyForHost(id string) string {
	if id == "" || isHost(id) {
		return ""
	}
	_, rest, hasScheme := strings.Cut(id, "://")
	if !hasScheme {
		rest = id
	}
	rest, _, _ = strings.Cut(rest, "/")
	rest, _, _ = strings.Cut(rest, ":")
	if rest = strings.Trim(rest, ". "); isHost(rest) {
		return fmt.Sprintf("write %q", asciiHost(rest))
	}
	return "use a host name without scheme and port, such as example.com"
}

// isHost reports whether s is a host name or an IPv4 address.
func isHost(s string) bool {
	ascii, err := hostname.ASCII(s)
	if err == nil && hostname.EndsInNumber(ascii) {
		_, err = netip.ParseAddr(ascii)
	}
	return err == nil
}
