package authcookie

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// golden reads the cases of a file that testdata/generate.mjs made.
func golden[T any](t testing.TB, name string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []T `json:"cases"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(file.Cases) == 0 {
		t.Fatalf("%s has no cases", name)
	}
	return file.Cases
}

type parseCase struct {
	Header  string      `json:"header"`
	Cookies [][2]string `json:"cookies"`
}

func TestParseLikeAuthJS(t *testing.T) {
	for _, c := range golden[parseCase](t, "parse.json") {
		want := make(map[string]string)
		for _, pair := range c.Cookies {
			want[pair[0]] = pair[1]
		}
		if got := maps.Collect(Parse(c.Header).All()); !maps.Equal(got, want) {
			t.Errorf("Parse(%q)\n got %q\nwant %q", c.Header, got, want)
		}
	}
}

func TestEscapeLikeJavaScript(t *testing.T) {
	type escapeCase struct{ Text, Encoded string }
	for _, c := range golden[escapeCase](t, "escape.json") {
		if got := EncodeURIComponent(c.Text); got != c.Encoded {
			t.Errorf("EncodeURIComponent(%q) = %q, want %q", c.Text, got, c.Encoded)
		}
		if got, err := DecodeURIComponent(c.Encoded); err != nil || got != c.Text {
			t.Errorf("DecodeURIComponent(%q) = %q, %v, want %q", c.Encoded, got, err, c.Text)
		}
	}
}

func TestSerializeLikeAuthJS(t *testing.T) {
	type serializeCase struct {
		Name, Value, Header string
		Options             struct {
			MaxAge                        *int
			Expires                       time.Time
			Path, Domain, SameSite        string
			HTTPOnly, Secure, Partitioned bool
		}
	}
	sameSite := map[string]http.SameSite{
		"lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode,
	}
	for _, c := range golden[serializeCase](t, "serialize.json") {
		o := Options{
			Path: c.Options.Path, Domain: c.Options.Domain, SameSite: sameSite[c.Options.SameSite],
			HTTPOnly: c.Options.HTTPOnly, Secure: c.Options.Secure, Partitioned: c.Options.Partitioned,
		}
		life := Lifetime{Expires: c.Options.Expires}
		if c.Options.MaxAge != nil {
			life.MaxAge, life.HasMaxAge = *c.Options.MaxAge, true
		}
		if got := Serialize(c.Name, c.Value, o, life); got != c.Header {
			t.Errorf("Serialize(%q, %+v)\n got %s\nwant %s", c.Value, c.Options, got, c.Header)
		}
	}
}

// The order matters: a browser handles the Set-Cookie headers one by one.
func TestRefreshLikeAuthJS(t *testing.T) {
	type set struct {
		Name    string
		Length  int
		Expires bool
	}
	type sessionCase struct {
		Header, Value string
		Length        int
		Set           []set
	}
	const name = "authjs.session-token"
	for _, c := range golden[sessionCase](t, "session.json") {
		value := c.Value
		if len(value) == 1 {
			value = strings.Repeat(value, c.Length)
		}
		_, _, present := Join(Parse(c.Header), name)
		var got []set
		for _, cookie := range Refresh(name, value, present) {
			got = append(got, set{cookie.Name, len(cookie.Value), cookie.Value == ""})
		}
		if !slices.Equal(got, c.Set) {
			t.Errorf("Refresh of %q with %d bytes\n got %v\nwant %v", c.Header, c.Length, got, c.Set)
		}
	}
}
