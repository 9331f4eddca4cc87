package authcookie

import (
	"slices"
	"strings"
)

// Candidates lists the session values that the cookies of a request may mean
// when [Join] finds that they contradict each other: every value of the whole
// cookie, and every value that its chunks can be joined to. The caller tries
// which of them is a session.
//
// Chunks of several sessions arrive in no reliable order, so they are combined
// in every way. [Split] makes all chunks but the last of one size, which rules
// most combinations out.
//
// complete is false when there are more than [MaxCandidates], or more values of
// one cookie than [MaxValues]. The list then holds some, and none of them may be
// taken for the session.
func Candidates(jar Jar, name string) (values []string, complete bool) {
	c := collector{complete: true}
	take := func(name string) []string {
		all := jar.Values(name)
		c.complete = c.complete && len(all) <= MaxValues
		// An empty cookie counts as absent.
		return slices.DeleteFunc(all, func(v string) bool { return v == "" })
	}
	for _, whole := range take(name) {
		c.add(whole)
	}
	var chunks [][]string
	for n := 0; len(chunks) == n; n++ {
		if found := take(chunkName(name, n)); len(found) > 0 {
			chunks = append(chunks, found)
		}
	}
	if len(chunks) > 0 {
		c.join(chunks, nil)
	}
	return c.values, c.complete
}

// MaxCandidates is the most values that [Candidates] lists. Two sessions of five
// chunks each can be joined in as many ways.
const MaxCandidates = 32

// maxSteps bounds the combinations of chunks that are looked at, most of which may
// not be candidates.
const maxSteps = 4 * MaxCandidates

// collector gathers candidates until there are too many.
type collector struct {
	values   []string
	complete bool
	steps    int
}

func (c *collector) add(value string) {
	switch {
	case len(value) > MaxSession || slices.Contains(c.values, value):
	case len(c.values) == MaxCandidates:
		c.complete = false
	default:
		c.values = append(c.values, value)
	}
}

// join adds every combination of one value for each chunk that begins with the
// chosen ones. Chunks at the end may be left out: they may belong to a longer
// session.
func (c *collector) join(chunks [][]string, chosen []string) {
	n := len(chosen)
	last := n+1 == len(chunks)
	for _, chunk := range chunks[n] {
		if c.steps++; c.steps > maxSteps {
			c.complete = false
		}
		if !c.complete {
			return
		}
		// All chunks but the last have the size of the first.
		full := n == 0 || len(chunk) == len(chosen[0])
		if n > 0 && len(chunk) > len(chosen[0]) {
			continue
		}
		joined := append(slices.Clip(chosen), chunk)
		if last || n > 0 && !full {
			c.add(strings.Join(joined, ""))
		}
		if !last && full {
			c.join(chunks, joined)
		}
	}
}
