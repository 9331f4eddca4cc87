// Package origin brings origins into the one form in which browsers send them, so that they can be
// compared as text.
package origin

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ginauth/ginauth/internal/hostname"
)

var (
	errForm = errors.New("is not an origin; write scheme and host, such as https://app.example.com")
	errPath = errors.New("has a path or query; write scheme and host alone, and use BasePath for the path")
	errName = errors.New("has a host that browsers do not accept; write a host name such as app.example.com")
	errDot  = errors.New("has a dot at the end of its host; remove it")
	errIPv4 = errors.New("has a number where browsers read an IPv4 address; write it as 127.0.0.1 is written")
	errIPv6 = errors.New("has a host that is not an IPv6 address; write it as [::1] is written")
	errPort = errors.New("has a port that does not exist; use 1 to 65535")
)

// Of returns the origin of an http or https URL as browsers serialize it (URL Standard, section 4.7):
// the host in ASCII and lower case, IPv6 in canonical form, the port as a number and without the
// default. Spellings of IPv4 addresses other than four decimal numbers are refused.
func Of(u *url.URL) (string, error) {
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" || u.Host == "" || u.User != nil || u.Opaque != "" {
		return "", errForm
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return "", err
	}
	port := u.Port()
	if port == "" {
		return scheme + "://" + host, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil || n == 0:
		return "", errPort
	case n == 443 && scheme == "https", n == 80 && scheme == "http":
		return scheme + "://" + host, nil
	}
	return scheme + "://" + host + ":" + strconv.FormatUint(n, 10), nil
}

func canonicalHost(host string) (string, error) {
	if strings.Contains(host, ":") {
		ip, err := netip.ParseAddr(host)
		if err != nil || ip.Zone() != "" {
			return "", errIPv6
		}
		if ip.Is4In6() { // which browsers, unlike RFC 5952, write without dots
			b := ip.As16()
			return fmt.Sprintf("[::ffff:%x:%x]", uint16(b[12])<<8|uint16(b[13]), uint16(b[14])<<8|uint16(b[15])), nil
		}
		return "[" + ip.String() + "]", nil
	}
	// A host with a dot at its end is another one to browsers.
	name, hasDot := strings.CutSuffix(host, ".")
	ascii, err := hostname.ASCII(name)
	switch {
	case err != nil:
		return "", errName
	case hostname.EndsInNumber(ascii):
		if _, err := netip.ParseAddr(ascii); err != nil || hasDot {
			return "", errIPv4
		}
	case hasDot:
		ascii += "."
	}
	return ascii, nil
}

// Parse returns the origin of text that is nothing but the origin of a site. Its errors continue a
// sentence that begins with the setting.
func Parse(s string) (string, error) {
	u, err := parse(s)
	if err != nil {
		return "", err
	}
	if strings.HasSuffix(u.Hostname(), ".") {
		return "", errDot
	}
	return Of(u)
}

func parse(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.User != nil:
		return nil, errForm
	case u.Path != "" && u.Path != "/" || strings.ContainsAny(s, "?#"):
		return nil, errPath
	}
	return u, nil
}

// ParseAny is Parse that also takes exact origins of applications with a scheme of their own, such as
// capacitor://localhost.
func ParseAny(s string) (string, error) {
	u, err := parse(s)
	if err != nil {
		return "", err
	}
	if !IsOwnScheme(u.Scheme) {
		return Parse(s)
	}
	return OfAny(u)
}

// OfAny is Of for URLs of either kind. The host of a scheme that browsers do not know is compared as it
// is written.
func OfAny(u *url.URL) (string, error) {
	if !IsOwnScheme(u.Scheme) {
		return Of(u)
	}
	if u.Host == "" || u.User != nil || u.Opaque != "" || strings.HasSuffix(u.Host, ":") || strings.ContainsFunc(u.Host, notInOwnHost) {
		return "", errForm
	}
	return strings.ToLower(u.Scheme) + "://" + u.Host, nil
}

func notInOwnHost(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:", r))
}

// known are schemes that browsers handle themselves. None of them but http and https is a place to send
// people to: some run what the URL holds, others open what only this machine has.
var known = []string{"http", "https", "ws", "wss", "ftp", "javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}

// IsOwnScheme reports whether a scheme is one that an application can have for itself.
func IsOwnScheme(scheme string) bool {
	return scheme != "" && !slices.Contains(known, strings.ToLower(scheme))
}

// IsLocal reports whether browsers treat an origin that [Of] returned as this machine's own.
func IsLocal(origin string) bool {
	host := hostOf(origin)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// IsIP reports whether the host of an origin that [Of] returned is an IP address.
func IsIP(origin string) bool {
	_, err := netip.ParseAddr(hostOf(origin))
	return err == nil
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
