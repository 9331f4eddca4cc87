package oidcflow

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestReadable(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"as it should be", `{"access_token":"a","expires_in":3600,"token_type":"Bearer"}`, `{"access_token":"a","expires_in":3600,"token_type":"Bearer"}`},
		{"whole float", `{"expires_in":3600.0}`, `{"expires_in":3600}`},
		{"fraction", `{"expires_in":3600.9}`, `{"expires_in":3600}`},
		{"exponent", `{"expires_in":3.6e3}`, `{"expires_in":3600}`},
		{"text", `{"expires_in":" 3600.5\n"}`, `{"expires_in":3600}`},
		{"too large", `{"expires_in":99999999999999999999}`, `{"expires_in":2147483647}`},
		{"far too large", `{"expires_in":1e999}`, `{"expires_in":2147483647}`},
		{"zero", `{"expires_in":0}`, `{"expires_in":0}`},
		{"negative", `{"expires_in":-1}`, `{"expires_in":-1}`},
		{"never", `{"expires_in":"never","a":1}`, `{"a":1}`},
		{"not a number", `{"expires_in":"NaN"}`, `{}`},
		{"infinite", `{"expires_in":"Infinity"}`, `{}`},
		{"hexadecimal", `{"expires_in":"0x10"}`, `{}`},
		{"grouped", `{"expires_in":"3_600"}`, `{}`},
		{"empty", `{"expires_in":""}`, `{}`},
		{"null", `{"expires_in":null}`, `{}`},
		{"null as text", `{"expires_in":"null"}`, `{}`},
		{"boolean", `{"expires_in":true}`, `{}`},
		{"object", `{"expires_in":{"seconds":3600}}`, `{}`},
		{"list", `{"expires_in":[3600]}`, `{}`},
		{"number in a list in a text", `{"expires_in":"[3600]"}`, `{}`},
		{"capitals", `{"Expires_In":"never","TOKEN_TYPE":7}`, `{}`},
		{"other types", `{"token_type":["Bearer"],"refresh_token":7,"error_description":{},"error_uri":false}`, `{}`},
		{"no error", `{"error":false}`, `{}`},
		{"no error, number", `{"error":0}`, `{}`},
		{"no error, null", `{"error":null}`, `{}`},
		{"no error, list", `{"error":[ ]}`, `{}`},
		{"no error, object", `{"error":{}}`, `{}`},
		{"an error", `{"error":"invalid_grant"}`, `{"error":"invalid_grant"}`},
		{"an error, boolean", `{"error":true}`, `{"error":true}`},
		{"an error, number", `{"error":7}`, `{"error":7}`},
		{"an error, object", `{"error":{"code":190}}`, `{"error":{"code":190}}`},
		{"an error, list", `{"error":[7]}`, `{"error":[7]}`},
		{"access token", `{"access_token":7,"expires_in":"x"}`, `{"access_token":7}`},
		{"no object", `[{"expires_in":"x"}]`, `[{"expires_in":"x"}]`},
		{"broken", `{"expires_in":`, `{"expires_in":`},
		{"null alone", `null`, `null`},
	} {
		got := readable([]byte(tt.in))
		var a, b any
		errGot, errWant := json.Unmarshal(got, &a), json.Unmarshal([]byte(tt.want), &b)
		if (errGot == nil) != (errWant == nil) || !reflect.DeepEqual(a, b) || errGot != nil && string(got) != tt.want {
			t.Errorf("%s: %s became %s, want %s", tt.name, tt.in, got, tt.want)
		}
	}
}
