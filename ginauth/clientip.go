package ginauth

import (
	"net/netip"
	"slices"
	"strings"
)

// sharedAddrs are used inside networks alone, as private ones are (RFC 6598).
var sharedAddrs = netip.MustParsePrefix("100.64.0.0/10")

// clientIP is what limits per address know of a client.
type clientIP struct {
	// addr is invalid when all that can be seen is some proxy.
	addr netip.Addr
	// proxied: there seems to be a proxy that the configuration does not tell, or one that does not
	// tell its clients.
	proxied bool
}

// clientIPOf reads the peer's address and the values of X-Forwarded-For. Of an IPv6 address it takes
// the first 64 bits, which is what one subscriber has.
func clientIPOf(remote string, forwarded []string, trusted []netip.Prefix) clientIP {
	peer, ok := parseIP(remote)
	if !ok { // a Unix socket: at its other end is no browser
		return clientIP{proxied: true}
	}
	isTrusted := func(addr netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	if !isTrusted(peer) {
		if len(trusted) == 0 && isInternal(peer) {
			return clientIP{proxied: true}
		}
		return clientIP{addr: subscriber(peer), proxied: len(forwarded) > 0}
	}
	// Every proxy adds what it sees at the right: up to the first that is not ours it can be believed.
	for _, line := range slices.Backward(forwarded) {
		for more := true; more; {
			entry := line
			comma := strings.LastIndexByte(line, ',')
			if more = comma >= 0; more {
				line, entry = line[:comma], line[comma+1:]
			}
			addr, ok := parseIP(strings.Trim(entry, " \t"))
			if !ok {
				return clientIP{addr: subscriber(peer), proxied: true}
			}
			if !isTrusted(addr) {
				return clientIP{addr: subscriber(addr)}
			}
		}
	}
	return clientIP{proxied: true}
}

// isInternal reports whether an address is not in use on the internet.
func isInternal(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || sharedAddrs.Contains(a)
}

// parseIP reads an address with or without a port; IPv4 is IPv4, however it is written.
func parseIP(s string) (netip.Addr, bool) {
	var addr netip.Addr
	var err error
	if strings.HasPrefix(s, "[") || strings.Count(s, ":") == 1 {
		var withPort netip.AddrPort
		withPort, err = netip.ParseAddrPort(s)
		addr = withPort.Addr()
	} else {
		addr, err = netip.ParseAddr(s)
	}
	return addr.Unmap().WithZone(""), err == nil
}

func subscriber(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	prefix, _ := a.Prefix(64) // fails for more bits than there are
	return prefix.Addr()
}
