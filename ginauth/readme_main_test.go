package ginauth_test

import (
	"go/scanner"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestReadmeMain keeps the README's program the same as Example, which compiles, but for the lines
// that open the database: the module has no driver.
func TestReadmeMain(t *testing.T) {
	body := func(file, from string) []string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, ok := strings.Cut(string(text), from)
		rest, _, closed := strings.Cut(rest, "\n}\n")
		if !ok || !closed {
			t.Fatalf("%s has no %q", file, from)
		}
		return tokens([]byte(rest))
	}
	const start = "\tr := gin.Default()\n"
	readme := body("../README.md", start)
	example := body("example_test.go", start)
	if !slices.Equal(readme, example) {
		t.Errorf("README: %s\nExample: %s", strings.Join(readme, " "), strings.Join(example, " "))
	}
	for _, bound := range []string{"MaxHeaderBytes", "ReadHeaderTimeout", "ReadTimeout", "WriteTimeout", "IdleTimeout"} {
		if !slices.Contains(readme, bound) {
			t.Errorf("the server has no %s", bound)
		}
	}
	if len(readme) < 50 {
		t.Errorf("only %d tokens", len(readme))
	}
}

// tokens are the words of Go source, without comments and white space.
func tokens(src []byte) (list []string) {
	var s scanner.Scanner
	set := token.NewFileSet()
	s.Init(set.AddFile("", set.Base(), len(src)), src, nil, 0)
	for {
		_, tok, text := s.Scan()
		if tok == token.EOF {
			return list
		}
		if text == "" {
			text = tok.String()
		}
		list = append(list, text)
	}
}
