package authcookie

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	full := func(c string) string { return strings.Repeat(c, ChunkSize) }
	for _, tt := range []struct {
		name     string
		header   string
		want     []string
		complete bool
	}{
		{"none", "a=1", nil, true},
		{"whole", "s=v", []string{"v"}, true},
		{"whole twice", "s=v; s=w", []string{"v", "w"}, true},
		{"whole twice, same", "s=v; s=v", []string{"v"}, true},
		{"empty and whole", "s=; s=w", []string{"w"}, true},
		{"whole beside a chunk", "s.0=a; s=v", []string{"v", "a"}, true},
		{"whole beside the same in a chunk", "s.0=v; s=v", []string{"v"}, true},
		{"whole beside chunks", "s.0=aa; s=v; s.1=b", []string{"v", "aab"}, true},
		{"whole beside a chunk of none", "s.1=b; s=v", []string{"v"}, true},
		{"chunks of two", "s.0=aa; s.1=b; s.0=cc; s.1=d", []string{"aab", "aad", "ccb", "ccd"}, true},
		{"the other is shorter", "s.0=" + full("a") + "; s.1=" + full("b") + "; s.2=c; s.0=" + full("d") + "; s.1=e", []string{full("a") + full("b") + "c", full("a") + "e", full("d") + full("b") + "c", full("d") + "e"}, true},
		{"no chunk is longer than the first", "s.0=a; s.1=bb; s.0=cc; s.1=d", []string{"ad", "ccbb", "ccd"}, true},
		{"too long", "s=" + strings.Repeat("x", MaxSession+1) + "; s=v", []string{"v"}, true},
		{"eight", "s=1; s=2; s=3; s=4; s=5; s=6; s=7; s=8", []string{"1", "2", "3", "4", "5", "6", "7", "8"}, true},
		{"nine", "s=1; s=2; s=3; s=4; s=5; s=6; s=7; s=8; s=9", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, false},
		{"nine with an empty one", "s=; s=1; s=2; s=3; s=4; s=5; s=6; s=7; s=8; s=9", []string{"1", "2", "3", "4", "5", "6", "7", "8"}, false},
		{"nine of a chunk", "s.0=1; s.0=2; s.0=3; s.0=4; s.0=5; s.0=6; s.0=7; s.0=8; s.0=9; s=v", []string{"v"}, false},
		{"three of three", "s.0=aa; s.0=bb; s.0=cc; s.1=d; s.1=e; s.1=f", []string{"aad", "aae", "aaf", "bbd", "bbe", "bbf", "ccd", "cce", "ccf"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, complete := Candidates(Parse(tt.header), "s")
			if !slices.Equal(got, tt.want) || complete != tt.complete {
				t.Errorf("got %.60q, %t\nwant %.60q, %t", got, complete, tt.want, tt.complete)
			}
		})
	}
}

// What fits together in many ways, and comes to nothing, is given up.
func TestCandidatesAreBounded(t *testing.T) {
	var pairs []string
	for n := range 100 {
		for i := range 9 {
			pairs = append(pairs, fmt.Sprintf("s.%d=%d%d", n, n%10, i))
		}
	}
	pairs = append(pairs, "s.99=longer than the first")
	header := strings.Join(pairs, "; ")
	if got, complete := Candidates(Parse(header), "s"); complete || len(got) > MaxCandidates {
		t.Errorf("%d candidates, complete %t", len(got), complete)
	}
	allocations := testing.AllocsPerRun(10, func() { Candidates(Parse(header), "s") })
	if allocations > 5000 {
		t.Errorf("%.0f allocations", allocations)
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   []string
	}{
		{"", nil},
		{"a=1", []string{"1"}},
		{"a=1; a=1", []string{"1"}},
		{"a=2; b=3; a=1; a=2; a=", []string{"2", "1", ""}},
		{"a=1; a=2; a=3; a=4; a=5; a=6; a=7; a=8; a=9; a=10; a=11", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}},
	} {
		if got := Parse(tt.header).Values("a"); !slices.Equal(got, tt.want) {
			t.Errorf("Values of %q: %q, want %q", tt.header, got, tt.want)
		}
	}
}

func TestContradictory(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "s=v": false, "s=v; s=v": false, "s.0=a; s.1=b": false, "s=; s.0=a": false, "s=v; s.0=": false,
		"s.0=a; s.2=b": false, "s=v; sx=w": false, "s=v; s=w": true, "s=v; s.3=a": true, "s.0=a; s.1=b; s.1=c": true, "s=; s=v": true,
	} {
		if got := Contradictory(Parse(header), "s"); got != want {
			t.Errorf("Contradictory of %q: %t", header, got)
		}
	}
}

// FuzzCandidates: the sessions of two scopes come out of their cookies, in whatever order these stand,
// and never more than may be tried.
func FuzzCandidates(f *testing.F) {
	f.Add("v", "w", "")
	f.Add(strings.Repeat("a", ChunkSize+1), strings.Repeat("b", 2*ChunkSize+5), "s.0=x")
	f.Add("v", strings.Repeat("b", 2*ChunkSize), "s=; s.1=; s.7=x")
	f.Fuzz(func(t *testing.T, one, other, stray string) {
		var pairs []string
		plain := func(s string) string { return strings.ReplaceAll(EncodeURIComponent(s), "%", "-") }
		one, other = plain(one), plain(other)
		for _, session := range []string{one, other} {
			for _, c := range Split("s", session) {
				pairs = append(pairs, c.Name+"="+c.Value)
			}
		}
		jar := Parse(strings.Join(append(pairs, stray), "; "))
		got, complete := Candidates(jar, "s")
		if len(got) > MaxCandidates {
			t.Fatalf("%d candidates", len(got))
		}
		for _, candidate := range got {
			if candidate == "" || len(candidate) > MaxSession {
				t.Errorf("a candidate of %d bytes", len(candidate))
			}
		}
		value, ok, present := Join(jar, "s")
		switch {
		case ok && Contradictory(jar, "s"):
			t.Error("joined, though the cookies contradict each other")
		case ok && complete && !slices.Contains(got, value):
			t.Errorf("%d bytes that Join gives are no candidate", len(value))
		case len(present) == 0 && len(got) > 0:
			t.Error("candidates of nothing")
		}
		if stray != "" || !complete {
			return
		}
		for _, session := range []string{one, other} {
			// A session whose last chunk is full looks like the beginning of a longer one.
			if n := len(session); n > 0 && n <= MaxSession && (n <= ChunkSize || n%ChunkSize != 0) && !slices.Contains(got, session) {
				t.Errorf("a session of %d bytes is no candidate", n)
			}
		}
	})
}
