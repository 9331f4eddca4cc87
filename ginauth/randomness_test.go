package ginauth_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/internal/testclient"
)

// brokenRandomness fails at one read while the server works; the browser's own are left alone.
type brokenRandomness struct {
	io.Reader
	serving bool
	at, n   int
}

func (b *brokenRandomness) Read(p []byte) (int, error) {
	if b.serving {
		if b.n++; b.n == b.at {
			return 0, errors.New("no randomness")
		}
	}
	return b.Reader.Read(p)
}

// The lesson of CVE-2025-66630: without randomness there is no fallback. The process ends, or the
// request fails; no session, token or challenge is made of what was not random.
func TestNoRandomness(t *testing.T) {
	if at, err := strconv.Atoi(os.Getenv("GINAUTH_TEST_NO_RANDOMNESS")); err == nil {
		signUpWithout(t, at)
		return
	}
	for at := 1; ; at++ {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNoRandomness$", "-test.v")
		child.Env = append(os.Environ(), "GINAUTH_TEST_NO_RANDOMNESS="+strconv.Itoa(at))
		out, err := child.CombinedOutput()
		text := string(out)
		if strings.Contains(text, "signed in after") {
			if err != nil || at <= 10 {
				t.Fatalf("read %d: %v\n%s", at, err, text)
			}
			return
		}
		if at > 100 {
			t.Fatal("there is no end of reads")
		}
		died := strings.Contains(text, "crypto/rand: failed to read random data")
		refused := strings.Contains(text, "refused with 503") || strings.Contains(text, `: 503 {"url"`)
		if !died && !refused || strings.Contains(text, "a session was made") {
			t.Errorf("read %d: %v\n%s", at, err, text)
		}
	}
}

// signUpWithout does all that makes a session, while one read of random bytes fails.
func signUpWithout(t *testing.T, at int) {
	broken := &brokenRandomness{Reader: rand.Reader, at: at}
	for _, kind := range []string{"database", "revocable"} {
		if !signUpWith(t, broken, sessionKinds[kind]) {
			return
		}
	}
	fmt.Println("signed in after", broken.n, "reads")
}

func signUpWith(t *testing.T, broken *brokenRandomness, sessions func(*ginauth.Config)) bool {
	s := newSite(t, sessions)
	c := testclient.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		broken.serving = true
		defer func() { broken.serving = false }()
		s.engine.ServeHTTP(w, r)
	}), siteOrigin)
	rand.Reader = broken
	defer func() { rand.Reader = broken.Reader }()
	if a := c.Get("/webauthn-options/passkey?action=register&email=ada@example.com"); a.Status != http.StatusOK {
		fmt.Println("refused with", a.Status)
		return false
	}
	if a := c.Register("ada@example.com"); a.Status != http.StatusOK || a.ErrorCode() != "" {
		fmt.Println("refused with", a.Status)
		if c.Cookie(sessionCookie) != "" {
			t.Error("a session was made")
		}
		return false
	}
	return true
}
