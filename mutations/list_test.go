package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPage keeps the table of docs/security.md and the list of promises the same.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTable(string(page), list(t))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != want {
		t.Error("the table of docs/security.md is not that of mutations/promises: run `go run ./mutations -write`")
	}
}

// TestPromises finds every test that a promise names and applies every mutation, without running
// any: who moves or renames what a promise rests on learns it here.
func TestPromises(t *testing.T) {
	repo, err := openRepository("..")
	if err != nil {
		t.Fatal(err)
	}
	mutations := 0
	for _, p := range list(t) {
		for _, name := range repo.missing(p) {
			t.Errorf("[%s] names %s, which is nowhere", p.name, name)
		}
		seen := map[string]bool{}
		for _, m := range p.mutations {
			mutations++
			settle("..", m)
			text, err := m.mutated("..")
			switch {
			case err != nil:
				t.Errorf("[%s] %s: %v", p.name, m, err)
			case seen[text]:
				t.Errorf("[%s] %s: the same change as another", p.name, m)
			}
			seen[text] = true
		}
	}
	if mutations < 80 {
		t.Errorf("only %d mutations: the list is not read", mutations)
	}
}

func list(t *testing.T) []*promise {
	t.Helper()
	all, err := readList()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestParseList(t *testing.T) {
	const good = "[a]\nIt holds\nalways.\ntests: TestA, FuzzB, race: c\n\nx/y.go fn: it breaks\n- if a {\n+ if b {\n- return\n"
	all, err := parseList("# comment\n" + good)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	p := all[0]
	if p.name != "a" || p.text != "It holds always." || strings.Join(p.tests, "|") != "TestA|FuzzB|race: c" || strings.Join(p.goTests(), "|") != "TestA|FuzzB" {
		t.Errorf("promise %+v", p)
	}
	if m := p.mutations[0]; m.file != "x/y.go" || m.decl != "fn" || m.what != "it breaks" || len(m.edits) != 2 || m.edits[0] != (edit{"if a {", "if b {"}) || m.edits[1] != (edit{"return", ""}) {
		t.Errorf("mutation %+v", p.mutations[0])
	}
	for text, want := range map[string]string{
		"[a]\nIt holds.\ntests: TestA\n":                                        "no mutation",
		"[a]\nIt holds.\ntests: race: c\n\nx.go: w\n- a\n+ b\n":                 "no Go test",
		"[a]\ntests: TestA\n\nx.go: w\n- a\n+ b\n":                              "needs a text",
		"[a]\nIt | holds.\ntests: TestA\n\nx.go: w\n- a\n+ b\n":                 "needs a text",
		"[a]\nIt holds.\ntests: TestA\n\nx.go: w\n":                             "no change",
		"[a]\nIt holds.\ntests: TestA\n\n- a\n+ b\n":                            "line 5: write the file",
		"[a]\nIt holds.\ntests: TestA\n\nx.go: w\n+ b\n":                        "line 6: write the old text",
		"[a]\nIt holds.\ntests: TestA\n\nsomething else\n\nx.go: w\n- a\n+ b\n": "line 5: this is neither",
		"It holds.\n": "line 1: write a promise's name",
	} {
		if _, err := parseList(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestMutated(t *testing.T) {
	root := t.TempDir()
	write(t, root, "p/a.go", "package p\n\nfunc f() bool { return true }\n\nfunc g() bool { return true }\n\nconst limit = 5\n")
	write(t, root, "p/b.go", "package p\n\nfunc moved() bool { return false }\n")
	for _, tt := range []struct {
		file, decl, old, new string
		want, err            string
	}{
		{"p/a.go", "g", "return true", "return false", "func f() bool { return true }\n\nfunc g() bool { return false }", ""},
		{"p/a.go", "", "limit = 5", "limit = 6", "const limit = 6", ""},
		{"p/a.go", "limit", "5", "6", "const limit = 6", ""},
		{"p/a.go", "", "return true", "return false", "", "is there 2 times"},
		{"p/a.go", "f", "return false", "return true", "", "is not there, but in b.go"},
		{"p/a.go", "h", "return true", "return false", "", "h is not there"},
		{"p/c.go", "", "return false", "return true", "", "no such file, but in b.go"},
	} {
		m := &mutation{file: tt.file, decl: tt.decl, edits: []edit{{tt.old, tt.new}}}
		got, err := m.mutated(root)
		if tt.err == "" && (err != nil || !strings.Contains(got, tt.want)) || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%+v: %v\n%s", tt, err, got)
		}
	}
}

func TestChoose(t *testing.T) {
	all := list(t)
	whole, err := choose(all, "", "1/1")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*mutation]int{}
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		some, err := choose(all, "", part)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range some {
			seen[m]++
		}
	}
	for _, m := range whole {
		if seen[m] != 1 {
			t.Errorf("%s is in %d parts of three", m, seen[m])
		}
	}
	for _, wrong := range [][2]string{{"", "0/3"}, {"", "4/3"}, {"", "x"}, {"(", "1/1"}, {"no mutation is called this", "1/1"}} {
		if _, err := choose(all, wrong[0], wrong[1]); err == nil {
			t.Errorf("-only %q -part %q is taken", wrong[0], wrong[1])
		}
	}
	only, err := choose(all, "^challenge ", "1/1")
	if err != nil || len(only) < 3 || !regexp.MustCompile(`^challenge$`).MatchString(only[0].promise.name) {
		t.Errorf("%v, %v", only, err)
	}
}
