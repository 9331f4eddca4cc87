package ginauth

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// The query of a request goes along to the service. Reading it takes time that grows with its length, not
// with the square of that.
func TestParseParams_Many(t *testing.T) {
	const n = 200_000
	var query strings.Builder
	for i := range n {
		query.WriteString(strconv.Itoa(i) + "=" + strconv.Itoa(i) + "&")
	}
	began := time.Now()
	p := parseParams(query.String() + "7=seven")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("%d parameters took %s", n, took)
	}
	if got := p.encode(); !strings.HasPrefix(got, "0=0&1=1&2=2&3=3&4=4&5=5&6=6&7=seven&8=8&") || !p.has("199999") || p.has("200000") {
		t.Errorf("%.80s", got)
	}
}
