package csrf_test

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/csrf"
)

const (
	secret = "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"
	older  = "vB3nM6kJ9hG2fD5sA8qW1eR4tY7uI0oP"
	oldest = "zX1cV4bN7mL0kJ3hG6fD9sA2qW5eR8tY"
)

func sign(token, key string) string {
	sum := sha256.Sum256([]byte(token + key))
	return token + "|" + hex.EncodeToString(sum[:])
}

func TestMake(t *testing.T) {
	s := csrf.NewSigner([]string{secret})
	token, cookie := s.Make()
	if !regexp.MustCompile("^[0-9a-f]{64}$").MatchString(token) {
		t.Errorf("token %q", token)
	}
	if cookie != sign(token, secret) {
		t.Errorf("cookie %q is not token|sha256(token+secret)", cookie)
	}
	if got, ok := s.Open(cookie); !ok || got != token {
		t.Errorf("Open: %q %v", got, ok)
	}
	if other, _ := s.Make(); other == token {
		t.Error("the same token twice")
	}
}

// What a rotation may meet: cookies of before, of any step in between, and of an Auth.js server
// that joins the same list of secrets.
func TestOpen_Rotation(t *testing.T) {
	signer := csrf.NewSigner([]string{secret, older, oldest})
	token := strings.Repeat("ab", 32)
	for key, want := range map[string]bool{
		secret + "," + older + "," + oldest: true,
		older + "," + oldest:                true,
		secret:                              true,
		older:                               true,
		oldest:                              true,
		older + "," + secret:                false,
		"":                                  false,
		"somebody else's secret, 32 bytes":  false,
	} {
		if _, ok := signer.Open(sign(token, key)); ok != want {
			t.Errorf("key %q: %v", key, ok)
		}
	}
	if _, cookie := signer.Make(); cookie != sign(cookie[:64], secret+","+older+","+oldest) {
		t.Error("new cookies are not what Auth.js makes with an array of secrets")
	}
	if _, ok := csrf.NewSigner([]string{secret}).Open(sign(token, older)); ok {
		t.Error("a dropped secret is accepted")
	}
}

func TestOpen_Refuses(t *testing.T) {
	s := csrf.NewSigner([]string{secret})
	token, good := s.Make()
	for _, cookie := range []string{
		"", "|", "||", token, token + "|", "|" + good[65:], good[1:], good[:len(good)-1], good + "0", strings.ToUpper(good),
		token + "%7C" + good[65:], token + good[64:65] + strings.Repeat("0", 64), strings.Repeat("a", 2000) + "|x",
	} {
		if got, ok := s.Open(cookie); ok {
			t.Errorf("%q gives %q", cookie, got)
		}
	}
}

func TestEqual(t *testing.T) {
	if !csrf.Equal("a", "a") || csrf.Equal("a", "b") || csrf.Equal("a", "ab") || csrf.Equal("", "a") {
		t.Error("Equal")
	}
}

// FuzzCSRFCookie: only what carries the right hash opens.
func FuzzCSRFCookie(f *testing.F) {
	s := csrf.NewSigner([]string{secret, older})
	_, good := s.Make()
	for _, seed := range []string{good, sign("x", secret), sign("", older), "|", "", "a|b|c", good + "|extra", strings.Repeat("|", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		token, ok := s.Open(cookie)
		if !ok {
			if token != "" {
				t.Fatalf("%q: token %q without ok", cookie, token)
			}
			return
		}
		rest, found := strings.CutPrefix(cookie, token+"|")
		hash, _, _ := strings.Cut(rest, "|")
		for _, key := range []string{secret + "," + older, secret, older} {
			if found && sign(token, key) == token+"|"+hash {
				return
			}
		}
		t.Fatalf("%q opened as %q", cookie, token)
	})
}
