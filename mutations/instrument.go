package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// Compiling takes far longer than testing, so all mutations that change a function are compiled at
// once. Each becomes a copy of its function in the same file; the function calls the copy whose
// number is in this environment variable.
const chosenVariable = "GINAUTH_MUTANT"

// program is the source with mutations in it, for go's -overlay.
type program struct {
	// files are contents by name, relative to the repository.
	files map[string]string
	// mutants are the mutations by number, from 1.
	mutants map[int]*mutation
	// copies tell which lines of a file belong to which mutant.
	copies map[string][]region
}

// region is the lines of one mutant's copy.
type region struct{ from, to, mutant int }

// instrument makes a program of all mutations of functions. Others, such as those of constants, come
// back in alone; broken are those that no longer apply.
func instrument(root string, all []*mutation) (p *program, alone []*mutation, broken map[*mutation]error) {
	p = &program{files: map[string]string{}, mutants: map[int]*mutation{}, copies: map[string][]region{}}
	broken = map[*mutation]error{}
	files := map[string]*instrumented{}
	for i, m := range all {
		if _, err := m.mutated(root); err != nil {
			broken[m] = err
			continue
		}
		if path.Ext(m.file) != ".go" { // a template, say
			alone = append(alone, m)
			continue
		}
		f := files[m.file]
		if f == nil {
			source, err := fs.ReadFile(os.DirFS(root), m.file)
			if err == nil {
				f, err = open(string(source))
			}
			if err != nil {
				broken[m] = err
				continue
			}
			files[m.file] = f
		}
		if !f.add(m, i+1) {
			alone = append(alone, m)
			continue
		}
		p.mutants[i+1] = m
	}
	for name, f := range files {
		if len(f.regions) == 0 {
			continue
		}
		p.files[name], p.copies[name] = f.text(), f.regions
		p.files[path.Join(path.Dir(name), "mutant_number.go")] = fmt.Sprintf(
			"package %s\n\nimport (\n\t\"os\"\n\t\"strconv\"\n)\n\nvar mutantNumber, _ = strconv.Atoi(os.Getenv(%q))\n", f.tree.Name.Name, chosenVariable)
	}
	return p, alone, broken
}

// instrumented is a file on its way into a program.
type instrumented struct {
	source string
	tree   *ast.File
	fset   *token.FileSet
	// calls are what is inserted, by offset.
	calls   map[int]string
	copies  strings.Builder
	regions []region
	lines   int
}

func open(source string) (*instrumented, error) {
	f := &instrumented{source: source, fset: token.NewFileSet(), calls: map[int]string{}, lines: strings.Count(source, "\n") + 1}
	var err error
	f.tree, err = parser.ParseFile(f.fset, "", source, parser.SkipObjectResolution)
	return f, err
}

func (f *instrumented) offset(p token.Pos) int { return f.fset.Position(p).Offset }

// add copies the function that the mutation changes. It returns false when there is none, or none
// whose parameters can be passed on by name.
func (f *instrumented) add(m *mutation, number int) bool {
	for _, d := range f.tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil || m.decl != "" && fn.Name.Name != m.decl {
			continue
		}
		from, body := f.offset(fn.Pos()), f.offset(fn.Body.Pos())
		changed := f.source[body:f.offset(fn.End())]
		if slices.ContainsFunc(m.edits, func(e edit) bool { return strings.Count(changed, e.old) != 1 }) {
			continue
		}
		name := fmt.Sprintf("%s_mutant%d", fn.Name.Name, number)
		call, ok := callOf(fn, name)
		if !ok {
			continue
		}
		for _, e := range m.edits {
			changed = strings.Replace(changed, e.old, e.new, 1)
		}
		afterName := f.offset(fn.Name.End())
		text := f.source[from:f.offset(fn.Name.Pos())] + name + f.source[afterName:body] + changed
		f.copies.WriteString("\n" + text + "\n")
		f.regions = append(f.regions, region{f.lines + 1, f.lines + 1 + strings.Count(text, "\n"), number})
		f.lines += 2 + strings.Count(text, "\n")
		f.calls[body+1] += fmt.Sprintf(" if mutantNumber == %d { %s };", number, call)
		return true
	}
	return false
}

// callOf passes a function's parameters on to another one and returns what that returns.
func callOf(fn *ast.FuncDecl, name string) (call string, ok bool) {
	var args []string
	for _, field := range fn.Type.Params.List {
		if len(field.Names) == 0 {
			return "", false
		}
		for _, param := range field.Names {
			arg := param.Name
			if arg == "_" {
				return "", false
			}
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				arg += "..."
			}
			args = append(args, arg)
		}
	}
	call = name + "(" + strings.Join(args, ", ") + ")"
	if fn.Recv != nil {
		if names := fn.Recv.List[0].Names; len(names) == 0 || names[0].Name == "_" {
			return "", false
		}
		call = fn.Recv.List[0].Names[0].Name + "." + call
	}
	if fn.Type.Results == nil {
		return call + "; return", true
	}
	return "return " + call, true
}

func (f *instrumented) text() string {
	var b strings.Builder
	last := 0
	for _, at := range slices.Sorted(maps.Keys(f.calls)) {
		b.WriteString(f.source[last:at] + f.calls[at])
		last = at
	}
	return b.String() + f.source[last:] + f.copies.String()
}
