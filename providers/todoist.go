package providers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

const todoistSync = "https://api.todoist.com/api/v1/sync"

// Todoist signs people in at Todoist, whose Sync API tells the user.
func Todoist(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "todoist",
		Name:             "Todoist",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://todoist.com/oauth/authorize",
		TokenURL:         "https://todoist.com/oauth/access_token",
		UserInfoURL:      todoistSync,
		UserInfo:         todoistUserInfo,
		Scopes:           []string{"data:read"},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("user", "id"),
				Name:          c.str("user", "full_name"),
				Email:         c.str("user", "email"),
				EmailVerified: c.str("user", "verification_status") == "verified",
				Image:         c.str("user", "avatar_big"),
			}
		}),
		BrandColor: "#E44332",
	}
}

func todoistUserInfo(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
	everything := url.Values{"sync_token": {"*"}, "resource_types": {`["user"]`}}
	r, err := request(ctx, http.MethodPost, todoistSync, strings.NewReader(everything.Encode()), token)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer map[string]any
	err = fetch(client, r, &answer)
	return answer, err
}
