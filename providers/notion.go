package providers

import (
	"net/http"
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// Notion signs people in at Notion with a public integration. The e-mail address needs the
// capability to read it. The token answer itself tells the workspace, among the extras of the token.
func Notion(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "notion",
		Name:             "Notion",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://api.notion.com/v1/oauth/authorize",
		TokenURL:         "https://api.notion.com/v1/oauth/token",
		UserInfoURL:      "https://api.notion.com/v1/users/me",
		UserInfoHeader:   http.Header{"Notion-Version": {"2022-06-28"}},
		AuthParams:       url.Values{"owner": {"user"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			user := c.object("bot", "owner", "user")
			return ginauth.ProfileUser{
				ID:            user.str("id"),
				Name:          user.str("name"),
				Email:         user.str("person", "email"),
				EmailVerified: doesNotSay,
				Image:         user.str("avatar_url"),
			}
		}),
		BrandColor: "#fff",
	}
}
