package pages_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ginauth/ginauth/pages"
)

func TestSignInScript(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, tt := range []struct {
		view pages.SignIn
		want bool
	}{
		{signIn(passkey, github), true},
		{signIn(credentials, email, github), false},
	} {
		p := must(t)(r.SignIn(tt.view))
		if got := bytes.Contains(p.Body, []byte("<script")); got != tt.want {
			t.Errorf("%d providers: script %v", len(tt.view.Providers), got)
		}
	}
}

func TestBasePath(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, tt := range []struct{ path, url, want string }{
		{"/auth", "https://app.example/other", "/auth"},
		{"/auth/", "", "/auth"},
		{"", "https://app.example/api/auth", "/api/auth"},
		{"", "https://app.example", ""},
		{"", "", ""},
	} {
		v := signIn(passkey)
		v.BasePath, v.BaseURL = tt.path, tt.url
		p := must(t)(r.SignIn(v))
		if want := `data-base="` + tt.want + `"`; !bytes.Contains(p.Body, []byte(want)) {
			t.Errorf("%+v: no %s", tt, want)
		}
	}
}

func TestAutofillIsOfferedOnce(t *testing.T) {
	second := passkey
	second.ID = "second"
	without := passkey
	without.ID, without.ConditionalUI = "without", false
	p := must(t)(newRenderer(t, pages.Theme{}).SignIn(signIn(without, passkey, second)))
	if !bytes.Contains(p.Body, []byte(`data-passkey="passkey" data-base="/auth" data-autofill>`)) {
		t.Error("not offered by the first provider that asks for it")
	}
	if n := bytes.Count(contentRE.ReplaceAll(p.Body, nil), []byte("data-autofill")); n != 1 {
		t.Errorf("offered %d times", n)
	}
}

func TestDividers(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	unknown := pages.Provider{ID: "x", Kind: "saml"}
	for _, tt := range []struct {
		providers []pages.Provider
		want      int
	}{
		{[]pages.Provider{github, google}, 0},
		{[]pages.Provider{passkey, github, google}, 1},
		{[]pages.Provider{github, passkey, google}, 2},
		{[]pages.Provider{passkey, email, credentials}, 2},
		{[]pages.Provider{unknown, passkey}, 0},
	} {
		p := must(t)(r.SignIn(signIn(tt.providers...)))
		if got := bytes.Count(p.Body, []byte(`class="or"`)); got != tt.want {
			t.Errorf("%d dividers, want %d", got, tt.want)
		}
	}
}

func TestEmailThatNobodyTyped(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, s := range []string{strings.Repeat("a", 255), "a\x00@b.example", "a\xff@b.example", "a@b.example\r\n"} {
		v := signIn(email)
		v.Email = s
		if p := must(t)(r.SignIn(v)); !bytes.Contains(p.Body, []byte(`name="email" placeholder`)) {
			t.Errorf("%q is filled in", s)
		}
	}
}

func TestFieldsOfTheCallerAreLeftAlone(t *testing.T) {
	fields := []pages.Field{{Name: "pin"}}
	p := credentials
	p.Fields = fields
	must(t)(newRenderer(t, pages.Theme{}).SignIn(signIn(p)))
	if fields[0].Label != "" || fields[0].Type != "" {
		t.Errorf("%+v", fields[0])
	}
}

func TestMonogram(t *testing.T) {
	r := newRenderer(t, pages.Theme{})
	for _, tt := range []struct{ name, logo, want string }{
		{"GitHub", "", "G"},
		{"élan", "", "É"},
		{"Яндекс", "", "Я"},
		{"42 School", "", "4"},
		{"«osu!»", "", "O"},
		{"<b>", "", "B"},
		{"!", "", ""},
		{"", "", ""},
		{"\xff", "", ""},
		{"GitHub", "https://elsewhere.example/logo.svg", "G"},
	} {
		p := must(t)(r.SignIn(signIn(pages.Provider{ID: "x", Name: tt.name, Kind: "oauth", Logo: tt.logo})))
		if want := `<span class="monogram" aria-hidden="true">` + tt.want + `</span>`; !bytes.Contains(p.Body, []byte(want)) {
			t.Errorf("%q, logo %q: no %s", tt.name, tt.logo, want)
		}
	}
	p := must(t)(r.SignIn(signIn(pages.Provider{ID: "x", Name: "GitHub", Kind: "oauth", Logo: "/logo.svg"})))
	if bytes.Contains(p.Body, []byte(`class="monogram"`)) {
		t.Error("a monogram next to a logo")
	}
}
