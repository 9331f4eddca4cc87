package providers

import (
	"net/url"
	"testing"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

func TestPasskeyDefaults(t *testing.T) {
	for _, tc := range []struct {
		p               *ginauth.WebAuthnProvider
		id, name        string
		residentKey, uv string
	}{
		{Passkey(), "passkey", "Passkey", "required", "required"},
		{WebAuthn(), "webauthn", "WebAuthn", "", ""},
	} {
		p := tc.p
		if p.ID != tc.id || p.Name != tc.name {
			t.Errorf("%s (%s), want %s (%s)", p.ID, p.Name, tc.id, tc.name)
		}
		if p.Registration.ResidentKey != tc.residentKey || p.Registration.UserVerification != tc.uv || p.Authentication.UserVerification != tc.uv {
			t.Errorf("%s: %+v, %+v", tc.id, p.Registration, p.Authentication)
		}
		if p.Registration.Timeout != 5*time.Minute || p.Authentication.Timeout != 5*time.Minute {
			t.Errorf("%s: time-outs %s, %s", tc.id, p.Registration.Timeout, p.Authentication.Timeout)
		}
		want := ginauth.FormField{Name: "email", Label: "Email", Autocomplete: "username webauthn", Required: true}
		if !p.ConditionalUI || len(p.FormFields) != 1 || p.FormFields[0] != want {
			t.Errorf("%s: conditional UI %t, fields %+v", tc.id, p.ConditionalUI, p.FormFields)
		}
	}
}

func TestSelfHosted(t *testing.T) {
	gh := GitHubEnterprise("https://git.example/", "id", "secret")
	if gh.AuthorizationURL != "https://git.example/login/oauth/authorize" || gh.UserInfoURL != "https://git.example/api/v3/user" {
		t.Errorf("GitHub Enterprise: %s, %s", gh.AuthorizationURL, gh.UserInfoURL)
	}
	gl := GitLabSelfManaged("https://git.example/gitlab/", "id", "secret")
	if gl.TokenURL != "https://git.example/gitlab/oauth/token" {
		t.Errorf("GitLab: %s", gl.TokenURL)
	}
	wc := WeChatWebsite("id", "secret")
	if wc.AuthorizationURL != "https://open.weixin.qq.com/connect/qrconnect" || wc.Scopes[0] != "snsapi_login" {
		t.Errorf("WeChat: %s, %v", wc.AuthorizationURL, wc.Scopes)
	}
}

// A preset is made before the environment is read, so what depends on the client id, the secret or
// the issuer follows what they are in the end.
func TestPresetsFollowLateSettings(t *testing.T) {
	tiktok := TikTok("", "")
	tiktok.ClientID = "late"
	if r := tiktok.Resolved(); r.AuthParams.Get("client_key") != "late" || r.TokenParams.Get("client_key") != "late" {
		t.Errorf("TikTok: %v, %v", r.AuthParams, r.TokenParams)
	}
	wechat := WeChat("", "")
	wechat.ClientID, wechat.ClientSecret = "{client_secret}", "s3cr3t"
	r := wechat.Resolved()
	if r.TokenParams.Get("secret") != "s3cr3t" || r.TokenParams.Get("appid") != "{client_secret}" || r.AuthParams.Get("appid") != "{client_secret}" {
		t.Errorf("WeChat: a value was taken for a placeholder: %v, %v", r.AuthParams, r.TokenParams)
	}
	nextcloud := Nextcloud("", "", "")
	nextcloud.Issuer = "https://cloud.example/"
	if got := nextcloud.Resolved().TokenURL; got != "https://cloud.example/apps/oauth2/api/v1/token" {
		t.Errorf("Nextcloud: %s", got)
	}
	trakt := Trakt("", "")
	trakt.ClientID = "late"
	if got := trakt.Resolved().UserInfoHeader.Get("trakt-api-key"); got != "late" {
		t.Errorf("Trakt: key %q", got)
	}
	descope := Descope("", "")
	descope.ClientID = "P2 x"
	if got := descope.Resolved().Issuer; got != "https://api.descope.com/P2%20x" {
		t.Errorf("Descope: %s", got)
	}
	descope.Issuer = "https://login.example"
	if got := descope.Resolved().Issuer; got != "https://login.example" {
		t.Errorf("Descope with an issuer: %s", got)
	}
}

func TestResolvedSharesNothing(t *testing.T) {
	p := TikTok("id", "secret")
	r := p.Resolved()
	r.Scopes[0] = "x"
	r.AuthParams.Set("client_key", "x")
	r.TokenParams.Set("client_key", "x")
	for what, v := range map[string]url.Values{"AuthParams": p.AuthParams, "TokenParams": p.TokenParams} {
		if v.Get("client_key") != "{client_id}" {
			t.Errorf("%s is shared", what)
		}
	}
	if p.Scopes[0] != "user.info.basic" {
		t.Error("Scopes is shared")
	}
}

// Two calls of a constructor have nothing in common that one could change under the other.
func TestPresetsAreIndependent(t *testing.T) {
	one, two := presets(), presets()
	for id, p := range one {
		for i := range p.Scopes {
			p.Scopes[i] = "changed"
		}
		for name := range p.AuthParams {
			p.AuthParams.Set(name, "changed")
		}
		for _, scope := range two[id].Scopes {
			if scope == "changed" {
				t.Errorf("%s: Scopes is shared", id)
			}
		}
		for name := range two[id].AuthParams {
			if two[id].AuthParams.Get(name) == "changed" {
				t.Errorf("%s: AuthParams is shared", id)
			}
		}
	}
}
