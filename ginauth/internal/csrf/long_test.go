package csrf_test

import (
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/csrf"
)

// A cookie that is longer than any that was made is not hashed, even where its hash is right: the
// work of a request must not grow with its headers.
func TestOpen_LongCookie(t *testing.T) {
	signer := csrf.NewSigner([]string{secret})
	for length, want := range map[int]bool{64: true, 1024 - 65: true, 1024 - 64: false, 8000: false} {
		if _, ok := signer.Open(sign(strings.Repeat("a", length), secret)); ok != want {
			t.Errorf("a token of %d characters: %v", length, ok)
		}
	}
}
