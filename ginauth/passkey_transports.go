package ginauth

import (
	"slices"
	"strings"
)

// transportsOf takes the browser's hints as far as they are plausible.
func transportsOf(raw []string) []string {
	if raw == nil {
		return nil
	}
	list := make([]string, 0, len(raw))
	for _, t := range raw {
		if len(list) < 8 && providerID.MatchString(t) && len(t) <= 32 {
			list = append(list, t)
		}
	}
	return list
}

// knownTransports are the values of AuthenticatorTransport (WebAuthn Level 3, section 5.8.4).
var knownTransports = []string{"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}

// transportHints are the transports to send with a passkey, so that browsers look for it there and
// nowhere else. A passkey that lives on several devices may be in the one at hand or in another one, so
// a list that does not name both ways is left out. A list that is not understood as a whole is left out
// too, because part of it could hide the passkey from its owner.
func transportHints(a Authenticator) []string {
	var list []string
	for _, stored := range a.Transports {
		for t := range strings.SplitSeq(stored, ",") {
			if t = strings.TrimSpace(t); t == "cable" {
				t = "hybrid" // its name before Level 3
			}
			if !slices.Contains(knownTransports, t) {
				return nil
			}
			if !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	if a.MultiDevice && !(slices.Contains(list, "internal") && slices.Contains(list, "hybrid")) {
		return nil
	}
	return list
}
