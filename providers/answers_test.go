package providers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

// Ids beyond 2^53 are other ids once they went through a float.
func TestIDsKeepTheirDigits(t *testing.T) {
	user, _ := signIn(t, Strava("id", "secret"), sample{UserInfo: json.RawMessage(`{"id": 9007199254740993}`)})
	if user.ID != "9007199254740993" {
		t.Errorf("id %s", user.ID)
	}
}

// A service may answer anything. No Profile may panic over it, nor make an id up.
func TestProfilesBearAnyAnswer(t *testing.T) {
	for id, p := range presets() {
		if p.Profile == nil {
			continue
		}
		for _, answer := range []string{`{}`, `null`, `{"id":{},"sub":[],"data":"x","response":[1],"user":null,"emails":[null]}`,
			`{"data":[],"response":{"user":1},"Response":[],"images":[1],"ids":1,"ocs":{"data":null},"bot":{"owner":7}}`} {
			var read map[string]any
			if err := json.Unmarshal([]byte(answer), &read); err != nil {
				t.Fatal(err)
			}
			user, err := p.Profile(t.Context(), ginauth.OAuthProfile{Claims: read})
			if err == nil && user.ID != "" {
				t.Errorf("%s: id %q from %s", id, user.ID, answer)
			}
		}
	}
}

// Services that want the access token in the address must not put it into errors, which are logged.
func TestErrorsHoldNoToken(t *testing.T) {
	failing := map[string]http.RoundTripper{
		"no connection": roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }),
		"status":        &service{sample: sample{UserInfo: json.RawMessage(`{"$status": 500}`)}},
		"no JSON":       &service{sample: sample{UserInfo: json.RawMessage(`"the-token`)}},
	}
	for id, p := range presets() {
		if p.UserInfo == nil {
			continue
		}
		for name, transport := range failing {
			token := (&oauth2.Token{AccessToken: "the-token"}).WithExtra(map[string]any{"openid": "o-1"})
			_, err := p.UserInfo(t.Context(), &http.Client{Transport: transport}, token)
			if err == nil {
				t.Errorf("%s, %s: no error", id, name)
			} else if strings.Contains(err.Error(), "the-token") {
				t.Errorf("%s, %s: %v", id, name, err)
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestUserInfoEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for id, p := range presets() {
		if p.UserInfo == nil {
			continue
		}
		token := (&oauth2.Token{AccessToken: "the-token"}).WithExtra(map[string]any{"openid": "o-1"})
		if _, err := p.UserInfo(ctx, &http.Client{}, token); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", id, err)
		}
	}
}

func TestTwitchToken(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"array", `{"access_token":"a","scope":["openid","user:read:email"]}`, `{"access_token":"a","scope":"openid user:read:email"}`},
		{"text", `{"access_token":"a","scope":"openid"}`, `{"access_token":"a","scope":"openid"}`},
		{"no scope", `{"access_token":"a"}`, `{"access_token":"a"}`},
		{"error", `{"status":400,"message":"Invalid authorization code"}`, `{"error":"invalid_request","error_description":"Invalid authorization code"}`},
		{"standard error", `{"error":"invalid_grant","message":"x"}`, `{"error":"invalid_grant","message":"x"}`},
		{"something else", `{"a":1}`, `{"a":1}`},
		{"no JSON", `<html>`, `<html>`},
	} {
		got, err := Twitch("id", "secret").AdjustToken([]byte(tc.body))
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: got %s, %v; want %s", tc.name, got, err, tc.want)
		}
	}
}

func TestDiscordImage(t *testing.T) {
	for _, tc := range []struct{ id, avatar, discriminator, want string }{
		{"1", "abc", "0", "/avatars/1/abc.png"},
		{"1", "a_bc", "0", "/avatars/1/a_bc.gif"},
		{"4194304", "", "0", "/embed/avatars/1.png"},
		{"29360128", "", "", "/embed/avatars/1.png"},
		{"1", "", "0007", "/embed/avatars/2.png"},
		{"x", "", "0", ""},
	} {
		want := tc.want
		if want != "" {
			want = discordCDN + want
		}
		if got := discordImage(tc.id, tc.avatar, tc.discriminator); got != want {
			t.Errorf("discordImage(%q, %q, %q) = %q, want %q", tc.id, tc.avatar, tc.discriminator, got, want)
		}
	}
}
