package jwt

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/testnode"
)

// What Go writes, the published @auth/core must read, claim by claim.
func TestNodeReadsOurTokens(t *testing.T) {
	dir := testnode.Dir(t)
	type row struct {
		Name    string `json:"name"`
		Token   string `json:"token"`
		Secret  any    `json:"secret"`
		Salt    string `json:"salt"`
		Expect  string `json:"expect"`
		Decoded Claims `json:"decoded,omitempty"`
	}
	var rows []row
	add := func(name string, claims Claims, salt string, secrets []string, maxAge time.Duration) {
		codec, err := newAny(secrets, Options{})
		if err != nil {
			t.Fatal(err)
		}
		token, err := codec.Encode(claims, salt, maxAge)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := row{Name: name, Token: token, Secret: secrets, Salt: salt, Expect: "error"}
		if len(secrets) == 1 {
			r.Secret = secrets[0]
		}
		if maxAge >= 0 {
			r.Expect = "ok"
			if r.Decoded, err = codec.Decode(token, salt); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		rows = append(rows, r)
	}

	one := []string{testSecret}
	for _, name := range []string{"session-jwe.json", "auth-core.json"} {
		for _, v := range golden(t, name).Vectors {
			if v.Expect == "ok" {
				add(name+" "+v.Name, v.Decoded, v.Salt, one, 0)
			}
		}
	}
	for n := range 70 {
		add("padding "+strconv.Itoa(n), Claims{"sub": strings.Repeat("p", n)}, CookieName, one, 0)
	}
	add("nil claims", nil, CookieName, one, 0)
	add("secure", Claims{"sub": "1"}, SecureCookieName, one, 0)
	add("unicode secret and salt", Claims{"sub": "1"}, "cookie-ü", []string{"ключ-秘密-🔑"}, 0)
	add("rotation", Claims{"sub": "1"}, CookieName, []string{testSecret, "old"}, 0)
	add("Go's own types", Claims{"i": 1, "i64": int64(1) << 53, "f": 1e21, "third": 1.0 / 3, "s": []string{"a"}, "t": time.Unix(0, 0).UTC(), "m": map[string]int{"a": 1}}, CookieName, one, 0)
	add("invalid UTF-8", Claims{"s": "a\xffb"}, CookieName, one, 0)
	add("html", Claims{"s": "<b>&'\"\u2028\u2029</b>\x00\x1f\x7f"}, CookieName, one, 0)
	add("short age", Claims{"sub": "1"}, CookieName, one, time.Minute)
	add("expired", Claims{"sub": "1"}, CookieName, one, -time.Hour)

	raw, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "decode.mjs", "--verify", file)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), strconv.Itoa(len(rows))+" passed, 0 failed") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
