package oidcflow

import "strings"

const (
	// maxDescription is how much of a service's words is kept, in bytes.
	maxDescription = 200
	// maxWord is the longest word that is kept: a UUID has 36 characters, tokens have more.
	maxWord = 40
)

// Described is what a service says in words, as errors may hold it. Some repeat what must not be in a log:
// the code or secret that was sent to them, the e-mail address of the person. Words with one of these
// secrets in them are left out, as are addresses and what is as long as a token.
func Described(text string, secrets ...string) string {
	if len(text) > maxDescription {
		// The last word may be what is left of a longer one.
		text = text[:strings.LastIndexByte(text[:maxDescription], ' ')+1] + "…"
	}
	words := strings.Fields(text)
	for i, word := range words {
		if len(word) > maxWord || strings.ContainsAny(word, "@＠") || strings.Contains(word, "%40") || holdsAny(word, secrets) {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}

func holdsAny(word string, secrets []string) bool {
	for _, secret := range secrets {
		if secret != "" && strings.Contains(word, secret) {
			return true
		}
	}
	return false
}
