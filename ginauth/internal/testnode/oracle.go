// Package testnode asks JavaScript: tests hold what Go does against what the published @auth/core,
// jose and Node itself do with the same input.
package testnode

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

// Dir gives the folder of the conformance suite with its npm packages installed, or skips the test.
// GINAUTH_RIG names another folder, and with GINAUTH_REQUIRE_ALL=1 a missing one is a failure.
func Dir(tb testing.TB) string {
	tb.Helper()
	missing := tb.Skipf
	if os.Getenv("GINAUTH_REQUIRE_ALL") == "1" {
		missing = tb.Fatalf
	}
	dir := os.Getenv("GINAUTH_RIG")
	if dir == "" {
		_, here, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "conformance")
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing("no node to run JavaScript with: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@auth", "core")); err != nil { //nolint:gosec // whoever runs the tests names the folder
		missing("run `npm ci` in the conformance folder first: %v", err)
	}
	return dir
}

// Cases is how many generated cases a differential test has: GINAUTH_CASES, else 200.
func Cases(tb testing.TB) int {
	tb.Helper()
	text := os.Getenv("GINAUTH_CASES")
	if text == "" {
		return 200
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		tb.Fatalf("GINAUTH_CASES=%q is no number of cases", text)
	}
	return n
}

// ErrThrown says that JavaScript threw; what is in the text behind it.
var ErrThrown = errors.New("testnode: JavaScript threw")

// Oracle is one running Node process, which answers one question after the other. It is safe for
// concurrent use.
type Oracle struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

// Start runs oracle.mjs until the test ends, or skips the test like [Dir].
func Start(tb testing.TB) *Oracle {
	tb.Helper()
	cmd := exec.Command("node", "oracle.mjs") //nolint:noctx // it ends with its standard input
	cmd.Dir = Dir(tb)
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			tb.Errorf("oracle.mjs: %v", err)
		}
	})
	return &Oracle{in: in, out: bufio.NewReader(out)}
}

// Ask sends a question and reads the answer's value into value. A question that makes JavaScript
// throw is [ErrThrown]; any other error means that the process is gone.
func (o *Oracle) Ask(question map[string]any, value any) error {
	line, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("testnode: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := o.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("testnode: %w", err)
	}
	text, err := o.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("testnode: %w", err)
	}
	var answer struct {
		Value json.RawMessage `json:"value"`
		Error string          `json:"error"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("testnode: %.200s: %w", text, err)
	}
	if answer.Error != "" {
		return fmt.Errorf("%w: %s", ErrThrown, answer.Error)
	}
	if err := json.Unmarshal(answer.Value, value); err != nil {
		return fmt.Errorf("testnode: %.200s: %w", answer.Value, err)
	}
	return nil
}
