package providers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// TestEveryConstructorIsCompared finds constructors that presets does not call.
func TestEveryConstructorIsCompared(t *testing.T) {
	// These are no presets of their own: generic ones, and others under the same id.
	skip := []string{"OAuth", "OIDC", "GitHubEnterprise", "GitLabSelfManaged", "WeChatWebsite"}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared, called []string
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			switch {
			case name == "presets_test.go":
				called = append(called, constructorsCalled(f)...)
			case f.Name.IsExported() && makesOAuthProvider(f) && !slices.Contains(skip, f.Name.Name):
				declared = append(declared, f.Name.Name)
			}
		}
	}
	slices.Sort(declared)
	slices.Sort(called)
	if len(declared) < 80 {
		t.Errorf("only %d constructors found", len(declared))
	}
	if !slices.Equal(declared, called) {
		t.Errorf("constructors:\n%v\ncalled by presets:\n%v", declared, called)
	}
}

func makesOAuthProvider(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	pointer, ok := f.Type.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "OAuthProvider"
}

func constructorsCalled(f *ast.FuncDecl) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok && name.IsExported() {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}
