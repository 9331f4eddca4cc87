package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mutated returns the file with the mutation's changes in it. What does not apply any more is an
// error that says where the text is now, if it is anywhere near.
func (m *mutation) mutated(root string) (string, error) {
	source, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return "", fmt.Errorf("no such file%s", m.elsewhere(root))
	}
	before, inside, after, err := m.scope(string(source))
	if err != nil {
		return "", fmt.Errorf("%w%s", err, m.elsewhere(root))
	}
	for _, e := range m.edits {
		switch n := strings.Count(inside, e.old); {
		case n == 0:
			return "", fmt.Errorf("%q is not there%s", e.old, m.elsewhere(root))
		case n > 1:
			return "", fmt.Errorf("%q is there %d times: write more of the line, or name the function", e.old, n)
		}
		inside = strings.Replace(inside, e.old, e.new, 1)
	}
	return before + inside + after, nil
}

// settle finds functions that were moved to another file of their package.
func settle(root string, m *mutation) {
	if m.decl == "" || m.declaredIn(root, m.file) {
		return
	}
	var moved []string
	files, _ := filepath.Glob(filepath.Join(root, filepath.Dir(m.file), "*.go"))
	for _, f := range files {
		name := path.Join(path.Dir(m.file), filepath.Base(f))
		if !strings.HasSuffix(f, "_test.go") && m.declaredIn(root, name) {
			moved = append(moved, name)
		}
	}
	if len(moved) == 1 {
		m.file = moved[0]
	}
}

// declaredIn reports whether a file has the declaration with the old text in it.
func (m *mutation) declaredIn(root, file string) bool {
	source, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return false
	}
	_, inside, _, err := m.scope(string(source))
	return err == nil && (len(m.edits) == 0 || strings.Contains(inside, m.edits[0].old))
}

// scope cuts the text out that may be changed.
func (m *mutation) scope(source string) (before, inside, after string, err error) {
	if m.decl == "" {
		return "", source, "", nil
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, m.file, source, parser.SkipObjectResolution)
	if err != nil {
		return "", "", "", err
	}
	for _, d := range tree.Decls {
		if declares(d, m.decl) {
			from, to := files.Position(d.Pos()).Offset, files.Position(d.End()).Offset
			return source[:from], source[from:to], source[to:], nil
		}
	}
	return "", "", "", fmt.Errorf("%s is not there", m.decl)
}

func declares(d ast.Decl, name string) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name == name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.Name == name {
					return true
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.Name == name {
						return true
					}
				}
			}
		}
	}
	return false
}

// elsewhere names the files of the same package that hold the first old text.
func (m *mutation) elsewhere(root string) string {
	files, _ := filepath.Glob(filepath.Join(root, filepath.Dir(m.file), "*.go"))
	hint := ""
	for _, f := range files {
		source, err := os.ReadFile(f)
		if err == nil && !strings.HasSuffix(f, "_test.go") && strings.Contains(string(source), m.edits[0].old) {
			hint += ", but in " + filepath.Base(f)
		}
	}
	return hint
}
