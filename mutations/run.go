package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verdict is what became of a mutation. Only caught is good.
type verdict string

const (
	caught      verdict = "caught"
	survived    verdict = "SURVIVED"
	noCompile   verdict = "DOES NOT COMPILE"
	noPattern   verdict = "TEXT NOT FOUND"
	interrupted verdict = "NOT RUN"
)

// result is the verdict with what a reader needs to believe it.
type result struct {
	*mutation
	verdict verdict
	// by are the tests that failed.
	by []string
	// detail explains a verdict that is not good.
	detail string
	took   time.Duration
}

// runner runs tests, with or without a mutation.
type runner struct {
	*repository
	// limit is the time that the tests of one package may take.
	limit time.Duration
	// work is a folder for what is built.
	work string
	// binaries are the tests of the program that has all mutants, by package.
	binaries map[string]string
}

// failed makes a result of an error.
func failed(m *mutation, err error) result {
	res := result{mutation: m, verdict: noPattern, detail: err.Error()}
	if refused := (*compileError)(nil); errors.As(err, &refused) {
		res.verdict = noCompile
	} else if errors.Is(err, context.Canceled) {
		res.verdict = interrupted
	}
	return res
}

// try runs the tests of a mutation's promise with the mutant of this number. The number 0 stands for a mutation that has to be compiled by itself.
func (r *runner) try(ctx context.Context, m *mutation, number int) (res result) {
	start := time.Now()
	defer func() { res.took = time.Since(start) }()
	groups, err := r.groups(m.promise.goTests())
	if err != nil {
		return failed(m, err)
	}
	overlay := ""
	if number == 0 {
		source, err := m.mutated(r.root)
		if err == nil {
			overlay, _, err = r.overlay(map[string]string{m.file: source})
		}
		if err != nil {
			return failed(m, err)
		}
	}
	res = result{mutation: m, verdict: survived, detail: "all pass: " + strings.Join(m.promise.goTests(), ", ")}
	for _, g := range groups {
		binary := r.binaries[g.String()]
		if number == 0 {
			if binary, err = r.compile(ctx, g, overlay); err != nil {
				return failed(m, err)
			}
		}
		out := r.test(ctx, g, binary, number, r.limit)
		if ctx.Err() != nil {
			return failed(m, ctx.Err())
		}
		if out.failed {
			res.verdict, res.by, res.detail = caught, append(res.by, out.names...), ""
		}
	}
	return res
}

// output is what the tests said.
type output struct {
	failed bool
	// names are the tests that failed.
	names []string
	text  string
}

var (
	failedTest = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)
	passedTest = regexp.MustCompile(`(?m)^--- PASS: (\S+)`)
	// hangingTest is one that was under way when the time was up.
	hangingTest = regexp.MustCompile(`(?m)^\s+running tests:\n\s+(\S+)`)
)

// test runs the tests of a group. They see no database server, so that a verdict is the same
// everywhere.
func (r *runner) test(ctx context.Context, g group, binary string, number int, limit time.Duration, more ...string) output {
	args := append([]string{"-test.timeout", limit.String(), "-test.run", "^(" + strings.Join(g.tests, "|") + ")$"}, more...)
	cmd := exec.CommandContext(ctx, binary, args...) //nolint:gosec // G204: it was built just now
	cmd.Dir = filepath.Join(r.root, g.module, g.dir)
	cmd.Env = append(os.Environ(), chosenVariable+"="+strconv.Itoa(number),
		"GINAUTH_REQUIRE_ALL=", "GINAUTH_TEST_POSTGRES=", "GINAUTH_TEST_MYSQL=", "GINAUTH_TEST_REDIS=")
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	err := cmd.Run()
	out := output{failed: err != nil, text: text.String()}
	for _, pattern := range []*regexp.Regexp{failedTest, hangingTest} {
		for _, m := range pattern.FindAllStringSubmatch(out.text, -1) {
			name, _, _ := strings.Cut(m[1], "/")
			out.names = append(out.names, name)
		}
	}
	if out.failed && len(out.names) == 0 {
		out.names = []string{"a panic"}
	}
	slices.Sort(out.names)
	out.names = slices.Compact(out.names)
	return out
}

// baselineLimit is the time that all tests of a package may take together.
const baselineLimit = 10 * time.Minute

// baseline runs the tests without any mutation: one that fails anyway, or is skipped, catches nothing.
func (r *runner) baseline(ctx context.Context, tests []string) error {
	groups, err := r.groups(tests)
	if err != nil {
		return err
	}
	for _, g := range groups {
		out := r.test(ctx, g, r.binaries[g.String()], 0, baselineLimit, "-test.v")
		if out.failed {
			return fmt.Errorf("the tests of %s fail without any mutation:\n%s", g, out.text)
		}
		passed := map[string]bool{}
		for _, m := range passedTest.FindAllStringSubmatch(out.text, -1) {
			passed[m[1]] = true
		}
		for _, name := range g.tests {
			if !passed[name] {
				return fmt.Errorf("%s: %s did not run without any mutation, so it catches none", g, name)
			}
		}
	}
	return nil
}
