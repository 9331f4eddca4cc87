package providers

import (
	"context"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

const hubSpotTokens = "https://api.hubapi.com/oauth/v1/access-tokens"

// HubSpot signs people in at HubSpot. The profile is what HubSpot tells about the access token: the
// user's id and the address, which stands for the name too.
func HubSpot(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "hubspot",
		Name:             "HubSpot",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://app.hubspot.com/oauth/authorize",
		TokenURL:         "https://api.hubapi.com/oauth/v1/token",
		UserInfoURL:      hubSpotTokens,
		UserInfo:         hubSpotUserInfo,
		Scopes:           []string{"oauth"},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("user_id"),
				Name:          c.str("user"),
				Email:         c.str("user"),
				EmailVerified: doesNotSay,
			}
		}),
		BrandColor: "#ff7a59",
	}
}

func hubSpotUserInfo(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
	r, err := request(ctx, http.MethodGet, hubSpotTokens+"/"+url.PathEscape(token.AccessToken), nil, nil)
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	err = fetch(client, r, &answer)
	return answer, err
}
