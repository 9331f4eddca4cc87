package jwt

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const chunkSize = 3936

// cookies cuts a token as Auth.js does.
func cookies(token string) string {
	var pairs []string
	for i := 0; i*chunkSize < len(token); i++ {
		pairs = append(pairs, CookieName+"."+string(rune('0'+i))+"="+token[i*chunkSize:min(len(token), (i+1)*chunkSize)])
	}
	return strings.Join(pairs, "; ")
}

func TestFromRequest(t *testing.T) {
	codec := newTestCodec(t)
	plain := mustEncode(t, codec, Claims{"sub": "cookie"}, CookieName)
	other := mustEncode(t, codec, Claims{"sub": "header"}, CookieName)
	secure := mustEncode(t, codec, Claims{"sub": "secure"}, SecureCookieName)
	large := mustEncode(t, codec, Claims{"sub": "large", "blob": strings.Repeat("x", 9000)}, CookieName)
	huge := mustEncode(t, codec, Claims{"sub": "huge", "blob": strings.Repeat("x", 20_000)}, CookieName)
	gap := strings.Replace(cookies(large), CookieName+".1=", "gone=", 1)

	planted := make([]string, 9)
	for i := range 8 {
		planted[i+1] = CookieName + "=planted" + string(rune('0'+i))
	}
	many := strings.Join(planted, "; ")

	for _, tt := range []struct {
		name, cookie, authorization string
		sub                         string
		want                        error
	}{
		{"nothing", "", "", "", ErrNoToken},
		{"cookie", CookieName + "=" + plain, "", "cookie", nil},
		{"among others", "a=b; " + CookieName + "=" + plain + "; " + CookieName + "x=y", "", "cookie", nil},
		{"cookie of another name", SecureCookieName + "=" + secure, "", "", ErrNoToken},
		{"chunks", cookies(large), "", "large", nil},
		{"a chunk is missing", gap, "", "", ErrNoToken},
		{"a chunk is missing, but a header", gap, "Bearer " + other, "header", nil},
		{"chunks of more than 20 KiB", cookies(huge), "", "", ErrNoToken},
		{"two values", CookieName + "=" + plain + "; " + CookieName + "=" + other, "", "", ErrNoToken},
		{"two values, one opens", CookieName + "=planted; " + CookieName + "=" + plain, "", "cookie", nil},
		{"two values, one opens, the first", CookieName + "=" + plain + "; " + CookieName + "=" + secure, "", "cookie", nil},
		{"two values, none opens, but a header", CookieName + "=a; " + CookieName + "=b", "Bearer " + other, "header", nil},
		{"whole beside chunks, chunks open", CookieName + "=planted; " + cookies(large), "", "large", nil},
		{"whole beside chunks, whole opens", CookieName + ".0=planted; " + CookieName + "=" + plain, "", "cookie", nil},
		{"whole beside chunks, both open", CookieName + "=" + plain + "; " + cookies(large), "", "", ErrNoToken},
		{"chunks of two, one opens", cookies(large) + "; " + cookies(strings.Repeat("x", len(large))), "", "large", nil},
		{"one opens of too many", CookieName + "=" + plain + many, "", "", ErrNoToken},
		{"empty cookie", CookieName + "=", "", "", ErrNoToken},
		{"empty cookie and header", CookieName + "=", "Bearer " + other, "header", nil},
		{"cookie before header", CookieName + "=" + plain, "Bearer " + other, "cookie", nil},
		{"bad cookie before header", CookieName + "=x", "Bearer " + other, "", ErrMalformed},
		{"header", "", "Bearer " + other, "header", nil},
		{"header, encoded", "", "Bearer " + strings.ReplaceAll(url.QueryEscape(other), ".", "%2E"), "header", nil},
		{"header in small letters", "", "bearer " + other, "header", nil},
		{"header with more after it", "", "Bearer " + other + " x", "header", nil},
		{"header with two blanks", "", "Bearer  " + other, "", ErrNoToken},
		{"header without token", "", "Bearer", "", ErrNoToken},
		{"header with empty token", "", "Bearer ", "", ErrNoToken},
		{"another scheme", "", "Basic " + other, "", ErrNoToken},
		{"percent", "", "Bearer %", "", ErrMalformed},
		{"percent zz", "", "Bearer %zz", "", ErrMalformed},
		{"percent ff", "", "Bearer %ff", "", ErrMalformed},
		{"header of more than 20 KiB", "", "Bearer " + huge, "", ErrMalformed},
		{"long header", "", "Bearer " + strings.Repeat("%41", 30_000), "", ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Header: make(http.Header)}
			if tt.cookie != "" {
				r.Header.Set("Cookie", tt.cookie)
			}
			if tt.authorization != "" {
				r.Header.Set("Authorization", tt.authorization)
			}
			claims, err := codec.FromRequest(r, CookieName)
			if claims.Subject() != tt.sub || !isOnly(err, tt.want) {
				t.Errorf("got %q, %v, want %q, %v", claims.Subject(), err, tt.sub, tt.want)
			}
		})
	}
}

func TestFromRequestAuto(t *testing.T) {
	v5 := newTestCodec(t)
	v4, err := NewV4([]string{testSecret}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain := mustEncode(t, v5, Claims{"sub": "plain"}, CookieName)
	secure := mustEncode(t, v5, Claims{"sub": "secure"}, SecureCookieName)
	old := mustEncode(t, v4, Claims{"sub": "v4"}, "")
	for _, tt := range []struct {
		name          string
		codec         *Codec
		header, value string
		sub           string
		want          error
	}{
		{"nothing", v5, "X", "", "", ErrNoToken},
		{"plain", v5, "Cookie", CookieName + "=" + plain, "plain", nil},
		{"secure", v5, "Cookie", SecureCookieName + "=" + secure, "secure", nil},
		{"both", v5, "Cookie", CookieName + "=" + plain + "; " + SecureCookieName + "=" + secure, "secure", nil},
		{"in each other's cookie", v5, "Cookie", CookieName + "=" + secure, "", ErrUnknownKey},
		{"header, plain", v5, "Authorization", "Bearer " + plain, "plain", nil},
		{"header, secure", v5, "Authorization", "Bearer " + secure, "secure", nil},
		{"header, of version 4", v5, "Authorization", "Bearer " + old, "", ErrInvalid},
		{"v4 plain", v4, "Cookie", CookieNameV4 + "=" + old, "v4", nil},
		{"v4 secure", v4, "Cookie", SecureCookieNameV4 + "=" + old, "v4", nil},
		{"v4 header", v4, "Authorization", "Bearer " + old, "v4", nil},
		{"v4 reads no v5 cookie", v4, "Cookie", CookieName + "=" + plain, "", ErrNoToken},
		{"v4 reads no v5 token", v4, "Cookie", CookieNameV4 + "=" + plain, "", ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Header: http.Header{tt.header: {tt.value}}}
			claims, err := tt.codec.FromRequestAuto(r)
			if claims.Subject() != tt.sub || !isOnly(err, tt.want) {
				t.Errorf("got %q, %v, want %q, %v", claims.Subject(), err, tt.sub, tt.want)
			}
		})
	}
	r := &http.Request{Header: http.Header{"Cookie": {SecureCookieNameV4 + "=" + old}}}
	if claims, err := v4.FromRequest(r, SecureCookieNameV4); err != nil || claims.Subject() != "v4" {
		t.Errorf("FromRequest of version 4: %v, %v", claims, err)
	}
}

func TestGoldenChunks(t *testing.T) {
	tested := 0
	for _, v := range golden(t, "session-jwe.json").Vectors {
		if len(v.Chunks) == 0 || len(v.Token) > 20<<10 {
			continue
		}
		tested++
		var pairs []string
		for i, chunk := range v.Chunks {
			pairs = append(pairs, v.Salt+"."+string(rune('0'+i))+"="+chunk)
		}
		codec, err := New(v.DecodeSecret, Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := &http.Request{Header: http.Header{"Cookie": {strings.Join(pairs, "; ")}}}
		if claims, err := codec.FromRequest(r, v.Salt); err != nil || claims.Subject() != v.Decoded.Subject() {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	if tested == 0 {
		t.Error("no vector has chunks")
	}
}
