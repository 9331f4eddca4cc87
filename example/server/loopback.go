package main

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// isLoopback reports whether a host name or address, with or without a port, is this machine's own.
func isLoopback(host string) bool {
	if name, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761, section 6.3
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// onlyLoopback refuses requests that did not come in at a loopback address, and those by another
// name: a page elsewhere whose name resolves to 127.0.0.1 reaches this server from the developer's
// own browser, and then it is the name that tells the two apart.
func onlyLoopback(c *gin.Context) {
	if !arrivedAtLoopback(c.Request) || !namesLoopback(c.Request) {
		c.Header("Cache-Control", "no-store")
		c.String(http.StatusForbidden, "This page is for this machine only: open it as http://localhost.\n")
		c.Abort()
	}
}

// arrivedAtLoopback looks at the connection; without one, in a test, there is nothing to look at.
func arrivedAtLoopback(r *http.Request) bool {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return !ok || isLoopback(at.String())
}

// namesLoopback looks at the name in the address bar: Host, and what a proxy such as the Next.js app
// says that Host was.
func namesLoopback(r *http.Request) bool {
	names := []string{r.Host}
	for _, list := range r.Header.Values("X-Forwarded-Host") {
		for name := range strings.SplitSeq(list, ",") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	for _, name := range names {
		if !isLoopback(name) {
			return false
		}
	}
	return true
}
