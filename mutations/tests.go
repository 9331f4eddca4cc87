package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// repository knows where its tests are.
type repository struct {
	root string
	// dirs are the folders of each Go test, relative to root.
	dirs map[string][]string
	// scenarios is the source of those tests that go test does not find by name.
	scenarios string
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]*)\(`)

func openRepository(root string) (*repository, error) {
	r := &repository{root: root, dirs: map[string][]string{}}
	var scenarios strings.Builder
	files := os.DirFS(root)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (base == "node_modules" || base == "testdata" || base[0] == '.'):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if strings.HasPrefix(name, "torture/") {
			scenarios.Write(text)
		}
		if strings.HasSuffix(name, "_test.go") {
			for _, m := range testFunc.FindAllSubmatch(text, -1) {
				r.dirs[string(m[1])] = append(r.dirs[string(m[1])], path.Dir(name))
			}
		}
		return err
	})
	r.scenarios = scenarios.String()
	return r, err
}

// missing returns the names of a promise's tests that are nowhere.
func (r *repository) missing(p *promise) (names []string) {
	for _, name := range p.tests {
		has := len(r.dirs[name]) > 0
		if !isGoTest(name) {
			has = strings.Contains(r.scenarios, `"`+strings.TrimPrefix(name, "race: ")+`"`)
		}
		if !has {
			names = append(names, name)
		}
	}
	return names
}

// group is what one go test runs: some tests of one package.
type group struct {
	// module is the folder of the go.mod, dir that of the package below it.
	module, dir string
	tests       []string
}

func (g group) String() string { return path.Join(g.module, g.dir) }

// groups sorts tests by package.
func (r *repository) groups(tests []string) ([]group, error) {
	byDir := map[string][]string{}
	for _, name := range tests {
		for _, dir := range r.dirs[name] {
			byDir[dir] = append(byDir[dir], name)
		}
	}
	var list []group
	for dir, names := range byDir {
		module, err := r.moduleOf(dir)
		if err != nil {
			return nil, err
		}
		below, err := filepath.Rel(module, dir)
		if err != nil {
			return nil, err
		}
		slices.Sort(names)
		list = append(list, group{module: module, dir: filepath.ToSlash(below), tests: slices.Compact(names)})
	}
	slices.SortFunc(list, func(a, b group) int { return strings.Compare(a.String(), b.String()) })
	return list, nil
}

func (r *repository) moduleOf(dir string) (string, error) {
	for d := dir; ; d = path.Dir(d) {
		if _, err := os.Stat(filepath.Join(r.root, d, "go.mod")); err == nil {
			return d, nil
		}
		if d == "." {
			return "", fmt.Errorf("%s belongs to no Go module", dir)
		}
	}
}
