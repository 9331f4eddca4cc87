package providers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	goldenFile    = "testdata/authcore-0.41.3.json"
	goldenVersion = "0.41.3"
	refresh       = "node testdata/dump.mjs > " + goldenFile
)

// golden is what testdata/dump.mjs found in @auth/core.
type golden struct {
	Version   string
	Providers []goldenProvider
}

type goldenProvider struct {
	ID, Name, Type, Issuer string
	Authorization          string
	Scope                  string
	ScopeOfItsOwn          bool
	Params                 map[string]string
	Token, UserInfo        string
	Checks                 []string
	TokenAuth, IDTokenAlg  string
	UserInfoAlways         bool
	Color                  string
	StandardProfile        bool
	Samples                []goldenSample
}

type goldenSample struct {
	Name     string
	Requests []sentRequest
	Profile  goldenProfile
	Fails    bool
}

type goldenProfile struct{ ID, Name, Email, Image string }

// sample is one entry of testdata/samples.json: what a service says about one person.
type sample struct {
	Name     string
	Claims   map[string]any
	UserInfo json.RawMessage
	Answers  map[string]json.RawMessage
	Token    map[string]any
	Form     map[string]string
}

func loadGolden(t *testing.T) golden {
	t.Helper()
	var g golden
	loadJSON(t, goldenFile, &g)
	return g
}

func loadSamples(t *testing.T) map[string][]sample {
	t.Helper()
	var s struct{ Samples map[string][]sample }
	loadJSON(t, "testdata/samples.json", &s)
	return s.Samples
}

func loadJSON(t *testing.T, file string, v any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// TestGoldenIsFresh makes the golden file again from the npm package and expects the same bytes.
func TestGoldenIsFresh(t *testing.T) {
	absent := t.Skipf
	if os.Getenv("GINAUTH_REQUIRE_ALL") == "1" {
		absent = t.Fatalf
	}
	rig := os.Getenv("GINAUTH_RIG")
	if rig == "" {
		rig = filepath.Join("..", "conformance")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("node is not installed: %v", err)
	}
	manifest, err := os.ReadFile(filepath.Join(rig, "node_modules", "@auth", "core", "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		absent("@auth/core is not installed in %s; run npm ci there or set GINAUTH_RIG", rig)
	}
	var installed struct{ Version string }
	if err := json.Unmarshal(manifest, &installed); err != nil {
		t.Fatalf("reading the version of @auth/core: %v", err)
	}
	if installed.Version != goldenVersion {
		t.Fatalf("@auth/core is %s and the golden file of %s; make a new one by %s", installed.Version, goldenVersion, refresh)
	}
	cmd := exec.CommandContext(t.Context(), node, "testdata/dump.mjs")
	cmd.Env = append(os.Environ(), "GINAUTH_RIG="+rig, "AUTH_MICROSOFT_ENTRA_ID_ISSUER=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("dump.mjs: %v\n%s", err, stderr.String())
	}
	want, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale; make a new one by %s", goldenFile, refresh)
	}
}
