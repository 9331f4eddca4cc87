package main

import (
	"strings"
	"testing"
)

func TestDisplayName(t *testing.T) {
	name := func(v any) any { return map[string]any{"name": v} }
	for label, tc := range map[string]struct {
		update any
		want   string // empty: refused
	}{
		"plain":            {name("Ada"), "Ada"},
		"trimmed":          {name(" \tAda Lovelace\n"), "Ada Lovelace"},
		"80 characters":    {name(strings.Repeat("é", 80)), strings.Repeat("é", 80)},
		"emoji, joined":    {name("👩\u200d🔬"), "👩\u200d🔬"},
		"81 characters":    {name(strings.Repeat("é", 81)), ""},
		"empty":            {name(""), ""},
		"white space":      {name(" \u00a0 "), ""},
		"NUL":              {name("A\x00da"), ""},
		"line break":       {name("A\nda"), ""},
		"escape":           {name("A\x1b[2Jda"), ""},
		"C1 control":       {name("A\u0085da"), ""},
		"line separator":   {name("A\u2028da"), ""},
		"writing reversed": {name("A\u202eda"), ""},
		"not UTF-8":        {name("A\xffda"), ""},
		"a number":         {name(7.0), ""},
		"a list":           {name([]any{"Ada"}), ""},
		"no name":          {map[string]any{"email": "x@example.com"}, ""},
		"no object":        {"Ada", ""},
		"nothing":          {nil, ""},
	} {
		got, ok := displayName(tc.update)
		if got != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: got %q, %v", label, got, ok)
		}
	}
}
