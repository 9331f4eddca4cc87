package ginauth_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// S5, S6: what some database takes for one name is one account, with any collation.
func TestS6_SpellingsOfAnAccount(t *testing.T) {
	for name, spellings := range map[string]string{
		"ann@example.com": "ANN@EXAMPLE.COM|änn@example.com|a\u0308nn@example.com|Ånn@example.com|ａｎｎ＠example.com|𝐚𝐧𝐧@example.com|ⓐnn@example.com|" +
			" ann@example.com|ann@example.com   |ann@example.com\t|ann@example.com\u00a0|ann@example.com\u3000|\u2003ann@example.com|" +
			"ann@example.com\x00|a\x00nn@example.com|a\x01nn@example.com|a\u0085nn@example.com|a\x7fnn@example.com|" +
			"a\u00adnn@example.com|a\u034fnn@example.com|a\u061cnn@example.com|a\u115fnn@example.com|a\u1160nn@example.com|a\u17b4nn@example.com|a\u180bnn@example.com|a\u180enn@example.com|" +
			"a\u200bnn@example.com|a\u200cnn@example.com|a\u200dnn@example.com|a\u200enn@example.com|a\u202enn@example.com|a\u2028nn@example.com|a\u2060nn@example.com|a\u2065nn@example.com|a\u206fnn@example.com|" +
			"a\u3164nn@example.com|a\uffa0nn@example.com|a\ufeffnn@example.com|a\ufff9nn@example.com|a\U0001bca0nn@example.com|a\U0001d173nn@example.com|" +
			"ann\ufe0f@example.com|ann\ufe00@example.com|ann\U000e0100@example.com|ann\U000e01ef@example.com|a\U000e0001nn@example.com|a\U000e0080nn@example.com|" +
			"a\u0488nn@example.com|a\u20ddnn@example.com|ann\u0301\u0302@example.com|ann@exa\u200bmple.com|ann@example\u3002com|a\ufffdnn@example.com|a\ue000nn@example.com|a\u0378nn@example.com",
		"straße":       "strasse|STRASSE|strase|STRAẞE|straſse",
		"søren":        "soren|SØREN|so\u0338ren|sôren",
		"łukasz":       "lukasz|ŁUKASZ",
		"œuvre":        "oeuvre|Œuvre",
		"ægir":         "aegir|ÆGIR",
		"ırmak":        "irmak|İRMAK|IRMAK|i\u0307rmak",
		"カナ":           "かな|ｶﾅ|㋕㋤",
		"user1":        "user١|user１|user①|user¹",
		"ﬁna":          "fina|FINA",
		"a\U0001f600b": "a\U0001f601b|a\U00010400b",
		"1000":         "01000|+1000|1000.0|1e3| 1000 |１０００|1000\x00|1_000|0x3e8",
		"-0.5":         "-.5|-0.50|-5e-1",
		// MySQL compares a numeric column with the number in front.
		"4711": "4711a|4711b|4711 x|4711-1|4711.0abc|004711'|+4711e0z|4711@a.example|４７１１x|4711\x00x|4711xx" + strings.Repeat("x", 300) + "|4711." + strings.Repeat("0", 300) + "|" + strings.Repeat("0", 300) + "4711",
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t)
			for range 5 {
				d.guess(name, "wrong")
			}
			for _, spelling := range strings.Split(spellings, "|") {
				if status, _ := d.guess(spelling, "wrong"); status != http.StatusTooManyRequests {
					t.Errorf("%q after %q: %d", spelling, name, status)
				}
			}
			if n := d.reached.Load(); n != 5 {
				t.Errorf("%q: %d guesses reached Authorize, want 5", name, n)
			}
		})
	}
}

// A JSON number is the text that Authorize gets.
func TestS6_NumbersAndText(t *testing.T) {
	for _, same := range [][]any{{1000, "1000", 1e3, "1e3"}, {12.5, "12.50"}, {true, "true", "TRUE"}, {[]any{"ann"}, `["ann"]`, "ann"}} {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t)
			for i := range 10 {
				d.guess(same[i%len(same)], "wrong")
			}
			if n := d.reached.Load(); n != 5 {
				t.Errorf("%v: %d guesses reached Authorize, want 5", same, n)
			}
		})
	}
}

// Other people are other people.
func TestS6_OtherAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t)
		for range 6 {
			d.guess("ann@example.com", "wrong")
		}
		for _, other := range []any{
			"bob@example.com", "ann@example.org", "ann2@example.com", "an@example.com", "nan@example.com", "аnna@example.com", "李@example.com", "1", 1, "+49 170 1234567", "true", "0", "ann",
			strings.Repeat("x", 300), strings.Repeat("y", 60_000),
		} {
			if status, _ := d.guess(other, "wrong"); status == http.StatusTooManyRequests {
				t.Errorf("%.40q shares the limit of ann@example.com", other)
			}
		}
	})
}
