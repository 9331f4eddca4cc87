package ginauth

import (
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeSettings keeps the settings table and the struct the same, in the same order.
func TestReadmeSettings(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "<!-- settings:begin -->")
	table, _, ok2 := strings.Cut(table, "<!-- settings:end -->")
	if !ok || !ok2 {
		t.Fatal("README.md has no settings table between its markers")
	}
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Za-z]+)` \\|").FindAllStringSubmatch(table, -1) {
		listed = append(listed, m[1])
	}
	var fields []string
	for f := range reflect.TypeFor[Config]().Fields() {
		fields = append(fields, f.Name)
	}
	if got, want := strings.Join(listed, " "), strings.Join(fields, " "); got != want {
		t.Errorf("README lists\n%s\nthe struct has\n%s", got, want)
	}
	for _, sub := range []struct {
		row string
		of  reflect.Type
	}{
		{"Session", reflect.TypeFor[SessionConfig]()}, {"Pages", reflect.TypeFor[PagesConfig]()},
		{"Callbacks", reflect.TypeFor[Callbacks]()}, {"Events", reflect.TypeFor[Events]()},
	} {
		line := regexp.MustCompile("(?m)^\\| `" + sub.row + "` .*$").FindString(table)
		for f := range sub.of.Fields() {
			if !strings.Contains(line, "`"+f.Name+"`") {
				t.Errorf("README: the row of %s does not name %s", sub.row, f.Name)
			}
		}
	}
}

// TestSecurityPage finds every test and scenario that docs/security.md names beside a promise.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	var code, torture strings.Builder
	root := os.DirFS("..")
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		text, err := fs.ReadFile(root, path)
		code.Write(text)
		if strings.HasPrefix(path, "torture/") {
			torture.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, row := range regexp.MustCompile(`(?m)^\| .*\. \| (.*) \|$`).FindAllStringSubmatch(string(page), -1) {
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			named++
			where, what := &code, "func "+m[1]+"("
			if !regexp.MustCompile(`^(Test|Fuzz|test)`).MatchString(m[1]) {
				where, what = &torture, `"`+strings.TrimPrefix(m[1], "race: ")+`"`
			}
			if !strings.Contains(where.String(), what) {
				t.Errorf("docs/security.md names %s, which is nowhere", m[1])
			}
		}
	}
	if named < 40 {
		t.Errorf("only %d tests are named: the table is not read", named)
	}
}
