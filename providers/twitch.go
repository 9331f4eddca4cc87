package providers

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

// twitchClaims asks for these claims in the ID token (OpenID Connect Core, section 5.5); without it
// Twitch tells the user's id alone.
const twitchClaims = `{"id_token":{"email":null,"email_verified":null,"picture":null,"preferred_username":null}}`

// Twitch signs people in at Twitch.
func Twitch(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("twitch", "Twitch", "https://id.twitch.tv/oauth2", clientID, clientSecret)
	p.Scopes = []string{"openid", "user:read:email"}
	p.AuthParams = url.Values{"claims": {twitchClaims}}
	p.TokenAuth = ginauth.TokenAuthPost
	p.AdjustToken = twitchToken
	p.BrandColor = "#65459B"
	return p
}

// twitchToken turns the array in "scope" into the string that RFC 6749 wants, and an error answer,
// {"status": 400, "message": "..."}, into one with an error code.
func twitchToken(body []byte) ([]byte, error) {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return body, nil //nolint:nilerr // left for the reader of the token to complain about
	}
	if _, ok := answer["access_token"]; !ok {
		return twitchError(body, answer)
	}
	var scopes []string
	if json.Unmarshal(answer["scope"], &scopes) != nil {
		return body, nil //nolint:nilerr // not an array: as RFC 6749 has it, or for its reader to complain about
	}
	scope, err := json.Marshal(strings.Join(scopes, " "))
	if err != nil {
		return nil, err
	}
	answer["scope"] = scope
	return json.Marshal(answer)
}

func twitchError(body []byte, answer map[string]json.RawMessage) ([]byte, error) {
	var code, message string
	if json.Unmarshal(answer["error"], &code) == nil && code != "" {
		return body, nil
	}
	if json.Unmarshal(answer["message"], &message) != nil {
		return body, nil //nolint:nilerr // not an error of this form: for the reader of the token to complain about
	}
	return json.Marshal(map[string]string{"error": "invalid_request", "error_description": message})
}
