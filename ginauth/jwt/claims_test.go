package jwt

import (
	"encoding/json"
	"testing"
	"time"
)

func TestClaimsString(t *testing.T) {
	c := Claims{"sub": "1", "name": nil, "n": json.Number("1")}
	for name, want := range map[string]string{"sub": "1", "name": "", "n": "", "absent": ""} {
		if got := c.String(name); got != want {
			t.Errorf("String(%s) = %q, want %q", name, got, want)
		}
	}
	if c.Subject() != "1" || Claims(nil).Subject() != "" {
		t.Error("Subject")
	}
}

func TestClaimsTime(t *testing.T) {
	for _, tt := range []struct {
		claim any
		want  time.Time
		ok    bool
	}{
		{json.Number("1000000000"), time.Unix(1e9, 0), true},
		{json.Number("1e9"), time.Unix(1e9, 0), true},
		{json.Number("1.5"), time.Unix(1, 5e8), true},
		{json.Number("-1"), time.Unix(-1, 0), true},
		{float64(7), time.Unix(7, 0), true},
		{7, time.Unix(7, 0), true},
		{int64(7), time.Unix(7, 0), true},
		{json.Number("1e300"), time.Time{}, false},
		{json.Number("1e999"), time.Time{}, false},
		{json.Number("x"), time.Time{}, false},
		{"7", time.Time{}, false},
		{nil, time.Time{}, false},
		{true, time.Time{}, false},
	} {
		got, ok := Claims{"at": tt.claim}.Time("at")
		if ok != tt.ok || !got.Equal(tt.want) {
			t.Errorf("Time of %v (%T) = %v, %t, want %v, %t", tt.claim, tt.claim, got, ok, tt.want, tt.ok)
		}
	}
	if _, ok := (Claims{}).Time("at"); ok {
		t.Error("an absent claim is a time")
	}
}

func TestEncodeKeepsHTMLShort(t *testing.T) {
	got, err := Claims{"name": "<b>&"}.marshal()
	if err != nil || string(got) != `{"name":"<b>&"}` {
		t.Errorf("got %s, %v", got, err)
	}
}
