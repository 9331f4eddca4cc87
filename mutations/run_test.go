package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTry gives each verdict once, in a repository of its own.
func TestTry(t *testing.T) {
	root := t.TempDir()
	write(t, root, "go.mod", "module example.test\n\ngo 1.26\n")
	write(t, root, "p.go", `package p

const limit = 0

func Positive(n int) bool { return n > limit }

type list []int

func (l list) add(more ...int) list { return append(l, more...) }

func (list) unnamed(_ int) int { return 1 }

func reset(p *int) {
	*p = 0
}
`)
	write(t, root, "p_test.go", `package p

import ("testing"; "os")

func TestPositive(t *testing.T) { if Positive(-1) || !Positive(1) { t.Error("wrong") } }
func TestAdd(t *testing.T) { if len(list{}.add(1, 2)) != 2 { t.Error("wrong") } }
func TestUnnamed(t *testing.T) { if (list{}).unnamed(5) != 1 { t.Error("wrong") } }
func TestReset(t *testing.T) { n := 1; if reset(&n); n != 0 { t.Error("wrong") } }
func TestHang(t *testing.T) { for Positive(-2) {} }
func TestPanic(t *testing.T) { _ = list{}.add(1, 2)[1] }
func TestSkipped(t *testing.T) { t.Skip() }
func TestBroken(t *testing.T) { if os.Getenv("GINAUTH_REQUIRE_ALL") == "" { t.Error("fails anyway") } }
`)
	repo, err := openRepository(root)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		old, new, test string
		want           verdict
		by             string
	}{
		{"return n > limit", "return n != 0", "TestPositive", caught, "TestPositive"},
		{"return n > limit", "return n >= 1", "TestPositive", survived, ""},
		{"return n > limit", "return n < -1", "TestHang", caught, "TestHang"},
		{"const limit = 0", "const limit = 1", "TestPositive", caught, "TestPositive"},
		{"const limit = 0", "const limit = true", "TestPositive", noCompile, ""},
		{"append(l, more...)", "append(l, more[0])", "TestAdd", caught, "TestAdd"},
		{"append(l, more...)", "append(l, more[0])", "TestPanic", caught, "TestPanic"},
		{"return 1", "return 2", "TestUnnamed", caught, "TestUnnamed"},
		{"return 1", "return true", "TestUnnamed", noCompile, ""},
		{"*p = 0", "*p = 2", "TestReset", caught, "TestReset"},
		{"*p = 0", "*p = \"\"", "TestReset", noCompile, ""},
		{"return 3", "return 4", "TestPositive", noPattern, ""},
	}
	var all []*mutation
	for _, tt := range tests {
		all = append(all, &mutation{promise: &promise{tests: []string{tt.test}}, file: "p.go", edits: []edit{{tt.old, tt.new}}})
	}
	r := &runner{repository: repo, limit: 2 * time.Second, work: t.TempDir()}
	results, err := r.tryAll(t.Context(), all, []string{"TestPositive"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		if got := results[i]; got.verdict != tt.want || strings.Join(got.by, " ") != tt.by {
			t.Errorf("%s, %s: %s by %v: %s", tt.new, tt.test, got.verdict, got.by, got.detail)
		}
	}
	if text, err := os.ReadFile(filepath.Join(root, "p.go")); err != nil || !strings.Contains(string(text), "return n > limit") {
		t.Errorf("the source was changed: %s, %v", text, err)
	}
	for _, tt := range []struct{ test, want string }{
		{"TestPositive", ""}, {"TestSkipped", "TestSkipped did not run"}, {"TestBroken", "fail without any mutation"},
	} {
		err := r.baseline(t.Context(), []string{tt.test})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("baseline of %s: %v", tt.test, err)
		}
	}
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
