package ginauth

import (
	"errors"
	"regexp"
	"strings"
)

// appOrigins are the forms of origins that are not a website's: of Android and iOS apps and of browser
// extensions. They have no parts, so they are compared as they are.
var appOrigins = []struct {
	prefix string
	form   *regexp.Regexp
	remedy string
}{
	{"android:apk-key-hash:", base64urlText, "the SHA-256 of the certificate that signs the app, in base64url without padding"},
	{"android:apk-key-hash-sha256:", base64urlText, "the SHA-256 of the certificate that signs the app, in base64url without padding"},
	{"ios:bundle-id:", regexp.MustCompile(`^[A-Za-z0-9.-]{1,155}$`), "the bundle ID of the app, such as com.example.app"},
	{"chrome-extension://", regexp.MustCompile(`^[a-p]{32}$`), "the ID of the extension, 32 letters"},
}

var base64urlText = regexp.MustCompile(`^[A-Za-z0-9_-]{1,86}$`)

// ceremonyOrigin returns an origin of RelyingParty.Origins as clients write it.
func ceremonyOrigin(s string) (string, error) {
	for _, o := range appOrigins {
		if rest, ok := strings.CutPrefix(s, o.prefix); ok {
			if !o.form.MatchString(rest) {
				return "", errors.New("is not the origin of an app; write " + o.prefix + " and " + o.remedy)
			}
			return s, nil
		}
	}
	return parseOrigin(s)
}
