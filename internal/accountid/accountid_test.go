package accountid

import (
	"errors"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		want error
		ids  []string
	}{
		{nil, []string{
			"1", "10", "007", "-1", "ann", "Ann", "änn", "ann@example.net", "google-oauth2|113456", "ad|Acme|ACME\\ann", "a/b+c==", "U0G9QF9C6",
			"6babcaad-604b-40ac-a9d7-9fd97c0b7791", "00000000-0000-0000-0000-000000000001", "000123.abc.0456", "nullius", "none-of-them", "unknown1",
			"did:plc:abc", "https://me.example/", "李", strings.Repeat("x", 255),
		}},
		{errEmpty, []string{"", " ", "\t\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u3164", " \u200b "}},
		{errNothing, []string{
			"null", "NULL", "Null", "(null)", "<nil>", "nil", "None", "undefined", "'undefined'", "unknown", "NaN", "n/a", "N/A", " null ", "\ufeffnull",
			"-", "--", "@", "/", ".", "?", "0", "000", "0.0", "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
			"true", "False", "[]", "{}",
		}},
		{errSentence, []string{
			"Not supported currently. Use oid claim.", "NOT SUPPORTED CURRENTLY. USE OID CLAIM.", "not supported currently, use oid claim",
			" Not supported currently. Use oid claim. ", "Not\u00a0supported currently. Use oid claim.", "NotSupportedCurrently.UseOidClaim",
		}},
		{errBlank, []string{"ann example", " ann", "ann ", "ann\u00a0", "a\u3000b", "ann\n", "[object Object]", "CN=Ann Example"}},
		{errOdd, []string{"a\x00b", "a\u200bb", "ann\u2060", "ann\u00ad", "a\u202eb", "ann\ufe0f", "ann\xff", "ann\ufffd", "ann\u034f"}},
	} {
		for _, id := range tt.ids {
			if err := Check(id); !errors.Is(err, tt.want) {
				t.Errorf("%q: %v, want %v", id, err, tt.want)
			}
		}
	}
}

func TestErrorsShowNoIdentifier(t *testing.T) {
	if err := Check("ann the secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}
