package pages_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/pages"
)

func TestThemeValidate(t *testing.T) {
	valid := []pages.Theme{
		{},
		{ColorScheme: "auto", BrandColor: "#abc", ButtonText: "#FFFFFF", Name: "Acme"},
		{ColorScheme: "light", Logo: "/logo.svg"},
		{ColorScheme: "dark", Logo: "https://cdn.example:8443/logo.svg"},
		{Logo: "data:image/svg+xml;base64,PHN2Zy8+"},
		{Logo: "data:image/png,abc"},
	}
	for _, theme := range valid {
		if err := theme.Validate(); err != nil {
			t.Errorf("%+v: %v", theme, err)
		}
		if _, err := pages.New(theme); err != nil {
			t.Errorf("New(%+v): %v", theme, err)
		}
	}
	invalid := []struct {
		setting string
		theme   pages.Theme
	}{
		{"ColorScheme", pages.Theme{ColorScheme: "sepia"}},
		{"ColorScheme", pages.Theme{ColorScheme: `dark"><script>`}},
		{"BrandColor", pages.Theme{BrandColor: "red"}},
		{"BrandColor", pages.Theme{BrandColor: "#12"}},
		{"BrandColor", pages.Theme{BrandColor: "#12345"}},
		{"BrandColor", pages.Theme{BrandColor: "#ggg"}},
		{"BrandColor", pages.Theme{BrandColor: "#+12345"}},
		{"BrandColor", pages.Theme{BrandColor: "#fff;}body{display:none}"}},
		{"ButtonText", pages.Theme{ButtonText: "rgb(0,0,0)"}},
		{"Logo", pages.Theme{Logo: "logo.svg"}},
		{"Logo", pages.Theme{Logo: "//cdn.example/logo.svg"}},
		{"Logo", pages.Theme{Logo: `/\cdn.example/logo.svg`}},
		{"Logo", pages.Theme{Logo: "/\t/cdn.example/logo.svg"}},
		{"Logo", pages.Theme{Logo: "http://cdn.example/logo.svg"}},
		{"Logo", pages.Theme{Logo: "https://user@cdn.example/logo.svg"}},
		{"Logo", pages.Theme{Logo: "https://*/logo.svg"}},
		{"Logo", pages.Theme{Logo: "https://cdn.example;script-src/logo.svg"}},
		{"Logo", pages.Theme{Logo: "https:///logo.svg"}},
		{"Logo", pages.Theme{Logo: "javascript:alert(1)"}},
		{"Logo", pages.Theme{Logo: "data:text/html,<script>alert(1)</script>"}},
	}
	for _, tt := range invalid {
		err := tt.theme.Validate()
		if err == nil {
			t.Errorf("%+v is accepted", tt.theme)
			continue
		}
		if msg := err.Error(); !strings.HasPrefix(msg, "Theme."+tt.setting+" ") || !strings.Contains(msg, ": ") {
			t.Errorf("%+v: message %q", tt.theme, msg)
		}
		if _, err := pages.New(tt.theme); err == nil {
			t.Errorf("New(%+v) succeeds", tt.theme)
		}
	}
	err := pages.Theme{ColorScheme: "x", Logo: "x", BrandColor: "x", ButtonText: "x"}.Validate()
	if n := strings.Count(err.Error(), "Theme."); n != 4 {
		t.Errorf("%d of 4 mistakes are reported: %v", n, err)
	}
}

func TestColors(t *testing.T) {
	tests := []struct {
		theme pages.Theme
		want  []string
		not   []string
	}{
		{pages.Theme{}, []string{"prefers-color-scheme: dark", "color-scheme: light dark;"}, nil},
		{pages.Theme{ColorScheme: "light"}, []string{"--card: #ffffff;", "color-scheme: light;"}, []string{"#171b20", "prefers-color-scheme"}},
		{pages.Theme{ColorScheme: "dark"}, []string{"--card: #171b20;", "color-scheme: dark;"}, []string{"--card: #ffffff", "prefers-color-scheme"}},
		{pages.Theme{BrandColor: "#FD0"}, []string{"--button: #ffdd00;\n", "--button-text: #000000;"}, nil},
		{pages.Theme{BrandColor: "#5b21b6"}, []string{"--button: #5b21b6;\n--focus: #5b21b6;\n--button-text: #ffffff;"}, nil},
		{pages.Theme{BrandColor: "#5b21b6", ButtonText: "#EEE"}, []string{"--button-text: #eeeeee;"}, []string{"--button-text: #000000"}},
		// Yellow cannot be seen on white, nor this blue on the dark card.
		{pages.Theme{BrandColor: "#fd0", ColorScheme: "light"}, nil, []string{"--focus: #ffdd00"}},
		{pages.Theme{BrandColor: "#00a", ColorScheme: "dark"}, nil, []string{"--focus: #0000aa"}},
	}
	for _, tt := range tests {
		p := must(t)(newRenderer(t, tt.theme).SignOut(pages.SignOut{}))
		for _, s := range tt.want {
			if !bytes.Contains(p.Body, []byte(s)) {
				t.Errorf("%+v: no %q", tt.theme, s)
			}
		}
		for _, s := range tt.not {
			if bytes.Contains(p.Body, []byte(s)) {
				t.Errorf("%+v: has %q", tt.theme, s)
			}
		}
	}
}

func TestProviderValidate(t *testing.T) {
	for _, p := range []pages.Provider{passkey, credentials, email, github, google, {Kind: "oauth", Logo: "/github.svg"}} {
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
	}
	err := pages.Provider{ID: "acme", Kind: "saml", BrandColor: "red", Logo: "https://cdn.example/a.svg"}.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, s := range []string{`"acme": Kind is "saml"`, `BrandColor is "red"`, `Logo is "https://cdn.example/a.svg"`} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("no %q in %v", s, err)
		}
	}
}
