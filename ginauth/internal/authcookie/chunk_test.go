package authcookie

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestJoin(t *testing.T) {
	const n = "authjs.session-token"
	chunk := strings.Repeat("x", ChunkSize)
	tests := []struct {
		name    string
		header  string
		value   string
		ok      bool
		present []string
	}{
		{"none", "a=1", "", false, nil},
		{"whole", n + "=v", "v", true, []string{n}},
		{"empty", n + "=", "", false, nil},
		{"chunks", n + ".0=a; " + n + ".1=b", "ab", true, []string{n + ".0", n + ".1"}},
		{"chunks in any order", n + ".2=c; x=1; " + n + ".0=a; " + n + ".1=b", "abc", true, []string{n + ".2", n + ".0", n + ".1"}},
		{"ten chunks sort by number", "s.9=j; s.10=k; s.0=a; s.1=b; s.2=c; s.3=d; s.4=e; s.5=f; s.6=g; s.7=h; s.8=i", "", false, nil},
		{"one chunk", n + ".0=a", "a", true, []string{n + ".0"}},
		{"first missing", n + ".1=b", "", false, []string{n + ".1"}},
		{"gap", n + ".0=a; " + n + ".2=c", "", false, []string{n + ".0", n + ".2"}},
		{"empty chunk is a gap", n + ".0=a; " + n + ".1=; " + n + ".2=c", "", false, []string{n + ".0", n + ".2"}},
		{"empty chunk at the end", n + ".0=a; " + n + ".1=", "a", true, []string{n + ".0"}},
		{"whole beside chunks", n + ".0=a; " + n + "=v; " + n + ".1=b", "", false, []string{n + ".0", n, n + ".1"}},
		{"empty whole beside chunks", n + "=; " + n + ".0=a", "a", true, []string{n + ".0"}},
		{"stray names", n + "x=1; " + n + "-0=1; " + n + ".=1; " + n + ".a=1; " + n + ".01=1; " + n + ".-1=1; " + n + ".+1=1; " + n + ".0.0=1; " + n + ".100=1; x" + n + "=1", "", false, nil},
		{"stray names beside whole", n + ".00=1; " + n + "=v; " + n + ".0x=1", "v", true, []string{n}},
		{"other case", strings.ToUpper(n) + "=v", "", false, nil},
		{"whole twice", n + "=v; " + n + "=w", "", false, []string{n}},
		{"whole twice, same", n + "=v; " + n + "=v", "v", true, []string{n}},
		{"chunk twice", n + ".0=a; " + n + ".1=b; " + n + ".1=c", "", false, []string{n + ".0", n + ".1"}},
		{"whole beside a chunk twice", n + "=v; " + n + ".0=a; " + n + ".0=b", "", false, []string{n, n + ".0"}},
		{"empty, then whole", n + "=; " + n + "=v", "", false, []string{n}},
		{"20 KiB", n + "=" + strings.Repeat("x", MaxSession), strings.Repeat("x", MaxSession), true, []string{n}},
		{"over 20 KiB", n + "=" + strings.Repeat("x", MaxSession+1), "", false, []string{n}},
		{"five chunks", n + ".0=" + chunk + "; " + n + ".1=" + chunk + "; " + n + ".2=" + chunk + "; " + n + ".3=" + chunk + "; " + n + ".4=" + chunk, strings.Repeat(chunk, 5), true, []string{n + ".0", n + ".1", n + ".2", n + ".3", n + ".4"}},
		{"chunks over 20 KiB", n + ".0=" + strings.Repeat("x", MaxSession) + "; " + n + ".1=y", "", false, []string{n + ".0", n + ".1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			value, ok, present := Join(Parse(tt.header), n)
			if value != tt.value || ok != tt.ok || !slices.Equal(present, tt.present) {
				t.Errorf("got %.40q, %t, %q\nwant %.40q, %t, %q", value, ok, present, tt.value, tt.ok, tt.present)
			}
		})
	}
	if value, ok, _ := Join(Parse(tests[5].header), "s"); value != "abcdefghijk" || !ok {
		t.Errorf("eleven chunks gave %q, %t", value, ok)
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		size int
		want []int
	}{
		{0, nil},
		{1, []int{1}},
		{ChunkSize, []int{ChunkSize}},
		{ChunkSize + 1, []int{ChunkSize, 1}},
		{2 * ChunkSize, []int{ChunkSize, ChunkSize}},
		{MaxSession, []int{ChunkSize, ChunkSize, ChunkSize, ChunkSize, ChunkSize, MaxSession - 5*ChunkSize}},
	} {
		var got []int
		for i, c := range Split("s", strings.Repeat("x", tt.size)) {
			got = append(got, len(c.Value))
			want := "s"
			if len(tt.want) > 1 {
				want = fmt.Sprintf("s.%d", i)
			}
			if c.Name != want {
				t.Errorf("%d bytes: cookie %d is called %q, want %q", tt.size, i, c.Name, want)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%d bytes: got %v, want %v", tt.size, got, tt.want)
		}
	}
}

func TestSerializeAllExpiresWhatIsEmpty(t *testing.T) {
	got := SerializeAll(Refresh("s", "new", []string{"s.0", "s", "s.1"}), Options{Path: "/"}, Lifetime{MaxAge: 60, HasMaxAge: true})
	want := []string{"s.0=; Max-Age=0; Path=/", "s=new; Max-Age=60; Path=/", "s.1=; Max-Age=0; Path=/"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func FuzzChunkJoin(f *testing.F) {
	f.Add("v", "authjs.session-token.x=1", uint64(1))
	f.Add(strings.Repeat("ab", ChunkSize), "authjs.session-tokens=1; authjs.session-token.00=2", uint64(2))
	f.Add(strings.Repeat("x", MaxSession), "", uint64(3))
	f.Add(strings.Repeat("x", MaxSession+1), ";", uint64(4))
	f.Fuzz(func(t *testing.T, value, stray string, seed uint64) {
		const name = "authjs.session-token"
		value = EncodeURIComponent(value) // any text, as the bytes that a session may have
		value = strings.ReplaceAll(value, "%", "-")

		var pairs []string
		for _, c := range Split(name, value) {
			pairs = append(pairs, Serialize(c.Name, c.Value, Options{}, Lifetime{}))
		}
		expected := min(len(pairs), 100) // chunk numbers have at most two digits
		for other, v := range Parse(stray).All() {
			if _, mine := chunkNumber(other, name); !mine {
				pairs = append(pairs, other+"="+EncodeURIComponent(v))
			}
		}
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })

		got, ok, present := Join(Parse(strings.Join(pairs, "; ")), name)
		if fits := value != "" && len(value) <= MaxSession; ok != fits || ok && got != value {
			t.Errorf("%d bytes in %d cookies: got %d bytes, %t", len(value), expected, len(got), ok)
		}
		if len(present) != expected {
			t.Errorf("present = %q, want %d names", present, expected)
		}
		for _, c := range Refresh(name, "", present) {
			if c.Value != "" {
				t.Errorf("%s is kept by a sign-out", c.Name)
			}
		}
	})
}
