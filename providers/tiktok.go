package providers

import (
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// TikTok signs people in at TikTok, which calls the client id client_key. There is no e-mail
// address. TikTok separates scopes by comma: keep them in one string.
func TikTok(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "tiktok",
		Name:             "TikTok",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.tiktok.com/v2/auth/authorize",
		TokenURL:         "https://open.tiktokapis.com/v2/oauth/token/",
		UserInfoURL:      "https://open.tiktokapis.com/v2/user/info/?fields=open_id,avatar_url,display_name",
		Scopes:           []string{"user.info.basic"},
		AuthParams:       url.Values{"client_key": {"{client_id}"}},
		TokenAuth:        ginauth.TokenAuthPost,
		TokenParams:      url.Values{"client_key": {"{client_id}"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("data", "user", "open_id"),
				Name:  c.str("data", "user", "display_name"),
				Image: c.str("data", "user", "avatar_url"),
			}
		}),
		BrandColor: "#000",
	}
}
