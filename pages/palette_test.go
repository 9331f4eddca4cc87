package pages

import (
	"regexp"
	"testing"
)

// TestPalettes holds both palettes to WCAG 2.2 AA: 4.5 for text, 3 for the
// borders of inputs and for focus rings.
func TestPalettes(t *testing.T) {
	declaration := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)
	for name, p := range map[string]struct {
		css  string
		card color
	}{"light": {lightPalette, lightCard}, "dark": {darkPalette, darkCard}} {
		colors := map[string]color{}
		for _, m := range declaration.FindAllStringSubmatch(p.css, -1) {
			colors[m[1]], _ = parseColor(m[2])
		}
		if colors["card"] != p.card {
			t.Errorf("%s: the card is %s in the style sheet and %s in the code", name, colors["card"], p.card)
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"text", "card", 4.5}, {"text", "hover", 4.5}, {"text", "field", 4.5}, {"muted", "card", 4.5}, {"muted", "field", 4.5},
			{"button-text", "button", 4.5}, {"problem-text", "problem", 4.5},
			{"field-line", "card", 3}, {"focus", "card", 3}, {"problem-line", "card", 3},
		} {
			front, ok := colors[pair.front]
			back, found := colors[pair.back]
			if !ok || !found {
				t.Fatalf("%s: no --%s or no --%s", name, pair.front, pair.back)
			}
			if got := contrast(front, back); got < pair.least {
				t.Errorf("%s: %s on %s has contrast %.2f, less than %.1f", name, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

func TestTextOn(t *testing.T) {
	for n := range 1 << 12 {
		c := color{uint8(n >> 8 * 17), uint8(n >> 4 & 15 * 17), uint8(n & 15 * 17)}
		if got := contrast(c, textOn(c)); got < 4.5 {
			t.Errorf("text on %s has contrast %.2f", c, got)
		}
	}
	if got := textOn(color{0x58, 0x65, 0xf2}); got != white {
		t.Errorf("text on #5865f2 is %s", got)
	}
	if got := contrast(black, white); got != 21 {
		t.Errorf("black on white has contrast %v", got)
	}
}
