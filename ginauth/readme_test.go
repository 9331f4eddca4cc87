package ginauth

import (
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
