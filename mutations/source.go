package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
)

// mutated returns the file with the mutation's changes in it. What does not apply any more is an
// error that says where the text is now, if it is anywhere near.
func (m *mutation) mutated(root string) (string, error) {
	source, err := fs.ReadFile(os.DirFS(root), m.file)
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
	for _, name := range m.siblings(root) {
		if !strings.HasSuffix(name, "_test.go") && m.declaredIn(root, name) {
			moved = append(moved, name)
		}
	}
	if len(moved) == 1 {
		m.file = moved[0]
	}
}

// siblings are the Go files of the package.
func (m *mutation) siblings(root string) []string {
	names, _ := fs.Glob(os.DirFS(root), path.Join(path.Dir(m.file), "*.go"))
	return names
}

// declaredIn reports whether a file has the declaration with the old text in it.
func (m *mutation) declaredIn(root, file string) bool {
	source, err := fs.ReadFile(os.DirFS(root), file)
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
	var hint strings.Builder
	for _, name := range m.siblings(root) {
		source, err := fs.ReadFile(os.DirFS(root), name)
		if err == nil && !strings.HasSuffix(name, "_test.go") && strings.Contains(string(source), m.edits[0].old) {
			hint.WriteString(", but in " + path.Base(name))
		}
	}
	return hint.String()
}
