package main

import (
	"errors"
	"strings"
)

// The table in docs/security.md stands between these lines.
const (
	tableBegin = "<!-- promises:begin, from mutations/promises by `go run ./mutations -write` -->\n"
	tableEnd   = "<!-- promises:end -->\n"
)

// withTable returns the page with its table made of the list.
func withTable(page string, list []*promise) (string, error) {
	before, rest, ok := strings.Cut(page, tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		return "", errors.New("docs/security.md has no table between its markers")
	}
	var b strings.Builder
	b.WriteString(before + tableBegin)
	b.WriteString("| promise | tests that fail without it |\n|---|---|\n")
	for _, p := range list {
		b.WriteString("| " + p.text + " | `" + strings.Join(p.tests, "`, `") + "` |\n")
	}
	b.WriteString(tableEnd + after)
	return b.String(), nil
}
