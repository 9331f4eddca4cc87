package main

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// promise is one row of the table in docs/security.md.
type promise struct {
	// name is for the command line and for reports.
	name string
	text string
	// tests are Go tests, fuzz targets and scenarios of the torture, as the page names them.
	tests     []string
	mutations []*mutation
}

// mutation is a change of the source that breaks a promise.
type mutation struct {
	promise *promise
	// file is relative to the repository; decl, where it is not empty, is the function or other
	// declaration of the file that is changed.
	file, decl string
	// what is how the program misbehaves with the change.
	what  string
	edits []edit
}

// edit replaces text within one line. The old text must occur exactly once.
type edit struct{ old, new string }

func (m *mutation) String() string { return m.file + ": " + m.what }

// goTests are the tests that go test can run.
func (p *promise) goTests() []string {
	return slices.DeleteFunc(slices.Clone(p.tests), func(name string) bool { return !isGoTest(name) })
}

var goTest = regexp.MustCompile(`^(Test|Fuzz)[A-Za-z0-9_]*$`)

func isGoTest(name string) bool { return goTest.MatchString(name) }

var heading = regexp.MustCompile(`^([A-Za-z0-9_./-]+\.[a-z]+)(?: ([A-Za-z0-9_]+))?: (.+)$`)

// readList reads the promises in the order of their files' names.
func readList() ([]*promise, error) {
	files, err := fs.Glob(promises, "promises/*.txt")
	if err != nil {
		return nil, err
	}
	var list []*promise
	names := map[string]bool{}
	for _, file := range files {
		text, err := promises.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, err := parseList(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, p := range some {
			if names[p.name] {
				return nil, fmt.Errorf("%s: a second promise is called %s", file, p.name)
			}
			names[p.name] = true
		}
		list = append(list, some...)
	}
	return list, nil
}

// parseList reads one file; the package's comment explains the format. It reports every mistake.
func parseList(text string) ([]*promise, error) {
	var list []*promise
	var p *promise
	var m *mutation
	var errs []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("line %d: "+format, append([]any{i + 1}, args...)...))
		}
		name, isName := strings.CutPrefix(line, "[")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case isName:
			name = strings.TrimSuffix(name, "]")
			p, m = &promise{name: name}, nil
			list = append(list, p)
		case p == nil:
			bad("write a promise's name in brackets first")
		case strings.HasPrefix(line, "tests: "):
			p.tests = strings.Split(strings.TrimPrefix(line, "tests: "), ", ")
		case strings.HasPrefix(line, "- "):
			if m == nil {
				bad("write the file and what goes wrong before the change")
				continue
			}
			m.edits = append(m.edits, edit{old: strings.TrimPrefix(line, "- ")})
		case strings.HasPrefix(line, "+ "):
			if m == nil || len(m.edits) == 0 || m.edits[len(m.edits)-1].new != "" {
				bad("write the old text above the new")
				continue
			}
			m.edits[len(m.edits)-1].new = strings.TrimPrefix(line, "+ ")
		case heading.MatchString(line):
			h := heading.FindStringSubmatch(line)
			m = &mutation{promise: p, file: h[1], decl: h[2], what: h[3]}
			p.mutations = append(p.mutations, m)
		case p.tests != nil:
			bad("this is neither a file nor a change: %s", line)
		default:
			p.text = strings.TrimSpace(p.text + " " + line)
		}
	}
	for _, p := range list {
		errs = append(errs, p.validate()...)
	}
	return list, errors.Join(errs...)
}

func (p *promise) validate() (errs []error) {
	if p.text == "" || strings.Contains(p.text, "|") {
		errs = append(errs, fmt.Errorf("[%s] needs a text for a table", p.name))
	}
	if len(p.goTests()) == 0 {
		errs = append(errs, fmt.Errorf("[%s] names no Go test", p.name))
	}
	if len(p.mutations) == 0 {
		errs = append(errs, fmt.Errorf("[%s] has no mutation: what no change can break is no promise", p.name))
	}
	for _, m := range p.mutations {
		if len(m.edits) == 0 {
			errs = append(errs, fmt.Errorf("[%s] %s: no change", p.name, m))
		}
	}
	return errs
}
