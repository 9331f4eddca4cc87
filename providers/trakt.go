package providers

import (
	"net/http"

	"github.com/ginauth/ginauth/ginauth"
)

// Trakt signs people in at Trakt. There is no e-mail address, and the pictures may not be embedded
// in other sites.
//
// As in Auth.js the slug, made of the user name, stands for the account's id: a person who renames the
// account becomes another one here, and the next owner of the name signs in as them. Let no more
// depend on such a sign-in than that.
func Trakt(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "trakt",
		Name:             "Trakt",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://trakt.tv/oauth/authorize",
		TokenURL:         "https://api.trakt.tv/oauth/token",
		UserInfoURL:      "https://api.trakt.tv/users/me?extended=full",
		UserInfoHeader:   http.Header{"Trakt-Api-Version": {"2"}, "Trakt-Api-Key": {"{client_id}"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("ids", "slug"),
				Name:  c.str("name"),
				Image: c.str("images", "avatar", "full"),
			}
		}),
		BrandColor: "#ED2224",
	}
}
