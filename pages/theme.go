package pages

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// Theme adapts the pages to a product. The zero value is a complete theme.
type Theme struct {
	// ColorScheme is "light", "dark" or "auto"; empty means "auto", which
	// follows the visitor's system.
	ColorScheme string
	// Logo is shown above the heading: an https URL, an absolute path of the
	// site itself, or a data:image URI. An https URL is the one thing that
	// makes a page load from another host.
	Logo string
	// BrandColor is the color of the main button, as #rgb or #rrggbb.
	BrandColor string
	// ButtonText is the color of the text on it, as #rgb or #rrggbb. Empty
	// means black or white, whichever reads better.
	ButtonText string
	// Name is the product's name in headings and titles. It may be empty.
	Name string
}

// Backgrounds of the card in light.css and dark.css, which a focus ring has
// to stand out from.
var (
	lightCard = color{0xff, 0xff, 0xff}
	darkCard  = color{0x17, 0x1b, 0x20}
)

// Validate reports every setting that New would refuse, joined in one error.
// Each message names the setting and the remedy.
func (t Theme) Validate() error {
	var errs []error
	switch t.ColorScheme {
	case "", "auto", "light", "dark":
	default:
		errs = append(errs, fmt.Errorf("Theme.ColorScheme is %q: use auto, light or dark, or leave it empty", t.ColorScheme))
	}
	if t.Logo != "" {
		if _, err := parseLogo(t.Logo); err != nil {
			errs = append(errs, fmt.Errorf("Theme.Logo %w", err))
		}
	}
	for _, s := range []struct{ name, value string }{{"BrandColor", t.BrandColor}, {"ButtonText", t.ButtonText}} {
		if _, ok := parseColor(s.value); s.value != "" && !ok {
			errs = append(errs, fmt.Errorf("Theme.%s is %q: write it as #rgb or #rrggbb, or leave it empty", s.name, s.value))
		}
	}
	return errors.Join(errs...)
}

// style is the style sheet of every page of a valid theme.
func (t Theme) style() template.CSS {
	var b strings.Builder
	block := func(palette string, card color, scheme string) {
		b.WriteString(":root {\ncolor-scheme: " + scheme + ";\n" + palette)
		if brand, ok := parseColor(t.BrandColor); ok {
			b.WriteString("--button: " + brand.String() + ";\n")
			if contrast(brand, card) >= 3 {
				b.WriteString("--focus: " + brand.String() + ";\n")
			}
			if t.ButtonText == "" {
				b.WriteString("--button-text: " + textOn(brand).String() + ";\n")
			}
		}
		if text, ok := parseColor(t.ButtonText); ok {
			b.WriteString("--button-text: " + text.String() + ";\n")
		}
		b.WriteString("}\n")
	}
	switch t.ColorScheme {
	case "light":
		block(lightPalette, lightCard, "light")
	case "dark":
		block(darkPalette, darkCard, "dark")
	default:
		block(lightPalette, lightCard, "light dark")
		b.WriteString("@media (prefers-color-scheme: dark) {\n")
		block(darkPalette, darkCard, "light dark")
		b.WriteString("}\n")
	}
	b.WriteString(styleSheet)
	return template.CSS(b.String()) //nolint:gosec // G203: of constants and parsed colors only
}

// metaScheme is the content of <meta name="color-scheme">.
func (t Theme) metaScheme() string {
	switch t.ColorScheme {
	case "light", "dark":
		return t.ColorScheme
	}
	return "light dark"
}

// logo is the checked address of an image.
type logo struct {
	url    template.URL
	origin string // set for an image of another host
}

var (
	dataImage = regexp.MustCompile(`^data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]`)
	// plainHost keeps everything out that means something in a policy header.
	plainHost = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)
)

func parseLogo(s string) (logo, error) {
	if dataImage.MatchString(s) {
		return logo{url: template.URL(s)}, nil //nolint:gosec // G203: an image, as dataImage has just checked
	}
	if l, ok := parseLocalPath(s); ok {
		return l, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.User != nil || !plainHost.MatchString(u.Host) {
		return logo{}, fmt.Errorf("is %.80q: use an https URL, an absolute path such as /logo.svg, or a data:image URI (png, jpeg, gif, webp, avif, svg+xml)", s)
	}
	return logo{url: template.URL(u.String()), origin: "https://" + strings.ToLower(u.Host)}, nil //nolint:gosec // G203: https, at a plain host
}

// parseLocalPath accepts a path of the site itself. A second slash or a
// backslash would make browsers read a host name.
func parseLocalPath(s string) (logo, bool) {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return logo{}, false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return logo{}, false
		}
	}
	return logo{url: template.URL(s)}, true //nolint:gosec // G203: a path without a scheme
}
