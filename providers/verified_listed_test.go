package providers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever adds a preset with an address has to say what its service says of it.
func TestEveryAddressSaysWhetherItIsVerified(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || strings.HasSuffix(name, "_test.go") {
				return true
			}
			keys := map[string]bool{}
			for _, e := range literal.Elts {
				if pair, ok := e.(*ast.KeyValueExpr); ok {
					if key, ok := pair.Key.(*ast.Ident); ok {
						keys[key.Name] = true
					}
				}
			}
			if selector, ok := literal.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "ProfileUser" && keys["Email"] {
				if found++; !keys["EmailVerified"] {
					t.Errorf("%s: a ProfileUser with Email and without EmailVerified", name)
				}
			}
			return true
		})
	}
	if found < 40 {
		t.Errorf("only %d found", found)
	}
}

// README.md's table has every preset once.
func TestReadmeSaysOfEveryPresetWhatVerifiesAnAddress(t *testing.T) {
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(content), "\n## Verified addresses\n")
	if !ok {
		t.Fatal("no section Verified addresses")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	listed := map[string]int{}
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		for name := range strings.SplitSeq(strings.Split(line, "|")[1], ",") {
			listed[strings.TrimSpace(name)]++
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "presets_test.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			for _, name := range append(constructorsCalled(f), "GitHubEnterprise", "GitLabSelfManaged", "OIDC", "WeChatWebsite") {
				if listed[name] != 1 {
					t.Errorf("%s is listed %d times", name, listed[name])
				}
			}
		}
	}
}
